/** Lists, comparisons and ratios as JSON for programs. Floor 5. */
import type { Comparison } from '../../../reports/comparison.js'
import { runRatios } from '../../../reports/run-ratios.js'
import type { RunSummary, StoredRun } from '../../../reports/stored-run.js'
import { formatTime } from '../../model/time.js'
import { prettyJson } from '../canonical-json.js'
import type { RunList } from './list-runs.js'

/** The runs of a folder. */
export function listJson(
  { runs, skipped }: RunList,
  { folder, index }: { folder: string; index: string },
): string {
  return prettyJson({
    schema: 'nextbar/run-list@1',
    folder,
    index,
    runs: runs.map((run) => ({ ...identityOf(run), metrics: numbersOf(run.metrics) })),
    skipped,
  })
}

/** A comparison; `page` is where it was written. */
export function comparisonJson(
  comparison: Comparison,
  { page, hasCompat }: { page: string; hasCompat: boolean },
): string {
  const { runs, notes, metrics, shared, sharedDays, pairs, settings, seed } = comparison
  return prettyJson({
    schema: 'nextbar/comparison@1',
    page,
    runs: runs.map(({ label, run }) => ({ label, ...identityOf(run) })),
    notes,
    metrics: Object.fromEntries(
      metrics.map(({ key, cells }) => [
        key,
        {
          values: cells.map(({ value }) => orNull(value)),
          deltas: cells.map(({ delta }) => orNull(delta)),
          best: runs.filter((_, i) => cells[i]?.isBest).map(({ label }) => label),
        },
      ]),
    ),
    shared: shared === undefined ? null : { from: formatTime(shared.from), to: formatTime(shared.to) },
    sharedDays: sharedDays.map((figures) => numbersOf({ ...figures })),
    seed,
    pairs: pairs.map(({ label, interval, trades }) => ({
      label,
      dailyReturnDifference: numbersOf({ ...interval }),
      trades: trades.counts,
    })),
    differences: settings
      .filter(({ isSame }) => !isSame)
      .map(({ group, name, values }) => ({ group, name, values: values.map((value) => value ?? null) })),
    ...(hasCompat ? { compat: runs.map(({ label, run }) => ({ label, tools: toolsOf(run) })) } : {}),
  })
}

/** Ratios of one run by each tool. */
export function ratiosJson(run: StoredRun): string {
  return prettyJson({ schema: 'nextbar/compat@1', ...identityOf(run), tools: toolsOf(run) })
}

function toolsOf(run: StoredRun) {
  return runRatios(run).map(({ tool, ratios }) => ({ tool, ...numbersOf({ ...ratios }) }))
}

function identityOf({ runId, folder, strategy, params, data, symbols }: RunSummary) {
  const { symbol, interval, from, to, bars } = data
  return {
    ...{ runId, folder, strategy: strategy.name, params, symbol, symbols, interval },
    ...{ from: formatTime(from), to: formatTime(to), bars },
  }
}

function numbersOf(values: Readonly<Record<string, number>>): Readonly<Record<string, number | null>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, orNull(value)]))
}

/** JSON has neither NaN nor infinities. */
function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
