/**
 * Opens the one CSV file in a zip archive, packed as on data.binance.vision, and believes nothing
 * that the archive says about itself. Floor 3.
 */
import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import type { Entry, ZipFile } from 'yauzl'
import { DataError } from '../engine/model/errors.js'
import { checkInflation } from './inflation.js'
import { quoteCell } from './quote-cell.js'

/** The file in an archive. */
export interface ZippedFile {
  readonly name: string
  /** Bytes that the archive says it has; `chunks` throws a DataError when that, or the checksum, is untrue. */
  readonly size: number
  /** Its bytes. Must be read to the end or left with `return`: that closes the archive. */
  readonly chunks: AsyncGenerator<Buffer>
}

const PLAIN_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*\.csv$/iu
const FILE_TYPE = 0o170000
const SYMBOLIC_LINK = 0o120000

/**
 * The CSV file in the archive at `path`; `file` is the archive's name for messages. Throws a DataError
 * unless there is exactly one entry and that is a plain, unencrypted CSV file without a folder that unpacks
 * to `most` bytes, or 1 GiB.
 */
export async function openZip(path: string, file: string, most?: number): Promise<ZippedFile> {
  try {
    const zip = await openArchive(path)
    try {
      const entry = await onlyEntry(zip, file, most)
      const stream = await openEntry(zip, entry)
      return {
        name: entry.fileName,
        size: entry.uncompressedSize,
        chunks: readEntry(zip, entry, stream, { file, ...(most !== undefined && { most }) }),
      }
    } catch (error) {
      zip.close()
      throw error
    }
  } catch (error) {
    throw damaged(file, error)
  }
}

async function* readEntry(
  zip: ZipFile,
  entry: Entry,
  stream: Readable,
  { file, most }: { readonly file: string; readonly most?: number },
): AsyncGenerator<Buffer> {
  try {
    let inflated = 0
    let checksum = 0
    for await (const chunk of stream) {
      inflated += chunk.length
      checkInflation(file, { packed: entry.compressedSize, inflated, ...(most !== undefined && { most }) })
      checksum = crc32(chunk, checksum)
      yield chunk
    }
    if (checksum !== entry.crc32) {
      throw new DataError(`${file}: the checksum of ${entry.fileName} must be the archive's, was another`)
    }
  } catch (error) {
    throw damaged(file, error)
  } finally {
    zip.close()
  }
}

function damaged(file: string, cause: unknown): DataError {
  if (cause instanceof DataError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new DataError(`${file}: must be a whole zip archive, was not: ${reason}`, { cause })
}

async function openArchive(path: string): Promise<ZipFile> {
  const { open } = await import('yauzl')
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false, strictFileNames: true }, (error, zip) => {
      if (error) reject(error)
      else resolve(zip)
    })
  })
}

async function onlyEntry(zip: ZipFile, file: string, most: number | undefined): Promise<Entry> {
  if (zip.entryCount !== 1) {
    throw new DataError(`${file}: must hold exactly one file, holds ${zip.entryCount}`)
  }
  const entry = await new Promise<Entry>((resolve, reject) => {
    zip.once('entry', resolve).once('error', reject)
    zip.readEntry()
  })
  const isLink = ((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMBOLIC_LINK
  if (!PLAIN_NAME.test(entry.fileName) || isLink) {
    throw new DataError(`${file}: must hold a plain .csv file, holds ${quoteCell(entry.fileName)}`)
  }
  checkInflation(file, {
    packed: entry.compressedSize,
    inflated: entry.uncompressedSize,
    ...(most !== undefined && { most }),
  })
  return entry
}

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) reject(error)
      else resolve(stream)
    })
  })
}
