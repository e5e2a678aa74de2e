/** What a run was worth over time, beside buy and hold of the same cash: what the chart draws. Floor 4. */
import { feeOf } from '../engine/math/metrics/costs.js'
import { barEnd } from '../engine/math/metrics/daily-marks.js'
import { openTimeAt, valueAt } from '../engine/model/bars.js'
import { toNumber } from '../engine/model/money.js'
import type { RunResult } from '../engine/model/run-result.js'

/** Columns of one length, oldest first: the start of the run, then the end of each bar. */
export interface EquityCurve {
  /** UTC milliseconds. */
  readonly times: Float64Array
  /** After costs, in quote. */
  readonly equity: Float64Array
  /** What equity would be had the fills so far cost no slippage and no fees, in quote. */
  readonly gross: Float64Array
  /** The starting cash times close ÷ first open. */
  readonly hold: Float64Array
  /** equity ÷ its highest close so far − 1: 0 or below, a fraction; 0 at the start. */
  readonly drawdown: Float64Array
}

/** The curve of a run: one point more than it has bars. */
export function equityCurve(result: RunResult): EquityCurve {
  const { bars, fills, first, end, rules, settings } = result
  const n = end - first + 1
  const cash = toNumber(settings.cash, rules.priceScale * rules.quantityScale)
  const perOpen = cash / valueAt(bars.open, first)
  const times = new Float64Array(n)
  const equity = new Float64Array(n)
  const gross = new Float64Array(n)
  const hold = new Float64Array(n)
  const drawdown = new Float64Array(n)
  times[0] = openTimeAt(bars, first)
  equity[0] = cash
  gross[0] = cash
  hold[0] = cash
  let peak = 0
  let costs = 0n
  let at = 0
  let costsNumber = 0
  for (let i = 1; i < n; i++) {
    const worth = valueAt(result.equity, i - 1)
    peak = Math.max(peak, worth)
    times[i] = barEnd(bars, first + i - 1)
    equity[i] = worth
    for (let fill = fills[at]; fill && fill.barIndex < first + i; fill = fills[++at]) {
      costs += fill.slippage + feeOf(fill, rules)
      costsNumber = toNumber(costs, rules.priceScale * rules.quantityScale)
    }
    gross[i] = worth + costsNumber
    hold[i] = perOpen * valueAt(bars.close, first + i - 1)
    drawdown[i] = worth / peak - 1
  }
  return { times, equity, gross, hold, drawdown }
}

/** A stretch of the curve: where it stood at its end, and its deepest drawdown. */
export interface CurvePeriod {
  /** Its first moment, UTC milliseconds. */
  readonly time: number
  readonly equity: number
  readonly gross: number
  readonly hold: number
  /** The lowest in the period, 0 or below. */
  readonly drawdown: number
}

/** The curve by UTC days or months, oldest first; a bar belongs to the period that its last moment lies in. */
export function periodsOf(curve: EquityCurve, by: 'days' | 'months'): readonly CurvePeriod[] {
  const periods: CurvePeriod[] = []
  const n = curve.times.length
  for (let i = 1; i < n; ) {
    const time = startOfPeriod(valueAt(curve.times, i) - 1, by)
    const next = startOfPeriod(time, by, 1)
    let drawdown = 0
    for (; i < n && valueAt(curve.times, i) <= next; i++)
      drawdown = Math.min(drawdown, valueAt(curve.drawdown, i))
    periods.push({
      time,
      equity: valueAt(curve.equity, i - 1),
      gross: valueAt(curve.gross, i - 1),
      hold: valueAt(curve.hold, i - 1),
      drawdown,
    })
  }
  return periods
}

/** Where the period of a time begins, or one `later` periods on. */
function startOfPeriod(time: number, by: 'days' | 'months', later = 0): number {
  const day = new Date(time)
  const isDays = by === 'days'
  return Date.UTC(
    day.getUTCFullYear(),
    day.getUTCMonth() + (isDays ? 0 : later),
    isDays ? day.getUTCDate() + later : 1,
  )
}
