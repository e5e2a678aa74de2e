/** What `--fine` names: finer bars or trades of the run's symbol. Floor 5. */
import { createHash } from 'node:crypto'
import type { FinePath } from '../core/market/fine-path.js'
import type { PublicTrade } from '../math/bars-from-trades.js'
import { type Column, newColumn } from '../model/bars.js'
import { ConfigError, DataError } from '../model/errors.js'
import { toNumber } from '../model/money.js'
import { formatTime, intervalMs } from '../model/time.js'
import type { Settings } from './flag-table.js'
import { isSynthetic, loadData, type RunData, storeNameOf } from './load-data.js'

/** A path through the run's bars, and what identifies it. */
export interface LoadedFine {
  readonly path: FinePath
  /** Files by name, or the store's series. */
  readonly given: string
  readonly sha256: string
  /** The finest length of time it shows, milliseconds. */
  readonly stepMs: number
}

/**
 * Loads the finer data of a run; undefined without `--fine`. Throws a ConfigError when it is not finer, or goes
 * with several symbols, a DataError when a file is missing or damaged.
 */
export async function loadFine(
  settings: Settings,
  data: readonly RunData[],
): Promise<LoadedFine | undefined> {
  const { fine } = settings
  const [run] = data
  if (fine === undefined || !run) return undefined
  if (data.length > 1) throw new ConfigError('--fine goes with one symbol, the run has several; leave it out')
  const isFile = !isSynthetic(fine) && storeNameOf(fine) === undefined
  const trades = isFile ? await loadTrades(fine) : undefined
  if (trades) return trades
  const finer = await loadData({
    ...settings,
    data: fine.split(','),
    symbol: run.symbol,
    interval: storeNameOf(fine)?.interval,
    from: undefined,
    to: undefined,
  })
  if (intervalMs(finer.interval) >= intervalMs(run.interval)) {
    throw new ConfigError(
      `--fine must hold bars finer than ${run.interval}, holds ${finer.interval}; name finer bars or trades`,
    )
  }
  return {
    path: finer.bars,
    given: finer.sources.join(','),
    sha256: finer.hash.text,
    stepMs: intervalMs(finer.interval),
  }
}

async function loadTrades(pattern: string): Promise<LoadedFine | undefined> {
  // Loaded when they are asked for: few runs have a path of trades.
  const [{ findFiles, isTextFile }, { readTrades, tradeLayoutOf }, { firstLines }] = await Promise.all([
    import('../../data/find-files.js'),
    import('../../data/parse-trades.js'),
    import('../../data/read-rows.js'),
  ])
  const files = await findFiles(pattern.split(','), process.cwd())
  const columns = new TradeColumns()
  for (const file of files) {
    if (!isTextFile(file)) return undefined
    const [first = '', second = ''] = (await firstLines(file)) ?? []
    const layout = tradeLayoutOf(first) ?? tradeLayoutOf(second)
    if (!layout) return undefined
    await readTrades(file, layout, columns)
  }
  const path = columns.end()
  if (path.length === 0) throw new DataError(`--fine ${pattern} must hold trades, has none`)
  const hash = createHash('sha256')
  for (const column of [path.openTime, path.open, path.volume]) {
    hash.update(new Uint8Array(column.buffer, column.byteOffset, 8 * path.length))
  }
  return { path, given: files.map(({ name }) => name).join(','), sha256: hash.digest('hex'), stepMs: 1 }
}

/** Trades as a path: each is a piece of one price. */
class TradeColumns {
  readonly #times: number[] = []
  readonly #prices: number[] = []
  readonly #volumes: number[] = []

  add({ time, price, quantity }: PublicTrade): void {
    const last = this.#times.at(-1) ?? 0
    if (time < last) {
      throw new DataError(
        `trades must come oldest first, ${formatTime(time)} comes after ${formatTime(last)}`,
      )
    }
    this.#times.push(time)
    this.#prices.push(toNumber(price))
    this.#volumes.push(toNumber(quantity))
  }

  end(): FinePath {
    const prices = columnOf(this.#prices)
    return {
      openTime: columnOf(this.#times),
      open: prices,
      high: prices,
      low: prices,
      volume: columnOf(this.#volumes),
      length: prices.length,
    }
  }
}

function columnOf(values: readonly number[]): Column {
  const column = newColumn(values.length)
  column.set(values)
  return column
}
