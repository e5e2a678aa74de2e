/** Builders that tests share: bars, settings, and runs over them. */
import fc from 'fast-check'
import { BarStream } from '../engine/backtest/bar-stream.js'
import type { ReplaySetup } from '../engine/backtest/replay.js'
import { runBacktest } from '../engine/backtest/run-backtest.js'
import type { Context, OrderTerms } from '../engine/core/context.js'
import type { FinePath } from '../engine/core/market/fine-path.js'
import type { ParamSpecs, ParamValues } from '../engine/core/params.js'
import { defineStrategy, type PlainState, type Strategy, strategyParams } from '../engine/core/strategy.js'
import { type Bar, BarColumns, type Bars, barAt } from '../engine/model/bars.js'
import { ONE, parseUnits } from '../engine/model/money.js'
import type { ReplaceMode } from '../engine/model/order.js'
import type { RunResult } from '../engine/model/run-result.js'
import type { RunSettings } from '../engine/model/settings.js'
import { openRules, type SymbolRules } from '../engine/model/symbol-rules.js'
import { type Interval, intervalMs } from '../engine/model/time.js'

/** 2024-01-01T00:00:00Z. */
export const START = Date.UTC(2024, 0, 1)

/** An amount from its decimal. */
export function units(text: string): bigint {
  const amount = parseUnits(text)
  if (amount === undefined) throw new Error(`no amount: ${text}`)
  return amount
}

/** Bars from rows of open, high, low, close and volume (1 when left out), one minute apart. */
export function barsOf(
  rows: readonly (readonly number[])[],
  { start = START, interval = '1m' as Interval, symbol = 'BTCUSDT' } = {},
): BarColumns {
  const bars = new BarColumns({ symbol, interval, capacity: Math.max(1, rows.length) })
  rows.forEach(([open = 0, high = 0, low = 0, close = 0, volume = 1], i) => {
    bars.append({ openTime: start + i * intervalMs(interval), open, high, low, close, volume })
  })
  return bars
}

/** The bars one by one. */
export function barList(bars: Bars): Bar[] {
  return Array.from({ length: bars.length }, (_, i) => barAt(bars, i))
}

/** The same bars in columns of their own, with one of them changed by `change`. */
export function mapBars(bars: Bars, change: (bar: Bar, i: number) => Bar): BarColumns {
  const copy = new BarColumns({ symbol: bars.symbol, interval: bars.interval, capacity: bars.length + 1 })
  for (const [i, bar] of barList(bars).entries()) copy.append(change(bar, i))
  return copy
}

/** Settings of a run without costs, changed as asked. */
export function settingsOf(changes: Partial<RunSettings> = {}): RunSettings {
  return {
    cash: 10_000n * ONE,
    alpha: 0,
    atrPeriod: 3,
    atrSource: 'next',
    clamp: 'none',
    makerFee: 0,
    takerFee: 0,
    feeAsset: 'received',
    limitFill: 'through',
    participation: undefined,
    insideBar: 'worst',
    warmup: 0,
    closeAtEnd: false,
    ...changes,
  }
}

/** Rules without a filter, changed as asked. */
export function rulesOf(changes: Partial<SymbolRules> = {}): SymbolRules {
  return { ...openRules('BTCUSDT', 'BTC', 'USDT'), source: 'exchange-info', ...changes }
}

/** What a test's run is made of; everything has a default but the strategy and the bars. */
export interface RunParts {
  readonly strategy: Strategy
  readonly bars: Bars
  readonly params?: Readonly<Record<string, unknown>>
  readonly rules?: SymbolRules
  readonly settings?: Partial<RunSettings>
  readonly first?: number
  readonly end?: number
  readonly fine?: FinePath
}

/** The whole setup of a run. */
export function setupOf({ strategy, bars, params, rules, settings, first, fine }: RunParts): ReplaySetup {
  return {
    identity: { epoch: 0, hash6: 'abc123' },
    strategy,
    params: strategyParams(strategy, params ?? {}),
    bars,
    rules: rules ?? openRules('BTCUSDT', 'BTC', 'USDT'),
    settings: settingsOf(settings),
    first: first ?? 0,
    fine,
  }
}

/** Runs over columns. */
export function run(parts: RunParts): RunResult {
  return runBacktest({ ...setupOf(parts), end: parts.end ?? parts.bars.length })
}

/** Runs over the same bars as a stream: one at a time, each after a turn of the event loop's queue. */
export async function runStream(parts: RunParts): Promise<RunResult> {
  const { bars, ...setup } = setupOf(parts)
  const stream = new BarStream({ ...setup, symbol: bars.symbol, interval: bars.interval })
  for (const bar of barList(bars).slice(0, parts.end ?? bars.length)) {
    await Promise.resolve()
    stream.push(bar)
  }
  return stream.finish()
}

type AnyContext = Context<ParamValues<ParamSpecs>, PlainState>

const TYPES = [
  'LIMIT',
  'LIMIT_MAKER',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
] as const

/** How far a price is from the last close, as a fraction. */
const AWAY = fc.oneof(fc.constantFrom(-0.0001, 0, 0.0001), fc.double({ min: -0.01, max: 0.01, noNaN: true }))

/** Asks for an order of any type, at prices around the last close; it may take another's place. */
function placeOrder(
  { buy, sell, replace, bars }: AnyContext,
  one: {
    readonly isBuy: boolean
    readonly type: (typeof TYPES)[number]
    readonly timeInForce: 'GTC' | 'IOC' | 'FOK'
    readonly away: number
    readonly trigger: number
    readonly trailingDelta: number | undefined
    readonly hasBoth: boolean
    readonly quote: number
    readonly replaces: ReplaceMode | undefined
  },
): void {
  const last = bars.close.at(0)
  const { type, timeInForce, trailingDelta, replaces: mode } = one
  const price = last * (1 + one.away)
  const stopPrice = last * (1 + one.trigger)
  const trigger =
    trailingDelta === undefined ? { stopPrice } : { trailingDelta, ...(one.hasBoth && { stopPrice }) }
  const terms: OrderTerms =
    type === 'LIMIT'
      ? { type, price, timeInForce }
      : type === 'LIMIT_MAKER'
        ? { type, price }
        : type === 'STOP_LOSS' || type === 'TAKE_PROFIT'
          ? { type, ...trigger }
          : { type, price, timeInForce, ...trigger }
  const { quote } = one
  const quantity = quote / last
  if (mode)
    replace(
      '',
      one.isBuy ? { side: 'BUY', quote, ...terms, mode } : { side: 'SELL', quantity, ...terms, mode },
    )
  else if (one.isBuy) buy({ quote, ...terms })
  else sell({ quantity, ...terms })
}

/** Asks for an OTO or OTOCO list around the last close. */
function placeList(
  { bars, oto, otoco }: AnyContext,
  one: {
    readonly isBuy: boolean
    readonly isPair: boolean
    readonly isMarket: boolean
    readonly away: number
    readonly reach: number
    readonly quote: number
    readonly share: number
  },
): void {
  const last = bars.close.at(0)
  const price = last * (1 + one.away)
  const quantity = one.quote / last
  const [side, back] = one.isBuy ? (['BUY', 'SELL'] as const) : (['SELL', 'BUY'] as const)
  const working = { side, quantity, type: 'LIMIT' as const, price }
  const rest = { side: back, quantity: quantity * one.share }
  const high = price * (1 + one.reach)
  const low = price * (1 - one.reach)
  if (one.isPair) {
    const [above, below]: readonly [OrderTerms, OrderTerms] = one.isBuy
      ? [
          { type: 'LIMIT_MAKER', price: high },
          { type: 'STOP_LOSS', stopPrice: low },
        ]
      : [
          { type: 'STOP_LOSS', stopPrice: high },
          { type: 'LIMIT_MAKER', price: low },
        ]
    otoco({ working, pending: { ...rest, above, below } })
  } else if (one.isMarket) oto({ working, pending: rest })
  else oto({ working, pending: { ...rest, type: 'LIMIT', price: one.isBuy ? high : low } })
}

/** A strategy that does at the n-th bar (from 0) what the script says. */
export function scripted(script: Readonly<Record<number, (context: AnyContext) => void>>): Strategy {
  return defineStrategy({
    name: 'scripted',
    state: () => ({ bar: -1 }),
    onBar(_indicators, context) {
      context.state.bar += 1
      // The engine's context is the same object, whatever the types of params and state.
      script[context.state.bar]?.(context as unknown as AnyContext)
    },
  })
}

/** Everything a run decided and did, as text: equal texts are equal to the byte. */
export function traceOf(result: RunResult): string {
  const { decisions, orders, fills, trades, equity, cash, quantity, exposedBars, firstCall } = result
  const rest = { cash, quantity, exposedBars, firstCall, equity: [...equity] }
  return JSON.stringify({ decisions, orders, fills, trades, ...rest }, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : value,
  )
}

/** Random bars on a tick of 0.01: walks, flat bars, jumps, bars without volume, gaps. */
export function arbitraryBars({ min = 20, max = 120 } = {}): fc.Arbitrary<BarColumns> {
  const step = fc.record({
    gap: fc.oneof(
      { weight: 9, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }) },
    ),
    jump: fc.integer({ min: -40, max: 40 }),
    move: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: -300, max: 300 }) },
      { weight: 1, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -3000, max: 3000 }) },
    ),
    up: fc.integer({ min: 0, max: 200 }),
    down: fc.integer({ min: 0, max: 200 }),
    volume: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 100_000 }) },
      { weight: 1, arbitrary: fc.constant(0) },
    ),
  })
  return fc
    .tuple(fc.integer({ min: 5_000, max: 5_000_000 }), fc.array(step, { minLength: min, maxLength: max }))
    .map(([start, steps]) => {
      const bars = new BarColumns({ symbol: 'BTCUSDT', interval: '1m', capacity: steps.length })
      let time = START
      let price = start
      for (const { gap, jump, move, up, down, volume } of steps) {
        time += gap * 60_000
        const open = Math.max(500, price + jump)
        const isTraded = volume > 0
        const close = isTraded ? Math.max(500, open + move) : open
        const high = Math.max(open, close) + (isTraded ? up : 0)
        const low = Math.min(open, close) - (isTraded ? Math.min(down, 400) : 0)
        bars.append({
          openTime: time,
          open: open / 100,
          high: high / 100,
          low: low / 100,
          close: close / 100,
          volume: volume / 1000,
        })
        price = close
        time += 60_000
      }
      return bars
    })
}

/** A strategy that does random but reproducible things: weights, buys, sells, closes, cancels. */
export function arbitraryStrategy(): fc.Arbitrary<Strategy> {
  const ask = fc.oneof(
    { weight: 4, arbitrary: fc.constant({ kind: 'none' } as const) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('target' as const),
        weight: fc.constantFrom(0, 0.25, 0.5, 0.9, 1),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('buy' as const), quote: fc.integer({ min: 1, max: 5000 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('sell' as const),
        quantity: fc.double({ min: 0.0001, max: 5, noNaN: true }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'close' } as const) },
    { weight: 1, arbitrary: fc.constant({ kind: 'cancel' } as const) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('order' as const),
        isBuy: fc.boolean(),
        type: fc.constantFrom(...TYPES),
        timeInForce: fc.constantFrom('GTC' as const, 'GTC' as const, 'IOC' as const, 'FOK' as const),
        away: AWAY,
        trigger: AWAY,
        trailingDelta: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
        hasBoth: fc.boolean(),
        quote: fc.integer({ min: 10, max: 9000 }),
        replaces: fc.constantFrom(undefined, undefined, 'STOP_ON_FAILURE' as const, 'ALLOW_FAILURE' as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('bracket' as const),
        below: fc.option(fc.double({ min: 0.0001, max: 0.02, noNaN: true }), { nil: undefined }),
        above: fc.double({ min: 0.0001, max: 0.02, noNaN: true }),
        quote: fc.option(fc.integer({ min: 10, max: 9000 }), { nil: undefined }),
        isLimit: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('oco' as const),
        below: fc.double({ min: 0.0001, max: 0.02, noNaN: true }),
        above: fc.double({ min: 0.0001, max: 0.02, noNaN: true }),
        isLimit: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('list' as const),
        isBuy: fc.boolean(),
        isPair: fc.boolean(),
        isMarket: fc.boolean(),
        away: AWAY,
        reach: fc.double({ min: 0.0001, max: 0.02, noNaN: true }),
        quote: fc.integer({ min: 10, max: 9000 }),
        // What a commission takes, a third of it, or nothing.
        share: fc.constantFrom(1, 0.999, 0.3),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('trail' as const),
        fraction: fc.constantFrom(0.0002, 0.002, 0.01),
      }),
    },
  )
  return fc.array(ask, { minLength: 5, maxLength: 30 }).map((asks) =>
    defineStrategy({
      name: 'random-asks',
      state: () => ({ calls: 0 }),
      onBar(_indicators, context) {
        const { state, target, buy, sell, close, cancel, bracket, oco, trail, bars } = context
        const one = asks[state.calls % asks.length]
        state.calls += 1
        if (!one) return
        if (one.kind === 'target') target(one.weight, { tag: `w${one.weight}` })
        else if (one.kind === 'buy') buy({ quote: one.quote })
        else if (one.kind === 'sell') sell({ quantity: one.quantity })
        else if (one.kind === 'close') close()
        else if (one.kind === 'cancel') cancel()
        else if (one.kind === 'oco') {
          const last = bars.close.at(0)
          const below = { stopPrice: last * (1 - one.below), price: last * (1 - 1.2 * one.below) }
          oco({
            above: { type: 'LIMIT_MAKER', price: last * (1 + one.above) },
            below: one.isLimit
              ? { type: 'STOP_LOSS_LIMIT', ...below }
              : { type: 'STOP_LOSS', stopPrice: below.stopPrice },
          })
        } else if (one.kind === 'trail') trail(one.fraction)
        else if (one.kind === 'bracket') {
          const last = bars.close.at(0)
          const exits = {
            takeProfit: last * (1 + one.above),
            ...(one.below !== undefined && { stop: last * (1 - one.below) }),
          }
          if (one.quote === undefined) bracket(exits)
          else if (one.isLimit) bracket({ ...exits, quote: one.quote, type: 'LIMIT', price: last })
          else bracket({ ...exits, quote: one.quote })
        } else if (one.kind === 'list') placeList(context, one)
        else if (one.kind === 'order') placeOrder(context, one)
      },
    }),
  )
}
