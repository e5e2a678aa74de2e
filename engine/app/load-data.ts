/** The bars of a run, from files or made up, and the range of them that counts. Floor 5. */
import { existsSync } from 'node:fs'
import { BarsHash } from '../../data/content-hash.js'
import { parseFileName } from '../../data/file-name.js'
import { fillGapsFlat, findGaps } from '../../data/gaps.js'
import type { Store } from '../../data/storage/store.js'
import { generateBars } from '../../data/synthetic.js'
import { barEnd } from '../math/metrics/daily-marks.js'
import { type Bars, openTimeAt } from '../model/bars.js'
import { ConfigError, DataError } from '../model/errors.js'
import { hintFor } from '../model/nearest-name.js'
import { type EpochMs, formatTime, type Interval } from '../model/time.js'
import { quoted } from './flag.js'
import type { Settings } from './flag-table.js'
import { type BarRange, resolveRange } from './resolve-range.js'

/** Bars to replay and what identifies them. */
export interface RunData extends BarRange {
  /** As they are replayed: gaps are filled where the settings ask for it. */
  readonly bars: Bars
  readonly symbol: string
  readonly interval: Interval
  /** First open time of the range. */
  readonly from: EpochMs
  /** End of the range's last bar. */
  readonly to: EpochMs
  /** Runs of missing bars within the range, as loaded. */
  readonly gaps: number
  /** Names of the files in order, or the generator's, never a path. */
  readonly sources: readonly string[]
  /** Of all bars as loaded, before any gap was filled. */
  readonly hash: BarsHash
}

/** How far loading is, in bytes. */
export interface LoadProgress {
  readonly done: number
  readonly total: number
}

/** The settings that say which bars of one symbol are wanted. */
export interface DataSettings
  extends Pick<Settings, 'data' | 'interval' | 'columns' | 'store' | 'from' | 'to' | 'gaps' | 'seed'> {
  readonly symbol: string | undefined
}

/**
 * Loads or makes the bars. Throws a DataError on files that are missing or damaged, and on gaps where
 * the settings refuse them; a ConfigError on an empty range and on sources that do not go together.
 */
export async function loadData(
  settings: DataSettings,
  onProgress?: (progress: LoadProgress) => void,
): Promise<RunData> {
  const loaded = await loadSources(settings, onProgress)
  const range = resolveRange(loaded.bars, settings)
  if (settings.gaps === 'error') refuseGaps(loaded.bars, range.end)
  const bars = settings.gaps === 'flat' ? fillGapsFlat(loaded.bars) : loaded.bars
  const replayed = settings.gaps === 'flat' ? resolveRange(bars, settings) : range
  return {
    bars,
    ...replayed,
    symbol: bars.symbol,
    interval: bars.interval,
    from: openTimeAt(bars, replayed.first),
    to: barEnd(bars, replayed.end - 1),
    gaps: findGaps(loaded.bars, range.first, range.end).length,
    sources: loaded.sources,
    hash: loaded.hash,
  }
}

interface LoadedSources {
  readonly bars: Bars
  readonly sources: readonly string[]
  readonly hash: BarsHash
}

const SYNTHETIC = /^synthetic(?::|$)/

/** Whether a source is the generator and not a file. */
export function isSynthetic(source: string): boolean {
  return SYNTHETIC.test(source)
}

async function loadSources(
  settings: DataSettings,
  onProgress: ((progress: LoadProgress) => void) | undefined,
): Promise<LoadedSources> {
  const { data, symbol, interval, columns } = settings
  if (data.some(isSynthetic)) return makeSynthetic(settings)
  const [named] = data.flatMap((text) => storeNameOf(text) ?? [])
  if (named !== undefined) return readStore(named, settings)
  // Loaded when it is asked for: made-up bars need none of what reads files.
  const { loadBars } = await import('../../data/load-bars.js')
  const { bars, files, sha256 } = await loadBars({
    patterns: data,
    ...(symbol === undefined ? {} : { symbol }),
    ...(interval === undefined ? {} : { interval }),
    ...(columns === undefined ? {} : { columns }),
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  return { bars, sources: files, hash: new BarsHash(bars, sha256) }
}

const DEFAULT_COUNT = 525_600

const MADE_UP = /^synthetic(?::(\d{1,15})(?::(\d{1,15}))?)?$/

/** How many bars a source of the generator has; undefined where it is none, or is not well said. */
export function madeUpCount(source: string): number | undefined {
  const match = MADE_UP.exec(source)
  return match ? Number(match[2] ?? DEFAULT_COUNT) : undefined
}

function makeSynthetic({ data, symbol, interval, columns, seed }: DataSettings): LoadedSources {
  const [text = ''] = data
  if (data.length > 1) {
    throw new ConfigError('--data must be one symbol: synthetic bars do not go together with anything else')
  }
  if (columns !== undefined) throw new ConfigError('--columns is for files, synthetic bars have none')
  const match = MADE_UP.exec(text)
  if (!match) {
    throw new ConfigError(
      `--data synthetic must be like synthetic:1:525600 (seed, bars), was ${quoted(text)}`,
    )
  }
  const ownSeed = match[1] === undefined ? seed : Number(match[1])
  const count = Number(match[2] ?? DEFAULT_COUNT)
  const bars = generateBars({
    seed: ownSeed,
    count,
    ...(symbol === undefined ? {} : { symbol }),
    ...(interval === undefined ? {} : { interval }),
  })
  return { bars, sources: [`synthetic:${ownSeed}:${count}`], hash: new BarsHash(bars) }
}

/** Bars in the store as `--data` names them. */
interface StoreName {
  readonly symbol: string
  readonly interval: Interval | undefined
}

/** What `BTCUSDT` and `BTCUSDT-1m` name in the store; undefined for files, also for one of that very name. */
export function storeNameOf(text: string): StoreName | undefined {
  if (existsSync(text)) return undefined
  if (/^[A-Z0-9]{4,30}$/.test(text)) return { symbol: text, interval: undefined }
  const named = parseFileName(text)
  return named && text === `${named.symbol}-${named.interval}` ? named : undefined
}

/** The whole series: its hash is the store's, whatever the range. */
async function readStore(named: StoreName, settings: DataSettings): Promise<LoadedSources> {
  const { data, columns, symbol = named.symbol, interval = named.interval } = settings
  if (data.length > 1) throw new ConfigError('--data must be one symbol of the store, was several sources')
  if (columns !== undefined) throw new ConfigError('--columns is for files, a symbol in the store has none')
  if (symbol !== named.symbol) {
    throw new ConfigError(`--symbol must be ${named.symbol} as --data says, was ${symbol}`)
  }
  if (named.interval !== undefined && interval !== named.interval) {
    throw new ConfigError(`--interval must be ${named.interval} as --data says, was ${interval}`)
  }
  // Loaded when it is asked for: bars from files and made-up ones need none of it.
  const { openStore } = await import('../../data/storage/store.js')
  const store = openStore(settings.store)
  const series = { symbol, interval: interval ?? onlyInterval(store, symbol) }
  const { bars, manifest } = await store.read(series)
  return { bars, sources: [`${series.symbol}-${series.interval}`], hash: new BarsHash(bars, manifest.sha256) }
}

function onlyInterval(store: Store, symbol: string): Interval {
  // By the folders: a damaged manifest of another series is no business of this one.
  const series = store.series()
  const intervals = series.flatMap((one) => (one.symbol === symbol ? [one.interval] : []))
  const [first, second] = intervals
  if (first !== undefined && second === undefined) return first
  if (first === undefined) {
    const symbols = [...new Set(series.map((one) => one.symbol))]
    const holds = symbols.length === 0 ? 'holds nothing' : `holds ${symbols.join(', ')}`
    throw new DataError(
      `--data ${symbol}: no file has this name, and the store ${store.folder} ${holds}${hintFor(symbol, symbols)}; fetch or import it with run-data.ts`,
    )
  }
  throw new ConfigError(
    `--interval must say which bars of ${symbol} are meant, the store ${store.folder} holds ${intervals.join(', ')}`,
  )
}

function refuseGaps(bars: Bars, end: number): void {
  const gaps = findGaps(bars, 0, end)
  const [gap] = gaps
  if (!gap) return
  const missing = gaps.reduce((sum, { missing }) => sum + missing, 0)
  throw new DataError(
    `--gaps error: ${bars.symbol} ${bars.interval} must have no gap, has ${gaps.length} with ${missing} missing bars, the first from ${formatTime(gap.from)} to ${formatTime(gap.to)}; fetch the missing bars, or take --gaps skip or flat`,
  )
}
