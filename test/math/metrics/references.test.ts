import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { benchmarkRatios } from '../../../engine/math/metrics/benchmark-ratios.js'
import { cagr } from '../../../engine/math/metrics/cagr.js'
import { dailyMarks, returnsOf } from '../../../engine/math/metrics/daily-marks.js'
import { deflatedSharpe, expectedMaximum } from '../../../engine/math/metrics/deflated-sharpe.js'
import { fallsOf } from '../../../engine/math/metrics/drawdown.js'
import {
  downsideDeviation,
  momentsOfReturns,
  omega,
  probabilisticSharpe,
  sharpe,
  sortino,
  volatility,
} from '../../../engine/math/metrics/return-ratios.js'
import { tailRisk } from '../../../engine/math/metrics/tail-risk.js'
import { minBacktestYears, minTrackRecord } from '../../../engine/math/metrics/track-record.js'
import { mean } from '../../../engine/math/statistics.js'
import { fixtureRun } from './run-fixture.js'

const SHARED = path.resolve(import.meta.dirname, '../../../../shared')
const hasReferences = existsSync(path.join(SHARED, 'reference/empyrical-metrics.json'))

// The files are others' and stay what they are; their shapes are those their README gives.
function reference<T>(name: string): T {
  return JSON.parse(readFileSync(path.join(SHARED, 'reference', name), 'utf8')) as T
}

const less = (returns: Float64Array, target: number) => returns.map((r) => r - target)

/** 100 before the first return, then compounded: the equity that other libraries take drawdowns of. */
function equityOf(returns: Float64Array): Float64Array {
  const equity = new Float64Array(returns.length + 1).fill(100)
  returns.forEach((r, i) => {
    equity[i + 1] = (equity[i] ?? Number.NaN) * (1 + r)
  })
  return equity
}

/** Growth a year of returns of which `periods` make a year. */
function growthOf(returns: Float64Array, periods: number): number {
  const equity = equityOf(returns)
  return cagr({ start: 100, end: equity.at(-1) ?? Number.NaN, years: returns.length / periods })
}

const deepestOf = (returns: Float64Array) => fallsOf(equityOf(returns), 1).deepest[0]?.depth ?? 0

function expectNear(actual: number, expected: number | null, tolerance: number): void {
  if (expected === null) expect(actual).toBeNaN()
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)))
}

describe.skipIf(!hasReferences)(
  'Probabilistic and deflated Sharpe ratios of pypbo and the papers it names',
  () => {
    interface Case {
      readonly fn: string
      readonly args: Readonly<Record<string, number>> & { readonly returns?: readonly number[] }
      readonly expected: number
    }
    const { cases } = hasReferences ? reference<{ cases: readonly Case[] }>('psr-dsr.json') : { cases: [] }

    const at = (args: Case['args'], name: string) => args[name] ?? Number.NaN
    const estimateOf = (args: Case['args']) => ({
      sharpe: at(args, 'sharpe_per_period'),
      count: at(args, 'T'),
      skewness: at(args, 'skew'),
      rawKurtosis: at(args, 'kurtosis'),
    })
    const lengthOf = (args: Case['args']) =>
      minTrackRecord(
        { sharpe: at(args, 'sharpe'), skewness: at(args, 'skew'), rawKurtosis: at(args, 'kurtosis') },
        { benchmark: at(args, 'target'), confidence: at(args, 'prob') },
      )
    const returnsIn = (args: Case['args']) => Float64Array.from(args.returns ?? [])

    const compute: Readonly<Record<string, (args: Case['args']) => number>> = {
      psr: (args) => probabilisticSharpe(estimateOf(args), at(args, 'benchmark')),
      expected_max_of_N_normals: (args) => expectedMaximum(at(args, 'N')),
      dsr: (args) =>
        deflatedSharpe(estimateOf(args), {
          deviation: at(args, 'trials_sharpe_std_per_period'),
          count: at(args, 'N'),
        }),
      'minTRL_periods/250': (args) => lengthOf(args) / 250,
      'minTRL_periods/52': (args) => lengthOf(args) / 52,
      'minTRL_periods/12': (args) => lengthOf(args) / 12,
      minBTL_years: (args) => minBacktestYears(at(args, 'sharpe_in_sample'), at(args, 'N')),
      'sharpe(simple, ddof 1, benchmark .05 per period, log returns flag has no effect)': (args) =>
        sharpe(less(returnsIn(args), 0.05), 1),
      'sortino(target 0, no annualisation)': (args) => sortino(returnsIn(args), 1),
      'omega(target .01)': (args) => omega(less(returnsIn(args), 0.01)),
    }

    it('are all ten computed', () => {
      expect(cases.map(({ fn }) => fn)).toEqual(Object.keys(compute))
    })

    // Published to six to ten digits; the file itself asks for 1e−7 of the formulas.
    it.each(cases)('$fn is $expected', ({ fn, args, expected }) => {
      expectNear(compute[fn]?.(args) ?? Number.NaN, expected, 5e-7)
    })
  },
)

describe.skipIf(!hasReferences)('The 24 months of Bacon, as PerformanceAnalytics prints them', () => {
  interface Bacon {
    readonly date_portfolio_benchmark: readonly (readonly [string, number, number])[]
    readonly expected: Readonly<Record<string, number>>
  }
  const bacon = hasReferences
    ? reference<Bacon>('bacon-24-months.json')
    : { date_portfolio_benchmark: [], expected: {} }
  const r = Float64Array.from(bacon.date_portfolio_benchmark, ([, portfolio]) => portfolio)
  const b = Float64Array.from(bacon.date_portfolio_benchmark, ([, , benchmark]) => benchmark)
  const n = r.length
  const above = less(r, 0.005)
  const below = above.map((x) => -x)
  const moments = () => momentsOfReturns(r)
  /** Annual spread over n, as the book has it; the engine's is over n − 1. */
  const bookSpread = (row: Float64Array) => volatility(row, 12) * Math.sqrt((n - 1) / n)
  const beta = () => benchmarkRatios(r, b, 12).beta
  const residual = () => r.map((x, i) => x - beta() * (b[i] ?? 0))
  const jensen = () => growthOf(r, 12) - beta() * growthOf(b, 12)

  /** What follows from the engine's functions, by the formula of the manual page. */
  const compute: Readonly<Record<string, () => number>> = {
    AdjustedSharpeRatio: () => {
      const ratio = growthOf(r, 12) / volatility(r, 12)
      return ratio * (1 + (moments().skewness / 6) * ratio - ((moments().rawKurtosis - 3) / 24) * ratio ** 2)
    },
    BernardoLedoitRatio: () => omega(r),
    'DownsideDeviation MAR=0.005': () => downsideDeviation(above),
    'Kappa MAR=0.005 l=2': () => sortino(above, 1),
    'OmegaSharpeRatio MAR=0.005': () => omega(above) - 1,
    // The book divides by the 24 months; the engine's mean counts the starting mark too.
    MartinRatio: () => growthOf(r, 12) / (fallsOf(equityOf(r), 1).ulcerIndex * Math.sqrt((n + 1) / n)),
    SkewnessKurtosisRatio: () => moments().skewness / moments().rawKurtosis,
    'UpsideRisk MAR=0.005': () => downsideDeviation(below),
    'VolatilitySkewness MAR=0.005 (volatility)': () =>
      (downsideDeviation(below) / downsideDeviation(above)) ** 2,
    'VolatilitySkewness MAR=0.005 (variability)': () => downsideDeviation(below) / downsideDeviation(above),
    // The unbiased estimators, from the population moment m₄/m₂².
    'kurtosis sample': () =>
      ((n * (n + 1)) / ((n - 1) * (n - 2) * (n - 3))) * moments().rawKurtosis * n * ((n - 1) / n) ** 2,
    'kurtosis sample_excess': () =>
      (((n + 1) * (n - 1)) / ((n - 2) * (n - 3))) * (moments().rawKurtosis - (3 * (n - 1)) / (n + 1)),
    'MSquared vs benchmark': () => (growthOf(r, 12) / bookSpread(r)) * bookSpread(b),
    SpecificRisk: () => bookSpread(residual()),
    'TreynorRatio modified': () => growthOf(r, 12) / (beta() * bookSpread(b)),
    JensenAlpha: () => jensen(),
    AppraisalRatio: () => jensen() / bookSpread(residual()),
  }

  const NOT_COMPUTED: Readonly<Record<string, string>> = {
    BurkeRatio: 'no metric of ours sums squares of several drawdowns',
    'BurkeRatio modified': 'no metric of ours sums squares of several drawdowns',
    DRatio: 'counts losses; ours has Omega, which does not',
    'DownsidePotential MAR=0.005': 'a mean of losses alone; ours has it only inside Omega',
    'DownsideFrequency MAR=0.005': 'a count of returns below a target, no metric of ours',
    MeanAbsoluteDeviation: 'no metric of ours is an absolute deviation',
    PainIndex: 'a mean of drawdowns; ours is their root mean square',
    PainRatio: 'a mean of drawdowns; ours is their root mean square',
    'ProspectRatio MAR=0.05': 'weighs losses by 2.25, no metric of ours',
    'UpsideFrequency MAR=0.005': 'a count of returns above a target, no metric of ours',
    'UpsidePotential MAR=0.005': 'a mean of gains alone; ours has it only inside Omega',
    'M2Sortino MAR=0.005 vs benchmark':
      'mixes Sortino with a downside ratio of the benchmark, no metric of ours',
    SystematicRisk: 'printed as 0.013 where the book’s own formula, β · annual spread, gives 0.130',
  }

  it('are each computed, or have a reason why not', () => {
    expect([...Object.keys(compute), ...Object.keys(NOT_COMPUTED)].sort()).toEqual(
      Object.keys(bacon.expected).sort(),
    )
  })

  /** Half a unit of the last printed digit; figures are printed with two to seven digits behind the point. */
  const halfDigit = (value: number) => 0.5 * 10 ** -(String(value).split('.')[1]?.length ?? 0)

  it.each(Object.keys(compute))('%s is the printed figure', (name) => {
    const expected = bacon.expected[name] ?? Number.NaN
    expect(Math.abs((compute[name]?.() ?? Number.NaN) - expected)).toBeLessThan(halfDigit(expected) * 1.2)
  })

  it.each(Object.entries(NOT_COMPUTED))('%s is not computed: %s', (name) => {
    expect(compute[name]).toBeUndefined()
  })
})

describe.skipIf(!hasReferences)('The metrics of empyrical', () => {
  type Series = { readonly series: string } | { readonly values: readonly (number | null)[] }
  type Argument = Series | string | number
  interface Case {
    readonly test: string
    readonly args: Readonly<Record<string, Argument>> & {
      readonly expected: number | string | null | readonly (number | null)[]
    }
  }
  interface Empyrical {
    readonly series: Readonly<Record<string, { readonly values: readonly (number | null)[] }>>
    readonly cases: readonly Case[]
    readonly btc_daily: { readonly values: Readonly<Record<string, Readonly<Record<string, number>>>> }
  }
  const empyrical = hasReferences
    ? reference<Empyrical>('empyrical-metrics.json')
    : { series: {}, cases: [], btc_daily: { values: {} } }

  const PERIODS: Readonly<Record<string, number>> = { daily: 252, weekly: 52, monthly: 12 }

  /** An argument as values; a number stands for as many as there are returns. */
  function valuesOf(argument: Argument | undefined, length: number): (number | null)[] {
    if (typeof argument === 'number') return Array.from({ length }, () => argument)
    if (argument === undefined || typeof argument === 'string') return Array.from({ length }, () => 0)
    return [...('series' in argument ? (empyrical.series[argument.series]?.values ?? []) : argument.values)]
  }

  /** The returns and a second row of a case, without the places where either is missing. */
  function rowsOf({ args }: Case, second: string): readonly [Float64Array, Float64Array] {
    const returns = valuesOf(args.returns, 0)
    const other = valuesOf(args[second], returns.length)
    // Both end on the same day; one benchmark starts a day later.
    const later = returns.length - other.length
    const pairs = returns
      .map((r, i) => [r ?? Number.NaN, other[i - later] ?? Number.NaN] as const)
      .filter(([r, x]) => !Number.isNaN(r) && !Number.isNaN(x))
    return [Float64Array.from(pairs, ([r]) => r), Float64Array.from(pairs, ([, x]) => x)]
  }

  const returnsIn = (item: Case) => rowsOf(item, 'none')[0]
  /** In what is compounded, a missing return is a day without change. */
  const daysIn = (item: Case) => Float64Array.from(valuesOf(item.args.returns, 0), (r) => r ?? 0)
  const periodsIn = (item: Case) => PERIODS[String(item.args.period ?? 'daily')] ?? Number.NaN
  const excessOver = (item: Case, second: string) => {
    const [returns, other] = rowsOf(item, second)
    return returns.map((r, i) => r - (other[i] ?? Number.NaN))
  }
  /** empyrical compounds a daily alpha over 252 days; the engine multiplies it by the days. */
  const compounded = (alpha: number) => (1 + alpha / 252) ** 252 - 1
  const againstIn = (item: Case) => {
    const ratios = benchmarkRatios(...rowsOf(item, 'benchmark'), 252)
    return { alpha: compounded(ratios.alpha), beta: ratios.beta }
  }
  /** Its required return of omega is a year's, compounded down to a day; `risk_free` is a day's. */
  const dailyRequired = (item: Case) => {
    const yearly = Number(item.args.required_return)
    return yearly <= -1 ? Number.NaN : (1 + yearly) ** (1 / 252) - 1
  }

  const compute: Readonly<Record<string, (item: Case) => number | number[]>> = {
    cum_returns_final: (item) => {
      const start = Number(item.args.starting_value)
      const end = equityOf(daysIn(item)).at(-1) ?? Number.NaN
      return start === 0 ? end / 100 - 1 : (end / 100) * start
    },
    cum_returns: (item) => {
      const start = Number(item.args.starting_value)
      const equity = Array.from(equityOf(daysIn(item)).subarray(1))
      return equity.map((value) => (start === 0 ? value / 100 - 1 : (value / 100) * start))
    },
    max_drawdown: (item) => -deepestOf(returnsIn(item)),
    annual_ret: (item) => growthOf(daysIn(item), periodsIn(item)),
    annual_volatility: (item) => volatility(returnsIn(item), periodsIn(item)),
    calmar: (item) => {
      const ratio = growthOf(daysIn(item), periodsIn(item)) / deepestOf(daysIn(item))
      // As `runMetrics` has it: a ratio to 0 is undefined.
      return Number.isFinite(ratio) ? ratio : Number.NaN
    },
    omega: (item) => omega(less(excessOver(item, 'risk_free'), dailyRequired(item))),
    sharpe_ratio: (item) => sharpe(excessOver(item, 'risk_free'), 252),
    downside_risk: (item) =>
      downsideDeviation(excessOver(item, 'required_return')) * Math.sqrt(periodsIn(item)),
    excess_sharpe: (item) => sharpe(excessOver(item, 'factor_returns'), 1),
    alpha_beta: (item) => [againstIn(item).alpha, againstIn(item).beta],
    alpha: (item) => againstIn(item).alpha,
    beta: (item) => againstIn(item).beta,
    roll_sharpe_ratio: (item) => {
      const returns = valuesOf(item.args.returns, 0)
      const window = Number(item.args.window)
      const count = Math.max(0, returns.length - window + 1)
      return Array.from({ length: count }, (_, i) => {
        const known = returns.slice(i, i + window).filter((r) => r !== null)
        return sharpe(Float64Array.from(known), 252)
      })
    },
  }

  /** Cases that have another answer here, or none; the words say why. */
  function reasonAgainst({ test, args }: Case): string | undefined {
    const returns = args.returns
    const name = typeof returns === 'object' && 'series' in returns ? returns.series : ''
    if (test === 'aggregate_returns') return 'returns by week, month or year are no metric'
    if (test === 'up_down_capture') return 'capture is no metric of ours'
    if (args.expected === 'inf') return 'without variance there is no Sharpe ratio here, there it is infinite'
    if (name === 'empty_returns' && test === 'max_drawdown') return 'no fall is a drawdown of 0 here'
    if (name === 'empty_returns' && test === 'cum_returns_final') return 'no return is no growth here'
    return undefined
  }

  const label = ({ test, args }: Case) => `${test} ${JSON.stringify(args)}`

  it('are 87 cases, of which these have a reason to differ', () => {
    expect(empyrical.cases).toHaveLength(87)
    const reasons = new Map<string, number>()
    for (const item of empyrical.cases) {
      const reason = reasonAgainst(item)
      if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
    expect(Object.fromEntries(reasons)).toEqual({
      'returns by week, month or year are no metric': 8,
      'capture is no metric of ours': 5,
      'without variance there is no Sharpe ratio here, there it is infinite': 1,
      'no fall is a drawdown of 0 here': 1,
      'no return is no growth here': 1,
    })
  })

  for (const item of empyrical.cases) {
    const reason = reasonAgainst(item)
    if (reason !== undefined) continue
    it(label(item), () => {
      const actual = compute[item.test]?.(item)
      const { expected } = item.args
      // Cumulated returns are given to 4 decimals there, the others to 8.
      const tolerance = item.test.startsWith('cum_returns') ? 1e-4 : 1e-8
      if (typeof actual === 'number') {
        expect(typeof expected === 'number' || expected === null).toBe(true)
        expectNear(actual, typeof expected === 'number' ? expected : null, tolerance)
        return
      }
      const numbers = Array.isArray(expected) ? (expected as readonly (number | null)[]) : []
      const known = numbers.filter((value) => value !== null || item.test === 'alpha_beta')
      expect(actual).toHaveLength(known.length)
      known.forEach((value, i) => {
        expectNear(actual?.[i] ?? Number.NaN, value, tolerance)
      })
    })
  }

  describe.each(Object.entries(empyrical.btc_daily.values))('on the days of %s', (symbol, expected) => {
    const file = path.join(SHARED, `data/klines/${symbol}-1d.csv.gz`)
    const rows = existsSync(file)
      ? gunzipSync(readFileSync(file))
          .toString()
          .trim()
          .split('\n')
          .map((line) => line.split(','))
          .filter(([time]) => /^\d+$/.test(time ?? ''))
      : []
    const closes = Float64Array.from(rows, (row) => Number(row[4]))
    const returns = closes.subarray(1).map((close, i) => close / (closes[i] ?? Number.NaN) - 1)
    const moments = momentsOfReturns(returns)
    const tails = tailRisk(returns)

    const compute: Readonly<Record<string, () => number>> = {
      returns: () => returns.length,
      cum_return: () => (closes.at(-1) ?? Number.NaN) / (closes[0] ?? Number.NaN) - 1,
      annual_return: () => growthOf(returns, 365),
      annual_volatility: () => volatility(returns),
      sharpe: () => sharpe(returns),
      sortino: () => sortino(returns),
      max_drawdown: () => -deepestOf(returns),
      calmar: () => growthOf(returns, 365) / deepestOf(returns),
      omega: () => omega(returns),
      downside_risk: () => downsideDeviation(returns) * Math.sqrt(365),
      tail_ratio: () => tails.tailRatio,
      value_at_risk_5pct: () => -tails.valueAtRisk,
      cvar_5pct: () => -tails.conditionalValueAtRisk,
      mean: () => mean(returns),
      std_ddof1: () => moments.deviation,
      skew_population: () => moments.skewness,
      kurtosis_population_raw: () => moments.rawKurtosis,
    }

    it('stability is not computed: the fit of a line to log returns is no metric of ours', () => {
      expect(Object.keys(expected).filter((name) => !(name in compute))).toEqual(['stability'])
    })

    it.each(Object.keys(compute))('%s agrees', (name) => {
      expectNear(compute[name]?.() ?? Number.NaN, expected[name] ?? null, 1e-9)
    })

    it('the daily marks of a run on them have these returns behind the first', () => {
      const openTimes = rows.map((row) => Number(row[0]))
      const run = fixtureRun({ interval: '1d', openTimes, closes: Array.from(closes) })
      expect(Array.from(returnsOf(dailyMarks(run).close).subarray(1))).toEqual(Array.from(returns))
    })
  })
})
