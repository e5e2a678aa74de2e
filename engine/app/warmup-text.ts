/** `--measure-warmup`: how much history a strategy really needs, in words or as JSON. Floor 5. */
import { formatCount } from '../../reports/format-number.js'
import { measureWarmup } from '../backtest/measure-warmup.js'
import { ConfigError } from '../model/errors.js'
import { prettyJson } from './canonical-json.js'
import type { ResolvedSettings } from './resolve-settings.js'
import { firstOf } from './run-identity.js'
import { loadParts } from './run-once.js'
import type { RunHooks } from './run-phases.js'
import { setupOf } from './run-setup.js'

/** Measures, and says what was found. */
export async function warmupText(resolved: ResolvedSettings, hooks: RunHooks): Promise<string> {
  const parts = await loadParts(resolved, hooks)
  if (parts.symbols.length > 1) {
    throw new ConfigError('--measure-warmup is for one symbol: name one with --symbol, or one --data')
  }
  const report = measureWarmup(setupOf(parts), firstOf(parts).data.end, parts.settings.seed)
  if (parts.settings.json)
    return prettyJson({ schema: 'nextbar/warmup@1', ...report, measured: report.measured ?? null })
  const { declared, measured, tried, places, decisions } = report
  const compared = `${formatCount(decisions, 'decision')} behind ${formatCount(places.length, 'place')} compared`
  if (places.length === 0)
    return `declared ${formatCount(declared, 'bar')}; the range is too short to measure\n`
  if (measured === undefined) {
    return `declared ${formatCount(declared, 'bar')}; not even ${formatCount(tried, 'bar')} of history give the same decisions (${compared})\n`
  }
  const advice = measured > declared ? `; start later with --warmup ${measured}` : ''
  return `declared ${formatCount(declared, 'bar')}, measured ${formatCount(measured, 'bar')} (${compared})${advice}\n`
}
