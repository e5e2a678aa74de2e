/** Kline files for tests: rows as text, and the same packed, in a folder of their own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll } from 'vitest'

/** 2024-01-01T00:00:00Z */
export const START = 1_704_067_200_000
export const MINUTE = 60_000

/** A row of twelve columns of the `i`-th minute of 2024; `prices` are open, high, low, close, volume. */
export function klineRow(i: number, prices = '10.00,12.00,9.00,11.00,1.50000000'): string {
  const time = START + i * MINUTE
  return `${time},${prices},${time + MINUTE - 1},16.50000000,7,0.50000000,5.50000000,0`
}

/** Lines with a line feed behind each. */
export function lines(...rows: readonly string[]): string {
  return rows.map((row) => `${row}\n`).join('')
}

/** A zip archive by hand (PKWARE APPNOTE 4.3): local headers, deflated files, central directory, end. */
export function zipOf(
  files: readonly {
    readonly name: string
    readonly bytes: Buffer
    readonly attributes?: number
    readonly flags?: number
    readonly size?: number
  }[],
): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const { name, bytes, attributes = 0, flags = 0, size = bytes.length } of files) {
    const packed = deflateRawSync(bytes)
    const fileName = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(size, 18)
    common.writeUInt16LE(fileName.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, fileName, packed])
    const end = Buffer.alloc(14)
    end.writeUInt32LE(attributes, 6)
    end.writeUInt32LE(offset, 10)
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, end, fileName]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(centrals)
  const tail = Buffer.alloc(18)
  tail.writeUInt16LE(files.length, 4)
  tail.writeUInt16LE(files.length, 6)
  tail.writeUInt32LE(directory.length, 8)
  tail.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), tail])
}

/** A folder that a test file's tests share and that is gone after them. */
export function useFolder(): {
  path(): string
  write(name: string, content: string | Buffer): Promise<string>
} {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nextbar-data-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return {
    path: () => folder,
    write: async (name, content) => {
      await writeFile(join(folder, name), content)
      return name
    },
  }
}
