/** Runs made up for the report's tests: a seeded walk, traded by the clock, with books that add up. */
import { riskMultiples } from '../../engine/math/metrics/risk-multiples.js'
import { runMetrics } from '../../engine/math/metrics/run-metrics.js'
import { BarColumns, closeTimeAt, openTimeAt, valueAt } from '../../engine/model/bars.js'
import type { Fill, Trade } from '../../engine/model/fill.js'
import {
  commissionOf,
  divideDown,
  multiplyDown,
  toNumber,
  toRate,
  toUnits,
} from '../../engine/model/money.js'
import type { OrderRecord } from '../../engine/model/order.js'
import type { RunResult } from '../../engine/model/run-result.js'
import { openRules } from '../../engine/model/symbol-rules.js'
import { type Interval, intervalMs, nextOpenTime } from '../../engine/model/time.js'
import type { RunIdentity, RunPageInput } from '../../reports/run-page-input.js'
import type { SweepAttachment } from '../../reports/sweep-attachment.js'

const ALPHA = 0.5
const FEE = 0.001
const CASH = 10_000

/** What a sample run is like. */
export interface SampleOptions {
  readonly bars?: number
  readonly interval?: Interval
  /** Closed trades, spread evenly. */
  readonly trades?: number
  /** Whether one more position is bought and kept. */
  readonly isOpenAtEnd?: boolean
  /** How far below its entry a stop came with each trade but the last, as a fraction of the price; none without. */
  readonly stop?: number
  readonly symbol?: string
  readonly quoteAsset?: string
  readonly tag?: string
  readonly seed?: number
  readonly identity?: Partial<RunIdentity>
  readonly warnings?: readonly string[]
}

/** A page's input for a made-up run from 2024-01-01: 500 hourly bars and 20 trades unless told otherwise. */
export function sampleRun(options: SampleOptions = {}): RunPageInput {
  const result = sampleResult(options)
  return {
    result,
    metrics: { ...runMetrics(result), risk: riskMultiples(result) },
    identity: { ...sampleIdentity(result), ...options.identity },
    warnings: options.warnings ?? ['Fewer than 30 trades (20): figures about trades are rough.'],
  }
}

function sampleResult({
  bars: count = 500,
  interval = '1h',
  trades: tradeCount = 20,
  isOpenAtEnd = false,
  stop,
  symbol = 'BTCUSDT',
  quoteAsset = 'USDT',
  tag = 'cross',
  seed = 1,
}: SampleOptions): RunResult {
  const bars = sampleBars({ count, interval, symbol, seed })
  const rules = { ...openRules(symbol, 'BTC', quoteAsset), stepSize: 1000n, tickSize: 1_000_000n }
  const fills: Fill[] = []
  const trades: Trade[] = []
  const equity = new Float64Array(count)
  let cash = toUnits(CASH)
  let quantity = 0n
  let exposedBars = 0

  const fill = (side: 'BUY' | 'SELL', barIndex: number, tradeNumber: number): Fill => {
    const reference = toUnits(valueAt(bars.open, barIndex))
    const atr = 0.004 * valueAt(bars.open, barIndex)
    const price = reference + (side === 'BUY' ? 1n : -1n) * toUnits(ALPHA * atr)
    const size = side === 'BUY' ? divideDown(cash, price) : quantity
    const quote = multiplyDown(price, size)
    const commission = commissionOf(side === 'BUY' ? size : quote, toRate(FEE))
    cash += side === 'BUY' ? -quote : quote - commission
    quantity += side === 'BUY' ? size - commission : -size
    const distance = price > reference ? price - reference : reference - price
    const one: Fill = {
      orderNumber: fills.length + 1,
      symbolIndex: 0,
      side,
      type: 'MARKET',
      liquidity: 'TAKER',
      time: openTimeAt(bars, barIndex),
      barIndex,
      decisionTime: closeTimeAt(bars, barIndex - 1),
      price,
      quantity: size,
      quote,
      commission,
      commissionAsset: side === 'BUY' ? 'BTC' : quoteAsset,
      referencePrice: reference,
      atr,
      slippage: multiplyDown(distance, size),
      isOutsideBar: false,
      isAmbiguous: false,
      tradeNumber,
    }
    fills.push(one)
    return one
  }

  const stride = Math.floor((count - 2) / Math.max(1, tradeCount + (isOpenAtEnd ? 1 : 0)))
  let entry: Fill | undefined
  for (let i = 0; i < count; i++) {
    const phase = i - 1 - trades.length * stride
    if (entry === undefined && phase === 0 && trades.length < tradeCount + (isOpenAtEnd ? 1 : 0)) {
      entry = fill('BUY', i, trades.length + 1)
    } else if (entry !== undefined && trades.length < tradeCount && phase >= Math.max(1, stride >> 1)) {
      const exit = fill('SELL', i, entry.tradeNumber)
      trades.push(toTrade(entry, exit, tag))
      entry = undefined
    }
    if (entry !== undefined) exposedBars++
    equity[i] = toNumber(cash) + toNumber(quantity) * valueAt(bars.close, i)
  }
  return {
    identity: { epoch: 0, hash6: 'a1b2c3' },
    bars,
    rules,
    settings: {
      cash: toUnits(CASH),
      alpha: ALPHA,
      atrPeriod: 14,
      atrSource: 'next',
      clamp: 'none',
      makerFee: FEE,
      takerFee: FEE,
      feeAsset: 'received',
      limitFill: 'through',
      participation: undefined,
      insideBar: 'worst',
      warmup: 0,
      closeAtEnd: false,
    },
    first: 0,
    end: count,
    firstCall: 0,
    orders: [
      ...fills.map((fill) => toOrder(fill, bars)),
      ...(stop === undefined ? [] : stopsOf(trades.slice(0, -1), { fills, bars, stop })),
    ],
    fills,
    trades,
    decisions: [],
    equity,
    exposedBars,
    cash,
    quantity,
    hasOpenTrade: entry !== undefined,
    symbols: [{ bars, rules, quantity, lastClose: valueAt(bars.close, count - 1) }],
  }
}

function toOrder(fill: Fill, bars: BarColumns): OrderRecord {
  const { orderNumber, symbolIndex, side, decisionTime, quantity, time, barIndex } = fill
  const decisionOpenTime = openTimeAt(bars, barIndex - 1)
  const type = 'MARKET'
  return {
    order: {
      number: orderNumber,
      symbolIndex,
      side,
      type,
      decisionTime,
      decisionOpenTime,
      tag: '',
      quantity,
    },
    status: 'FILLED',
    executedQuantity: quantity,
    reason: '',
    endTime: time,
  }
}

/** A stop for each trade, taken back as it ended. */
function stopsOf(
  trades: readonly Trade[],
  {
    fills,
    bars,
    stop,
  }: { readonly fills: readonly Fill[]; readonly bars: BarColumns; readonly stop: number },
): OrderRecord[] {
  return trades.map(({ entryBar, entryPrice, quantity, exitTime }, i) => ({
    order: {
      ...{ number: fills.length + i + 1, symbolIndex: 0, side: 'SELL', type: 'STOP_LOSS', quantity, tag: '' },
      decisionTime: closeTimeAt(bars, entryBar - 1),
      decisionOpenTime: openTimeAt(bars, entryBar - 1),
      stopPrice: toUnits(entryPrice * (1 - stop)),
    },
    status: 'CANCELED',
    executedQuantity: 0n,
    reason: '',
    endTime: exitTime,
  }))
}

function toTrade(entry: Fill, exit: Fill, tag: string): Trade {
  const fees = multiplyDown(entry.price, entry.commission) + exit.commission
  const slippage = entry.slippage + exit.slippage
  const net = exit.quote - exit.commission - entry.quote
  return {
    number: entry.tradeNumber,
    symbolIndex: 0,
    entryTime: entry.time,
    exitTime: exit.time,
    entryBar: entry.barIndex,
    exitBar: exit.barIndex,
    entryPrice: toNumber(entry.price),
    exitPrice: toNumber(exit.price),
    quantity: entry.quantity,
    gross: net + fees + slippage,
    fees,
    slippage,
    net,
    return: toNumber(net) / toNumber(entry.quote),
    bars: exit.barIndex - entry.barIndex,
    mae: -0.0123,
    mfe: 0.0234,
    isAmbiguous: false,
    entryTag: tag,
    exitTag: tag === '' ? '' : 'exit',
  }
}

function sampleBars({
  count,
  interval,
  symbol,
  seed,
}: {
  readonly count: number
  readonly interval: Interval
  readonly symbol: string
  readonly seed: number
}): BarColumns {
  const bars = new BarColumns({ symbol, interval, capacity: count })
  const step = 0.03 * Math.sqrt(intervalMs(interval) / 86_400_000)
  let state = seed
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  let openTime = Date.UTC(2024, 0, 1)
  let open = 42_000
  for (let i = 0; i < count; i++) {
    const close = Math.round(open * (1 + step * (random() + random() + random() - 1.498)) * 100) / 100
    const high = Math.max(open, close) * (1 + step / 3)
    const low = Math.min(open, close) * (1 - step / 3)
    bars.append({ openTime, open, high, low, close, volume: 10 })
    openTime = nextOpenTime(openTime, interval)
    open = close
  }
  return bars
}

function sampleIdentity({ bars, end }: RunResult): RunIdentity {
  return {
    runId: '5f0c9a1e77d2',
    engineVersion: '0.1.0',
    engineHash: '9c41d07be2aa',
    libraries: { vega: '6.4.0' },
    strategy: { name: 'sma-cross', file: 'sma-cross.ts', sha256: '7d'.repeat(32) },
    params: { fast: 12, slow: 48 },
    data: [
      {
        symbol: bars.symbol,
        interval: bars.interval,
        from: valueAt(bars.openTime, 0),
        to: closeTimeAt(bars, end - 1) + 1,
        bars: end,
        gaps: 2,
        source: `${bars.symbol}-${bars.interval}-2024.csv`,
        sha256: 'c0ffee'.repeat(10).padEnd(64, '0'),
      },
    ],
    settings: {
      alpha: ALPHA,
      'atr-period': 14,
      'atr-source': 'next',
      cash: CASH,
      clamp: 'none',
      'close-at-end': false,
      'fee-asset': 'received',
      'maker-fee': FEE,
      'taker-fee': FEE,
      rules: 'BTCUSDT built-in',
      warmup: 0,
    },
    audit: 'no look-ahead (8 cuts, 6 of them at orders, 5.0% of the bars decided again)',
    auditVerdict: 'clean',
    seed: 1,
    command: `npx tsx run-backtest.ts sma-cross --data ${bars.symbol}-${bars.interval}-2024.csv -p fast=12 -p slow=48`,
  }
}

/** A sweep of two parameters; `name` stands wherever a name may. */
export function sampleSweep(name: string): SweepAttachment {
  const day = (n: number) => Date.UTC(2024, 0, n)
  const params = { [name]: name }
  return {
    sweepId: name,
    objective: name,
    trials: 120,
    failed: 3,
    trialsEver: 228,
    best: { params, value: 1.34 },
    plateau: { params, value: 1.12 },
    dsr: 0.54,
    neighbourhood: {
      x: { name, values: [name, '2', '3'] },
      y: { name, values: [name] },
      cells: [[1.34, -0.2, Number.NaN]],
    },
    walkForward: {
      folds: [
        { train: [day(1), day(10)], test: [day(10), day(15)], params, inSample: 1.6, outOfSample: 0.9 },
        { train: [day(5), day(15)], test: [day(15), day(20)], params, inSample: 1.2, outOfSample: -0.1 },
      ],
      efficiency: 0.48,
    },
    intervals: [{ metric: name, low: 0.1, high: 1.9, level: 0.95 }],
  }
}
