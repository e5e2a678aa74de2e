/** The values of a line, and how they become whole steps of 10^−decimals. Floor 4. */
import { valueAt } from '../../engine/model/bars.js'
import { formatPercent } from '../format-number.js'
import { powerOf } from './decimals.js'

/** What a line is drawn from; plain data, which passes between threads. */
export interface LineValues {
  /** What is drawn: the values themselves, or how far they lie below their highest so far. */
  readonly kind: 'values' | 'drawdown'
  readonly decimals: number
  /** A value at the close of each bar of the run; NaN where undefined. */
  readonly values: Float64Array
}

/** A value in whole steps of 10^−decimals; of two values the greater never has fewer. */
export type ToSteps = (value: number) => number

/** Decimals of a drawdown as a fraction. */
export const DRAWDOWN_DECIMALS = 5

/** What is drawn at the close of each bar. */
export function drawnValues({ kind, values }: LineValues): Float64Array {
  return kind === 'drawdown' ? drawdowns(values) : values
}

/** How a line's values become whole; NaN for what is too large. */
export function stepsOf({ kind, decimals }: Pick<LineValues, 'kind' | 'decimals'>): ToSteps {
  if (kind === 'drawdown') return toDrawdownSteps
  const power = powerOf(decimals)
  const most = 2 ** 51
  return (value) => {
    const step = Math.round(value * power)
    return step < most && step > -most ? step : Number.NaN
  }
}

/** 1 − equity ÷ its highest close so far, at each close. */
function drawdowns(equity: Float64Array): Float64Array {
  const depths = new Float64Array(equity.length)
  let peak = 0
  for (let i = 0; i < equity.length; i++) {
    const worth = valueAt(equity, i)
    if (worth >= peak) peak = worth
    else depths[i] = 1 - worth / peak
  }
  return depths
}

/**
 * A drawdown in thousandths of a percent such that it prints as the drawdown itself does, to a hundredth
 * of a percent: rounded twice, it could print another last digit than the tables have. Order is kept.
 */
export function toDrawdownSteps(drawdown: number): number {
  const exact = drawdown * powerOf(DRAWDOWN_DECIMALS)
  const steps = Math.round(exact)
  // 5, 15, 25, … lie on a boundary of print: one step down or up is on the side that the drawdown is on.
  if (steps % 10 !== 5) return steps
  const isUp =
    Math.abs(exact - steps) > 1e-6
      ? exact > steps
      : formatPercent(drawdown) === formatPercent((steps + 1) / powerOf(DRAWDOWN_DECIMALS))
  return isUp ? steps + 1 : steps - 1
}
