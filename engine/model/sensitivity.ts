/** How a run's result changes with its costs, and with decisions that come late: plain data. Floor 0. */

/** What one run of the grid came to. */
export interface SensitivityCell {
  /** In quote. */
  readonly netProfit: number
  readonly netReturn: number
  readonly trades: number
}

/** Fees as fractions. */
export interface FeePair {
  readonly maker: number
  readonly taker: number
}

/**
 * Where the profit ends: at a value; `LOSES` where there is none even at 0; `BEYOND` where there still is some at
 * the value, the last that was tried.
 */
export type BreakEven =
  | { readonly kind: 'AT' | 'BEYOND'; readonly value: number }
  | { readonly kind: 'LOSES'; readonly value: null }

/** The grid for orders that come so many bars late. */
export interface SensitivityLayer {
  readonly delayBars: number
  /** By alpha, then by fee. */
  readonly cells: readonly (readonly SensitivityCell[])[]
  /** At the run's own fees. */
  readonly breakEvenAlpha: BreakEven
  /** Of the larger fee, at the run's own alpha; the other in proportion. */
  readonly breakEvenFee: BreakEven
}

/** Results over alpha × fee × delay. */
export interface Sensitivity {
  /** Whether the same decisions were priced anew, or the strategy decided again because it reads its account. */
  readonly method: 'DECISIONS' | 'REPLAY'
  readonly alphas: readonly number[]
  readonly fees: readonly FeePair[]
  /** The run's own place in `alphas` and `fees`; its delay is 0. */
  readonly own: { readonly alpha: number; readonly fee: number }
  readonly layers: readonly SensitivityLayer[]
}
