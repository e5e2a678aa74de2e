/** `--show-config` of a sweep: its own settings before those of every run. Floor 5. */
import type { ParamSpecs, ParamValues } from '../../core/params.js'
import { loadStrategy } from '../load-strategy.js'
import type { ResolvedSettings } from '../resolve-settings.js'
import { rulesAsked } from '../rules-asked.js'
import { showConfig } from '../show-config.js'
import type { SweepFlags } from './read-sweep-words.js'
import { SWEEP_FLAG_NAMES, type SweepSettings } from './sweep-flags.js'
import { shownSweepSetting } from './sweep-parts.js'

/** What is printed; of the parameters, the text of those that were given. Throws as `loadStrategy` does. */
export async function sweepConfig(
  resolved: ResolvedSettings,
  sweep: SweepSettings,
  flags: Pick<SweepFlags, 'originOf'>,
): Promise<string> {
  const { settings, params } = resolved
  const { strategy } = await loadStrategy(settings.strategy, settings.trust)
  const given: ParamValues<ParamSpecs> = Object.fromEntries(
    [...params].map(([name, { text }]) => [name, text]),
  )
  const own = SWEEP_FLAG_NAMES.map(
    (name) => [name, { value: shownSweepSetting(sweep, name), origin: flags.originOf(name) }] as const,
  )
  return showConfig(resolved, given, await rulesAsked(settings, strategy), Object.fromEntries(own))
}
