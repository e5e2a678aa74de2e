/** What the local exchange lists: bars from wherever a backtest takes them, and an entry for each symbol. Floor 5. */
import { readFileSync } from 'node:fs'
import { type SymbolEntry, symbolEntry } from '../../exchange/listed-symbol.js'
import type { SymbolSource } from '../../exchange/start-exchange.js'
import { sliceBars } from '../../model/bars.js'
import { DataError } from '../../model/errors.js'
import { loadRules } from '../load-rules.js'
import { checkTogether, loadSymbols } from '../load-symbols.js'
import type { ExchangeSettings } from './exchange-flags.js'

/** Symbols as they are listed, by name. Throws as loading bars and rules does. */
export async function exchangeSources(settings: ExchangeSettings): Promise<readonly SymbolSource[]> {
  const loaded = await loadSymbols({ ...settings, gaps: 'skip' }, undefined)
  const symbols = loaded.map((data) => {
    const { store } = settings
    return { data, rules: loadRules(settings.rules, data.symbol, { store, to: data.to }) }
  })
  checkTogether(symbols, undefined)
  return symbols.map(({ data: { bars, first, end }, rules: { rules, path } }) => ({
    bars: sliceBars(bars, first, end),
    entry: path === undefined ? symbolEntry(rules) : entryIn(path, rules.symbol),
  }))
}

/** The symbol's own entry in an exchangeInfo answer; `loadRules` has read it before. */
function entryIn(path: string, symbol: string): SymbolEntry {
  const json: { readonly symbols: readonly SymbolEntry[] } = JSON.parse(readFileSync(path, 'utf8'))
  const entry = json.symbols.find((one) => one.symbol === symbol)
  if (entry === undefined) throw new DataError(`${path} must hold ${symbol}, does not any more`)
  return { ...entry, status: entry.status ?? 'TRADING' }
}
