/** What the local exchange lists: bars from wherever a backtest takes them, and an entry for each symbol. Floor 5. */
import { type SymbolEntry, symbolEntry } from '../../exchange/listed-symbol.js'
import type { SymbolSource } from '../../exchange/start-exchange.js'
import { barEnd } from '../../math/metrics/daily-marks.js'
import { sliceBars } from '../../model/bars.js'
import { DataError } from '../../model/errors.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import type { EpochMs } from '../../model/time.js'
import { type LoadedRules, loadRules } from '../load-rules.js'
import { checkTogether, loadSymbols } from '../load-symbols.js'
import { readAnswer } from '../rules-answer.js'
import type { ExchangeSettings } from './exchange-flags.js'
import { type LoadedTape, loadTapes } from './load-tapes.js'

/** Symbols as they are listed, by name. Throws as loading bars, trades and rules does. */
export async function exchangeSources(settings: ExchangeSettings): Promise<readonly SymbolSource[]> {
  const tapes = await loadTapes(settings)
  if (tapes) return tapeSources(tapes, settings)
  const loaded = await loadSymbols({ ...settings, gaps: 'skip' }, undefined)
  const symbols = loaded.map((data) => ({ data, rules: rulesAt(settings, data.symbol, data.to) }))
  checkTogether(symbols, undefined)
  return symbols.map(({ data: { bars, first, end }, rules: { rules, versions } }) => ({
    bars: sliceBars(bars, first, end),
    entry: entryIn(versions.at(-1)?.path, rules),
  }))
}

function tapeSources(tapes: readonly LoadedTape[], settings: ExchangeSettings): readonly SymbolSource[] {
  return tapes.map(({ symbol, bars, tape }) => {
    const { rules, versions } = rulesAt(settings, symbol, barEnd(bars, bars.length - 1))
    return { bars, tape, entry: entryIn(versions.at(-1)?.path, rules) }
  })
}

/** What is traded comes behind the history: the rules are those of its end. */
function rulesAt({ rules, store }: ExchangeSettings, symbol: string, to: EpochMs): LoadedRules {
  return loadRules(rules, symbol, { store, from: to, to })
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
