/**
 * The engine beside a second one: a small program in Python, written from the contract of execution, is given the same
 * bars and the same asks, and must come to the same fills, to the last unit. It needs python3 and nothing else.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Context, OrderTerms } from '../../engine/core/context.js'
import type { ParamSpecs, ParamValues } from '../../engine/core/params.js'
import { defineStrategy, type PlainState } from '../../engine/core/strategy.js'
import { newRandom } from '../../engine/math/random.js'
import type { MarketSettings } from '../../engine/model/settings.js'
import { REQUIRE_ALL } from '../chromium.js'
import { barsOf, rulesOf, run, START } from '../market.js'

const PYTHON = ['/usr/bin/python3', '/usr/local/bin/python3'].find((path) => existsSync(path))
const CASES = 200
const BARS = 200
const UNITS = 100_000_000

/** What is asked at a bar's close; prices in units. */
type Ask =
  | { readonly kind: 'CANCEL' }
  | { readonly kind: 'CLOSE' }
  | {
      readonly kind: 'BUY' | 'SELL'
      readonly type: 'MARKET' | 'LIMIT' | 'LIMIT_MAKER' | 'STOP_LOSS'
      readonly quantity?: number
      readonly quote?: number
      readonly price?: number
      readonly stopPrice?: number
      readonly exits?: { readonly stop: number; readonly takeProfit: number }
    }

interface Case {
  readonly bars: readonly (readonly number[])[]
  readonly asks: readonly (readonly [bar: number, ask: Ask])[]
  readonly tick: number
  readonly step: number
  readonly settings: Partial<MarketSettings>
}

type AnyContext = Context<ParamValues<ParamSpecs>, PlainState>

describe.skipIf(!PYTHON && !REQUIRE_ALL)('the second engine', () => {
  it(`comes to the same fills in ${CASES} markets of market, limit and stop orders and brackets`, () => {
    const cases = Array.from({ length: CASES }, (_, seed) => caseOf(seed))
    const told = spawnSync(PYTHON ?? 'python3', [fileURLToPath(new URL('oracle.py', import.meta.url))], {
      input: JSON.stringify(cases),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    expect(told.stderr).toBe('')
    const theirs: readonly (readonly unknown[])[][] = JSON.parse(told.stdout)
    const kinds = new Set<string>()
    for (const [seed, one] of cases.entries()) {
      const ours = fillsOf(one)
      for (const [, side, type, liquidity] of ours) kinds.add(`${side} ${type} ${liquidity}`)
      expect(ours, `case ${seed}: ${JSON.stringify(one.settings)}`).toEqual(theirs[seed])
    }
    expect([...kinds].sort()).toEqual([
      'BUY LIMIT MAKER',
      'BUY LIMIT TAKER',
      'BUY LIMIT_MAKER MAKER',
      'BUY MARKET TAKER',
      'BUY STOP_LOSS TAKER',
      'SELL LIMIT MAKER',
      'SELL LIMIT TAKER',
      'SELL LIMIT_MAKER MAKER',
      'SELL MARKET TAKER',
      'SELL STOP_LOSS TAKER',
    ])
  })
})

function fillsOf({ bars, asks, tick, step, settings }: Case) {
  const byTime = new Map(asks.map(([i, ask]) => [START + (i + 1) * 60_000 - 1, ask]))
  const strategy = defineStrategy({
    name: 'script',
    onBar: (_indicators, context: AnyContext) => {
      const ask = byTime.get(context.time)
      if (ask) follow(ask, context)
    },
  })
  const result = run({
    strategy,
    bars: barsOf(bars.map((row) => row.map((value, k) => (k < 4 ? value / UNITS : value)))),
    rules: rulesOf({ tickSize: BigInt(tick), stepSize: BigInt(step) }),
    settings: { cash: 10_000_000n * BigInt(UNITS), ...settings },
  })
  return result.fills.map(
    ({ barIndex, side, type, liquidity, price, quantity, quote, commission, slippage }) => [
      barIndex,
      side,
      type,
      liquidity,
      ...[price, quantity, quote, commission, slippage].map(String),
    ],
  )
}

function follow(ask: Ask, { buy, sell, bracket, cancel, close }: AnyContext): void {
  if (ask.kind === 'CANCEL') cancel()
  else if (ask.kind === 'CLOSE') close()
  else {
    const quantity = (ask.quantity ?? 0) / UNITS
    const size = ask.quote === undefined ? { quantity } : { quote: ask.quote / UNITS }
    const terms = termsOf(ask)
    if (ask.kind === 'SELL') sell({ quantity, ...terms })
    else if (ask.exits) {
      const { stop, takeProfit } = ask.exits
      bracket({ ...size, ...terms, stop: stop / UNITS, takeProfit: takeProfit / UNITS })
    } else buy({ ...size, ...terms })
  }
}

function termsOf({ type, price = 0, stopPrice = 0 }: Extract<Ask, { readonly type: string }>): OrderTerms {
  switch (type) {
    case 'MARKET':
      return { type }
    case 'STOP_LOSS':
      return { type, stopPrice: stopPrice / UNITS }
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
  let close = 10_000_000_000
  for (let i = 0; i < BARS; i++) {
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
      () => ({ kind: 'BUY', type: 'MARKET', quote: between(1_000, 900_000) * 12_345, exits }),
      () => ({ kind: 'BUY', type: 'LIMIT', quantity, price: near(between(-40, -1)), exits }),
    )()
  }
}
