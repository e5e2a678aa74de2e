/**
 * One backtest from settings to files: load, replay, measure, draw, write. It is the app without a
 * command line, so that benchmarks can time its phases. Floor 5.
 */
import { join } from 'node:path'
import { startDrawing } from '../../reports/draw-chart.js'
import { startChart } from '../../reports/price-chart/chart-data.js'
import { chartScript } from '../../reports/price-chart/chart-script.js'
import { renderRunPage } from '../../reports/run-page.js'
import type { RunIdentity } from '../../reports/run-page-input.js'
import type { SweepAttachment } from '../../reports/sweep-attachment.js'
import type { AuditReport } from '../backtest/look-ahead-audit.js'
import { provenanceOf } from '../math/metrics/provenance.js'
import { riskMultiples } from '../math/metrics/risk-multiples.js'
import { runFalls } from '../math/metrics/run-falls.js'
import { type InsideBars, type Metrics, runMetrics } from '../math/metrics/run-metrics.js'
import type { RunResult } from '../model/run-result.js'
import type { Sensitivity } from '../model/sensitivity.js'
import { auditVerdict, auditWarning } from './audit-verdict.js'
import { chartRuntime } from './chart-runtime.js'
import { checkVolumes } from './check-volumes.js'
import { engineIdentity, libraryVersions } from './engine-identity.js'
import type { ShownValue } from './flag.js'
import { guardStrategy } from './guard-strategy.js'
import {
  endSpareThread,
  type LevelsThread,
  LONG_RUN,
  MANY_FILLS,
  prepareLevels,
  reading,
  startLevels,
} from './levels-thread.js'
import { loadBnb } from './load-bnb.js'
import { madeUpCount, type RunData } from './load-data.js'
import { loadFine } from './load-fine.js'
import { loadRules } from './load-rules.js'
import { type LoadedStrategy, loadStrategy } from './load-strategy.js'
import { checkTogether, loadSymbols } from './load-symbols.js'
import { type ManifestHead, manifestHead, shownData } from './manifest.js'
import { measureSensitivity } from './measure-sensitivity.js'
import { replayRun } from './replay-run.js'
import type { ResolvedSettings } from './resolve-settings.js'
import { pageFile, type RunFile, tableFiles } from './run-files.js'
import { firstOf, type RunParts } from './run-identity.js'
import { type RunHooks, timed } from './run-phases.js'
import { runnerOf, runSettingsOf } from './run-setup.js'
import { tradesCsv } from './run-tables.js'
import { runWarnings } from './run-warnings.js'
import { parseParams } from './strategy-params.js'
import { textOfPieces } from './text-of-pieces.js'
import { checkRunFolder, writeRunFolder } from './write-run-folder.js'

/** Up to so many trades the page carries the whole of `trades.csv`. */
const EMBEDDED_TRADES = 2000

/** A run that is computed and not written. */
export interface ComputedRun {
  readonly parts: RunParts
  readonly result: RunResult
  /** Undefined for a run that was not audited. */
  readonly audit: AuditReport | undefined
  readonly metrics: Metrics
  /** Undefined where it was not asked for. */
  readonly sensitivity: Sensitivity | undefined
  readonly warnings: readonly string[]
  readonly head: ManifestHead
  readonly files: readonly RunFile[]
  /** Draws the page once more, with the sweep that the parameters were taken from. */
  readonly draw: (sweep: SweepAttachment | undefined) => Promise<string>
}

/** A run whose folder is there. */
export interface FinishedRun extends ComputedRun {
  /** The run folder as it was asked for, or below the working folder. */
  readonly folder: string
}

/** Computes a run and writes its folder. On an error nothing is left on disk. */
export async function runOnce(resolved: ResolvedSettings, hooks: RunHooks = {}): Promise<FinishedRun> {
  const { data, out } = resolved.settings
  if (out !== undefined) checkRunFolder(out)
  if (data.length === 1 && data.some(isLong)) prepareLevels()
  try {
    const run = await computeRun(await loadParts(resolved, hooks), hooks)
    const folder = out ?? join('reports', 'out', run.head.runId)
    await timed('write', hooks, () => writeRunFolder(folder, run))
    return { ...run, folder }
  } finally {
    await endSpareThread()
  }
}

/** Whether a source is known to be long before it is loaded. */
function isLong(source: string): boolean {
  return (madeUpCount(source) ?? 0) >= LONG_RUN
}

/** Loads everything that a run is made of; where no report is to be drawn, nothing for charts. */
export async function loadParts(resolved: GivenSettings, hooks: RunHooks = {}): Promise<RunParts> {
  return timed('load', hooks, async () => {
    const { strategy, trust } = resolved.settings
    return partsOf(await loadStrategy(strategy, trust), resolved, hooks)
  })
}

/** Settings and parameters as they were given. */
export type GivenSettings = Pick<ResolvedSettings, 'settings' | 'params'>

/** Everything that a run of a loaded strategy is made of. `bars` are the data where they are at hand already. */
export async function partsOf(
  strategy: LoadedStrategy,
  { settings, params: given }: GivenSettings,
  hooks: RunHooks = {},
  bars?: readonly RunData[],
): Promise<RunParts> {
  const params = parseParams(strategy.strategy, given)
  // The charts' packages take longer to load than most runs take: a thread loads them meanwhile.
  if (hooks.isDrawn !== false) startDrawing()
  const all =
    bars ??
    (await loadSymbols(settings, strategy.strategy.symbols, ({ done, total }) =>
      hooks.onProgress?.('load', done, total),
    ))
  const symbols = all.map((data) => {
    const { from, symbol, to } = data
    return { data, rules: loadRules(settings.rules, symbol, { store: settings.store, from, to }) }
  })
  checkTogether(symbols, settings.benchmark)
  checkVolumes(all, settings)
  const fine = await loadFine(settings, all)
  const bnb = await loadBnb(settings, symbols)
  return { engine: engineIdentity(), strategy, params, symbols, settings, fine, bnb }
}

/** Computes a run: everything but the writing. */
export async function computeRun(parts: RunParts, hooks: RunHooks = {}): Promise<ComputedRun> {
  // No run decides the page's program: it is made while the thread that makes it has nothing else to do.
  chartScript().catch(() => undefined)
  const { first, end } = firstOf(parts).data
  let levels = end - first < LONG_RUN ? undefined : levelsThreadOf(parts)
  try {
    const outcome = await replayAndAudit(parts, hooks)
    if (outcome.result.fills.length >= MANY_FILLS) levels ??= levelsThreadOf(parts)
    return await compute(parts, hooks, outcome, levels)
  } finally {
    await levels?.end()
  }
}

/** A second thread; of several symbols none is drawn over all of its bars. */
function levelsThreadOf(parts: RunParts): LevelsThread | undefined {
  return parts.symbols.length > 1 ? undefined : startLevels(firstOf(parts).data)
}

async function compute(
  parts: RunParts,
  hooks: RunHooks,
  { result, audit, columns }: Awaited<ReturnType<typeof replayAndAudit>>,
  levels: LevelsThread | undefined,
): Promise<ComputedRun> {
  const indicators = parts.strategy.strategy.indicators(parts.params)
  const { detail } = parts.settings
  const chart =
    levels && startChart(result, indicators, detail, { columns, makeLevels: (input) => levels.make(input) })
  const measured = await timed('metrics', hooks, () => {
    const falls = runFalls(result)
    return { ...runMetrics(result, falls.falls), falls }
  })
  const insideBars = await timed('variants', hooks, () => insideBarsOf(parts, result, measured))
  const metrics = {
    ...measured,
    insideBars,
    provenance: provenanceOf(result),
    risk: riskMultiples(result),
  }
  const sensitivity = parts.settings.sensitivity
    ? await timed('variants', hooks, () => sensitivityOf(parts))
    : undefined
  const warnings = [auditWarning(audit), ...runWarnings(parts, result, metrics)].filter(
    (one) => one !== false,
  )
  const head = manifestHead(parts, audit)
  const draw: ComputedRun['draw'] = (sweep) =>
    renderRunPage({
      result,
      metrics,
      identity: reportIdentity(head, parts, auditVerdict(audit)),
      warnings,
      sensitivity,
      sweep,
      chartRuntime: parts.settings.interactive ? chartRuntime() : undefined,
      tradesCsv: result.trades.length <= EMBEDDED_TRADES ? textOfPieces(tradesCsv(result)) : undefined,
      indicators,
      columns,
      chart,
      detail,
    })
  const tables = async () => tableFiles({ result, metrics, equity: parts.settings.equity })
  // While other threads draw, this one has time for the tables.
  const [page, made] = await timed('report', hooks, () => Promise.all([draw(undefined), tables()]))
  const files = [...made, pageFile(page)]
  return { parts, result, audit, metrics, sensitivity, warnings, head, files, draw }
}

/** What the replay leaves. The indicators' columns of one symbol are drawn; those of several are dropped here. */
async function replayAndAudit(parts: RunParts, hooks: RunHooks) {
  const { result, audit, columns } = await timed('replay', hooks, () => replayRun(parts, hooks))
  const audited = await timed('audit', hooks, async () => {
    // The audit makes the bars others for a while: no thread may read them, be it another run's.
    for (let read = readingOf(parts); read; read = readingOf(parts)) await read
    return audit()
  })
  return { result, audit: audited, columns }
}

function readingOf({ symbols }: RunParts): Promise<void> | undefined {
  for (const { data } of symbols) {
    const read = reading(data.bars)
    if (read) return read
  }
  return undefined
}

/** Where bars leave open what came first inside them: the same run with the best outcome in place of the worst. */
async function insideBarsOf(parts: RunParts, result: RunResult, metrics: Metrics): Promise<InsideBars> {
  const { net_profit: shown, ambiguous_trades: ambiguous, trades } = metrics.values
  const ambiguousShare = trades === 0 ? 0 : ambiguous / trades
  if (!result.fills.some(({ isAmbiguous }) => isAmbiguous)) {
    return { ambiguousShare, netWorst: shown, netBest: shown }
  }
  const settings = { ...parts.settings, audit: 'off' } as const
  const best = await replayRun({ ...parts, settings }, {}, 'best')
  const other = runMetrics(best.result).values.net_profit
  return { ambiguousShare, netWorst: Math.min(shown, other), netBest: Math.max(shown, other) }
}

/** The run at other costs, and a bar late. */
function sensitivityOf(parts: RunParts): Promise<Sensitivity> {
  const name = parts.strategy.strategy.name
  const run = runnerOf(parts)
  return measureSensitivity(parts.strategy.strategy, runSettingsOf(parts), (strategy, costs) =>
    guardStrategy(name, () =>
      run((setup) => ({ ...setup, strategy, settings: { ...setup.settings, ...costs } })),
    ),
  )
}

function reportIdentity(head: ManifestHead, { symbols, engine }: RunParts, audit: string): RunIdentity {
  const { command, params, runId, seed, settings, strategy } = head
  return {
    runId,
    engineVersion: engine.version,
    engineHash: engine.hash,
    libraries: libraryVersions(),
    strategy,
    params,
    data: symbols.map(({ data }) => ({ ...shownData(data), from: data.from, to: data.to })),
    settings: Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, noneOf(value)])),
    seed,
    command,
    audit,
    auditVerdict: head.audit.verdict,
  }
}

function noneOf(value: ShownValue): Exclude<ShownValue, null> | undefined {
  return value ?? undefined
}
