/** The four ratios that every tool prints, and the growth they are taken from. Floor 1. */
import { valueAt } from '../../../model/bars.js'

/** Four ratios by one tool's definitions; NaN where it prints none, Infinity where it prints that. */
export interface Ratios {
  readonly sharpe: number
  readonly sortino: number
  readonly calmar: number
  /** A fraction a year. */
  readonly cagr: number
}

/** Ratios of which none is defined. */
export const NO_RATIOS: Ratios = {
  sharpe: Number.NaN,
  sortino: Number.NaN,
  calmar: Number.NaN,
  cagr: Number.NaN,
}

/** 1 compounded by the returns: one value more than returns, the first of them 1. */
export function growthOf(returns: Float64Array): Float64Array {
  const growth = new Float64Array(returns.length + 1)
  growth[0] = 1
  for (let i = 0; i < returns.length; i++) growth[i + 1] = valueAt(growth, i) * (1 + valueAt(returns, i))
  return growth
}
