/** Finished runs made by hand, for tests of what is computed from them. */
import { BarColumns } from '../../../engine/model/bars.js'
import type { Fill, Trade } from '../../../engine/model/fill.js'
import { ONE, parseUnits, toNumber, type Units } from '../../../engine/model/money.js'
import type { OrderRecord, OrderStatus, Side } from '../../../engine/model/order.js'
import type { RunResult } from '../../../engine/model/run-result.js'
import { openRules } from '../../../engine/model/symbol-rules.js'
import { closeTimeOf, type Interval, nextOpenTime, parseTime, toEpochMs } from '../../../engine/model/time.js'

/** A fill in words; bar is an index, amounts are decimals. */
export interface FixtureFill {
  readonly bar: number
  readonly side: Side
  readonly price: string
  readonly quantity: string
  readonly commission?: string
  readonly commissionAsset?: 'BTC' | 'USDT'
  readonly slippage?: string
  readonly atr?: number
  readonly isOutsideBar?: boolean
  readonly time?: number
}

/** A run in words. Bars follow one another from `start` unless `openTimes` says otherwise. */
export interface FixtureRun {
  readonly start?: string
  readonly interval?: Interval
  readonly openTimes?: readonly number[]
  readonly closes: readonly number[]
  /** The close before, and the first close for the first bar, unless given. */
  readonly opens?: readonly number[]
  readonly cash?: string
  readonly alpha?: number
  readonly fills?: readonly FixtureFill[]
  readonly trades?: readonly Trade[]
  readonly statuses?: readonly OrderStatus[]
  readonly first?: number
  readonly priceScale?: number
}

/** Units of a decimal that a test wrote. */
export function units(text: string): Units {
  const parsed = parseUnits(text)
  if (parsed === undefined) throw new RangeError(`must be a decimal, was ${text}`)
  return parsed
}

/** A moment that a test wrote. */
export function moment(text: string): number {
  const time = parseTime(text)
  if (time === undefined) throw new RangeError(`must be a time, was ${text}`)
  return time
}

/** A trade with the numbers a test cares about; the others are those of an hour without change. */
export function fixtureTrade(part: Partial<Trade>): Trade {
  return {
    number: 1,
    symbolIndex: 0,
    entryTime: toEpochMs(0),
    exitTime: toEpochMs(3_600_000),
    entryBar: 0,
    exitBar: 1,
    entryPrice: 100,
    exitPrice: 100,
    quantity: ONE,
    gross: 0n,
    fees: 0n,
    slippage: 0n,
    net: 0n,
    return: 0,
    bars: 1,
    mae: 0,
    mfe: 0,
    isAmbiguous: false,
    entryTag: '',
    exitTag: '',
    ...part,
  }
}

/** The run that the words tell: equity, cash and base follow from the fills. */
export function fixtureRun(run: FixtureRun): RunResult {
  const { interval = '1h', closes, cash = '1000', alpha = 0.5, first = 0, priceScale = 1 } = run
  const bars = new BarColumns({ symbol: 'BTCUSDT', interval })
  let openTime = moment(run.start ?? '2024-01-01')
  closes.forEach((close, i) => {
    const open = run.opens?.[i] ?? closes[i - 1] ?? close
    bars.append({
      openTime: run.openTimes?.[i] ?? openTime,
      open: open * priceScale,
      high: Math.max(open, close) * priceScale,
      low: Math.min(open, close) * priceScale,
      close: close * priceScale,
      volume: 1,
    })
    openTime = nextOpenTime(openTime, interval)
  })
  const fills = (run.fills ?? []).map((fill, i) => toFill(fill, { bars, number: i + 1, priceScale }))
  const books = booksOf(fills, { cash: units(cash), count: closes.length })
  const last = books.at(-1) ?? { cash: units(cash), quantity: 0n }
  const rules = { ...openRules('BTCUSDT', 'BTC', 'USDT'), priceScale }
  return {
    identity: { epoch: 0, hash6: '000000' },
    bars,
    rules,
    settings: {
      alpha,
      atrPeriod: 14,
      atrSource: 'next',
      clamp: 'none',
      makerFee: 0.001,
      takerFee: 0.001,
      feeAsset: 'received',
      cash: units(cash),
      limitFill: 'through',
      participation: undefined,
      insideBar: 'worst',
      warmup: 0,
      closeAtEnd: false,
    },
    first,
    end: closes.length,
    firstCall: first,
    orders: (run.statuses ?? fills.map(() => 'FILLED' as const)).map(toOrder),
    fills,
    trades: run.trades ?? tradesOf(fills),
    decisions: [],
    equity: Float64Array.from(
      books.slice(first),
      (book, k) => toNumber(book.cash, priceScale) + toNumber(book.quantity) * (bars.close[first + k] ?? 0),
    ),
    exposedBars: books.slice(first).filter((book) => book.quantity > 0n).length,
    cash: last.cash,
    quantity: last.quantity,
    hasOpenTrade: last.quantity > 0n,
    symbols: [{ bars, rules, quantity: last.quantity, lastClose: bars.close[closes.length - 1] ?? 0 }],
  }
}

function toFill(
  fill: FixtureFill,
  { bars, number, priceScale }: { bars: BarColumns; number: number; priceScale: number },
): Fill {
  const price = units(fill.price)
  const quantity = units(fill.quantity)
  const openTime = bars.openTime[fill.bar] ?? 0
  return {
    orderNumber: number,
    symbolIndex: 0,
    side: fill.side,
    type: 'MARKET',
    liquidity: 'TAKER',
    time: toEpochMs(fill.time ?? openTime),
    barIndex: fill.bar,
    decisionTime: toEpochMs(openTime - 1),
    price,
    quantity,
    quote: (price * quantity) / ONE,
    commission: units(fill.commission ?? '0'),
    commissionAsset: fill.commissionAsset ?? (fill.side === 'BUY' ? 'BTC' : 'USDT'),
    referencePrice: price,
    atr: (fill.atr ?? 1) * priceScale,
    slippage: units(fill.slippage ?? '0'),
    isOutsideBar: fill.isOutsideBar ?? false,
    isAmbiguous: false,
    tradeNumber: Math.ceil(number / 2),
  }
}

function toOrder(status: OrderStatus, i: number): OrderRecord {
  const openTime = toEpochMs(i * 3_600_000)
  return {
    order: {
      number: i + 1,
      symbolIndex: 0,
      side: 'BUY',
      type: 'MARKET',
      quantity: ONE,
      decisionTime: closeTimeOf(openTime, '1h'),
      decisionOpenTime: openTime,
      tag: '',
    },
    status,
    executedQuantity: status === 'FILLED' ? ONE : 0n,
    reason: '',
  }
}

interface FixtureBook {
  readonly cash: Units
  readonly quantity: Units
}

/** Cash and base at the close of each bar. */
function booksOf(fills: readonly Fill[], { cash, count }: { cash: Units; count: number }): FixtureBook[] {
  return Array.from({ length: count }, (_, i) => {
    const past = fills.filter((fill) => fill.barIndex <= i)
    const total = (amountOf: (fill: Fill) => Units) => past.reduce((sum, fill) => sum + amountOf(fill), 0n)
    const sign = (fill: Fill) => (fill.side === 'BUY' ? 1n : -1n)
    return {
      cash: cash - total((f) => sign(f) * f.quote + (f.commissionAsset === 'USDT' ? f.commission : 0n)),
      quantity: total((f) => sign(f) * f.quantity - (f.commissionAsset === 'BTC' ? f.commission : 0n)),
    }
  })
}

/** Round trips of one buy and one sell each. */
function tradesOf(fills: readonly Fill[]): Trade[] {
  const trades: Trade[] = []
  for (let i = 0; i + 1 < fills.length; i += 2) {
    const [buy, sell] = fills.slice(i, i + 2)
    if (!buy || !sell) break
    const inQuote = (f: Fill) => (f.commissionAsset === 'USDT' ? f.commission : 0n)
    const fees =
      inQuote(sell) +
      (inQuote(buy) || (buy.commissionAsset === 'BTC' ? (buy.price * buy.commission) / ONE : 0n))
    const slippage = buy.slippage + sell.slippage
    const net = sell.quote - inQuote(sell) - buy.quote - inQuote(buy)
    trades.push(
      fixtureTrade({
        number: trades.length + 1,
        entryTime: buy.time,
        exitTime: sell.time,
        entryBar: buy.barIndex,
        exitBar: sell.barIndex,
        entryPrice: toNumber(buy.price),
        exitPrice: toNumber(sell.price),
        quantity: buy.quantity,
        gross: net + fees + slippage,
        fees,
        slippage,
        net,
        return: toNumber(net) / toNumber(buy.quote),
        bars: sell.barIndex - buy.barIndex,
      }),
    )
  }
  return trades
}
