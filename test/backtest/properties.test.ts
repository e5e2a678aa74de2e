/** What must hold for every run, over random bars, strategies and settings. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flowsOf } from '../../engine/core/account.js'
import { commissionInQuote } from '../../engine/core/market/fees.js'
import { defineStrategy, type Strategy } from '../../engine/core/strategy.js'
import { unitsOf } from '../../engine/model/amount.js'
import { type Bar, BarColumns } from '../../engine/model/bars.js'
import type { Decision } from '../../engine/model/decision.js'
import { commissionOf, multiplyDown, ONE, toNumber, toRate } from '../../engine/model/money.js'
import type { RunResult } from '../../engine/model/run-result.js'
import type { RunSettings } from '../../engine/model/settings.js'
import { openRules, type SymbolRules } from '../../engine/model/symbol-rules.js'
import {
  arbitraryBars,
  arbitraryStrategy,
  barList,
  mapBars,
  type RunParts,
  rulesOf,
  run,
  traceOf,
  units,
} from '../market.js'

const RULES: fc.Arbitrary<SymbolRules> = fc.constantFrom(
  openRules('BTCUSDT', 'BTC', 'USDT'),
  rulesOf({
    tickSize: units('0.01'),
    stepSize: units('0.00001'),
    minNotional: units('5'),
    applyMinToMarket: true,
  }),
  rulesOf({ tickSize: units('0.5'), stepSize: units('0.01'), marketMaxQuantity: units('20') }),
)

const SETTINGS: fc.Arbitrary<Partial<RunSettings>> = fc.record({
  alpha: fc.constantFrom(0, 0.1, 0.5, 2),
  atrPeriod: fc.constantFrom(1, 3, 14),
  atrSource: fc.constantFrom('next' as const, 'signal' as const),
  clamp: fc.constantFrom('none' as const, 'bar' as const),
  takerFee: fc.constantFrom(0, 0.001, 0.00075),
  feeAsset: fc.constantFrom('received' as const, 'quote' as const),
  makerFee: fc.constantFrom(0, 0.0005),
  limitFill: fc.constantFrom('through' as const, 'touch' as const),
  participation: fc.constantFrom(undefined, undefined, 0.02, 0.5),
  insideBar: fc.constantFrom('worst' as const, 'worst' as const, 'best' as const),
  closeAtEnd: fc.boolean(),
  warmup: fc.constantFrom(0, 0, 10),
})

const RUNS: fc.Arbitrary<RunParts> = fc.record({
  strategy: arbitraryStrategy(),
  bars: arbitraryBars(),
  rules: RULES,
  settings: SETTINGS,
  first: fc.constantFrom(0, 0, 7),
})

/** In and out again every so many bars. */
function alternating(every: number): Strategy {
  return defineStrategy({
    name: 'alternating',
    state: () => ({ calls: 0 }),
    onBar(_indicators, { state, target }) {
      if (state.calls % every === 0) target((state.calls / every) % 2 === 0 ? 1 : 0)
      state.calls += 1
    },
  })
}

function columnsOf(list: readonly Bar[]): BarColumns {
  const bars = new BarColumns({ symbol: 'BTCUSDT', interval: '1m', capacity: list.length })
  for (const bar of list) bars.append(bar)
  return bars
}

const check = (property: (parts: RunParts, result: RunResult) => void): void => {
  fc.assert(
    fc.property(RUNS, (parts) => {
      property(parts, run(parts))
    }),
    { numRuns: 150 },
  )
}

describe('every run', () => {
  it('gives the same bytes when it is run again', () => {
    check((parts, result) => expect(traceOf(run(parts))).toBe(traceOf(result)))
  })

  it('books every unit: start and the flows of the fills give the end, exactly, per asset', () => {
    check(({ rules }, result) => {
      if (!rules) throw new Error('the arbitrary makes rules')
      let cash = result.settings.cash
      let base = 0n
      for (const fill of result.fills) {
        const flows = flowsOf(fill, rules)
        cash += unitsOf(flows.quote)
        base += unitsOf(flows.base)
        expect(cash >= 0n && base >= 0n).toBe(true)
        const isBuy = fill.side === 'BUY'
        // The flows themselves, from the fill alone: nothing but quote, quantity and commission moves.
        const inBase = fill.commissionAsset === 'BTC' ? fill.commission : 0n
        expect(unitsOf(flows.quote)).toBe((isBuy ? -fill.quote : fill.quote) - (fill.commission - inBase))
        expect(unitsOf(flows.base)).toBe((isBuy ? fill.quantity : -fill.quantity) - inBase)
      }
      expect(cash).toBe(result.cash)
      expect(base).toBe(result.quantity)
    })
  })

  it('marks equity as cash plus quantity times close, at every bar', () => {
    check(({ bars }, result) => {
      let cash = result.settings.cash
      let base = 0n
      let next = 0
      const fills = result.fills
      for (let i = result.first; i < result.end; i++) {
        for (; next < fills.length && (fills[next]?.barIndex ?? 0) <= i; next++) {
          const fill = fills[next]
          if (!fill) break
          const flows = flowsOf(fill, result.rules)
          cash += unitsOf(flows.quote)
          base += unitsOf(flows.base)
        }
        expect(result.equity[i - result.first]).toBe(toNumber(cash) + toNumber(base) * (bars.close[i] ?? 0))
      }
    })
  })

  it('makes the profit of its trades, when it ends flat and without dust', () => {
    check((_parts, result) => {
      if (result.quantity !== 0n) return
      const profit = result.trades.reduce((sum, { net }) => sum + net, 0n)
      expect(result.cash - result.settings.cash).toBe(profit)
    })
  })

  it('charges each fill its commission, half up, and no other', () => {
    check((_parts, result) => {
      for (const fill of result.fills) {
        const amount = fill.commissionAsset === 'BTC' ? fill.quantity : fill.quote
        const { makerFee, takerFee } = result.settings
        const rate = toRate(fill.liquidity === 'MAKER' ? makerFee : takerFee)
        expect(fill.commission).toBe(commissionOf(amount, rate))
      }
      const inTrades = result.trades.reduce((sum, { fees }) => sum + fees, 0n)
      const closed = result.fills.filter(({ tradeNumber }) => tradeNumber <= result.trades.length)
      const charged = closed.map((fill) => unitsOf(commissionInQuote(fill, result.rules)))
      expect(inTrades).toBe(charged.reduce((sum, fee) => sum + fee, 0n))
    })
  })

  it('fills later than it decides, on a real bar, against the trader, on tick and step', () => {
    check(({ bars, settings }, result) => {
      for (const fill of result.fills) {
        const i = fill.barIndex
        const isAtClose = fill.time !== bars.openTime[i]
        if (!isAtClose) {
          expect(fill.time).toBe(bars.openTime[i])
          expect(fill.time).toBeGreaterThan(fill.decisionTime)
          expect(bars.volume[i]).toBeGreaterThan(0)
        }
        // These bars are on ticks of 0.01: a clamp to them may leave a coarser tick.
        if (settings?.clamp !== 'bar') expect(fill.price % result.rules.tickSize).toBe(0n)
        expect(fill.quantity % result.rules.stepSize).toBe(0n)
        expect(fill.quantity > 0n).toBe(true)
        expect(fill.quote).toBe(multiplyDown(fill.price, fill.quantity))
        const low = units((bars.low[i] ?? 0).toFixed(2))
        const high = units((bars.high[i] ?? 0).toFixed(2))
        const { order } = result.orders[fill.orderNumber - 1] ?? {}
        if (order && 'price' in order) {
          const isNoWorse = fill.side === 'BUY' ? fill.price <= order.price : fill.price >= order.price
          expect(isNoWorse).toBe(true)
        } else if (settings?.clamp === 'bar') {
          expect(fill.price >= low && fill.price <= high).toBe(true)
        } else if (fill.side === 'BUY') {
          expect(fill.price >= fill.referencePrice).toBe(true)
        } else {
          expect(fill.price <= fill.referencePrice || fill.price === result.rules.tickSize).toBe(true)
        }
        expect(fill.isOutsideBar).toBe(fill.price < low || fill.price > high)
      }
    })
  })

  it('gives each order one final status, and never fills more than was asked', () => {
    check((_parts, result) => {
      for (const { order, status, executedQuantity, reason } of result.orders) {
        expect(['FILLED', 'CANCELED', 'REJECTED', 'EXPIRED']).toContain(status)
        const filled = result.fills.filter(({ orderNumber }) => orderNumber === order.number)
        expect(filled.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(executedQuantity)
        if (status === 'FILLED') expect(filled.length).toBeGreaterThan(0)
        if (status === 'REJECTED') expect([filled.length, reason === '']).toEqual([0, false])
        if (status === 'EXPIRED') expect(reason).not.toBe('')
        if (status === 'FILLED' && order.quantity !== undefined && order.type !== 'MARKET') {
          expect(executedQuantity).toBe(order.quantity)
        }
        if (order.quantity !== undefined) expect(executedQuantity <= order.quantity).toBe(true)
        else if (order.type === 'MARKET') {
          const spent = filled.reduce((sum, { quote }) => sum + quote, 0n)
          expect(spent <= order.quoteQuantity).toBe(true)
        }
      }
    })
  })
})

describe('the future', () => {
  const decidedBefore = (result: RunResult, time: number) =>
    JSON.stringify(
      result.decisions.filter((decision) => decision.time <= time),
      (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value),
    )
  const filledBefore = (result: RunResult, bar: number) =>
    JSON.stringify(
      // A fill at the end of a run is the run's own doing, and a trade may be closed by it.
      result.fills.filter(
        (fill) => fill.barIndex <= bar && fill.time === result.bars.openTime[fill.barIndex],
      ),
      (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value),
    )

  it('cut off changes nothing before it', () => {
    fc.assert(
      fc.property(RUNS, fc.nat(), (parts, seed) => {
        const end = 8 + (seed % (parts.bars.length - 8))
        const whole = run(parts)
        const cut = run({ ...parts, end })
        const last = parts.bars.openTime[end - 1] ?? 0
        expect(decidedBefore(cut, last)).toBe(decidedBefore(whole, last))
        expect(filledBefore(cut, end - 1)).toBe(filledBefore(whole, end - 1))
      }),
      { numRuns: 150 },
    )
  })

  it('made NaN changes no decision at or before it, and no fill at or before the next bar', () => {
    fc.assert(
      fc.property(RUNS, fc.nat(), (parts, seed) => {
        const t = 8 + (seed % (parts.bars.length - 8))
        const time = (parts.bars.openTime[t] ?? 0) + 59_999
        const whole = run(parts)
        const nan = Number.NaN
        const gone = mapBars(parts.bars, (bar, i) =>
          i > t ? { ...bar, open: nan, high: nan, low: nan, close: nan } : bar,
        )
        expect(decidedBefore(run({ ...parts, bars: gone, end: t + 1 }), time)).toBe(
          decidedBefore(whole, time),
        )
        // With the range of the filling bar, bar t + 1 may move a price through its range, never its open.
        const moved = mapBars(parts.bars, (bar, i) =>
          i > t + 1
            ? { ...bar, high: bar.high * 2, low: bar.low / 2, close: bar.close * 1.5, open: bar.open * 1.5 }
            : bar,
        )
        const other = run({ ...parts, bars: moved })
        expect(decidedBefore(other, time)).toBe(decidedBefore(whole, time))
        expect(filledBefore(other, t + 1)).toBe(filledBefore(whole, t + 1))
      }),
      { numRuns: 150 },
    )
  })
})

describe('without costs', () => {
  it('a fill is the open exactly, and a constant range costs exactly alpha times it', () => {
    fc.assert(
      fc.property(
        arbitraryBars(),
        arbitraryStrategy(),
        fc.integer({ min: 1, max: 400 }),
        (bars, strategy, half) => {
          const free = run({ strategy, bars })
          for (const fill of free.fills) expect(fill.price).toBe(fill.referencePrice)
          // Each bar opens and closes at 1000 and reaches `half` ticks up and down: the range is constant.
          const level = mapBars(bars, (bar) => ({
            ...bar,
            open: 1000,
            close: 1000,
            high: (100_000 + half) / 100,
            low: (100_000 - half) / 100,
          }))
          const paid = run({ strategy, bars: level, settings: { alpha: 0.5 } })
          // An order with a limit may do better.
          for (const fill of paid.fills.filter(({ type }) => !/LIMIT/.test(type))) {
            const cost =
              fill.side === 'BUY' ? fill.price - fill.referencePrice : fill.referencePrice - fill.price
            expect(cost).toBe((BigInt(half) * ONE) / 100n)
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('dearer is never better for the same decisions', () => {
    fc.assert(
      fc.property(arbitraryBars(), fc.integer({ min: 1, max: 20 }), (bars, every) => {
        const strategy = (result: Partial<RunSettings>) =>
          run({ strategy: alternating(every), bars, settings: { closeAtEnd: true, ...result } })
        const end = (settings: Partial<RunSettings>) => strategy(settings).equity.at(-1) ?? 0
        const costs = [0, 0.25, 0.5].map((alpha) => end({ alpha }))
        expect(costs).toEqual([...costs].sort((a, b) => b - a))
        const fees = [0, 0.0005, 0.001].map((takerFee) => end({ takerFee }))
        expect(fees).toEqual([...fees].sort((a, b) => b - a))
      }),
      { numRuns: 60 },
    )
  })
})

describe('scale', () => {
  it('of prices by a power of two, with tick, minimums and booked unit, moves money by it to the bit', () => {
    fc.assert(
      fc.property(RUNS, fc.constantFrom(8, 1 / 1024, 2), (parts, k) => {
        const rules = parts.rules ?? openRules('BTCUSDT', 'BTC', 'USDT')
        const scaled = mapBars(parts.bars, (bar) => ({
          ...bar,
          open: bar.open * k,
          high: bar.high * k,
          low: bar.low * k,
          close: bar.close * k,
        }))
        const whole = run(parts)
        // The strategy's own amounts are not scaled: those runs ask for other orders.
        const other = run({ ...parts, bars: scaled, rules: { ...rules, priceScale: k } })
        const isOwn = ({ ask: { kind } }: Decision) => ['ORDER', 'OTO', 'REPLACE'].includes(kind)
        if ([...whole.decisions, ...other.decisions].some(isOwn)) return
        expect([...other.equity]).toEqual([...whole.equity].map((equity) => equity * k))
        expect(other.trades.map(({ return: one, mae, mfe }) => [one, mae, mfe])).toEqual(
          whole.trades.map(({ return: one, mae, mfe }) => [one, mae, mfe]),
        )
        expect(other.fills.map(({ price, quantity }) => [price, quantity])).toEqual(
          whole.fills.map(({ price, quantity }) => [price, quantity]),
        )
      }),
      { numRuns: 200 },
    )
  })
})

describe('a shift in time', () => {
  it('moves every stamp and changes nothing else', () => {
    check((parts, result) => {
      const shift = 7 * 60_000
      const later = run({
        ...parts,
        bars: columnsOf(barList(parts.bars).map((bar) => ({ ...bar, openTime: bar.openTime + shift }))),
      })
      expect([...later.equity]).toEqual([...result.equity])
      expect(
        later.fills.map(({ time, decisionTime, ...rest }) => ({
          ...rest,
          at: time - shift,
          by: decisionTime - shift,
        })),
      ).toEqual(
        result.fills.map(({ time, decisionTime, ...rest }) => ({ ...rest, at: time, by: decisionTime })),
      )
    })
  })
})
