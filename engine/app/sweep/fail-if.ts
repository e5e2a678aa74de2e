/** Gates of a sweep: conditions over what it found, under which a command ends with code 5. Floor 5. */
import { METRIC_KEYS } from '../../math/metrics/metric-table.js'
import { GateError } from '../../model/errors.js'
import type { SweepResult } from '../../model/sweep-result.js'
import { parseCondition } from '../../sweep/expression.js'

/** What conditions may speak of beside the best trial's metrics. */
const OWN_KEYS = ['pbo', 'dsr', 'failed', 'trials_ever', 'best', 'plateau', 'efficiency', 'passing'] as const

/** Reads the conditions. What it gives throws a GateError naming the first that holds. Throws a ConfigError. */
export function readGates(texts: readonly string[]): (result: SweepResult) => void {
  const keys = [...OWN_KEYS, ...METRIC_KEYS]
  const gates = texts.map((text) => ({ text, holds: parseCondition(text, keys, '--fail-if') }))
  return (result) => {
    const values = valuesOf(result)
    const met = gates.find(({ holds }) => holds((key) => values.get(key) ?? Number.NaN))
    if (!met) return
    const words = [...values].filter(([key]) => new RegExp(`\\b${key}\\b`).test(met.text))
    throw new GateError(
      `--fail-if "${met.text}" must not hold, does with ${words.map(([key, value]) => `${key} ${value}`).join(', ')} (sweep ${result.sweepId})`,
    )
  }
}

function valuesOf(result: SweepResult): ReadonlyMap<string, number> {
  const { best, plateau, overfitting, trials, trialsEver, walkForward, verdict } = result
  const top = trials.find(({ trial }) => trial === best?.trial)
  return new Map([
    ...Object.entries(top?.status === 'DONE' ? top.metrics : {}),
    ['pbo', overfitting.pbo],
    ['dsr', overfitting.dsr],
    ['failed', trials.filter(({ status }) => status === 'FAILED').length],
    ['trials_ever', trialsEver],
    ['best', best?.value ?? Number.NaN],
    ['plateau', plateau?.value ?? Number.NaN],
    ['efficiency', walkForward?.efficiency ?? Number.NaN],
    ['passing', Number(verdict.isPassing)],
  ])
}
