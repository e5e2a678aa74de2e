/** Any file of market data → bars to store, with what was left out. Floor 3. */
import { type BarColumns, ORIGINS, type Origin, valueAt } from '../engine/model/bars.js'
import { ConfigError } from '../engine/model/errors.js'
import { isSymbol } from '../engine/model/symbol-name.js'
import { closeTimeOf, type Interval } from '../engine/model/time.js'
import { parseFileName } from './file-name.js'
import { type FoundFile, isTextFile } from './find-files.js'
import type { FileBars } from './join-bars.js'
import { isDumpHeader, parseDump } from './parse-dump.js'
import { readPages } from './parse-rest-pages.js'
import { isTradeRow, parseRestTrades } from './parse-rest-trades.js'
import { parseTrades, tradeLayoutOf } from './parse-trades.js'
import { readBars, toFileBars, type Wanted } from './read-bars.js'
import { firstLines } from './read-rows.js'
import type { StoreRows } from './storage/stored-bars.js'

/** Bars of one series in a file. */
export interface ImportPart {
  readonly rows: StoreRows
  /** What the file holds: `klines`, `aggTrades`, … */
  readonly what: string
  /** Bars that were left out because they had not closed. */
  readonly open: number
  /** Open times of rows that were left out because they are off the grid. */
  readonly offGrid: readonly number[]
}

/** What an import is told. */
export interface ImportOptions extends Wanted {
  readonly columns: Readonly<Record<string, string>> | undefined
  /** The moment now, UTC milliseconds: a bar that ends later is still open. */
  readonly now: number
  readonly onShare: (share: number) => void
}

const ARCHIVE = /^[\p{Lu}\p{Lo}\p{N}]+-\d{1,2}(mo|[smhdw])-\d{4}-\d{2}(-\d{2})?\.zip$/u

/**
 * The bars in a file, of each series that it holds. Origins: `archive` of a zip that is named as Binance's
 * are, `rest` of saved REST pages, `trades` of trades, that of an export or a file of the store, else `import`.
 * Throws a DataError or ConfigError as `readBars` does.
 */
export async function importFile(file: FoundFile, options: ImportOptions): Promise<readonly ImportPart[]> {
  const { columns, onShare } = options
  const isText = isTextFile(file)
  const [first = '', second = ''] = (isText ? await firstLines(file) : undefined) ?? []
  const trades = columns ? undefined : (tradeLayoutOf(first) ?? tradeLayoutOf(second))
  if (trades) {
    const symbol = symbolOf(file, options)
    const bars = await parseTrades({ file, layout: trades, symbol, interval: options.interval ?? '1m' })
    return [toPart({ bars, place: () => file.shown }, { what: trades.name, options, origin: 'trades' })]
  }
  if (file.kind === 'json') {
    const rows = readPages(file)
    if (isTradeRow(rows[0])) {
      const symbol = symbolOf(file, options)
      const interval = options.interval ?? '1m'
      const bars = parseRestTrades(rows, { shown: file.shown, symbol, interval })
      return [toPart({ bars, place: () => file.shown }, { what: 'aggTrades', options, origin: 'trades' })]
    }
  }
  if (!columns && isDumpHeader(first)) return importDump(file, options)
  const bars = await readBars(file, { wanted: options, columns, onShare })
  const origin = file.kind === 'zip' && ARCHIVE.test(file.name) ? 'archive' : isText ? 'import' : undefined
  return [toPart(bars, { what: 'klines', options, origin })]
}

async function importDump(file: FoundFile, options: ImportOptions): Promise<readonly ImportPart[]> {
  const symbol = symbolOf(file, options)
  const parts: ImportPart[] = []
  for (const { interval, rows, open } of await parseDump(file)) {
    if (rows.length === 0 || (options.interval !== undefined && options.interval !== interval)) continue
    const bars = toFileBars(rows, { file, innerName: undefined, wanted: { ...options, symbol, interval } })
    const part = toPart(bars, { what: 'dump', options, origin: 'import' })
    parts.push({ ...part, open: part.open + open })
  }
  return parts
}

/**
 * Symbol of a file whose name need not say an interval. Throws a ConfigError when neither name nor option says
 * it, or they contradict each other.
 */
export function symbolOf(file: FoundFile, { symbol }: Pick<Wanted, 'symbol'>): string {
  const own = namedSymbol(file)
  if (symbol !== undefined && own !== undefined && symbol !== own) {
    throw new ConfigError(`--symbol must be ${own} as ${file.name} is named, was ${symbol}`)
  }
  const known = symbol ?? own
  if (known !== undefined) return known
  throw new ConfigError(
    `${file.shown}: the symbol must be known, but the name does not say it; pass --symbol`,
  )
}

/** What a file's name says before its first dash, dot or underline; undefined where that is no symbol. */
export function namedSymbol({ name }: Pick<FoundFile, 'name'>): string | undefined {
  const named = parseFileName(name)?.symbol ?? /^([^-_.]+)[-_.]/.exec(name)?.[1]
  return named !== undefined && isSymbol(named) ? named : undefined
}

/** Bars of a file as they are stored: with their origin, and without the ones that are still open. */
export function toPart(
  { bars, place, closeTimes = new Map(), offGrid = [] }: FileBars,
  {
    what,
    options: { now },
    origin,
  }: {
    readonly what: string
    readonly options: Pick<ImportOptions, 'now'>
    readonly origin: Origin | undefined
  },
): ImportPart {
  if (origin !== undefined) bars.origin.fill(ORIGINS.indexOf(origin), 0, bars.length)
  const open = countOpen(bars, bars.interval, now)
  bars.length -= open
  return { rows: { bars, closeTimes, place }, what, open, offGrid }
}

/** Bars at the end that have not ended. */
function countOpen({ openTime, length }: BarColumns, interval: Interval, now: number): number {
  let open = 0
  while (open < length && closeTimeOf(valueAt(openTime, length - 1 - open), interval) >= now) open++
  return open
}
