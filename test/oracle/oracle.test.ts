/**
 * The engine beside a second one: a small program in Python, written from the contract of execution, is given the same
 * bars and the same asks, and must come to the same fills and trades, to the last unit. It needs python3 and nothing else.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Context, OrderTerms } from '../../engine/core/context.js'
import type { ParamSpecs, ParamValues } from '../../engine/core/params.js'
import { defineStrategy, type PlainState } from '../../engine/core/strategy.js'
import { newRandom } from '../../engine/math/random.js'
import { closeTimeAt } from '../../engine/model/bars.js'
import type { MarketSettings } from '../../engine/model/settings.js'
import { toEpochMs } from '../../engine/model/time.js'
import { REQUIRE_ALL } from '../chromium.js'
import { barsOf, mapBars, rulesOf, run } from '../market.js'

const PYTHON = ['/usr/bin/python3', '/usr/local/bin/python3'].find((path) => existsSync(path))
/** So many in the gate; NEXTBAR_ORACLE asks for another number. */
const CASES = Number(process.env.NEXTBAR_ORACLE ?? 200)
const BARS = 200
const UNITS = 100_000_000

/** What is asked at a bar's close; prices in units. */
type Ask =
  | { readonly kind: 'CANCEL' }
  | { readonly kind: 'CLOSE' }
  | {
      readonly kind: 'REPLACE'
      readonly type: 'LIMIT'
      readonly tag: string
      readonly quantity: number
      readonly price: number
    }
  | {
      readonly kind: 'BUY' | 'SELL'
      readonly type: Exclude<OrderTerms['type'], undefined>
      readonly quantity?: number
      readonly quote?: number
      readonly price?: number
      readonly stopPrice?: number
      readonly trailingDelta?: number
      readonly tag?: string
      readonly exits?: { readonly stop: number; readonly takeProfit: number }
    }

interface Case {
  readonly bars: readonly (readonly number[])[]
  readonly asks: readonly (readonly [bar: number, ask: Ask])[]
  readonly tick: number
  readonly step: number
  readonly minNotional: number
  /** Minutes that are missing before each bar. */
  readonly gaps: readonly number[]
  readonly settings: Partial<MarketSettings>
}

type AnyContext = Context<ParamValues<ParamSpecs>, PlainState>

describe.skipIf(!PYTHON && !REQUIRE_ALL)('the second engine', () => {
  it(`comes to the same fills and trades in ${CASES} markets of every type of order, brackets and gaps`, () => {
    const cases = Array.from({ length: CASES }, (_, seed) => caseOf(seed))
    const told = spawnSync(PYTHON ?? 'python3', [fileURLToPath(new URL('oracle.py', import.meta.url))], {
      input: JSON.stringify(cases),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    expect(told.stderr).toBe('')
    const theirs: readonly unknown[] = JSON.parse(told.stdout)
    const kinds = new Set<string>()
    for (const [seed, one] of cases.entries()) {
      const ours = outcomeOf(one)
      for (const [, side, type, liquidity] of ours.fills) kinds.add(`${side} ${type} ${liquidity}`)
      expect(ours, `case ${seed}: ${JSON.stringify(one.settings)}`).toEqual(theirs[seed])
    }
    expect([...kinds].sort()).toEqual([
      'BUY LIMIT MAKER',
      'BUY LIMIT TAKER',
      'BUY LIMIT_MAKER MAKER',
      'BUY MARKET TAKER',
      'BUY STOP_LOSS TAKER',
      'BUY STOP_LOSS_LIMIT MAKER',
      'BUY STOP_LOSS_LIMIT TAKER',
      'BUY TAKE_PROFIT TAKER',
      'BUY TAKE_PROFIT_LIMIT MAKER',
      'BUY TAKE_PROFIT_LIMIT TAKER',
      'SELL LIMIT MAKER',
      'SELL LIMIT TAKER',
      'SELL LIMIT_MAKER MAKER',
      'SELL MARKET TAKER',
      'SELL STOP_LOSS TAKER',
      'SELL STOP_LOSS_LIMIT MAKER',
      'SELL STOP_LOSS_LIMIT TAKER',
      'SELL TAKE_PROFIT TAKER',
      'SELL TAKE_PROFIT_LIMIT MAKER',
      'SELL TAKE_PROFIT_LIMIT TAKER',
    ])
  })
})

function outcomeOf({ bars: rows, asks, tick, step, minNotional, gaps, settings }: Case) {
  const bars = mapBars(
    barsOf(rows.map((row) => row.map((value, k) => (k < 4 ? value / UNITS : value)))),
    (bar, i) => ({ ...bar, openTime: toEpochMs(bar.openTime + (gaps[i] ?? 0) * 60_000) }),
  )
  const byTime = new Map<number, Ask>(asks.map(([i, ask]) => [closeTimeAt(bars, i), ask]))
  const strategy = defineStrategy({
    name: 'script',
    onBar: (_indicators, context: AnyContext) => {
      const ask = byTime.get(context.time)
      if (ask) follow(ask, context)
    },
  })
  const result = run({
    strategy,
    bars,
    rules: rulesOf({
      tickSize: BigInt(tick),
      stepSize: BigInt(step),
      minNotional: BigInt(minNotional),
      applyMinToMarket: true,
    }),
    settings: { cash: 10_000_000n * BigInt(UNITS), ...settings },
  })
  return {
    fills: result.fills.map(
      ({ barIndex, side, type, liquidity, price, quantity, quote, commission, slippage }) => [
        ...[barIndex, side, type, liquidity],
        ...[price, quantity, quote, commission, slippage].map(String),
      ],
    ),
    trades: result.trades.map(({ entryBar, exitBar, quantity, gross, fees, slippage, net }) => [
      ...[entryBar, exitBar],
      ...[quantity, gross, fees, slippage, net].map(String),
    ]),
  }
}

function follow(ask: Ask, { buy, sell, bracket, cancel, close, replace }: AnyContext): void {
  if (ask.kind === 'CANCEL') cancel()
  else if (ask.kind === 'CLOSE') close()
  else {
    const quantity = (ask.quantity ?? 0) / UNITS
    if (ask.kind === 'REPLACE') {
      replace(ask.tag, { side: 'BUY', type: 'LIMIT', price: ask.price / UNITS, quantity })
      return
    }
    const { tag = '' } = ask
    const size = ask.quote === undefined ? { quantity } : { quote: ask.quote / UNITS }
    const terms = termsOf(ask)
    if (ask.kind === 'SELL') sell({ quantity, tag, ...terms })
    else if (ask.exits) {
      const { stop, takeProfit } = ask.exits
      bracket({ ...size, tag, ...terms, stop: stop / UNITS, takeProfit: takeProfit / UNITS })
    } else buy({ ...size, tag, ...terms })
  }
}

function termsOf(ask: Extract<Ask, { readonly kind: 'BUY' | 'SELL' }>): OrderTerms {
  const { type, price = 0, stopPrice = 0, trailingDelta } = ask
  switch (type) {
    case 'MARKET':
      return { type }
    case 'STOP_LOSS':
    case 'TAKE_PROFIT':
      return trailingDelta === undefined ? { type, stopPrice: stopPrice / UNITS } : { type, trailingDelta }
    case 'STOP_LOSS_LIMIT':
    case 'TAKE_PROFIT_LIMIT':
      return { type, price: price / UNITS, stopPrice: stopPrice / UNITS }
    case 'LIMIT':
    case 'LIMIT_MAKER':
      return { type, price: price / UNITS }
  }
}

/** A market that walks, with bars that nothing trades in, and something asked at every third bar. */
function caseOf(seed: number): Case {
  const random = newRandom(seed + 1)
  const between = (from: number, to: number) => from + Math.floor(random.uniform() * (to - from + 1))
  const of = <T>(...choices: readonly [T, ...T[]]): T => choices[between(0, choices.length - 1)] ?? choices[0]
  const tick = of(100_000, 1_000_000)
  const step = of(1, 1_000, 100_000)
  const bars: number[][] = []
  const asks: [number, Ask][] = []
  const gaps: number[] = []
  let missing = 0
  let close = 10_000_000_000
  for (let i = 0; i < BARS; i++) {
    missing += between(0, 19) === 0 ? between(1, 5) : 0
    gaps.push(missing)
    const wide = () => between(0, 40) * 1_000_000
    const open = close + between(-2, 2) * 1_000_000
    const end = open + between(-60, 60) * 1_000_000
    bars.push([
      open,
      Math.max(open, end) + wide(),
      Math.min(open, end) - wide(),
      end,
      between(0, 19) === 0 ? 0 : 1,
    ])
    close = end
    if (between(0, 2) === 0) asks.push([i, askAt(close)])
  }
  return {
    bars,
    asks,
    tick,
    step,
    minNotional: of(0, 500_000_000, 5_000_000_000),
    gaps,
    settings: {
      alpha: of(0, 0.1, 0.37),
      atrPeriod: between(1, 14),
      atrSource: of('next', 'signal'),
      clamp: of('none', 'bar'),
      makerFee: of(0, 0.00075, 0.001),
      takerFee: of(0, 0.001),
      limitFill: of('through', 'touch'),
    },
  }

  function askAt(last: number): Ask {
    const near = (away: number) => last + away * 1_000_000
    const quantity = between(1, 500) * 1_000_000
    const exits = { stop: near(-between(60, 150)), takeProfit: near(between(60, 150)) }
    const limited = (
      kind: 'BUY' | 'SELL',
      type: 'STOP_LOSS_LIMIT' | 'TAKE_PROFIT_LIMIT',
      away: number,
    ): Ask => ({
      ...{ kind, type, quantity, stopPrice: near(away), price: near(away + between(-30, 30)) },
    })
    return of<() => Ask>(
      () => ({ kind: 'CANCEL' }),
      () => ({ kind: 'CLOSE' }),
      () => ({ kind: 'BUY', type: 'MARKET', quote: between(1_000, 900_000) * 12_345 }),
      () => ({ kind: 'SELL', type: 'MARKET', quantity }),
      () => ({ kind: 'BUY', type: 'LIMIT', quantity, price: near(between(-60, 20)) }),
      () => ({ kind: 'SELL', type: 'LIMIT', quantity, price: near(between(-20, 60)) }),
      () => ({ kind: 'BUY', type: 'LIMIT_MAKER', quantity, price: near(between(-60, 2)) }),
      () => ({ kind: 'SELL', type: 'LIMIT_MAKER', quantity, price: near(between(-2, 60)) }),
      () => ({ kind: 'BUY', type: 'STOP_LOSS', quantity, stopPrice: near(between(1, 60)) }),
      () => ({ kind: 'SELL', type: 'STOP_LOSS', quantity, stopPrice: near(-between(1, 60)) }),
      () => ({ kind: 'BUY', type: 'TAKE_PROFIT', quantity, stopPrice: near(-between(1, 60)) }),
      () => ({ kind: 'SELL', type: 'TAKE_PROFIT', quantity, stopPrice: near(between(1, 60)) }),
      () => limited('BUY', 'STOP_LOSS_LIMIT', between(1, 60)),
      () => limited('SELL', 'STOP_LOSS_LIMIT', -between(1, 60)),
      () => limited('BUY', 'TAKE_PROFIT_LIMIT', -between(1, 60)),
      () => limited('SELL', 'TAKE_PROFIT_LIMIT', between(1, 60)),
      () => ({ kind: 'SELL', type: 'STOP_LOSS', quantity, trailingDelta: between(10, 120) }),
      () => ({ kind: 'BUY', type: 'STOP_LOSS', quantity, trailingDelta: between(10, 120) }),
      () => ({
        kind: 'BUY',
        type: 'LIMIT',
        quantity,
        price: near(-between(30, 90)),
        tag: 'far',
        ...of({}, { exits }),
      }),
      () => ({ kind: 'REPLACE', type: 'LIMIT', quantity, price: near(-between(1, 40)), tag: 'far' }),
      () => ({ kind: 'BUY', type: 'MARKET', quote: between(1_000, 900_000) * 12_345, exits }),
      () => ({ kind: 'BUY', type: 'LIMIT', quantity, price: near(between(-40, -1)), exits }),
    )()
  }
}
