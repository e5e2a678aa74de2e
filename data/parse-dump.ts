/** A dump of one symbol's bars of several intervals in one CSV file, with a column `interval`. Floor 3. */
import { DataError } from '../engine/model/errors.js'
import { type Interval, isInterval } from '../engine/model/time.js'
import type { FoundFile } from './find-files.js'
import type { KlineRows } from './kline-rows.js'
import { openFile } from './open-file.js'
import { parseForeign } from './parse-foreign.js'
import { quoteCell } from './quote-cell.js'

const MAX_BYTES = 1 << 28

/** The rows of one interval of a dump. */
export interface DumpPart {
  readonly interval: Interval
  readonly rows: KlineRows
  /** Rows left out at the end. */
  readonly open: number
}

/** Whether a header is that of a dump. */
export function isDumpHeader(line: string): boolean {
  return line.split(',').some((name) => name.trim().toLowerCase() === 'interval')
}

/**
 * The rows of each interval. A dump is taken at one moment, while the last bar of every interval is still
 * open and nothing says so: the last row of each interval is left out. Throws a DataError on an unknown
 * interval.
 */
export async function parseDump(file: FoundFile): Promise<readonly DumpPart[]> {
  const [header = '', ...lines] = (await readText(file)).split(/\r?\n/)
  const names = header.split(',')
  const at = names.findIndex((name) => name.trim().toLowerCase() === 'interval')
  const without = (line: string): string => line.split(',').toSpliced(at, 1).join(',')
  const groups = new Map<Interval, string[]>()
  for (const [i, line] of lines.entries()) {
    if (line === '') continue
    const text = line.split(',')[at] ?? ''
    const interval = text === '1mo' ? '1M' : text
    if (!isInterval(interval)) {
      throw new DataError(
        `${file.shown} line ${i + 2}: the interval must be one of Binance's, was ${quoteCell(text)}`,
      )
    }
    const group = groups.get(interval) ?? []
    groups.set(interval, group)
    group.push(without(line))
  }
  const parts: DumpPart[] = []
  for (const [interval, group] of groups) {
    const text = `${[without(header), ...group].join('\n')}\n`
    const rows = await parseForeign({
      file: `${file.shown} (rows of ${interval})`,
      chunks: oneChunk(text),
      columns: {},
    })
    rows.length--
    parts.push({ interval, rows, open: 1 })
  }
  return parts
}

async function* oneChunk(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

async function readText(file: FoundFile): Promise<string> {
  const { chunks } = await openFile(file)
  const pieces: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > MAX_BYTES)
      throw new DataError(`${file.shown}: a dump of several intervals must have at most 256 MiB, has more`)
    pieces.push(chunk)
  }
  return Buffer.concat(pieces).toString('utf8')
}
