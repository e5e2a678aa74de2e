/** What a run was worth over time, beside buy and hold of the same cash: what the chart draws. Floor 4. */
import { feeOf } from '../engine/math/metrics/costs.js'
import { barEnd, endedBars } from '../engine/math/metrics/daily-marks.js'
import { valueAt } from '../engine/model/bars.js'
import { toNumber } from '../engine/model/money.js'
import type { RunResult } from '../engine/model/run-result.js'

/** A stretch of the curve: columns of one length, oldest first. A point is the start of the run or the end of a bar. */
export interface CurveStretch {
  /** After costs, in quote. */
  readonly equity: Float64Array
  /** What equity would be had the fills so far cost no slippage and no fees, in quote. */
  readonly gross: Float64Array
  /** The starting cash times close ÷ first open. */
  readonly hold: Float64Array
  /** equity ÷ its highest close so far − 1: 0 or below, a fraction; 0 at the start. */
  readonly drawdown: Float64Array
}

/** Points of a stretch: few enough for its columns to stay in the cache. */
const STRETCH = 4096

/**
 * The curve of a run, stretch by stretch: one point more than it has bars. A stretch's columns are overwritten by the
 * next: whole they would be 160 MB over 4 million bars, and to touch these for the first time took 0.1 s.
 */
export function* curveOf(result: RunResult, size = STRETCH): Generator<CurveStretch, void> {
  const { bars, fills, first, end, rules, settings } = result
  const { close } = bars
  const scale = rules.priceScale * rules.quantityScale
  const n = end - first + 1
  const cash = toNumber(settings.cash, scale)
  const perOpen = cash / valueAt(bars.open, first)
  const most = Math.min(size, n)
  const column = () => new Float64Array(most)
  const whole = { equity: column(), gross: column(), hold: column(), drawdown: column() }
  let peak = 0
  let costs = 0n
  let costsNumber = 0
  let fillAt = 0
  for (let from = 0; from < n; from += most) {
    const length = Math.min(most, n - from)
    const part = (values: Float64Array) => (length === most ? values : values.subarray(0, length))
    const stretch = {
      equity: part(whole.equity),
      gross: part(whole.gross),
      hold: part(whole.hold),
      drawdown: part(whole.drawdown),
    }
    const { equity, gross, hold, drawdown } = stretch
    const isStart = from === 0
    equity.set(result.equity.subarray(isStart ? 0 : from - 1, from + length - 1), isStart ? 1 : 0)
    if (isStart) {
      equity[0] = cash
      hold[0] = cash
      drawdown[0] = 0
    }
    for (let k = isStart ? 1 : 0; k < length; k++) {
      const worth = valueAt(equity, k)
      if (worth > peak) peak = worth
      hold[k] = perOpen * valueAt(close, first + from + k - 1)
      drawdown[k] = worth / peak - 1
    }
    for (let k = 0; k < length; ) {
      const fill = fills[fillAt]
      const to = fill === undefined ? length : Math.min(length, fill.barIndex - first + 1 - from)
      for (; k < to; k++) gross[k] = valueAt(equity, k) + costsNumber
      if (k === length || fill === undefined) break
      costs += fill.slippage + feeOf(fill, rules)
      costsNumber = toNumber(costs, scale)
      fillAt++
    }
    yield stretch
  }
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

/**
 * Takes a run's curve stretch by stretch and parts it by UTC days or months; a bar belongs to the period that its
 * last moment lies in, and the start of the run to none.
 */
export class CurvePeriods {
  readonly #result: Pick<RunResult, 'bars' | 'first' | 'end'>
  readonly #by: 'days' | 'months'
  readonly #ended: CurvePeriod[] = []
  #current: CurvePeriod | undefined
  /** Points so far, and where the points of the period under way end. */
  #points = 0
  #periodEnd = 1

  constructor(result: Pick<RunResult, 'bars' | 'first' | 'end'>, by: 'days' | 'months') {
    this.#result = result
    this.#by = by
  }

  /** The next stretch. */
  take({ equity, gross, hold, drawdown }: CurveStretch): void {
    const from = this.#points
    const to = from + equity.length
    for (let point = Math.max(1, from); point < to; ) {
      if (point === this.#periodEnd) this.#begin(point)
      const end = Math.min(to, this.#periodEnd)
      let lowest = this.#current?.drawdown ?? 0
      for (; point < end; point++) lowest = Math.min(lowest, drawdown[point - from] ?? Number.NaN)
      const last = end - 1 - from
      this.#current = {
        time: this.#current?.time ?? Number.NaN,
        equity: valueAt(equity, last),
        gross: valueAt(gross, last),
        hold: valueAt(hold, last),
        drawdown: lowest,
      }
    }
    this.#points = to
  }

  /** All periods, oldest first. */
  get all(): readonly CurvePeriod[] {
    return this.#current === undefined ? this.#ended : [...this.#ended, this.#current]
  }

  /** A point is the end of the bar before it: the first is none's. */
  #begin(point: number): void {
    if (this.#current !== undefined) this.#ended.push(this.#current)
    const { bars, first, end } = this.#result
    const bar = first + point - 1
    const time = startOfPeriod(barEnd(bars, bar) - 1, this.#by)
    const next = startOfPeriod(time, this.#by, 1)
    this.#periodEnd = endedBars({ bars, first: bar, end, time: next }) - first + 1
    const none = Number.NaN
    this.#current = { time, equity: none, gross: none, hold: none, drawdown: 0 }
  }
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
