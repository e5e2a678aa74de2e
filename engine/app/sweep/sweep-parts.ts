/** Everything that a sweep is made of: strategy, data, space, one warm-up, and what identifies its trials. Floor 5. */
import type { ParamSpecs, ParamValues } from '../../core/params.js'
import { defaultValues } from '../../core/params.js'
import { barEnd } from '../../math/metrics/daily-marks.js'
import { ConfigError } from '../../model/errors.js'
import type { SweepRange } from '../../model/sweep-result.js'
import { formatTime, toEpochMs } from '../../model/time.js'
import { type Objective, parseObjective } from '../../sweep/objective.js'
import type { TrialSetup } from '../../sweep/run-trial.js'
import { type Space, sizeOf } from '../../sweep/space.js'
import { surveySpace } from '../../sweep/warmup.js'
import { canonicalJson, type Json, sha256 } from '../canonical-json.js'
import { engineIdentity } from '../engine-identity.js'
import { type FlagName, RESULT_FLAGS, type Settings } from '../flag-table.js'
import { guardStrategy } from '../guard-strategy.js'
import { loadBnb } from '../load-bnb.js'
import { loadRules } from '../load-rules.js'
import { loadStrategy } from '../load-strategy.js'
import { checkTogether, loadSymbols } from '../load-symbols.js'
import type { ResolvedSettings } from '../resolve-settings.js'
import { benchmarkOf, firstOf, type RunParts, rulesJson, shownSetting } from '../run-identity.js'
import type { RunHooks } from '../run-phases.js'
import { runSettings } from '../run-settings.js'
import { readSpace } from './read-space.js'
import { SWEEP_FLAGS, SWEEP_RESULT_FLAGS, type SweepFlagName, type SweepSettings } from './sweep-flags.js'

/** A sweep before its first trial. */
export interface SweepParts {
  readonly sweepId: string
  /** Its runs: parameters are the strategy's defaults, the warm-up is the sweep's. */
  readonly run: RunParts
  /** Settings as they were given. */
  readonly given: Settings
  readonly sweep: SweepSettings
  readonly space: Space
  readonly objective: Objective
  /** The most trials. */
  readonly limit: number
  /** The most trials that `allow` leaves of them. */
  readonly expected: number
  readonly range: SweepRange
  readonly setup: TrialSetup
  readonly isAllowed: (params: ParamValues<ParamSpecs>) => boolean
  readonly keyOf: (params: ParamValues<ParamSpecs>, range: SweepRange) => string
}

/** Trials of a sampler without an end, where nothing was said; and the most sets of a grid without steps. */
const DEFAULT_TRIALS = 100

/** Flags that choose bars, or that no metric depends on, or that the sweep sets itself. */
const NO_TRIAL_FLAGS: ReadonlySet<FlagName> = new Set([
  ...(['symbol', 'interval', 'columns', 'benchmark', 'from', 'to', 'rules', 'bnb-data'] as const),
  ...(['equity', 'interactive', 'detail', 'audit', 'warmup'] as const),
])

/** Loads and checks a sweep. Throws a ConfigError or DataError before any trial is run. */
export async function loadSweep(
  { settings: given, params }: ResolvedSettings,
  sweep: SweepSettings,
  hooks: RunHooks = {},
): Promise<SweepParts> {
  const settings = withoutHoldout(given, sweep)
  if (settings.fine !== undefined) {
    throw new ConfigError('--fine must be left out of a sweep; run its best trials with it')
  }
  if (settings.sensitivity) {
    throw new ConfigError('--sensitivity must be left out of a sweep; run its best trials with it')
  }
  const strategy = await loadStrategy(settings.strategy, settings.trust)
  const objective = parseObjective(sweep.objective, '--objective')
  const isGrid = sweep.sampler === 'grid'
  const space = readSpace(strategy.strategy, params, { isGrid, most: sweep.trials ?? DEFAULT_TRIALS })
  const limit = limitOf(space, sweep)
  const all = await loadSymbols(settings, strategy.strategy.symbols, ({ done, total }) =>
    hooks.onProgress?.('load', done, total),
  )
  const symbols = all.map((data) => {
    const { from, symbol, to } = data
    return { data, rules: loadRules(settings.rules, symbol, { store: settings.store, from, to }) }
  })
  checkTogether(symbols, settings.benchmark)
  const bnb = await loadBnb(settings, symbols)
  if (given.to === undefined) {
    for (const { data } of symbols) checkHoldout(barEnd(data.bars, data.bars.length - 1), sweep)
  }
  const [first] = symbols
  const { allow, name } = strategy.strategy
  const isAllowed = (values: ParamValues<ParamSpecs>): boolean => guardStrategy(name, () => allow(values))
  const interval = first?.data.interval ?? '1m'
  const survey = surveySpace(strategy.strategy, space, {
    settings: runSettings(settings, interval),
    interval,
    isAllowed,
  })
  const warmup = Math.max(survey.warmup, settings.warmup ?? 0)
  const run: RunParts = {
    engine: engineIdentity(),
    strategy,
    params: defaultValues(strategy.strategy.params),
    symbols,
    bnb,
    settings: { ...settings, warmup, out: undefined, json: false },
  }
  const base = sha256(canonicalJson(trialBase(run)))
  const range: SweepRange = [
    Math.min(...symbols.map(({ data }) => data.from)),
    Math.max(...symbols.map(({ data }) => data.to)),
  ]
  return {
    sweepId: sweepIdOf(base, { space, sweep, range, limit }),
    run,
    given,
    sweep,
    space,
    objective,
    limit,
    expected: Math.min(limit, survey.allowed),
    range,
    isAllowed,
    setup: trialSetupOf(run),
    keyOf: (values, over) => sha256(canonicalJson({ base, params: values, range: over })),
  }
}

/** What all trials of a run's sweep share. */
export function trialSetupOf(run: RunParts): TrialSetup {
  return {
    strategy: run.strategy.strategy,
    symbols: run.symbols.map(({ data, rules }) => ({ bars: data.bars, rules: rules.rules })),
    settings: runSettings(run.settings, firstOf(run).data.interval),
    benchmark: benchmarkOf(run),
    bnbBars: run.bnb?.bars,
  }
}

/** The range ends where the holdout begins. */
function withoutHoldout(settings: Settings, { holdout }: SweepSettings): Settings {
  if (holdout === undefined || holdout === 'none') return settings
  const [from, to] = holdout
  if (settings.to !== undefined && settings.to > to) throw holdoutFault(holdout, settings.to)
  if (settings.to !== undefined && settings.to <= from) return settings
  if (settings.from !== undefined && settings.from >= from) {
    throw new ConfigError(
      `--holdout must leave bars to sweep over, ${formatTime(from)} is not after --from ${formatTime(settings.from)}`,
    )
  }
  return { ...settings, to: toEpochMs(from) }
}

function checkHoldout(end: number, { holdout }: SweepSettings): void {
  if (holdout === undefined || holdout === 'none' || end <= holdout[1]) return
  throw holdoutFault(holdout, end)
}

function holdoutFault([from, to]: readonly [number, number], end: number): ConfigError {
  return new ConfigError(
    `--holdout must reach to the end of the data or of --to, so that nothing behind it is swept over: ${formatTime(from)}..${formatTime(to)} ends before ${formatTime(end)}; give --to ${formatTime(to)} too`,
  )
}

function limitOf(space: Space, { sampler, trials }: SweepSettings): number {
  const size = sizeOf(space)
  if (sampler !== 'grid') return Math.min(size, trials ?? DEFAULT_TRIALS)
  if (trials === undefined || size <= trials) return size
  throw new ConfigError(
    `--trials must be at least the ${size} sets of the grid, was ${trials}; take wider steps, or --sampler random`,
  )
}

/** What all trials share that can change a row. */
function trialBase(run: RunParts): Json {
  const { bnb, engine, strategy, symbols, settings } = run
  const values = RESULT_FLAGS.filter((name) => !NO_TRIAL_FLAGS.has(name)).map(
    (name) => [name, shownSetting(settings, name)] as const,
  )
  return {
    engine: engine.hash,
    strategy: strategy.sha256,
    data: symbols.map(({ data: { hash, symbol, interval } }) => ({ sha256: hash.text, symbol, interval })),
    benchmark: benchmarkOf(run),
    settings: Object.fromEntries(values),
    warmup: settings.warmup ?? 0,
    seed: settings.seed,
    rules: symbols.map(({ rules }) => rulesJson(rules.rules)),
    ...(bnb && { bnb: bnb.sha256 ?? bnb.given }),
  }
}

/** First 12 hex digits of the SHA-256 over everything that can change what a sweep finds. */
function sweepIdOf(
  base: string,
  { space, sweep, range, limit }: Pick<SweepParts, 'space' | 'sweep' | 'range' | 'limit'>,
): string {
  const shown = SWEEP_RESULT_FLAGS.map((name) => [name, shownSweepSetting(sweep, name)] as const)
  const content: Json = {
    base,
    range,
    limit,
    // A space is plain data.
    space: space as unknown as Json,
    settings: Object.fromEntries(shown),
  }
  return sha256(canonicalJson(content)).slice(0, 12)
}

/** A flag of sweeps as commands and files print it. */
export function shownSweepSetting(sweep: SweepSettings, name: SweepFlagName) {
  const flag: { show(value: unknown): string | number | boolean | null | readonly string[] } = SWEEP_FLAGS[
    name
  ] as never
  return flag.show(sweep[name])
}
