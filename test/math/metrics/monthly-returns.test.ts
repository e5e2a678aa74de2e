import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { monthlyReturns, yearlyReturns } from '../../../engine/math/metrics/monthly-returns.js'
import { DAY_MS, toEpochMs } from '../../../engine/model/time.js'
import { moment } from './run-fixture.js'

/** Marks a day apart, from 100 on. */
function marksFrom(start: string, returns: readonly number[]) {
  const equity = Float64Array.from([100, ...returns])
  returns.forEach((r, i) => {
    equity[i + 1] = (equity[i] ?? Number.NaN) * (1 + r)
  })
  return { times: Array.from(equity, (_, i) => toEpochMs(moment(start) + i * DAY_MS)), equity }
}

describe('monthlyReturns', () => {
  it('compound the days of each month, as empyrical’s aggregate_returns does', () => {
    // empyrical, tests/test_stats.py, simple_benchmark by month: 0.01 and 0.030301.
    const months = monthlyReturns(marksFrom('2000-01-30', [0, 0.01, 0, 0.01, 0, 0.01, 0, 0.01, 0]))
    expect(months.map(({ year, month }) => [year, month])).toEqual([
      [2000, 1],
      [2000, 2],
    ])
    expect(months[0]?.return).toBeCloseTo(0.01, 14)
    expect(months[1]?.return).toBeCloseTo(0.030301, 14)
  })

  it('have no month of their own for marks that end on its first midnight', () => {
    const months = monthlyReturns(marksFrom('2023-12-30', [0.1, 0.1]))
    expect(months.map(({ year, month }) => [year, month])).toEqual([[2023, 12]])
  })

  it('are none of fewer than two marks', () => {
    expect(monthlyReturns(marksFrom('2024-01-01', []))).toEqual([])
    expect(monthlyReturns({ times: [], equity: new Float64Array(0) })).toEqual([])
  })

  it('compound to the return from the first mark to the last', () => {
    const returns = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), {
      minLength: 1,
      maxLength: 200,
    })
    fc.assert(
      fc.property(returns, fc.integer({ min: 1, max: 28 }), (returns, day) => {
        const marks = marksFrom(`2023-11-${String(day).padStart(2, '0')}`, returns)
        const total = monthlyReturns(marks).reduce((product, month) => product * (1 + month.return), 1)
        const expected = (marks.equity.at(-1) ?? Number.NaN) / 100
        expect(Math.abs(total / expected - 1)).toBeLessThan(1e-13)
      }),
    )
  })
})

it('years compound their months', () => {
  const years = yearlyReturns([
    { year: 2023, month: 12, return: 0.1 },
    { year: 2024, month: 1, return: 0.5 },
    { year: 2024, month: 2, return: -0.5 },
  ])
  expect(years.map(({ year }) => year)).toEqual([2023, 2024])
  expect(years[0]?.return).toBeCloseTo(0.1, 12)
  expect(years[1]?.return).toBeCloseTo(-0.25, 12)
})
