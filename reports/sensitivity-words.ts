/** How results at other costs are named, in the terminal and on the page. Floor 4. */
import type { BreakEven, FeePair, SensitivityLayer } from '../engine/model/sensitivity.js'
import { formatFixed, formatPercent } from './format-number.js'

/** A fee; both where they are two. */
export function feeName({ maker, taker }: FeePair): string {
  return maker === taker
    ? formatPercent(taker, 3)
    : `${formatFixed(maker * 100, 3)}/${formatPercent(taker, 3)}`
}

/** When orders come. */
export function delayName({ delayBars }: SensitivityLayer): string {
  if (delayBars === 0) return 'Orders in time'
  return `Orders ${delayBars} bar${delayBars === 1 ? '' : 's'} late`
}

/** The alpha at which the profit ends. */
export function alphaEnd({ breakEvenAlpha }: SensitivityLayer): string {
  return endOf(breakEvenAlpha, (alpha) => formatFixed(alpha, 3))
}

/** The fee at which the profit ends. */
export function feeEnd({ breakEvenFee }: SensitivityLayer): string {
  return endOf(breakEvenFee, (fee) => formatPercent(fee, 4))
}

function endOf(end: BreakEven, format: (value: number) => string): string {
  if (end.kind === 'LOSES') return 'none (no profit even at 0)'
  return `${end.kind === 'BEYOND' ? 'above ' : ''}${format(end.value)}`
}
