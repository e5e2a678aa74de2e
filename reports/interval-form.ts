/** How the bootstrap intervals of a sweep are printed. Floor 4. */
import { METRICS, type MetricKey } from '../engine/math/metrics/metric-table.js'
import { formatFixed, formatPercent } from './format-number.js'
import { type Html, named } from './html.js'

/** A metric's name: its label, or the key itself where no metric has it. */
export function intervalName(metric: string): Html {
  return named(isMetric(metric) ? METRICS[metric].label : metric, 60)
}

/** What prints a metric's values: percent for fractions, else three decimals. */
export function intervalForm(metric: string): (value: number) => string {
  const isFraction = isMetric(metric) && METRICS[metric].unit.startsWith('fraction')
  return (value) => (isFraction ? formatPercent(value) : formatFixed(value, 3))
}

function isMetric(key: string): key is MetricKey {
  return Object.hasOwn(METRICS, key)
}
