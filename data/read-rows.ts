/** Reads one data file into rows, by the byte parser when it is in Binance's layout. Floor 3. */
import { DataError } from '../engine/model/errors.js'
import type { FoundFile } from './find-files.js'
import { MAX_TRADE_BYTES } from './inflation.js'
import { parseKlineLayout } from './kline-layout.js'
import type { KlineRows } from './kline-rows.js'
import { openFile } from './open-file.js'
import { parseForeign } from './parse-foreign.js'
import { KlineParser } from './parse-klines.js'
import { parseRestPages } from './parse-rest-pages.js'
import { readParquetRows } from './read-parquet-rows.js'

/** The rows of a file. */
export interface ReadFile {
  readonly rows: KlineRows
  /** Name of the CSV file inside, when the file is an archive. */
  readonly innerName: string | undefined
}

const LF = 10
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf)
/** More than any first line has. */
const MAX_HEADER = 16_384
/** Room for rows that are longer than the second line. */
const SLACK = 1.1

/**
 * Rows of a file, not yet checked for what bars must be. With `columns`, or under a header that is not
 * Binance's, the file is read as a foreign one. Throws a DataError that names the file and line.
 */
export async function readRows({
  file,
  columns,
  onShare,
}: {
  readonly file: FoundFile
  readonly columns: Readonly<Record<string, string>> | undefined
  /** Is told the share of the file that has been read, 0 to 1. */
  readonly onShare: (share: number) => void
}): Promise<ReadFile> {
  if (file.kind === 'json') return { innerName: undefined, rows: parseRestPages(file) }
  if (file.kind === 'parquet') {
    return { innerName: undefined, rows: await readParquetRows(file, columns ?? {}) }
  }
  if (file.kind === 'arrow') {
    // Loaded here: it takes longer to start than most files to read.
    const { readArrowRows } = await import('./arrow/read-arrow-rows.js')
    return { innerName: undefined, rows: await readArrowRows(file, columns ?? {}, onShare) }
  }
  const { innerName, chunks, textBytes, share } = await openFile(file)
  try {
    const head = await peek(chunks)
    if (!head) throw new DataError(`${file.shown} must hold bars, is empty`)
    const all = tell(startWith(head.bytes, chunks), () => onShare(share()))
    const layout = columns === undefined ? parseKlineLayout(head.firstLine) : undefined
    if (!layout) {
      return {
        innerName,
        rows: await parseForeign({ file: file.shown, chunks: all, columns: columns ?? {} }),
      }
    }
    const expectedRows = Math.ceil((SLACK * textBytes) / head.lineBytes)
    const parser = new KlineParser({ file: file.shown, layout, expectedRows })
    for await (const chunk of all) parser.push(chunk)
    return { innerName, rows: parser.end() }
  } finally {
    await chunks.return(undefined)
  }
}

/** The first two lines of a file, to tell what it is; undefined when it is empty. */
export async function firstLines(file: FoundFile): Promise<readonly string[] | undefined> {
  // Before they are read, trades look like bars.
  const { chunks } = await openFile(file, MAX_TRADE_BYTES)
  try {
    const head = await peek(chunks)
    return head?.bytes.toString('utf8', 0, MAX_HEADER).split(/\r?\n/, 2)
  } finally {
    await chunks.return(undefined)
  }
}

async function* tell(chunks: AsyncIterable<Buffer>, onChunk: () => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield chunk
    onChunk()
  }
}

/** How a file begins. */
interface Head {
  readonly firstLine: string
  /** Length of the second line, which is a row, or else of the first. */
  readonly lineBytes: number
  /** Everything that has been read for it, without a byte order mark. */
  readonly bytes: Buffer
}

/** Reads until there is a line; undefined when the file is empty. */
async function peek(chunks: AsyncGenerator<Buffer>): Promise<Head | undefined> {
  let bytes = Buffer.alloc(0)
  while (bytes.indexOf(LF) < 0 && bytes.length < MAX_HEADER) {
    const next = await chunks.next()
    if (next.done) break
    bytes = Buffer.concat([bytes, next.value])
  }
  if (bytes.indexOf(BYTE_ORDER_MARK) === 0) bytes = bytes.subarray(BYTE_ORDER_MARK.length)
  if (bytes.length === 0) return undefined
  const end = bytes.indexOf(LF)
  const length = end < 0 ? Math.min(bytes.length, MAX_HEADER) : end
  const secondEnd = bytes.indexOf(LF, length + 1)
  return {
    firstLine: bytes.toString('utf8', 0, length).replace(/\r$/, ''),
    lineBytes: secondEnd < 0 ? length + 1 : secondEnd - length,
    bytes,
  }
}

async function* startWith(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield head
  yield* rest
}
