import { describe, expect, it } from 'vitest'
import {
  effectiveTrials,
  expectedMaximum,
  meanCorrelation,
} from '../../../engine/math/metrics/deflated-sharpe.js'
import { sharpe } from '../../../engine/math/metrics/return-ratios.js'
import { sweepOverfitting } from '../../../engine/math/metrics/sweep-overfitting.js'
import { sweepVerdict } from '../../../engine/math/metrics/sweep-verdict.js'
import { minBacktestYears, minTrackRecord } from '../../../engine/math/metrics/track-record.js'
import { normalQuantile } from '../../../engine/math/normal.js'
import { newRandom } from '../../../engine/math/random.js'
import { covariance } from '../../../engine/math/statistics.js'
import { noise } from './sweep-samples.js'

const TRIALS = 50

/** What a verdict is told of trades where there are enough. */
const ENOUGH = { direction: 'higher', minTrades: 30, mostTrades: 90 } as const

/** A sweep of columns: the best is the one with the highest Sharpe ratio. */
function judge(columns: readonly Float64Array[], trialsEver = columns.length) {
  const sharpes = columns.map((column) => sharpe(column))
  const best = sharpes.indexOf(Math.max(...sharpes))
  const overfitting = sweepOverfitting({ columns, best, trialsEver, seed: 1 })
  const verdict = sweepVerdict({
    overfitting,
    trialsEver,
    best: { value: sharpes[best] ?? Number.NaN, plateau: Number.NaN },
    ...ENOUGH,
  })
  return { best, overfitting, verdict }
}

describe('the verdict', () => {
  it('fails on noise, whatever the seed, and says that it is noise for most', () => {
    const verdicts = Array.from({ length: 20 }, (_, seed) =>
      judge(noise({ seed, trials: TRIALS, days: 730 })),
    )
    expect(verdicts.map(({ verdict }) => verdict.isPassing)).toEqual(new Array(20).fill(false))
    const asNoise = verdicts.filter(({ verdict }) => verdict.words.includes('cannot be told from noise'))
    expect(asNoise.length).toBeGreaterThan(10)
    const dsr = verdicts.map(({ overfitting }) => overfitting.dsr)
    expect(Math.max(...dsr)).toBeLessThan(0.95)
  })

  it('passes where one trial has an edge, and finds that trial', () => {
    // 0.2 a day is a Sharpe ratio of 3.8 a year, over four years.
    for (let seed = 0; seed < 10; seed++) {
      const { best, verdict } = judge(noise({ seed, trials: TRIALS, days: 1460, edge: 0.2 }))
      expect(best).toBe(TRIALS - 1)
      expect(verdict.words).toBe('Passing: luck alone is an unlikely explanation of the best trial.')
    }
  })

  it('counts what was tried before: the same sweep deflates the more, the more trials there were', () => {
    const columns = noise({ seed: 3, trials: TRIALS, days: 730, edge: 0.15 })
    const dsr = [TRIALS, 1000, 100_000].map((ever) => judge(columns, ever).overfitting.dsr)
    expect(dsr).toEqual([...dsr].sort((a, b) => b - a))
    expect(new Set(dsr).size).toBe(3)
  })

  it('says what is missing where nothing can be computed', () => {
    const { verdict } = judge(noise({ seed: 1, trials: 1, days: 20, edge: 1 }))
    expect(verdict.isPassing).toBe(false)
    expect(verdict.checks.map(({ words }) => words).join(' ')).toContain(
      'needs two trials and 32 daily returns, there are 20',
    )
    const none = sweepOverfitting({ columns: [], best: undefined, trialsEver: 0, seed: 1 })
    const unranked = sweepVerdict({
      overfitting: none,
      trialsEver: 0,
      best: undefined,
      ...ENOUGH,
      mostTrades: 7,
    })
    expect(unranked.words).toBe('Failing: no trial could be chosen.')
    expect(unranked.checks[0]?.words).toMatch(/at least 30 trades .* the most trades of one are 7\.$/)
  })

  it('fails for a peak that stands alone, and for a walk-forward that loses', () => {
    const overfitting = judge(noise({ seed: 1, trials: TRIALS, days: 1460, edge: 0.15 })).overfitting
    const input = { overfitting, trialsEver: TRIALS, ...ENOUGH } as const
    expect(sweepVerdict({ ...input, best: { value: 2, plateau: 1 } }).isPassing).toBe(true)
    expect(sweepVerdict({ ...input, best: { value: 2, plateau: 0.9 } }).isPassing).toBe(false)
    const walkForward = {
      isAnchored: false,
      folds: [],
      stitched: { metrics: { sharpe: -0.1 }, times: [], equity: [] },
      efficiency: 0.8,
    }
    const lost = sweepVerdict({ ...input, best: { value: 2, plateau: 1 }, walkForward })
    expect(lost.words).toBe('Failing: 1 of 5 checks is not met; treat the best trial as unproven.')
  })
})

describe('sweepOverfitting', () => {
  it('gives the same numbers for the same seed', () => {
    const columns = noise({ seed: 1, trials: 5, days: 100 })
    const input = { columns, best: 2, trialsEver: 5, seed: 7 }
    expect(sweepOverfitting(input)).toEqual(sweepOverfitting(input))
    expect(sweepOverfitting({ ...input, seed: 8 }).intervals).not.toEqual(sweepOverfitting(input).intervals)
  })

  it('has an interval around each ratio of the best trial', () => {
    const { intervals, sharpe } = sweepOverfitting({
      columns: noise({ seed: 1, trials: 5, days: 400 }),
      best: 2,
      trialsEver: 5,
      seed: 7,
    })
    expect(intervals.map(({ metric }) => metric)).toEqual(['sharpe', 'cagr', 'max_drawdown'])
    expect(intervals[0]?.value).toBe(sharpe)
    for (const { low, high, value } of intervals.slice(0, 2)) {
      expect(low).toBeLessThan(value)
      expect(high).toBeGreaterThan(value)
    }
    // The error of a Sharpe ratio over 400 days is about √(365/400) a year.
    const width = (intervals[0]?.high ?? 0) - (intervals[0]?.low ?? 0)
    expect(width).toBeGreaterThan(2 * 1.96 * 0.955 * 0.8)
    expect(width).toBeLessThan(2 * 1.96 * 0.955 * 1.2)
  })

  it('judges trades where they are known', () => {
    const { randomEntry, tradeShuffle } = sweepOverfitting({
      columns: noise({ seed: 1, trials: 3, days: 100 }),
      best: 0,
      trialsEver: 3,
      seed: 1,
      trades: {
        prices: Float64Array.of(1, 2, 3, 4),
        spans: [{ entry: 0, exit: 1 }],
        nets: Float64Array.of(10),
        cash: 100,
      },
    })
    expect(randomEntry?.actual).toBe(1)
    expect(tradeShuffle).toMatchObject({ trades: 1, actual: 0, worst: 0 })
  })
})

describe('meanCorrelation', () => {
  it('is the mean over all pairs', () => {
    const columns = noise({ seed: 5, trials: 7, days: 60 })
    // Some of each column is its neighbour's, so that correlations differ.
    const mixed = columns.map((column, i) =>
      column.map((value, t) => value + 0.5 * (columns[i - 1]?.[t] ?? 0)),
    )
    const pairs = mixed.flatMap((a, i) =>
      mixed.slice(i + 1).map((b) => covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b))),
    )
    expect(meanCorrelation(mixed)).toBeCloseTo(pairs.reduce((sum, one) => sum + one, 0) / pairs.length, 12)
  })

  it('is 1 for copies, leaves out what does not vary, and is undefined below two', () => {
    const [column = new Float64Array()] = noise({ seed: 1, trials: 1, days: 50 })
    const still = new Float64Array(50)
    expect(meanCorrelation([column, still, column.map((value) => 3 * value)])).toBeCloseTo(1, 12)
    expect(meanCorrelation([column, still])).toBeNaN()
    expect(meanCorrelation([])).toBeNaN()
  })
})

describe('expectedMaximum', () => {
  it('is close to the mean largest of so many normal numbers', () => {
    // Harter, Expected Values of Normal Order Statistics, 1961: 10: 1.53875, 100: 2.50759.
    // The formula is the limit of many, and 2 % high at ten.
    expect(expectedMaximum(100)).toBeCloseTo(2.50759, 1)
    expect(Math.abs(expectedMaximum(10) - 1.53875)).toBeLessThan(0.04)
    const random = newRandom(1)
    const largest = Array.from({ length: 400 }, () =>
      Math.max(...Array.from({ length: 1000 }, () => normalQuantile(random.uniform()))),
    )
    expect(Math.abs(largest.reduce((sum, one) => sum + one, 0) / 400 - expectedMaximum(1000))).toBeLessThan(
      0.1,
    )
  })

  it('is 0 of one, and takes counts that are not whole', () => {
    expect(expectedMaximum(1)).toBe(0)
    expect(expectedMaximum(0)).toBe(0)
    expect(expectedMaximum(20.5)).toBeGreaterThan(expectedMaximum(20))
    expect(expectedMaximum(Number.NaN)).toBeNaN()
  })
})

describe('effectiveTrials', () => {
  it.each([
    [100, 0, 100],
    [100, 1, 1],
    [100, 0.5, 50.5],
    [100, -0.2, 100],
  ])('of %d trials with mean correlation %d is %d', (count, correlation, expected) => {
    expect(effectiveTrials(count, correlation)).toBe(expected)
  })
})

describe('lengths of a record', () => {
  it('are endless for a ratio that is not above its benchmark', () => {
    const shape = { sharpe: 0.1, skewness: 0, rawKurtosis: 3 }
    expect(minTrackRecord(shape, { benchmark: 0.1 })).toBe(Number.POSITIVE_INFINITY)
    expect(minTrackRecord({ ...shape, sharpe: Number.NaN })).toBeNaN()
    expect(minBacktestYears(0, 10)).toBe(Number.POSITIVE_INFINITY)
  })
})
