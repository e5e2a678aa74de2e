/** One data file to bars: read, named, checked. Floor 3. */
import { BAR_FLAG, type BarColumns, byteAt, valueAt } from '../engine/model/bars.js'
import { ConfigError, DataError } from '../engine/model/errors.js'
import { type Interval, intervalMs } from '../engine/model/time.js'
import { checkGrid, checkRows, dropOffGrid, inferInterval } from './check-rows.js'
import { parseFileName } from './file-name.js'
import type { FoundFile } from './find-files.js'
import type { FileBars } from './join-bars.js'
import type { KlineRows } from './kline-rows.js'
import { quoteCell } from './quote-cell.js'
import { readRows } from './read-rows.js'

/** What the options say about the bars. */
export interface Wanted {
  readonly symbol: string | undefined
  readonly interval: Interval | undefined
  /** Whether rows off the interval's grid are left out rather than refused. */
  readonly isOffGridSkipped?: boolean
}

/** Of fewer rows none may be a step apart by chance; of so many in Binance's bars one always is. */
const ENOUGH_ROWS = 10

/**
 * The bars of one file. Throws a DataError when it is damaged or not what its name says, and a ConfigError
 * when symbol or interval is not known, or options and names contradict each other.
 */
export async function readBars(
  file: FoundFile,
  {
    wanted,
    columns,
    onShare,
  }: {
    readonly wanted: Wanted
    readonly columns: Readonly<Record<string, string>> | undefined
    readonly onShare: (share: number) => void
  },
): Promise<FileBars> {
  const { rows, innerName } = await readRows({ file, columns, onShare })
  return toFileBars(rows, { file, innerName, wanted })
}

/** Rows of a file as bars, checked against its name. */
export function toFileBars(
  rows: KlineRows,
  {
    file,
    innerName,
    wanted,
  }: { readonly file: FoundFile; readonly innerName: string | undefined; readonly wanted: Wanted },
): FileBars {
  checkRows(rows)
  const outer = parseFileName(file.name)
  const inner = innerName === undefined ? undefined : parseFileName(innerName)
  if (outer && inner && (outer.symbol !== inner.symbol || outer.interval !== inner.interval)) {
    throw new DataError(
      `${file.shown}: must hold the file that it is named after, holds ${quoteCell(innerName ?? '')}`,
    )
  }
  const contradicted = contradiction(innerName ?? file.name, wanted)
  if (contradicted !== undefined) throw new ConfigError(contradicted)
  const named = outer ?? inner
  const symbol = wanted.symbol ?? named?.symbol
  if (symbol === undefined) {
    throw new ConfigError(
      `${file.shown}: the symbol must be known, but the name does not say it; pass --symbol`,
    )
  }
  const { interval, reason } = settleInterval(rows, wanted.interval, named?.interval)
  const offGrid = wanted.isOffGridSkipped === true ? dropOffGrid(rows, interval) : []
  const bars = rows.toBars({ symbol, interval })
  checkGrid(rows, bars, reason)
  return { bars, place: (row) => rows.place(row), closeTimes: closeTimesOf(rows, bars), offGrid }
}

/** The interval of a file's rows, and where it is from. */
function settleInterval(
  rows: KlineRows,
  wanted: Interval | undefined,
  named: Interval | undefined,
): { readonly interval: Interval; readonly reason: string } {
  const inferred = inferInterval(rows)
  const told = wanted ?? named
  if (told === undefined) {
    if (inferred !== undefined) return { interval: inferred, reason: 'its smallest step' }
    throw new ConfigError(
      `${rows.file}: the interval must be known, but neither name nor rows say it; pass --interval`,
    )
  }
  const reason = wanted === undefined ? 'as the file is named' : 'as --interval says'
  const isLonger = inferred !== undefined && intervalMs(inferred) > intervalMs(told)
  if (isLonger && rows.length >= ENOUGH_ROWS) {
    throw new DataError(
      `${rows.file}: bars must be ${told} apart (${reason}), were never less than ${inferred}`,
    )
  }
  return { interval: told, reason }
}

/** Why the options and a file's name cannot both be right; undefined when they can. */
export function contradiction(name: string, { symbol, interval }: Wanted): string | undefined {
  const named = parseFileName(name)
  if (!named) return undefined
  if (symbol !== undefined && symbol !== named.symbol) {
    return `--symbol must be ${named.symbol} as ${name} is named, was ${symbol}`
  }
  if (interval !== undefined && interval !== named.interval) {
    return `--interval must be ${named.interval} as ${name} is named, was ${interval}`
  }
  return undefined
}

/** The close times of the bars that are flagged, by open time. */
function closeTimesOf(rows: KlineRows, { flags, openTime, length }: BarColumns): ReadonlyMap<number, number> {
  const closeTimes = new Map<number, number>()
  const column = rows.column('closeTime')
  if (!column) return closeTimes
  for (let i = 0; i < length; i++) {
    if ((byteAt(flags, i) & BAR_FLAG.irregularClose) !== 0)
      closeTimes.set(valueAt(openTime, i), valueAt(column, i))
  }
  return closeTimes
}
