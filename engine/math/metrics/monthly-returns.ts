/** Returns by calendar month, for the table of months and years. Floor 1. */
import { valueAt } from '../../model/bars.js'
import type { DailyMarks } from './daily-marks.js'

/** What one UTC month returned. */
export interface MonthlyReturn {
  readonly year: number
  /** 1 is January. */
  readonly month: number
  /** A fraction; of the marked part of the month where the marks begin or end inside it. */
  readonly return: number
}

/** Returns from each month's first midnight to the next month's, oldest first; none of fewer than two marks. */
export function monthlyReturns({
  times,
  equity,
}: Pick<DailyMarks, 'times' | 'equity'>): readonly MonthlyReturn[] {
  const months: MonthlyReturn[] = []
  let start = 0
  times.forEach((time, i) => {
    const isMonthEnd = new Date(time).getUTCDate() === 1 || i === times.length - 1
    if (i === 0 || !isMonthEnd) return
    const first = new Date(times[start] ?? time)
    months.push({
      year: first.getUTCFullYear(),
      month: first.getUTCMonth() + 1,
      return: valueAt(equity, i) / valueAt(equity, start) - 1,
    })
    start = i
  })
  return months
}

/** What one UTC year returned. */
export interface YearlyReturn {
  readonly year: number
  /** Its months compounded, a fraction. */
  readonly return: number
}

/** Months compounded by year, oldest first. */
export function yearlyReturns(months: readonly MonthlyReturn[]): readonly YearlyReturn[] {
  const growth = new Map<number, number>()
  for (const month of months) growth.set(month.year, (growth.get(month.year) ?? 1) * (1 + month.return))
  return [...growth].map(([year, factor]) => ({ year, return: factor - 1 }))
}
