/** The lines of command of a sweep: the one that sweeps again, and one for each of its trials. Floor 5. */
import type { ParamSpecs, ParamValues } from '../../core/params.js'
import type { SweepParam, SweepRange } from '../../model/sweep-result.js'
import { toEpochMs } from '../../model/time.js'
import { canonicalJson } from '../canonical-json.js'
import { FLAGS } from '../flag-table.js'
import { rulesNames } from '../load-rules.js'
import type { GivenParam } from '../resolve-settings.js'
import { COMMAND, commandOf, type RunParts, shellWord } from '../run-identity.js'
import { SWEEP_FLAGS, SWEEP_RESULT_FLAGS } from './sweep-flags.js'
import { type SweepParts, shownSweepSetting } from './sweep-parts.js'

/** The command that sweeps again, without what says only where and how fast. */
export function sweepCommandOf(
  { run, given, sweep }: Pick<SweepParts, 'run' | 'given' | 'sweep'>,
  params: ReadonlyMap<string, GivenParam>,
): string {
  const settings = { ...run.settings, warmup: given.warmup, to: given.to }
  const before = COMMAND.join(' ')
  const words = [commandOf({ ...run, settings }).replace(before, before.replace('run-backtest', 'run-sweep'))]
  for (const [name, { text }] of [...params].sort(([a], [b]) => (a < b ? -1 : 1))) {
    words.push('-p', shellWord(`${name}=${text}`))
  }
  for (const name of SWEEP_RESULT_FLAGS) {
    const shown = shownSweepSetting(sweep, name)
    const usual = shownSweepSetting({ ...sweep, [name]: SWEEP_FLAGS[name].default }, name)
    if (canonicalJson(shown) !== canonicalJson(usual)) words.push(`--${name}`, shellWord(String(shown)))
  }
  return words.join(' ')
}

/** The command that runs one trial of a sweep alone. */
export function trialCommandOf(run: RunParts, params: ParamValues<ParamSpecs>, range?: SweepRange): string {
  return commandOf(trialParts(run, params, range))
}

/**
 * The command of a trial as it can be typed where the sweep was begun: files by the paths that were given, and
 * the flags that no result depends on but that are needed to find and read them.
 */
export function typedCommandOf(
  { run, given }: Pick<SweepParts, 'run' | 'given'>,
  params: ParamValues<ParamSpecs>,
): string {
  const { bnb, strategy, symbols } = run
  const typed: RunParts = {
    ...run,
    strategy: { ...strategy, given: given.strategy },
    symbols: symbols.map(({ data, rules }, k) => ({
      data: { ...data, sources: k === 0 ? given.data : [] },
      rules: rulesNames(rules.given).length === 0 ? rules : { ...rules, given: given.rules ?? rules.given },
    })),
    ...(bnb && { bnb: { ...bnb, given: given['bnb-data'] ?? null } }),
  }
  const words = [trialCommandOf(typed, params)]
  if (given.store !== FLAGS.store.default) words.push('--store', shellWord(given.store))
  if (given.trust) words.push('--trust')
  return words.join(' ')
}

/** A trial as a run: the parameters, and where it is not the sweep's own the range. */
export function trialParts(run: RunParts, params: ParamValues<ParamSpecs>, range?: SweepRange): RunParts {
  if (range === undefined) return { ...run, params }
  const [from, to] = range
  return { ...run, params, settings: { ...run.settings, from: toEpochMs(from), to: toEpochMs(to) } }
}

/** The space as text for a line of print: `fast 5..60 (12)  slow=100`. */
export function spaceText(space: readonly SweepParam[]): string {
  return space.map(paramText).join('  ')
}

function paramText(param: SweepParam): string {
  switch (param.kind) {
    case 'fixed':
      return `${param.name}=${param.value}`
    case 'range':
      return `${param.name} ${param.min}..${param.max}`
    case 'levels': {
      const { values } = param
      return `${param.name} ${values.length > 4 ? `${values[0]}..${values.at(-1)}` : values.join(',')} (${values.length})`
    }
  }
}
