/** Appendix: every metric with its unit and definition. Floor 4. */
import { METRIC_KEYS } from '../engine/math/metrics/metric-table.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../engine/model/run-result.js'
import { type Html, html, named } from './html.js'
import { metricFigure, printMetric } from './print-metric.js'
import { section, table } from './section.js'

/** Id of a metric's row, for links to its definition. */
export function metricRowId(key: string): string {
  return `metric-${key}`
}

/** All metrics as a table. */
export function metricsSection(result: RunResult, metrics: Metrics): Html {
  const rows = METRIC_KEYS.map((key) => {
    const { label, unit, definition, standing } = printMetric(key, result, metrics)
    return [
      html`<span id="${metricRowId(key)}">${label}</span>`,
      html`<span class="${standing}">${metricFigure(key, result, metrics)}</span>`,
      named(unit, 20),
      html`<span class="definition">${definition}</span>`,
    ]
  })
  return section(
    'metrics',
    'All metrics',
    html`<p class="quiet">r: daily returns, from midnight to midnight UTC; b: those of the close; E: equity at bar closes. – is undefined.</p>
${table({
  caption: 'Metrics, their units and definitions',
  columns: [
    { title: 'Metric' },
    { title: 'Value', isNumber: true },
    { title: 'Unit' },
    { title: 'Definition' },
  ],
  rows,
})}`,
  )
}
