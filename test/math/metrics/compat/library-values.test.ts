/**
 * What the tools themselves print, run on series that are written down here: quantstats 0.0.86, vectorbt 1.2.0,
 * backtesting.py 0.6.6 (`compute_stats`) and `freqtrade/data/metrics.py` of freqtrade 2026.9, with pandas 3.1.1 and numpy
 * 2.4.6. Their defaults, but for vectorbt's year of 365 days, which is its default for portfolios too.
 */
import { describe, expect, it } from 'vitest'
import { backtestingPyRatios } from '../../../../engine/math/metrics/compat/backtesting-py.js'
import { freqtradeRatios, freqtradeWalletRatios } from '../../../../engine/math/metrics/compat/freqtrade.js'
import { quantstatsRatios } from '../../../../engine/math/metrics/compat/quantstats.js'
import type { Ratios } from '../../../../engine/math/metrics/compat/ratios.js'
import { vectorbtRatios } from '../../../../engine/math/metrics/compat/vectorbt.js'

type Four = readonly [sharpe: number, sortino: number, calmar: number, cagr: number]

/** Whole numbers that jump about, less a centre: both programs make the same. */
const steps = (count: number, centre: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => (((i + 1) * 37) % 101) - centre)
const returns = (count: number, centre: number, scale = 2000): Float64Array =>
  steps(count, centre).map((step) => step / scale)
/** 10,000 that grows by them: a value behind each. */
const equityOf = (rates: Float64Array): Float64Array => {
  let worth = 10_000
  return rates.map((rate) => {
    worth *= 1 + rate
    return worth
  })
}
const at = (values: Float64Array, i: number): number => values.at(i) ?? Number.NaN

function expectFour({ sharpe, sortino, calmar, cagr }: Ratios, expected: Four): void {
  for (const [i, value] of [sharpe, sortino, calmar, cagr].entries()) {
    const wanted = expected[i] ?? Number.NaN
    if (Number.isFinite(wanted) && wanted !== 0) expect(value / wanted).toBeCloseTo(1, 8)
    else expect(value).toEqual(wanted)
  }
}

const [NONE, ENDLESS] = [Number.NaN, Number.POSITIVE_INFINITY]
const GAINS = returns(90, 48)
const LOSSES = returns(90, 55)
const FIRST_FALLS = Float64Array.of(-0.05, 0.01, 0.02, 0.01)
const FLAT = new Float64Array(5)
const EQUAL = Float64Array.of(0.25, 0.25, 0.25, 0.25)
const NO_LOSS = Float64Array.of(0.25, 0.5, 0.125)

describe('quantstats 0.0.86', () => {
  it.each<readonly [string, Float64Array, Four]>([
    ['gains', GAINS, [1.4461954660624508, 2.230233140552394, 10.34606186795762, 0.36226919812288316]],
    ['losses', LOSSES, [-2.3500676323514815, -2.952343540007411, -2.122181258890028, -0.4363962574264407]],
    [
      'a first day that falls',
      FIRST_FALLS,
      [-1.2395908058120062, -1.5874507866387544, -10.3634618187638, -0.5181730909381905],
    ],
    ['flat', FLAT, [NONE, NONE, NONE, 0]],
    ['equal gains', EQUAL, [ENDLESS, NONE, ENDLESS, 2.638294536026986e24]],
    ['no loss', NO_LOSS, [24.24871130596429, NONE, ENDLESS, 1.694020801679559e27]],
  ])('%s', (_, rates, expected) => expectFour(quantstatsRatios(rates), expected))
})

describe('vectorbt 1.2.0', () => {
  it.each<readonly [string, Float64Array, number, Four]>([
    ['gains', GAINS, 365, [1.7404965128255032, 2.684086000136644, 16.13110544275125, 0.564833528753562]],
    [
      'losses',
      LOSSES,
      365,
      [-2.8283068333414434, -3.5531460004064948, -2.7435884417067364, -0.5641797668618957],
    ],
    [
      'hourly gains',
      GAINS,
      8760,
      [8.526656711031922, 13.149282252165273, 1327301.9937324333, 46475.715598178016],
    ],
    [
      'a first day that falls',
      FIRST_FALLS,
      365,
      [-1.4918477657246267, -1.9104973174542799, NONE, -0.6527075266569355],
    ],
    ['flat', FLAT, 365, [ENDLESS, ENDLESS, NONE, 0]],
    ['equal gains', EQUAL, 365, [ENDLESS, ENDLESS, NONE, 2.355888585287316e35]],
    ['no loss', NO_LOSS, 365, [29.183328574147723, ENDLESS, NONE, 2.7460703913223483e39]],
  ])('%s', (_, rates, perYear, expected) => expectFour(vectorbtRatios(rates, perYear), expected))
})

describe('backtesting.py 0.6.6', () => {
  const HOURLY = equityOf(returns(1000, 49.5, 20_000))

  /** What it is told of equity at each bar's close. */
  const ratiosOf = (
    equity: Float64Array,
    days: number,
    { dayEnds = equity, daysPerYear = 365 }: { dayEnds?: Float64Array; daysPerYear?: number } = {},
  ): Ratios => {
    let peak = 0
    let maxDrawdown = 0
    for (const worth of equity) {
      peak = Math.max(peak, worth)
      maxDrawdown = Math.max(maxDrawdown, 1 - worth / peak)
    }
    return backtestingPyRatios({
      ...{ dayEnds, maxDrawdown, days, daysPerYear },
      startEquity: at(equity, 0),
      endEquity: at(equity, -1),
    })
  }

  it('hours from 06:00, of which each day has its last', () => {
    // Bar 17 opens at 23:00; the last of 1000 bars at 21:00, 999 hours behind the first.
    const dayEnds = HOURLY.filter((_, i) => (i + 7) % 24 === 0 || i === 999)
    expectFour(
      ratiosOf(HOURLY, 999 / 24, { dayEnds }),
      [4.581929543575092, 10.657355143916183, 53.799293223192855, 0.2647097540962253],
    )
  })

  it.each<readonly [string, Float64Array, days: number, daysPerYear: number, Four]>([
    ['days', GAINS, 89, 365, [1.322662335127915, 3.344697409439929, 17.384014644107218, 0.6092283054513838]],
    [
      'days of losses',
      LOSSES,
      89,
      365,
      [-4.289978210138702, -2.4741240136981038, -2.6839618985001517, -0.552164729720191],
    ],
    [
      'bars of three days',
      returns(60, 48),
      3 * 59,
      365,
      [1.535639486268895, 4.402939709250273, 24.609815511713435, 0.21433401354410964],
    ],
    [
      'weeks',
      returns(60, 48),
      7 * 59,
      52,
      [0.7464614966338315, 1.277015777671437, 2.69412115479823, 0.08678822824034116],
    ],
    // From 2024-01-01 to 2026-06-01.
    [
      'months',
      returns(30, 48),
      882,
      12,
      [0.45177351855161646, 0.7454839072607126, 0.8112179571454543, 0.024012983101058483],
    ],
    ['flat', new Float64Array(30), 29, 365, [NONE, NONE, NONE, 0]],
    // Four days from a Monday on, and no weekend.
    [
      'no loss',
      Float64Array.of(0.25, 0.5, 0.125, 0.25),
      3,
      252,
      [0.06326274272505229, ENDLESS, NONE, 2.922297871421046e39],
    ],
  ])('%s', (_, rates, days, daysPerYear, expected) => {
    expectFour(ratiosOf(equityOf(rates), days, { daysPerYear }), expected)
  })
})

describe('freqtrade 2026.9', () => {
  it.each<readonly [string, Float64Array, days: number, Four]>([
    [
      'a hundred days and five hours',
      steps(40, 45),
      100 + 5 / 24,
      [1.7440912125451962, 4.116134497427456, 106.42689524593182, 0.09821625322732763],
    ],
    [
      'losses',
      steps(40, 60),
      30,
      [-7.60244887519701, -13.237271356023427, -62.21926129640376, -0.3435196899720635],
    ],
    [
      'half a day',
      steps(5, 45),
      0.5,
      [19.47112918568526, 38.20994634908559, 1476.907221976149, 1.675595480016172],
    ],
    ['one winner', Float64Array.of(100), 10, [-100, -100, -100, 0.43790483176778205]],
    ['one loser', Float64Array.of(-100), 10, [-100, -100, -191.049731745428, -0.30707759700568116]],
    [
      'two equal losers',
      Float64Array.of(50, -100, -100),
      10,
      [-4.052776825831889, -100, -144.00373530311634, -0.42400009318556786],
    ],
    ['no trade', new Float64Array(), 10, [0, 0, 0, 0]],
  ])('closed trades: %s', (_, profits, days, expected) => {
    const endEquity = 10_000 + profits.reduce((sum, profit) => sum + profit, 0)
    expectFour(freqtradeRatios({ profits, days, startEquity: 10_000, endEquity }), expected)
  })

  it.each<
    readonly [
      string,
      Float64Array,
      barsPerDay: number,
      readonly [sharpe: number, sortino: number, calmar: number],
    ]
  >([
    ['hours', returns(1000, 49.5, 20_000), 24, [5.179793963565147, 22.6522330743539, 249.6852550880056]],
    ['days', GAINS, 1, [1.8430055935708896, 3.952201052061626, 75.35278223409509]],
    ['losses', LOSSES, 1, [-2.7314664574038527, -5.113127873359257, -18.558330841281393]],
    ['flat', FLAT, 1, [-100, -100, -100]],
    ['no loss', Float64Array.of(0, 0.25, 0.5, 0.125), 1, [35.742132001323036, -100, -100]],
  ])('daily wallet: %s', (_, rates, barsPerDay, [sharpe, sortino, calmar]) => {
    const marks = equityOf(rates)
    const ratios = freqtradeWalletRatios({
      dayEnds: marks.filter((__, i) => (i + 1) % barsPerDay === 0 || i === marks.length - 1),
      marks,
      // The first of what it is given is its starting balance.
      startEquity: at(marks, 0),
      endEquity: at(marks, -1),
      days: (marks.length - 1) / barsPerDay,
    })
    expectFour({ ...ratios, cagr: 0 }, [sharpe, sortino, calmar, 0])
  })
})
