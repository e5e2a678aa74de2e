/** Commissions in BNB: what they cost, where they stop, and that every asset's books add up. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PortfolioReplay } from '../../engine/backtest/portfolio-replay.js'
import { Replay } from '../../engine/backtest/replay.js'
import { equityRows } from '../../engine/math/metrics/equity-rows.js'
import { runMetrics } from '../../engine/math/metrics/run-metrics.js'
import { newColumn } from '../../engine/model/bars.js'
import { ONE } from '../../engine/model/money.js'
import type { RunResult } from '../../engine/model/run-result.js'
import type { RunSettings } from '../../engine/model/settings.js'
import { openRules, type SymbolRules } from '../../engine/model/symbol-rules.js'
import {
  arbitraryBars,
  arbitraryStrategy,
  barsOf,
  START,
  scripted,
  setupOf,
  traceOf,
  units,
} from '../market.js'

const FLAT = Array.from({ length: 8 }, () => [100, 101, 99, 100])
const bnb = (changes: Partial<NonNullable<RunSettings['bnb']>> = {}): Partial<RunSettings> => ({
  atrPeriod: 1,
  takerFee: 0.001,
  makerFee: 0.001,
  feeAsset: 'bnb',
  bnb: { discount: 0.25, balance: ONE, price: units('500'), ...changes },
})

/** Buys 1 at 100 and sells it again, over and over. */
const inAndOut = scripted({
  0: ({ buy }) => buy({ quantity: 1 }),
  1: ({ sell }) => sell({ quantity: 1 }),
  2: ({ buy }) => buy({ quantity: 1 }),
  3: ({ sell }) => sell({ quantity: 1 }),
})
const replay = (settings: Partial<RunSettings>, rules?: SymbolRules): RunResult => {
  const setup = setupOf({ strategy: inAndOut, bars: barsOf(FLAT), settings, ...(rules && { rules }) })
  const run = new Replay(setup)
  run.advance(setup.bars.length)
  return run.finish()
}
const column = (values: readonly number[]) => {
  const made = newColumn(values.length)
  made.set(values)
  return made
}
const told = ({ fills }: RunResult) =>
  fills.map(({ side, commission, commissionAsset, commissionQuote }) => [
    side,
    commission,
    commissionAsset,
    commissionQuote,
  ])

describe('commissions in BNB', () => {
  it('take the discounted part at the BNB price of the fill, and leave base and quote alone', () => {
    const result = replay(bnb())
    // 100 × 0.001 × 0.75 = 0.075 USDT, at 500 that is 0.00015 BNB.
    const one = [units('0.00015'), 'BNB', units('0.075')]
    expect(told(result)).toEqual(['BUY', 'SELL', 'BUY', 'SELL'].map((side) => [side, ...one]))
    expect(result.bnb).toEqual({ left: units('0.9994'), charged: units('0.3') })
    expect([result.cash, result.quantity]).toEqual([10_000n * ONE, 0n])
    const { values } = runMetrics(result)
    expect([values.fees, values.net_profit, values.end_equity]).toEqual([0.3, -0.3, 9999.7])
    expect(result.trades.map(({ fees, net }) => [fees, net])).toEqual([
      [units('0.15'), units('-0.15')],
      [units('0.15'), units('-0.15')],
    ])
  })

  it('take the whole commission from what is received once the BNB does not hold all of one', () => {
    // Enough for two, and almost for the last sale.
    const result = replay(bnb({ balance: units('0.00044984') }))
    expect(told(result)).toEqual([
      ['BUY', units('0.00015'), 'BNB', units('0.075')],
      ['SELL', units('0.00015'), 'BNB', units('0.075')],
      ['BUY', units('0.001'), 'BTC', undefined],
      // What is sold is what was received: 0.999.
      ['SELL', units('0.0999'), 'USDT', undefined],
    ])
    expect(result.bnb?.left).toBe(units('0.00014984'))
    expect(replay(bnb({ balance: units('0.00045') })).bnb?.left).toBe(0n)
  })

  it('cost what they cost without BNB where there is none', () => {
    const plain = replay({ atrPeriod: 1, takerFee: 0.001, makerFee: 0.001 })
    expect(traceOf(replay(bnb({ balance: 0n })))).toBe(traceOf(plain))
  })

  it('know of BNB the open of the bar that runs, and the last close where none does', () => {
    // Two bars of two minutes, then nothing.
    const rows = [
      [500, 900, 400, 800],
      [250, 900, 200, 1000],
    ]
    const { bnb: terms, ...rest } = bnb()
    const setup = setupOf({
      strategy: inAndOut,
      bars: barsOf(FLAT),
      settings: { ...rest, bnb: { discount: terms?.discount ?? 0, balance: ONE } },
    })
    const run = new Replay({
      ...setup,
      bnbBars: {
        ...{ length: 2, interval: '1m' },
        openTime: column(rows.map((_, k) => START + 2 * k * 60_000)),
        open: column(rows.map(([open = 0]) => open)),
        close: column(rows.map(([, , , close = 0]) => close)),
      },
    })
    run.advance(setup.bars.length)
    // Fills at minutes 1 to 4: the first bar has ended at 800, the second opens at 250 and ends at 1000.
    const prices = [800n, 250n, 1000n, 1000n]
    expect(run.finish().fills.map(({ commission }) => commission)).toEqual(
      prices.map((price) => (75_000_00n + price / 2n) / price),
    )
  })

  it('of BNBUSDT come out of the stock and not out of the position', () => {
    const result = replay(bnb({ price: undefined }), openRules('BNBUSDT', 'BNB', 'USDT'))
    // 1 × 0.00075 each way, at 100 worth 0.075.
    expect(told(result)).toEqual(
      ['BUY', 'SELL', 'BUY', 'SELL'].map((side) => [side, units('0.00075'), 'BNB', units('0.075')]),
    )
    expect([result.quantity, result.bnb?.left]).toEqual([0n, units('0.997')])
    const short = replay(
      bnb({ price: undefined, balance: units('0.0007') }),
      openRules('BNBUSDT', 'BNB', 'USDT'),
    )
    expect(told(short)[0]).toEqual(['BUY', units('0.001'), 'BNB', undefined])
    expect([short.bnb?.left, short.quantity]).toEqual([units('0.0007'), 0n])
  })
})

const RULES = fc.constantFrom(
  openRules('BTCUSDT', 'BTC', 'USDT'),
  openRules('BNBUSDT', 'BNB', 'USDT'),
  openRules('XRPBNB', 'XRP', 'BNB'),
)
const SETTINGS: fc.Arbitrary<Partial<RunSettings>> = fc
  .record({
    balance: fc.oneof(fc.constant(0n), fc.bigInt(0n, 3_000_000n), fc.constant(1000n * ONE)),
    discount: fc.constantFrom(0, 0.25, 1),
    price: fc.bigInt(100n * ONE, 1000n * ONE),
    takerFee: fc.constantFrom(0, 0.001, 0.00075),
    participation: fc.constantFrom(undefined, 0.05),
    alpha: fc.constantFrom(0, 0.5),
    closeAtEnd: fc.boolean(),
  })
  .map(({ balance, discount, price, ...rest }) => ({
    ...rest,
    makerFee: 0.0005,
    feeAsset: 'bnb',
    bnb: { balance, discount, price },
  }))

describe('over random runs with commissions in BNB', () => {
  it('every asset adds up exactly, no balance is ever negative, and each fill pays once', () => {
    let ranOut = 0
    fc.assert(
      fc.property(
        arbitraryStrategy(),
        arbitraryBars(),
        RULES,
        SETTINGS,
        (strategy, bars, rules, settings) => {
          const setup = setupOf({ strategy, bars, rules, settings })
          const run = new Replay(setup)
          run.advance(bars.length)
          const result = run.finish()
          let [quote, base, stock, charged] = [setup.settings.cash, 0n, setup.settings.bnb?.balance ?? 0n, 0n]
          let isShort = false
          for (const fill of result.fills) {
            const sign = fill.side === 'BUY' ? 1n : -1n
            quote -= sign * fill.quote
            base += sign * fill.quantity
            if (fill.commissionQuote !== undefined) {
              expect(fill.commissionAsset).toBe('BNB')
              stock -= fill.commission
              charged += fill.commissionQuote
            } else if (fill.side === 'BUY') {
              expect(fill.commissionAsset).toBe(rules.baseAsset)
              base -= fill.commission
              isShort = true
            } else {
              expect(fill.commissionAsset).toBe(rules.quoteAsset)
              quote -= fill.commission
              isShort = true
            }
            expect(stock >= 0n && base >= 0n && quote >= 0n).toBe(true)
          }
          if (isShort && stock < (setup.settings.bnb?.balance ?? 0n)) ranOut++
          expect([result.cash, result.quantity, result.bnb]).toEqual([quote, base, { left: stock, charged }])
          // The rows rebuild the books from the fills and refuse what does not add up.
          const rows = [...equityRows(result, 'bars')]
          expect(rows.at(-1)?.equity).toBeCloseTo(result.equity.at(-1) ?? Number.NaN, 6)
          const { values } = runMetrics(result)
          const net = values.gross_profit_before_costs - values.fees - values.slippage
          expect(net).toBeCloseTo(values.net_profit, 6)
        },
      ),
      { numRuns: 150 },
    )
    // The interesting case came up: some paid in BNB, then no more.
    expect(ranOut).toBeGreaterThan(0)
  })

  it('a run goes on from any snapshot as if nothing had been', () => {
    fc.assert(
      fc.property(
        arbitraryStrategy(),
        arbitraryBars(),
        RULES,
        SETTINGS,
        (strategy, bars, rules, settings) => {
          const setup = setupOf({ strategy, bars, rules, settings })
          const whole = new Replay(setup)
          whole.advance(bars.length)
          const half = new Replay(setup)
          half.advance(bars.length >> 1)
          const rest = new Replay(setup)
          rest.restore(half.snapshot())
          rest.advance(bars.length)
          expect([rest.finish().bnb, rest.finish().cash]).toEqual([whole.finish().bnb, whole.finish().cash])
        },
      ),
      { numRuns: 30 },
    )
  })

  it('several symbols share one stock, whichever is named first', () => {
    fc.assert(
      fc.property(
        arbitraryStrategy(),
        arbitraryBars(),
        arbitraryBars(),
        SETTINGS,
        (strategy, a, b, settings) => {
          const { identity, params, settings: all } = setupOf({ strategy, bars: a, settings })
          const other = barsOf([], { symbol: 'ETHUSDT' })
          for (let i = 0; i < b.length; i++) {
            const at = (column: Float64Array) => column[i] ?? 0
            other.append({
              ...{ openTime: at(b.openTime), open: at(b.open), high: at(b.high), low: at(b.low) },
              ...{ close: at(b.close), volume: at(b.volume) },
            })
          }
          const symbols = [
            { bars: a, rules: openRules('BTCUSDT', 'BTC', 'USDT') },
            { bars: other, rules: openRules('ETHUSDT', 'ETH', 'USDT') },
          ]
          const results = [symbols, symbols.toReversed()].map((list) => {
            const run = new PortfolioReplay({ identity, strategy, params, symbols: list, settings: all })
            run.advance(run.timeline.length)
            return run.finish()
          })
          const [one, two] = results
          expect(one?.bnb).toEqual(two?.bnb)
          const paid = (one?.fills ?? []).filter(({ commissionQuote }) => commissionQuote !== undefined)
          const sum = paid.reduce((total, { commission }) => total + commission, 0n)
          expect((one?.bnb?.left ?? 0n) + sum).toBe(all.bnb?.balance)
        },
      ),
      { numRuns: 30 },
    )
  })
})
