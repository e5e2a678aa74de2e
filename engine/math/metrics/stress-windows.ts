/** Weeks in which the whole market broke, and what a run did in them. Floor 1. */
import { valueAt } from '../../model/bars.js'
import { type EpochMs, toEpochMs } from '../../model/time.js'
import type { DailyMarks } from './daily-marks.js'

/** A dated stress of the market, UTC days; `to` is excluded. */
interface Stress {
  readonly name: string
  readonly from: EpochMs
  readonly to: EpochMs
}

const STRESSES: readonly Stress[] = [
  { name: '2020-03, the liquidity crash', from: utcDay(2020, 2, 1), to: utcDay(2020, 3, 1) },
  { name: '2021-05, the deleveraging', from: utcDay(2021, 4, 1), to: utcDay(2021, 5, 1) },
  { name: '2022-05 and 06, Terra and the lenders', from: utcDay(2022, 4, 1), to: utcDay(2022, 6, 1) },
  { name: '2022-11, FTX', from: utcDay(2022, 10, 1), to: utcDay(2022, 11, 1) },
  { name: '2024-08, the carry unwinding', from: utcDay(2024, 7, 1), to: utcDay(2024, 8, 1) },
]

/** One stress that a run lived through. Fractions. */
export interface StressResult {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly return: number
  readonly holdReturn: number
  /** Largest 1 − mark / highest mark so far inside the window, of equity and of the close at midnights. */
  readonly drawdown: number
  readonly holdDrawdown: number
}

/** The stresses that lie wholly within the marks, oldest first. */
export function stressResults({ times, equity, close }: DailyMarks): readonly StressResult[] {
  return STRESSES.flatMap(({ name, from, to }) => {
    const start = times.indexOf(from)
    const end = times.indexOf(to)
    if (start < 0 || end < 0) return []
    const [run, hold] = [equity, close].map((marks) => changeOf(marks.subarray(start, end + 1)))
    if (!run || !hold) return []
    return [
      {
        name,
        from,
        to,
        return: run.total,
        holdReturn: hold.total,
        drawdown: run.drawdown,
        holdDrawdown: hold.drawdown,
      },
    ]
  })
}

function utcDay(year: number, month: number, day: number): EpochMs {
  return toEpochMs(Date.UTC(year, month, day))
}

function changeOf(marks: Float64Array): { readonly total: number; readonly drawdown: number } {
  let peak = 0
  let drawdown = 0
  for (const mark of marks) {
    peak = Math.max(peak, mark)
    drawdown = Math.max(drawdown, 1 - mark / peak)
  }
  return { total: valueAt(marks, marks.length - 1) / valueAt(marks, 0) - 1, drawdown }
}
