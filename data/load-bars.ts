/**
 * Data files to the bars of one symbol and interval: found, read, checked, joined and identified.
 * Nothing is repaired and nothing is filled: what is not as it must be is refused by file and line, and
 * gaps are reported. Floor 3.
 *
 * ```ts
 * const { bars, gaps } = await loadBars({ patterns: ['BTCUSDT-1m-2024-*.csv.gz'] })
 * ```
 */
import { BAR_FLAG, type BarColumns, byteAt } from '../engine/model/bars.js'
import { ConfigError, DataError } from '../engine/model/errors.js'
import { isSymbol } from '../engine/model/symbol-name.js'
import type { Interval } from '../engine/model/time.js'
import { hashBars } from './content-hash.js'
import { parseFileName } from './file-name.js'
import { type FoundFile, findFiles } from './find-files.js'
import { checkColumnKeys } from './foreign-header.js'
import { findGaps, type Gap } from './gaps.js'
import { type FileBars, joinBars } from './join-bars.js'
import { quoteCell } from './quote-cell.js'
import { contradiction, readBars, type Wanted } from './read-bars.js'

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
  const files = chooseFiles(await findFiles(patterns, cwd), wanted, patterns)
  const total = files.reduce((sum, file) => sum + file.size, 0)
  const parts: FileBars[] = []
  let done = 0
  for (const file of files) {
    const onShare = (share: number): void =>
      onProgress?.({ done: done + Math.floor(share * file.size), total, what: file.name })
    parts.push(await readBars(file, { wanted, columns, onShare }))
    done += file.size
  }
  const [first, ...others] = parts
  if (!first) throw new ConfigError('--data must name at least one file, names none')
  for (const other of others) checkSameBars(first, other)
  return describe(joinBars([first, ...others]), files)
}

/** Leaves out a folder's files of other bars. Throws a ConfigError when what is left is of several. */
function chooseFiles(
  found: readonly FoundFile[],
  wanted: Wanted,
  patterns: readonly string[],
): readonly FoundFile[] {
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
      `${patterns.join(', ')} must hold files of ${[wanted.symbol, wanted.interval].filter((one) => one !== undefined).join(' ')}, holds none`,
    )
  }
  return files
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
    if ((byteAt(bars.flags, i) & BAR_FLAG.irregularClose) !== 0) irregularCloses++
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
