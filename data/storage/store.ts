/**
 * The store of bars: `<folder>/<SYMBOL>/<interval>/<YYYY-MM>.parquet` with a manifest beside the months, and
 * a cache of raw columns. A write happens whole or not at all; writing twice, in any order, gives the same
 * store; one writer a series. Floor 3.
 *
 * ```ts
 * const store = openStore('data/store')
 * await store.write({ bars })
 * const { bars, manifest } = await store.read({ symbol: 'BTCUSDT', interval: '1m' })
 * ```
 */
import { type Dirent, existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import {
  BarColumns,
  type Bars,
  OPTIONAL_FIELDS,
  type OptionalField,
  valueAt,
} from '../../engine/model/bars.js'
import { ConfigError, DataError, InvariantError } from '../../engine/model/errors.js'
import { nearestName } from '../../engine/model/nearest-name.js'
import { isSymbol } from '../../engine/model/symbol-name.js'
import { INTERVALS, type Interval } from '../../engine/model/time.js'
import { hashBars } from '../content-hash.js'
import { copyBars } from '../copy-bars.js'
import { quoteCell } from '../quote-cell.js'
import { checkMonth } from './check-month.js'
import { type Commit, finishCommit, hasState, readState, strayMonths } from './commit.js'
import { LANES } from './duckdb.js'
import { cachePath, dropCache, readCache, sweepCache, writeCache } from './month-cache.js'
import { readParquet } from './month-parquet.js'
import type { Series, StoredMonth, StoreManifest } from './store-manifest.js'
import { type StoredBars, type StoreRows, sliceStored } from './stored-bars.js'
import type { Preferred } from './unite-bars.js'
import { type WriteReport, writeSeries } from './write-series.js'
import { withLock } from './writer-lock.js'

export type { Series, StoredBars, StoreManifest, StoreRows, WriteReport }

/** What to read: all bars of the series, or those that open in `[from, to)`. */
export interface ReadRequest extends Series {
  readonly from?: number
  readonly to?: number
  /** The columns beyond volume that are wanted; all that the store has when left out. */
  readonly optional?: readonly OptionalField[]
  /** Read the Parquet files themselves, and check the whole against the manifest. */
  readonly isFromFiles?: boolean
}

/** Bars as they were read. */
export interface ReadBars extends StoredBars {
  readonly manifest: StoreManifest
}

/** How to write. */
export interface WriteOptions {
  /** Whose bar stands where two sources differ; else that is an error. */
  readonly prefer?: Preferred
  /** How long to wait for another writer. */
  readonly waitMs?: number
}

/** A store of bars in a folder. */
export interface Store {
  readonly folder: string
  /** Every series by symbol and length of interval, also one whose manifest is damaged. */
  series(): readonly Series[]
  /** What it holds of every series, in that order. Throws a DataError on a damaged manifest. */
  list(): readonly StoreManifest[]
  /** What the store holds of a series; undefined when nothing. */
  manifest(series: Series): StoreManifest | undefined
  /** Files in the series' folder that are named as its months are, and are none. */
  strays(series: Series): readonly string[]
  /** Throws a DataError when the store has no such bars, with what it has, or a file is damaged. */
  read(request: ReadRequest): Promise<ReadBars>
  /** Throws a DataError on bars that are none, on conflicts, and when another writer does not end. */
  write(rows: StoreRows, options?: WriteOptions): Promise<WriteReport>
}

const WAIT_MS = 10_000
/** A writer may finish between the reading of a manifest and of its months: then both are read again. */
const READ_TRIES = 3

/** The store in a folder, which is made by the first write. */
export function openStore(folder: string): Store {
  return {
    folder,
    series: () => heldSeries(folder),
    list: () =>
      listSeries(folder).flatMap((series) => readState(seriesFolder(folder, series))?.manifest ?? []),
    manifest: (series) => readState(seriesFolder(folder, series))?.manifest,
    strays: (series) => strayMonths(seriesFolder(folder, series)),
    read: (request) => readSeries(folder, request),
    async write(rows, { prefer, waitMs = WAIT_MS } = {}) {
      const home = seriesFolder(folder, rows.bars)
      mkdirSync(home, { recursive: true })
      const written = withLock(home, waitMs, () => {
        if (finishCommit(home)) sweepCache(folder, heldMonths(folder))
        const before = readState(home)
        return writeSeries({
          folder: home,
          rows,
          prefer,
          before: before?.manifest,
          load(month, optional) {
            if (!before) throw new InvariantError(`a month must be there to be read, ${month.month} is not`)
            return loadMonth(folder, { state: before, month, optional })
          },
          cache: (month, bars) => writeCache(cachePath(folder, month), bars),
          forget: (month) => dropCache(cachePath(folder, month)),
        })
      })
      return written.catch((error: unknown) => {
        dropEmpty(home)
        throw error
      })
    },
  }
}

/** Folder of a series. A month is `1mo`, as in archives: `1M` and `1m` are one name on some disks. */
export function seriesFolder(store: string, { symbol, interval }: Series): string {
  if (!isSymbol(symbol)) {
    throw new ConfigError(`a symbol must be 1 to 30 capital letters and digits, was ${quoteCell(symbol)}`)
  }
  return join(store, symbol, folderName(interval))
}

function folderName(interval: Interval): string {
  return interval === '1M' ? '1mo' : interval
}

function listSeries(store: string): readonly Series[] {
  const found: Series[] = []
  for (const symbol of foldersIn(store)) {
    if (!isSymbol(symbol)) continue
    const names = foldersIn(join(store, symbol))
    for (const interval of INTERVALS) {
      if (names.includes(folderName(interval))) found.push({ symbol, interval })
    }
  }
  return found
}

/** Names in the cache of all months that the store holds; none of a series whose manifest is damaged. */
function heldMonths(store: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const series of listSeries(store)) {
    try {
      const { months = [] } = readState(seriesFolder(store, series))?.manifest ?? {}
      for (const month of months) names.add(basename(cachePath(store, month)))
    } catch (error) {
      if (!(error instanceof DataError)) throw error
    }
  }
  return names
}

/** Takes away the folders of a first write that failed. */
function dropEmpty(home: string): void {
  for (const folder of [home, dirname(home)]) {
    try {
      rmdirSync(folder)
    } catch {
      // It holds something.
      return
    }
  }
}

/** Without those of which a write that failed left the folder. */
function heldSeries(store: string): readonly Series[] {
  return listSeries(store).filter((series) => hasState(seriesFolder(store, series)))
}

function foldersIn(path: string): readonly string[] {
  if (!existsSync(path)) return []
  const entries: readonly Dirent[] = readdirSync(path, { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
}

async function readSeries(store: string, request: ReadRequest): Promise<ReadBars> {
  for (let tries = 1; ; tries++) {
    const state = readState(seriesFolder(store, request))
    if (!state) throw notThere(store, request)
    try {
      return await readMonths(store, request, state)
    } catch (error) {
      const now = readState(seriesFolder(store, request))?.manifest.sha256
      if (tries === READ_TRIES || now === state.manifest.sha256) throw error
    }
  }
}

async function readMonths(store: string, request: ReadRequest, state: Commit): Promise<ReadBars> {
  const { manifest } = state
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = request
  const months = manifest.months.filter(({ first, last }) => last >= from && first < to)
  const has = OPTIONAL_FIELDS.filter((field) => months.some(({ columns }) => columns.includes(field)))
  const optional = has.filter((field) => request.optional?.includes(field) ?? true)
  const capacity = months.reduce((sum, { rows }) => sum + rows, 0)
  const { symbol, interval } = manifest
  const bars = new BarColumns({ symbol, interval, capacity, optional })
  const closeTimes = new Map<number, number>()
  const loading = new Map<StoredMonth, Promise<StoredBars>>()
  for (const [i, month] of months.entries()) {
    const path = cachePath(store, month)
    const isCached = request.isFromFiles !== true && !loading.has(month)
    if (isCached && readCache(path, month, { target: bars, closeTimes })) continue
    if (request.isFromFiles === true) dropCache(path)
    const own = loading.get(month) ?? loadMonth(store, { state, month, lane: i % LANES })
    if (i + 1 < months.length) loadAhead(i + 1)
    const loaded = await own
    copyBars(loaded.bars, bars, 0, loaded.bars.length)
    for (const [time, close] of loaded.closeTimes) closeTimes.set(time, close)
  }
  if (request.isFromFiles === true && hashBars(bars) !== manifest.sha256) {
    throw new DataError(
      `${seriesFolder(store, manifest)} must hold the bars of its manifest, holds others; remove it and import or fetch the bars again`,
    )
  }
  const first = indexFrom(bars, from)
  const end = indexFrom(bars, to)
  if (first === 0 && end === bars.length) return { bars, closeTimes, manifest }
  return { ...sliceStored({ bars, closeTimes }, first, end), manifest }

  /** Starts to load a month from its Parquet file, two at a time. */
  function loadAhead(index: number): void {
    const month = months[index]
    if (!month || loading.has(month) || existsSync(cachePath(store, month))) return
    const load = loadMonth(store, { state, month, lane: index % LANES })
    // Its failure is met when its turn comes.
    load.catch(() => undefined)
    loading.set(month, load)
  }
}

/** A month from the cache, or from its Parquet file, which is then cached. */
async function loadMonth(
  store: string,
  {
    state,
    month,
    optional = month.columns,
    lane,
  }: MonthRequest & { readonly optional?: readonly OptionalField[] | undefined },
): Promise<StoredBars> {
  const { symbol, interval } = state.manifest
  const bars = new BarColumns({ symbol, interval, capacity: month.rows, optional })
  const closeTimes = new Map<number, number>()
  const path = cachePath(store, month)
  if (readCache(path, month, { target: bars, closeTimes })) return { bars, closeTimes }
  const loaded = await loadParquet(store, { state, month, ...(lane === undefined ? {} : { lane }) })
  writeCache(path, loaded)
  return loaded
}

/** A month of a series whose state was read. */
interface MonthRequest {
  readonly state: Commit
  readonly month: StoredMonth
  readonly lane?: number
}

async function loadParquet(store: string, { state, month, lane = 0 }: MonthRequest): Promise<StoredBars> {
  const folder = seriesFolder(store, state.manifest)
  const name = `${month.month}.parquet`
  // A change that is decided and not finished has its files under their temporary names.
  const temp = state.files.find(([, file]) => file === name)?.[0]
  const path = temp !== undefined && existsSync(join(folder, temp)) ? join(folder, temp) : join(folder, name)
  const loaded = await readParquet(path, { series: state.manifest, month, lane })
  checkMonth(loaded, month, path)
  return loaded
}

function notThere(store: string, { symbol, interval }: Series): DataError {
  const all = heldSeries(store)
  const own = all.filter((series) => series.symbol === symbol).map((series) => series.interval)
  if (own.length > 0) {
    return new DataError(
      `the store ${store} must hold ${symbol} ${interval}, holds ${symbol} ${own.join(', ')}`,
    )
  }
  const symbols = [...new Set(all.map((series) => series.symbol))]
  const nearest = nearestName(symbol, symbols)
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
  const holds = symbols.length === 0 ? 'holds nothing' : `holds ${symbols.join(', ')}`
  return new DataError(`the store ${store} must hold ${symbol} ${interval}, ${holds}${hint}`)
}

/** Index of the first bar that opens at `time` or later. */
function indexFrom(bars: Bars, time: number): number {
  let low = 0
  let high = bars.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (valueAt(bars.openTime, middle) < time) low = middle + 1
    else high = middle
  }
  return low
}
