/** Recorded trades as the exchange takes them: a tape for each symbol, and the bars that it makes. Floor 5. */
import { type FoundFile, findFiles, isTextFile } from '../../../data/find-files.js'
import { fillGapsFlat } from '../../../data/gaps.js'
import { namedSymbol, symbolOf } from '../../../data/import-file.js'
import {
  type RecordedTrade,
  readTrades,
  type TradeLayout,
  tradeLayoutOf,
} from '../../../data/parse-trades.js'
import { firstLines } from '../../../data/read-rows.js'
import { Tape } from '../../exchange/market/tape.js'
import { TradeBars } from '../../math/bars-from-trades.js'
import { type Bars, sliceBars } from '../../model/bars.js'
import { ConfigError, DataError } from '../../model/errors.js'
import { toNumber } from '../../model/money.js'
import type { Interval } from '../../model/time.js'
import { isSynthetic, storeNameOf } from '../load-data.js'
import { resolveRange } from '../resolve-range.js'
import type { ExchangeSettings } from './exchange-flags.js'

/** Recorded trades of one symbol, and their bars. */
export interface LoadedTape {
  readonly symbol: string
  readonly bars: Bars
  readonly tape: Tape
}

interface TradeFile {
  readonly file: FoundFile
  readonly layout: TradeLayout
}

const DEFAULT_INTERVAL: Interval = '1m'

/**
 * The tapes of `--data`, by symbol; undefined where it names no files of trades. Throws a ConfigError on trades
 * together with other data, a DataError on a file that is damaged or comes in the wrong order.
 */
export async function loadTapes(settings: ExchangeSettings): Promise<readonly LoadedTape[] | undefined> {
  const { data } = settings
  if (data.some((text) => isSynthetic(text) || storeNameOf(text) !== undefined)) return undefined
  const files = await findFiles(data, process.cwd())
  const trades: TradeFile[] = []
  const others: FoundFile[] = []
  for (const file of files) {
    const layout = await layoutOf(file)
    if (layout) trades.push({ file, layout })
    else others.push(file)
  }
  if (trades.length === 0) return undefined
  if (others[0]) {
    throw new ConfigError(
      `--data must be files of trades alone or none, ${others[0].shown} holds none: name the files, or take a folder of trades`,
    )
  }
  if (settings.columns !== undefined)
    throw new ConfigError('--columns is for klines, files of trades need none')
  const groups = Map.groupBy(trades, ({ file }) => wantedSymbol(file, settings.symbol))
  const tapes: LoadedTape[] = []
  for (const symbol of [...groups.keys()].toSorted()) {
    tapes.push(await loadTape(symbol, groups.get(symbol) ?? [], settings))
  }
  return tapes
}

async function layoutOf(file: FoundFile): Promise<TradeLayout | undefined> {
  if (!isTextFile(file)) return undefined
  const [first = '', second = ''] = (await firstLines(file)) ?? []
  return tradeLayoutOf(first) ?? tradeLayoutOf(second)
}

function wantedSymbol(file: FoundFile, wanted: readonly string[]): string {
  const own = namedSymbol(file)
  const [only] = wanted
  if (own !== undefined && wanted.includes(own)) return own
  if (wanted.length < 2) return symbolOf(file, { symbol: only })
  throw new ConfigError(
    `--data must be of the symbols ${wanted.join(', ')}, ${file.shown} does not say one of them`,
  )
}

async function loadTape(
  symbol: string,
  files: readonly TradeFile[],
  { interval = DEFAULT_INTERVAL, from, to }: ExchangeSettings,
): Promise<LoadedTape> {
  const tape = new Tape()
  const made = new TradeBars({ symbol, interval })
  const add = (trade: RecordedTrade): void => {
    const { id, firstId, time, price, quantity, count, isBuyerMaker } = trade
    if ((from !== undefined && time < from) || (to !== undefined && time >= to)) return
    const units = Number(quantity)
    tape.add({ aggId: id, firstId, time, price: toNumber(price), units, count, isBuyerMaker })
    made.add(trade)
  }
  for (const { file, layout } of files) await readTrades(file, layout, { add })
  if (tape.length === 0) throw new DataError(`--data must hold trades of ${symbol} in the range, holds none`)
  // Where no id is missing nothing was traded, and the exchange tells a bar without trades.
  const bars = fillGapsFlat(made.end(), ({ to: end }) => tape.follows(tape.firstFrom(end)))
  const range = resolveRange(bars, { from, to })
  return { symbol, bars: sliceBars(bars, range.first, range.end), tape }
}
