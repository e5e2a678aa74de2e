import { describe, expect, it } from 'vitest'
import { loadBars } from '../../data/load-bars.js'
import { klineRow, lines, useFolder, zipOf } from './kline-files.js'

const folder = useFolder()
const BYTES = Buffer.from(lines(...Array.from({ length: 200 }, (_, i) => klineRow(i))))
const NAME = 'BTCUSDT-1m.csv'

async function loadZip(bytes: Buffer) {
  await folder.write('BTCUSDT-1m.zip', bytes)
  return loadBars({ patterns: ['BTCUSDT-1m.zip'], cwd: folder.path() })
}

/** The archive with one byte changed. */
function withByte(bytes: Buffer, at: number, value: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[at] = value
  return changed
}

describe('a zip archive', () => {
  it('gives the bars of the file in it', async () => {
    expect((await loadZip(zipOf([{ name: NAME, bytes: BYTES }]))).bars.length).toBe(200)
  })

  it.each([
    ['nothing', zipOf([]), 'must hold exactly one file, holds 0'],
    [
      'two files',
      zipOf([
        { name: NAME, bytes: BYTES },
        { name: 'b.csv', bytes: BYTES },
      ]),
      'must hold exactly one file, holds 2',
    ],
    [
      'another kind of file',
      zipOf([{ name: 'readme.txt', bytes: BYTES }]),
      'must hold a plain .csv file, holds "readme.txt"',
    ],
    [
      'a file in a folder',
      zipOf([{ name: 'a/BTCUSDT-1m.csv', bytes: BYTES }]),
      'must hold a plain .csv file, holds "a/BTCUSDT-1m.csv"',
    ],
    [
      'a folder',
      zipOf([{ name: 'klines.csv/', bytes: Buffer.alloc(0) }]),
      'must hold a plain .csv file, holds "klines.csv/"',
    ],
    [
      'a path upwards',
      zipOf([{ name: '../BTCUSDT-1m.csv', bytes: BYTES }]),
      'must be a whole zip archive, was not: invalid relative path: ../BTCUSDT-1m.csv',
    ],
    [
      'a path from the root',
      zipOf([{ name: '/BTCUSDT-1m.csv', bytes: BYTES }]),
      'must be a whole zip archive, was not: absolute path: /BTCUSDT-1m.csv',
    ],
    [
      'a backslash',
      zipOf([{ name: 'a\\BTCUSDT-1m.csv', bytes: BYTES }]),
      'must be a whole zip archive, was not: invalid characters in fileName: a\\BTCUSDT-1m.csv',
    ],
    [
      'an odd name',
      zipOf([{ name: 'a b.csv', bytes: BYTES }]),
      'must hold a plain .csv file, holds "a b.csv"',
    ],
    [
      'a symbolic link',
      zipOf([{ name: NAME, bytes: BYTES, attributes: 0o120777 * 65_536 }]),
      'must hold a plain .csv file, holds "BTCUSDT-1m.csv"',
    ],
    [
      'an encrypted file',
      zipOf([{ name: NAME, bytes: BYTES, flags: 1 }]),
      'must be a whole zip archive, was not: entry is encrypted',
    ],
    [
      'more than it says',
      zipOf([{ name: NAME, bytes: BYTES, size: 100 }]),
      'must be a whole zip archive, was not: too many bytes in the stream. expected 100',
    ],
    [
      'less than it says',
      zipOf([{ name: NAME, bytes: BYTES, size: BYTES.length + 1 }]),
      'must be a whole zip archive, was not: not enough bytes in the stream',
    ],
    [
      'a promise of more than 200 times its size',
      zipOf([{ name: NAME, bytes: BYTES, size: 500_000 }]),
      'must unpack to at most 200 times its size',
    ],
    [
      'a promise of more than a gibibyte',
      zipOf([{ name: NAME, bytes: BYTES, size: 1_073_741_825 }]),
      'must unpack to at most 1 GiB',
    ],
  ])('with %s is refused', async (_, bytes, reason) => {
    await expect(loadZip(bytes)).rejects.toMatchObject({
      name: 'DataError',
      message: expect.stringContaining(`BTCUSDT-1m.zip: ${reason}`),
    })
  })

  it("whose text does not have the archive's checksum is refused", async () => {
    const bytes = zipOf([{ name: NAME, bytes: BYTES }])
    const central = bytes.indexOf('PK\x01\x02')
    const changed = withByte(bytes, central + 16, (bytes[central + 16] ?? 0) ^ 1)
    await expect(loadZip(changed)).rejects.toThrow(
      "BTCUSDT-1m.zip: the checksum of BTCUSDT-1m.csv must be the archive's, was another",
    )
  })

  it('that is cut off anywhere is refused', async () => {
    const bytes = zipOf([{ name: NAME, bytes: BYTES }])
    for (const length of [0, 10, 100, bytes.length - 30, bytes.length - 1]) {
      await expect(loadZip(bytes.subarray(0, length))).rejects.toMatchObject({
        name: 'DataError',
        message: expect.stringContaining('BTCUSDT-1m.zip: must be a whole zip archive, was not: '),
      })
    }
  })

  it('with any byte of its packed text changed gives no other bars', async () => {
    const bytes = zipOf([{ name: NAME, bytes: BYTES }])
    const expected = (await loadZip(bytes)).sha256
    const start = 30 + NAME.length
    const end = bytes.indexOf('PK\x01\x02')
    for (let at = start; at < end; at += 37) {
      const outcome = await loadZip(withByte(bytes, at, (bytes[at] ?? 0) ^ 0x10)).then(
        ({ sha256 }) => sha256,
        (error) => error.name,
      )
      expect(['DataError', expected]).toContain(outcome)
    }
  })
})
