/** Whether fills cost what the model says: the share of the latest that were far worse. Pure. Floor 3. */
import type { Fill } from '../../model/fill.js'
import { toNumber } from '../../model/money.js'

/** What is looked through, newest last. */
export interface FillList {
  readonly length: number
  at(index: number): Fill | undefined
}

/** Fewer fills say nothing. */
const LEAST = 20
const MOST = 100
/** So many fills are looked through for those that took. */
const FURTHEST = 1000
const SHARE = 0.95

/**
 * Slippage in units of the model's (alpha × ATR) that 95 % of the latest fills stay within, of those that took; at most a
 * hundred of them. Undefined with fewer than twenty, or where the settings have no model: alpha 0.
 */
export function slippageOverModel(fills: FillList, alpha: number): number | undefined {
  const ratios: number[] = []
  const end = Math.max(0, fills.length - FURTHEST)
  for (let i = fills.length - 1; i >= end && ratios.length < MOST; i--) {
    const fill = fills.at(i)
    if (!fill) continue
    const { liquidity, side, price, referencePrice, atr } = fill
    if (liquidity !== 'TAKER' || !(alpha * atr > 0)) continue
    const worse = side === 'BUY' ? price - referencePrice : referencePrice - price
    ratios.push(toNumber(worse) / (alpha * atr))
  }
  if (ratios.length < LEAST) return undefined
  ratios.sort((a, b) => a - b)
  return ratios[Math.ceil(SHARE * ratios.length) - 1]
}
