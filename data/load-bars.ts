/**
 * Data files to the bars of one symbol and interval: found, read, checked, joined and identified.
 * Nothing is repaired and nothing is filled: what is not as it must be is refused by file and line, and
 * gaps are reported. Floor 3.
 *
 * ```ts
 * const { bars, gaps } = await loadBars({ patterns: ['BTCUSDT-1m-2024-*.csv.gz'] })
 * ```
 */
import { BAR_FLAG, type BarColumns, valueAt } from '../engine/model/bars.js'
import { ConfigError, DataError } from '../engine/model/errors.js'
import { type Interval, intervalMs } from '../engine/model/time.js'
import { checkGrid, checkRows, inferInterval } from './check-rows.js'
import { hashBars } from './content-hash.js'
import { isSymbol, parseFileName } from './file-name.js'
import { type FoundFile, findFiles } from './find-files.js'
import { checkColumnKeys } from './foreign-header.js'
import { findGaps, type Gap } from './gaps.js'
import { type FileBars, joinBars } from './join-bars.js'
import type { KlineRows } from './kline-rows.js'
import { quoteCell } from './quote-cell.js'
import { readRows } from './read-rows.js'

/** What to load. */
export interface LoadOptions {
  /** Files, folders and globs, all of one symbol and interval. */
  readonly patterns: readonly string[]
  /** Symbol where the files' names do not say it; of a folder, only the files that do not say another are taken. */
  readonly symbol?: string
  /** Interval likewise; without it and a name it is the smallest step between bars. */
  readonly interval?: Interval
  /** Columns of foreign CSV files: `time`, `open`, … → name in the header. */
  readonly columns?: Readonly<Record<string, string>>
  /** Folder that patterns are relative to. */
  readonly cwd?: string
  readonly onProgress?: (progress: Progress) => void
}

/** How far loading is, in bytes on disk. */
export interface Progress {
  readonly done: number
  readonly total: number
  /** Name of the file at hand. */
  readonly what: string
}

/** Bars, and what is worth knowing about them. */
export interface LoadedBars {
  readonly bars: BarColumns
  /** Names of the files, sorted, never a path: all of up to three, else the first, the last and their number. */
  readonly source: string
  /** Names of all files, sorted. */
  readonly files: readonly string[]
  /** `hashBars` of the bars. */
  readonly sha256: string
  readonly gaps: readonly Gap[]
  /** Bars whose close time is not the end of their interval. */
  readonly irregularCloses: number
  /** Bars in which nothing was traded. */
  readonly zeroVolume: number
}

const MAX_NAMED_FILES = 3
/** Of fewer rows none may be a step apart by chance; of so many in Binance's bars one always is. */
const ENOUGH_ROWS = 10

/**
 * The bars that the patterns name. Throws a DataError when a file is missing, damaged or not what its name
 * says, and a ConfigError when symbol or interval is not known, or options and names contradict each other.
 */
export async function loadBars({
  patterns,
  symbol,
  interval,
  columns,
  cwd = process.cwd(),
  onProgress,
}: LoadOptions): Promise<LoadedBars> {
  if (symbol !== undefined && !isSymbol(symbol)) {
    throw new ConfigError(`--symbol must be 1 to 30 capital letters and digits, was ${quoteCell(symbol)}`)
  }
  if (columns) checkColumnKeys(columns)
  const wanted = { symbol, interval }
  const files = chooseFiles(await findFiles(patterns, cwd), wanted)
  const total = files.reduce((sum, file) => sum + file.size, 0)
  const parts: FileBars[] = []
  let done = 0
  for (const file of files) {
    const onShare = (share: number): void =>
      onProgress?.({ done: done + Math.floor(share * file.size), total, what: file.name })
    parts.push(await loadFile(file, { wanted, columns, onShare }))
    done += file.size
  }
  const [first, ...others] = parts
  if (!first) throw new ConfigError('--data must name at least one file, names none')
  for (const other of others) checkSameBars(first, other)
  return describe(joinBars([first, ...others]), files)
}

/** What the options say about the bars. */
interface Wanted {
  readonly symbol: string | undefined
  readonly interval: Interval | undefined
}

/** Leaves out a folder's files of other bars. Throws a ConfigError when what is left is of several. */
function chooseFiles(found: readonly FoundFile[], wanted: Wanted): readonly FoundFile[] {
  const files: FoundFile[] = []
  const kinds = new Set<string>()
  for (const file of found) {
    const reason = contradiction(file.name, wanted)
    if (reason !== undefined && file.isFromFolder) continue
    if (reason !== undefined) throw new ConfigError(reason)
    const named = parseFileName(file.name)
    if (named) kinds.add(`${named.symbol} ${named.interval}`)
    files.push(file)
  }
  if (kinds.size > 1) {
    throw new ConfigError(
      `the files of one --data must be of one symbol and interval, were ${[...kinds].join(', ')}; name fewer files, or of a folder say --symbol and --interval`,
    )
  }
  if (found.length > 0 && files.length === 0) {
    throw new DataError(
      `the folder must hold files of ${wanted.symbol ?? ''} ${wanted.interval ?? ''}, holds none`,
    )
  }
  return files
}

/** Why the options and a file's name cannot both be right; undefined when they can. */
function contradiction(name: string, { symbol, interval }: Wanted): string | undefined {
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

async function loadFile(
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
  const bars = rows.toBars({ symbol, interval })
  checkGrid(rows, bars, reason)
  return { bars, place: (row) => rows.place(row) }
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

function checkSameBars(first: FileBars, other: FileBars): void {
  const a = `${first.bars.symbol} ${first.bars.interval}`
  const b = `${other.bars.symbol} ${other.bars.interval}`
  if (a !== b) throw new DataError(`${other.place(0)}: bars must be ${a} as in the files before, were ${b}`)
}

function describe(bars: BarColumns, found: readonly FoundFile[]): LoadedBars {
  const files = found.map((file) => file.name)
  const [first, last] = [files[0], files.at(-1)]
  let irregularCloses = 0
  let zeroVolume = 0
  for (let i = 0; i < bars.length; i++) {
    if ((valueAt(bars.flags, i) & BAR_FLAG.irregularClose) !== 0) irregularCloses++
    if (bars.volume[i] === 0) zeroVolume++
  }
  return {
    bars,
    source: files.length > MAX_NAMED_FILES ? `${first}..${last} (${files.length} files)` : files.join(','),
    files,
    sha256: hashBars(bars),
    gaps: findGaps(bars),
    irregularCloses,
    zeroVolume,
  }
}
