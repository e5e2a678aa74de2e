/** Figures of a comparison as the page and the terminal print them alike. Floor 4. */

import { METRICS, type MetricKey } from '../engine/math/metrics/metric-table.js'
import type { MeanInterval } from '../engine/math/metrics/stationary-bootstrap.js'
import { toUnits } from '../engine/model/money.js'
import { formatCount, formatFixed, formatPercent, UNDEFINED_MARK } from './format-number.js'
import { formatMetric } from './print-metric.js'

/** A metric's value, `hidden` where the run is too short for it. */
export function metricText(key: MetricKey, value: number, cash: number): string {
  return formatMetric(METRICS[key].unit, value, { settings: { cash: toUnits(cash) } })
}

/** A difference of a metric with its sign: percentage points for fractions; empty where there is none. */
export function deltaText(key: MetricKey, delta: number, cash: number): string {
  if (Number.isNaN(delta)) return ''
  const text = metricText(key, delta, cash).replace('%', ' pp')
  return delta > 0 && /[1-9]/.test(text) ? `+${text}` : text
}

/** A ratio of another tool: `∞` or `−∞` where it prints that. */
export function ratioText(value: number): string {
  return endlessText(value) ?? formatFixed(value, 2)
}

/** CAGR of another tool. */
export function growthText(value: number): string {
  return endlessText(value) ?? formatPercent(value)
}

function endlessText(value: number): string | undefined {
  if (value === Number.POSITIVE_INFINITY) return '∞'
  return value === Number.NEGATIVE_INFINITY ? '−∞' : undefined
}

/** Basis points of a day with their sign: 0.0001 is `+1.00`. */
export function pointsText(fraction: number): string {
  if (!Number.isFinite(fraction)) return UNDEFINED_MARK
  const text = formatFixed(fraction * 10_000, 2)
  return fraction > 0 && /[1-9]/.test(text) ? `+${text}` : text
}

/** What the mean difference of two runs' daily returns is worth, in a sentence. `a` is the first run. */
export function intervalText(a: string, b: string, interval: MeanInterval): string {
  const { count, mean, low, high } = interval
  if (count < 2) return `${b} less ${a}: fewer than two shared daily returns, nothing to compare.`
  const figures = `${b} less ${a}: ${pointsText(mean)} basis points a day on average over ${formatCount(count, 'day')}, 95% interval ${pointsText(low)} to ${pointsText(high)}`
  if (low === 0 && high === 0) return `${figures}; the daily returns are equal.`
  if (low <= 0 && high >= 0)
    return `${figures}; the interval holds 0, so these days do not tell the two apart.`
  return `${figures}; the interval does not hold 0.`
}

/** How an interval was made, in a sentence. */
export function bootstrapText({ blockLength, draws }: MeanInterval, seed: number): string {
  return `Stationary bootstrap (Politis and Romano, 1994): ${formatFixed(draws, 0)} series drawn with seed ${seed} in blocks of ${formatCount(blockLength, 'day')} on average; the interval holds the middle 95% of their means.`
}
