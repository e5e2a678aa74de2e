/** A run as one JSON document, for programs. Floor 5. */
import { metricsJson } from '../math/metrics/run-metrics.js'
import { prettyJson } from './canonical-json.js'
import type { FinishedRun } from './run-once.js'
import { sensitivityJson } from './sensitivity-text.js'

/** What `--json` prints: the manifest's head, the metrics' values and the warnings. */
export function runSummary({ head, metrics, sensitivity, warnings, folder }: FinishedRun): string {
  const { schema: _runSchema, ...identity } = head
  const { values, inside_bars = null, provenance = null, risk_multiples = null } = metricsJson(metrics)
  return prettyJson({
    schema: 'nextbar/run-summary@1',
    ...identity,
    out: folder,
    report: `${folder}/report.html`,
    metrics: values,
    inside_bars,
    risk_multiples,
    provenance,
    ...(sensitivity && { sensitivity: sensitivityJson(sensitivity) }),
    warnings,
  })
}
