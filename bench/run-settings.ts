/** How the benchmarks trade: the settings that a run has by default, on a symbol without rules. */
import { ONE } from '../engine/model/money.js'
import type { RunSettings } from '../engine/model/settings.js'

/** Half an average true range of slippage, 0.1 % of commission, no warm-up. */
export const SETTINGS: RunSettings = {
  cash: 10_000n * ONE,
  alpha: 0.5,
  atrPeriod: 14,
  atrSource: 'next',
  clamp: 'none',
  makerFee: 0.001,
  takerFee: 0.001,
  feeAsset: 'received',
  limitFill: 'through',
  participation: undefined,
  insideBar: 'worst',
  warmup: 0,
  closeAtEnd: false,
}
