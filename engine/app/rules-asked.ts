/** The rules that settings ask for, looked up without the bars: what `--show-config` tells. Floor 5. */
import type { Strategy } from '../core/strategy.js'
import type { Settings } from './flag-table.js'
import { loadRules } from './load-rules.js'
import { symbolsAsked } from './load-symbols.js'
import { type ManifestRules, shownRules } from './manifest-inputs.js'

/**
 * Every version for the symbols that the settings name; those that the bars alone tell are left out. Without a range
 * there are all versions, of which a run takes what is in force over its bars.
 */
export async function rulesAsked(
  settings: Settings,
  { symbols: declared }: Pick<Strategy, 'symbols'>,
): Promise<readonly ManifestRules[]> {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, store } = settings
  const symbols = await symbolsAsked(settings, declared)
  return shownRules(
    symbols.map((symbol) => ({ symbol, rules: loadRules(settings.rules, symbol, { store, from, to }) })),
  )
}
