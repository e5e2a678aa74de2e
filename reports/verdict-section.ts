/** The eight figures that a reader looks for first, each with buy and hold beside it. Floor 4. */
import { METRICS, type MetricKey } from '../engine/math/metrics/metric-table.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../engine/model/run-result.js'
import { holdFigures } from './hold-figures.js'
import { type Html, html } from './html.js'
import { metricRowId } from './metrics-section.js'
import { formatMetric, metricFigure, printMetric } from './print-metric.js'
import { section } from './section.js'

const VERDICT = [
  'net_return',
  'cagr',
  'sharpe',
  'sortino',
  'max_drawdown',
  'calmar',
  'profit_factor',
  'trades',
] as const satisfies readonly MetricKey[]

type VerdictKey = (typeof VERDICT)[number]

/** The row of figures. */
export function verdictSection(result: RunResult, metrics: Metrics): Html {
  const hold = holdFigures(result, metrics)
  return section(
    'verdict',
    'Verdict',
    html`<dl class="verdict">
${VERDICT.map((key) => html`${card(key, result, metrics, hold[key])}\n`)}</dl>`,
  )
}

function card(key: VerdictKey, result: RunResult, metrics: Metrics, hold: number | undefined): Html {
  const { label, standing, definition, unit } = printMetric(key, result, metrics)
  const isHidden = standing === 'hidden'
  const value = metrics.values[key]
  const isGain = isReturn(key) && !isHidden && value > 0
  // A figure that is grey is grey with its sign.
  const hasTone = isReturn(key) && standing === 'plain'
  const tone = !hasTone || value === 0 ? 'even' : value > 0 ? 'gain' : 'loss'
  const note = isHidden ? undefined : noteOf(key, result, metrics)
  return html`<div>
<dt><a href="#${metricRowId(key)}" title="${`${definition} Unit: ${unit}.`}">${label}</a></dt>
<dd class="figure ${standing} ${tone}">${isGain ? '+' : ''}${metricFigure(key, result, metrics)}${note === undefined ? undefined : html` <small>${note}</small>`}</dd>
${hold === undefined || isHidden ? undefined : html`<dd class="hold">hold ${formatMetric(METRICS[key].unit, hold, result)}</dd>`}
</div>`
}

function isReturn(key: VerdictKey): boolean {
  return key === 'net_return' || key === 'cagr'
}

/** What stands small beside a figure: its error, or how long it lasted. */
function noteOf(key: VerdictKey, result: RunResult, metrics: Metrics): Html | undefined {
  const { values } = metrics
  if (key === 'sharpe' && !Number.isNaN(values.sharpe_se))
    return html`± ${metricFigure('sharpe_se', result, metrics)} s.e.`
  if (key === 'max_drawdown' && values.max_drawdown > 0)
    return html`${metricFigure('max_drawdown_days', result, metrics)} days`
  return undefined
}
