import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { METRIC_KEYS, METRICS, type MetricKey } from '../../../engine/math/metrics/metric-table.js'
import { metricsJson, runMetrics } from '../../../engine/math/metrics/run-metrics.js'
import { formatUnits, toNumber } from '../../../engine/model/money.js'
import type { RunResult } from '../../../engine/model/run-result.js'
import { DAY_MS } from '../../../engine/model/time.js'
import { type FixtureFill, fixtureRun, units } from './run-fixture.js'

const valuesOf = (result: RunResult) => runMetrics(result).values

const NAMES =
  'start_equity end_equity net_profit net_return cagr volatility sharpe sharpe_se sortino calmar omega max_drawdown max_drawdown_days ulcer_index var_95 cvar_95 tail_ratio skew excess_kurtosis psr exposure turnover trades win_rate profit_factor expectancy payoff sqn kelly avg_trade_return best_trade worst_trade max_win_streak max_loss_streak avg_bars mae_mean mfe_mean gross_profit_before_costs fees slippage break_even_alpha fills orders rejected outside_bar_share ambiguous_trades buy_hold_return alpha_vs_hold beta_vs_hold information_ratio bars'

describe('metricsJson', () => {
  it('has the keys of the contract in its order, twice', () => {
    const json = metricsJson(runMetrics(fixtureRun({ closes: [100, 101] })))
    expect(json.schema).toBe('nextbar/metrics@1')
    expect(Object.keys(json.values).join(' ')).toBe(NAMES)
    expect(Object.keys(json.units).join(' ')).toBe(NAMES)
  })

  it('writes null for what is undefined and nothing but numbers besides', () => {
    const { values } = metricsJson(runMetrics(fixtureRun({ closes: [100, 101] })))
    expect(JSON.parse(JSON.stringify(values))).toEqual(values)
    expect(values.sharpe).toBeNull()
    expect(values.trades).toBe(0)
    expect(JSON.stringify(values)).not.toContain('-0,')
  })
})

describe('METRICS', () => {
  it('says of each key what it is called, counts and means, in one sentence', () => {
    expect(METRIC_KEYS.join(' ')).toBe(NAMES)
    for (const key of METRIC_KEYS) {
      const { label, definition } = METRICS[key]
      expect(label, key).toMatch(/^\p{Lu}/u)
      expect(definition, key).toMatch(/^[^.]*(\.\d[^.]*)*\.$/u)
    }
    expect(new Set(METRIC_KEYS.map((key) => METRICS[key].label)).size).toBe(METRIC_KEYS.length)
  })
})

// Daily bars; two trades with fees and slippage, and a third position that stays open.
const FILLS: readonly FixtureFill[] = [
  { bar: 1, side: 'BUY', price: '101', quantity: '4', commission: '0.004', slippage: '4', atr: 2 },
  {
    bar: 3,
    side: 'SELL',
    price: '119',
    quantity: '3.996',
    commission: '0.475524',
    slippage: '3.996',
    atr: 2,
  },
  {
    bar: 4,
    side: 'BUY',
    price: '111',
    quantity: '2',
    commission: '0.002',
    slippage: '2',
    atr: 2,
    isOutsideBar: true,
  },
  { bar: 6, side: 'SELL', price: '99', quantity: '1.998', commission: '0.197802', slippage: '1.998', atr: 2 },
  { bar: 8, side: 'BUY', price: '91', quantity: '1', commission: '0.001', slippage: '1', atr: 2 },
]
const run = fixtureRun({
  interval: '1d',
  closes: [100, 110, 120, 110, 105, 100, 90, 90, 95, 100],
  opens: [100, 100, 110, 120, 110, 105, 100, 90, 90, 95],
  fills: FILLS,
  statuses: ['FILLED', 'FILLED', 'FILLED', 'FILLED', 'FILLED', 'REJECTED', 'EXPIRED'],
})

describe('the metrics of a run worked out by hand', () => {
  const values = valuesOf(run)
  // Cash: 1000 − 404 + 475.524 − 0.475524 − 222 + 197.802 − 0.197802 − 91 = 955.652674; held 0.999 at 100.
  const cash = 955.652674
  const expected: Partial<Record<MetricKey, number>> = {
    start_equity: 1000,
    end_equity: cash + 99.9,
    net_profit: 55.552674,
    net_return: 0.055552674,
    trades: 2,
    // 71.048476 and −24.395802 on 404 and 222 paid.
    win_rate: 0.5,
    profit_factor: 71.048476 / 24.395802,
    expectancy: (71.048476 - 24.395802) / 2,
    avg_trade_return: (71.048476 / 404 - 24.395802 / 222) / 2,
    best_trade: 71.048476 / 404,
    worst_trade: -24.395802 / 222,
    max_win_streak: 1,
    max_loss_streak: 1,
    avg_bars: 2,
    // 0.004·101 + 0.475524 + 0.002·111 + 0.197802 + 0.001·91.
    fees: 1.390326,
    slippage: 12.994,
    gross_profit_before_costs: 55.552674 + 1.390326 + 12.994,
    // ATR · quantity: 2 · 12.994.
    break_even_alpha: 0.5 + 55.552674 / 25.988,
    fills: 5,
    orders: 7,
    rejected: 1,
    outside_bar_share: 0.2,
    ambiguous_trades: 0,
    // At the closes of bars 1, 2, 4, 5, 8, 9.
    exposure: 0.6,
    buy_hold_return: 0,
    bars: 10,
    // Ten days: (1.055552674)^36.5 − 1.
    cagr: 1.055552674 ** 36.5 - 1,
  }

  it.each(Object.entries(expected))('%s is %d', (key, value) => {
    expect(Math.abs(values[key as MetricKey] - value)).toBeLessThan(1e-12 * Math.max(1, Math.abs(value)))
  })

  it('print amounts of money without the noise of doubles', () => {
    expect([values.net_profit, values.fees, values.slippage, values.gross_profit_before_costs]).toEqual([
      55.552674, 1.390326, 12.994, 69.937,
    ])
  })

  it('count turnover on the mean equity at closes', () => {
    const traded = 404 + 475.524 + 222 + 197.802 + 91
    // Cash and coins: 596 and 3.996, then 1071.048476, 849.048476 and 1.998, 1046.652674, 955.652674 and 0.999.
    const equity = [
      1000,
      596 + 3.996 * 110,
      596 + 3.996 * 120,
      1071.048476,
      849.048476 + 1.998 * 105,
      849.048476 + 1.998 * 100,
      1046.652674,
      1046.652674,
      955.652674 + 0.999 * 95,
      955.652674 + 0.999 * 100,
    ]
    const mean = equity.reduce((sum, value) => sum + value, 0) / 10
    expect(values.turnover).toBeCloseTo((traded / mean) * 36.5, 9)
    expect(values.max_drawdown).toBeCloseTo(1 - 1046.652674 / (596 + 3.996 * 120), 12)
    // The peak is known at the end of bar 2 and never reached again: 7 days to the end of bar 9.
    expect(values.max_drawdown_days).toBe(7)
    expect(values.calmar).toBeCloseTo(values.cagr / values.max_drawdown, 9)
  })
})

describe('what a run cannot tell', () => {
  it('is undefined without trades, fills and days, and nothing is infinite', () => {
    const values = valuesOf(fixtureRun({ closes: [100, 101, 102] }))
    const defined = METRIC_KEYS.filter((key) => !Number.isNaN(values[key]))
    expect(defined.map((key) => `${key} ${values[key].toFixed(3)}`)).toEqual([
      'start_equity 1000.000',
      'end_equity 1000.000',
      'net_profit 0.000',
      'net_return 0.000',
      'cagr 0.000',
      'max_drawdown 0.000',
      'max_drawdown_days 0.000',
      'ulcer_index 0.000',
      'exposure 0.000',
      'turnover 0.000',
      'trades 0.000',
      'max_win_streak 0.000',
      'max_loss_streak 0.000',
      'gross_profit_before_costs 0.000',
      'fees 0.000',
      'slippage 0.000',
      'fills 0.000',
      'orders 0.000',
      'rejected 0.000',
      'ambiguous_trades 0.000',
      'buy_hold_return 0.020',
      'bars 3.000',
    ])
  })

  it('has volatility 0 and no ratio of it over days in cash', () => {
    const values = valuesOf(fixtureRun({ interval: '1d', closes: [100, 110, 100, 120] }))
    expect([values.volatility, values.var_95, values.cvar_95]).toEqual([0, 0, 0])
    const none: MetricKey[] = [
      'sharpe',
      'sharpe_se',
      'sortino',
      'calmar',
      'omega',
      'tail_ratio',
      'skew',
      'psr',
    ]
    for (const key of none) expect(values[key], key).toBeNaN()
    expect(values.beta_vs_hold).toBeCloseTo(0, 15)
  })

  it('is a yearly growth beyond all doubles, after a minute', () => {
    const fills: FixtureFill[] = [{ bar: 1, side: 'BUY', price: '100', quantity: '10' }]
    const values = valuesOf(fixtureRun({ interval: '1m', closes: [100, 130], fills }))
    expect(values.net_return).toBeCloseTo(0.3, 12)
    expect(values.cagr).toBeNaN()
  })

  it('is a run without a bar', () => {
    expect(() => runMetrics(fixtureRun({ closes: [], cash: '1' }))).toThrow('a run must have a bar, was 0..0')
  })
})

describe('closed forms', () => {
  const buyAll: FixtureFill[] = [{ bar: 0, side: 'BUY', price: '100', quantity: '10' }]

  it('of a price that doubles in 365 days are a growth of 1 a year', () => {
    const closes = Array.from({ length: 365 }, (_, i) => 100 + ((i + 1) * 100) / 365)
    const values = valuesOf(fixtureRun({ interval: '1d', closes, opens: [100], fills: buyAll }))
    expect(values.cagr).toBe(1)
    expect(values.buy_hold_return).toBe(1)
  })

  it('of holding without costs are beta 1, alpha 0 and no information', () => {
    const closes = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 100 : 103))
    const values = valuesOf(fixtureRun({ interval: '1d', closes, opens: [100], fills: buyAll }))
    expect(values.beta_vs_hold).toBeCloseTo(1, 12)
    expect(values.alpha_vs_hold).toBeCloseTo(0, 12)
    expect(values.information_ratio).toBeNaN()
    expect(values.exposure).toBe(1)
  })

  it('of a single drop by a tenth are that drop, its day and its mean square', () => {
    const closes = [100, 100, 90, 100, 100]
    const values = valuesOf(fixtureRun({ interval: '1d', closes, opens: [100], fills: buyAll }))
    expect(values.max_drawdown).toBeCloseTo(0.1, 15)
    expect(values.max_drawdown_days).toBe(3)
    expect(values.ulcer_index).toBeCloseTo(0.1 / Math.sqrt(5), 15)
  })

  it('of two prices that alternate are the Sharpe ratio of two returns that alternate', () => {
    // Marks 1000, then 1000·(1, 1.25, 1, …): from the second mark on +25 % and −20 %, the first return 0.
    const closes = Array.from({ length: 41 }, (_, i) => (i % 2 === 0 ? 100 : 125))
    const values = valuesOf(fixtureRun({ interval: '1d', closes, opens: [100], fills: buyAll }))
    const mean = (20 * 0.25 - 20 * 0.2) / 41
    const variance = (20 * (0.25 - mean) ** 2 + 20 * (-0.2 - mean) ** 2 + mean ** 2) / 40
    expect(values.volatility).toBeCloseTo(Math.sqrt(variance * 365), 12)
    expect(values.sharpe).toBeCloseTo((mean / Math.sqrt(variance)) * Math.sqrt(365), 12)
    expect(values.omega).toBeCloseTo(1.25, 12)
    expect(values.sortino).toBeCloseTo((mean / Math.sqrt((20 * 0.04) / 41)) * Math.sqrt(365), 12)
  })

  it('of fills priced at the break-even alpha are a profit of nothing', () => {
    // Buy at 100 + α·ATR, sell at 130 − α·ATR; without fees α = (130 − 100) ÷ (3 + 2).
    const at = (alpha: number): RunResult =>
      fixtureRun({
        closes: [100, 100, 130, 130],
        alpha,
        fills: [
          { bar: 1, side: 'BUY', price: String(100 + 3 * alpha), quantity: '2', atr: 3 },
          { bar: 3, side: 'SELL', price: String(130 - 2 * alpha), quantity: '2', atr: 2 },
        ],
      })
    expect(valuesOf(at(0.5)).break_even_alpha).toBeCloseTo(6, 12)
    expect(valuesOf(at(6)).net_profit).toBe(0)
  })
})

/** Any run: closes, and buys each followed by a sale of all that was bought, but for the last perhaps. */
const anyRun = fc
  .record({
    closes: fc.array(fc.integer({ min: 5000, max: 15_000 }), { minLength: 30, maxLength: 90 }),
    count: fc.integer({ min: 0, max: 14 }),
    lot: fc.bigInt({ min: 1n, max: 3_00000000n }),
    slip: fc.integer({ min: 0, max: 50 }),
    isFeeInQuote: fc.boolean(),
  })
  .map(({ closes, count, lot, slip, isFeeInQuote }) => {
    const prices = closes.map((close) => close / 100)
    const fills = Array.from({ length: count }, (_, i): FixtureFill => {
      const bar = 1 + 2 * i
      const side = i % 2 === 0 ? 'BUY' : 'SELL'
      const open = prices[bar - 1] ?? 0
      const price = (open + (side === 'BUY' ? slip : -slip) / 100).toFixed(2)
      const base = isFeeInQuote ? 0n : lot / 1000n
      const quantity = formatUnits(side === 'BUY' ? lot : lot - base)
      const isBase = side === 'BUY' && !isFeeInQuote
      const quote = (units(price) * units(quantity)) / 100_000_000n
      return {
        bar,
        side,
        price,
        quantity,
        commission: formatUnits(isBase ? base : quote / 1000n),
        commissionAsset: isBase ? 'BTC' : 'USDT',
        slippage: formatUnits((units((slip / 100).toFixed(2)) * units(quantity)) / 100_000_000n),
        atr: 1 + (i % 3),
      }
    })
    return { interval: '6h' as const, closes: prices, fills, cash: '10000' }
  })

describe('any run', () => {
  it('nets what it earned before costs, less slippage and fees, to the last unit', () => {
    fc.assert(
      fc.property(anyRun, (words) => {
        const values = valuesOf(fixtureRun(words))
        const inUnits = (key: MetricKey) => BigInt(Math.round(values[key] * 1e8))
        expect(inUnits('net_profit')).toBe(
          inUnits('gross_profit_before_costs') - inUnits('slippage') - inUnits('fees'),
        )
      }),
    )
  })

  it('that ends flat nets the sum of its trades', () => {
    fc.assert(
      fc.property(anyRun, (words) => {
        const result = fixtureRun(words)
        fc.pre(result.quantity === 0n)
        const sum = result.trades.reduce((total, trade) => total + trade.net, 0n)
        expect(valuesOf(result).net_profit).toBe(toNumber(sum))
      }),
    )
  })

  it('has money that scales with prices, and ratios that do not, to the bit', () => {
    fc.assert(
      fc.property(anyRun, fc.constantFrom(2 ** -10, 2, 2 ** 8), (words, priceScale) => {
        const once = valuesOf(fixtureRun(words))
        const scaled = valuesOf(fixtureRun({ ...words, priceScale }))
        for (const key of METRIC_KEYS) {
          const factor = METRICS[key].unit === 'quote' ? priceScale : 1
          expect(scaled[key], key).toBe(once[key] * factor)
        }
      }),
    )
  })

  it('has daily numbers that agree with a plain reading of the definitions', () => {
    fc.assert(
      fc.property(anyRun, (words) => {
        const result = fixtureRun(words)
        const values = valuesOf(result)
        // Six-hour bars from a midnight: the mark of a day is the close of every fourth bar.
        const marks = [10_000, ...Array.from(result.equity).filter((_, i) => i % 4 === 3)]
        const market = [words.closes[0] ?? 0, ...words.closes.filter((_, i) => i % 4 === 3)]
        const changes = (row: number[]) => row.slice(1).map((x, i) => (x - (row[i] ?? 0)) / (row[i] ?? 0))
        const r = changes(marks)
        const b = changes(market)
        const n = r.length
        const avg = (row: number[]) => row.reduce((sum, x) => sum + x, 0) / row.length
        const dot = (x: number[], y: number[]) =>
          x.reduce((sum, value, i) => sum + (value - avg(x)) * ((y[i] ?? 0) - avg(y)), 0) / (n - 1)
        const close = (key: MetricKey, expected: number) =>
          expect(Math.abs(values[key] - expected), key).toBeLessThan(1e-9 * (1 + Math.abs(expected)))
        fc.pre(values.volatility > 1e-6)
        close('volatility', Math.sqrt(dot(r, r) * 365))
        close('sharpe', (avg(r) / Math.sqrt(dot(r, r))) * Math.sqrt(365))
        close('beta_vs_hold', dot(r, b) / dot(b, b))
        close(
          'information_ratio',
          (() => {
            const x = r.map((value, i) => value - (b[i] ?? 0))
            return (avg(x) / Math.sqrt(dot(x, x))) * Math.sqrt(365)
          })(),
        )
        const m = [2, 3, 4].map((k) => avg(r.map((value) => (value - avg(r)) ** k)))
        close('skew', (m[1] ?? 0) / (m[0] ?? 0) ** 1.5)
        close('excess_kurtosis', (m[2] ?? 0) / (m[0] ?? 0) ** 2 - 3)
        close('alpha_vs_hold', (avg(r) - (dot(r, b) / dot(b, b)) * avg(b)) * 365)
        const sorted = [...r].sort((x, y) => x - y)
        const place = 0.05 * (n - 1)
        const low = sorted[Math.floor(place)] ?? 0
        const q = low + (place % 1) * ((sorted[Math.floor(place) + 1] ?? low) - low)
        close('var_95', -q)
        close('cvar_95', -avg(r.filter((x) => x <= q + 1e-15)))
      }),
    )
  })
})

describe('the bytes of metrics', () => {
  afterEach(() => vi.restoreAllMocks())

  it('do not hang on any function whose last digit an engine may choose', () => {
    const chosen = [
      'exp',
      'expm1',
      'log',
      'log1p',
      'log2',
      'log10',
      'pow',
      'sin',
      'cos',
      'tan',
      'atan',
      'cbrt',
    ] as const
    for (const name of chosen) {
      vi.spyOn(Math, name).mockImplementation(() => {
        throw new Error(`Math.${name} was called`)
      })
    }
    expect(valuesOf(run).cagr).toBeGreaterThan(0)
    expect(valuesOf(run).psr).toBeGreaterThan(0)
  })

  it('are the same for the same run', () => {
    const json = () => JSON.stringify(metricsJson(runMetrics(run)))
    expect(json()).toBe(json())
    expect(runMetrics(run).marks.times).toHaveLength(11)
    expect((runMetrics(run).marks.times[1] ?? 0) - (runMetrics(run).marks.times[0] ?? 0)).toBe(DAY_MS)
  })
})
