/** What a sweep ranks its trials by. Floor 4. */
import { METRIC_DIRECTIONS } from '../math/metrics/metric-direction.js'
import { isMetricKey, METRIC_KEYS, type MetricKey } from '../math/metrics/metric-table.js'
import { parseExpression } from './expression.js'

/** The metrics of a trial by key; NaN where one is undefined. */
export type TrialMetrics = Readonly<Record<MetricKey, number>>

/** A number of a trial, and which way it is better. */
export interface Objective {
  /** As it was given. */
  readonly text: string
  readonly direction: 'higher' | 'lower'
  /** NaN where it is undefined, never infinite. */
  readonly valueOf: (metrics: TrialMetrics) => number
}

/**
 * A metric by its key, lower where that is better (`max_drawdown`); or an expression of metrics, higher.
 * Throws a ConfigError naming the metrics.
 */
export function parseObjective(text: string, name: string): Objective {
  const key = text.trim()
  if (isMetricKey(key)) {
    const direction = METRIC_DIRECTIONS[key] === 'lower' ? 'lower' : 'higher'
    return { text: key, direction, valueOf: (metrics) => metrics[key] }
  }
  const expression = parseExpression(key, METRIC_KEYS, name)
  return {
    text: key,
    direction: 'higher',
    valueOf: (metrics) => finite(expression((word) => (isMetricKey(word) ? metrics[word] : Number.NaN))),
  }
}

/** A value as samplers and rankings compare it: higher is better. */
export function gainOf({ direction }: Pick<Objective, 'direction'>, value: number): number {
  return direction === 'lower' ? -value : value
}

function finite(value: number): number {
  return Number.isFinite(value) ? value + 0 : Number.NaN
}
