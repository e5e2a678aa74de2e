/** Opens a data file, packed or not, as a run of bytes. Floor 3. */
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DataError } from '../engine/model/errors.js'
import type { FoundFile } from './find-files.js'
import { checkInflation } from './inflation.js'
import { openZip } from './open-zip.js'

/** A file's text as bytes. */
export interface OpenedFile {
  /** Name of the CSV file inside, when the file is an archive. */
  readonly innerName: string | undefined
  /** Throws a DataError when the file turns out to be damaged. Read it to the end or leave it with `return`. */
  readonly chunks: AsyncGenerator<Buffer>
  /** About how many bytes `chunks` gives: known but for gzip files, and there a guess. */
  readonly textBytes: number
  /** Share of the file that has been read, 0 to 1. */
  share(): number
}

const CHUNK_BYTES = 1 << 20
/** Klines shrink three to eight times. */
const GUESSED_RATIO = 5

/** Opens a `.csv`, `.csv.gz` or `.zip` file that unpacks to `most` bytes, or 1 GiB. Throws a DataError when it cannot. */
export async function openFile(file: FoundFile, most?: number): Promise<OpenedFile> {
  if (file.kind === 'zip') {
    const { name, size, chunks } = await openZip(file.path, file.shown, most)
    let read = 0
    const counted = async function* () {
      for await (const chunk of chunks) {
        read += chunk.length
        yield chunk
      }
    }
    return {
      innerName: name,
      chunks: counted(),
      textBytes: size,
      share: () => read / Math.max(1, size),
    }
  }
  const bytes = createReadStream(file.path, { highWaterMark: CHUNK_BYTES })
  return {
    innerName: undefined,
    chunks: file.kind === 'gz' ? gunzip(bytes, file, most) : readPlain(bytes, file),
    textBytes: file.kind === 'gz' ? GUESSED_RATIO * file.size : file.size,
    share: () => bytes.bytesRead / Math.max(1, file.size),
  }
}

type ByteStream = ReturnType<typeof createReadStream>

async function* readPlain(bytes: ByteStream, { shown }: FoundFile): AsyncGenerator<Buffer> {
  try {
    yield* bytes
  } catch (cause) {
    throw new DataError(`${shown}: must be readable, was not: ${messageOf(cause)}`, { cause })
  }
}

async function* gunzip(
  bytes: ByteStream,
  { shown }: FoundFile,
  most: number | undefined,
): AsyncGenerator<Buffer> {
  let inflated = 0
  try {
    const unpacked = pipeline(bytes, createGunzip({ chunkSize: CHUNK_BYTES }), () => {
      // The loop below gets the error.
    })
    for await (const chunk of unpacked) {
      inflated += chunk.length
      checkInflation(shown, { packed: bytes.bytesRead, inflated, ...(most !== undefined && { most }) })
      yield chunk
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause
    throw new DataError(`${shown}: must be a whole gzip file, was not: ${messageOf(cause)}`, { cause })
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
