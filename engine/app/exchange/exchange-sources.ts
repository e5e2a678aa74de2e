/** What the local exchange lists: bars from wherever a backtest takes them, and an entry for each symbol. Floor 5. */
import { type SymbolEntry, symbolEntry } from '../../exchange/listed-symbol.js'
import type { SymbolSource } from '../../exchange/start-exchange.js'
import { sliceBars } from '../../model/bars.js'
import { DataError } from '../../model/errors.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import { loadRules } from '../load-rules.js'
import { checkTogether, loadSymbols } from '../load-symbols.js'
import { readAnswer } from '../rules-answer.js'
import type { ExchangeSettings } from './exchange-flags.js'

/** Symbols as they are listed, by name. Throws as loading bars and rules does. */
export async function exchangeSources(settings: ExchangeSettings): Promise<readonly SymbolSource[]> {
  const loaded = await loadSymbols({ ...settings, gaps: 'skip' }, undefined)
  const symbols = loaded.map((data) => {
    // What is traded comes behind the history: the rules are those of its end.
    const { symbol, to } = data
    return { data, rules: loadRules(settings.rules, symbol, { store: settings.store, from: to, to }) }
  })
  checkTogether(symbols, undefined)
  return symbols.map(({ data: { bars, first, end }, rules: { rules, versions } }) => ({
    bars: sliceBars(bars, first, end),
    entry: entryIn(versions.at(-1)?.path, rules),
  }))
}

/** The symbol's own entry in an exchangeInfo answer; `loadRules` has read it before. */
function entryIn(path: string | undefined, rules: SymbolRules): SymbolEntry {
  if (path === undefined) return symbolEntry(rules)
  // Its filters were checked by `loadRules`.
  const { symbols } = readAnswer(path, path).json as { readonly symbols: readonly SymbolEntry[] }
  const entry = symbols.find((one) => one.symbol === rules.symbol)
  if (entry === undefined) throw new DataError(`${path} must hold ${rules.symbol}, does not any more`)
  return { ...entry, status: entry.status ?? 'TRADING' }
}
