/** The rules of a record's symbols: the first record has those it began with, its events those that came. Floor 4. */
import type { Genesis } from '../live/ledger/genesis.js'
import type { DatedRules, SymbolRules } from '../model/symbol-rules.js'
import type { SessionRecord } from './read-record.js'

/** Rules by symbol, each with the versions that came later, in force from the bar behind their coming on. */
export function rulesOverTime({ genesis, events }: SessionRecord): readonly SymbolRules[] {
  const later = genesis.symbols.map((): DatedRules[] => [])
  let last = 0
  for (const event of events) {
    if (event.kind === 'BAR') last = Math.max(last, event.bar.openTime)
    if (event.kind === 'RULES') later[event.symbolIndex]?.push({ since: last + 1, rules: event.rules })
  }
  return genesis.symbols.map(({ rules }, k) => {
    const versions = later[k] ?? []
    return versions.length === 0 ? rules : { ...rules, later: versions }
  })
}

/** What the session is by now: its first record, with the rules that were last in force. */
export function genesisByNow({ genesis, events }: SessionRecord): Genesis {
  const rules = new Map<number, SymbolRules>()
  for (const event of events) if (event.kind === 'RULES') rules.set(event.symbolIndex, event.rules)
  const symbols = genesis.symbols.map((one, k) => ({ ...one, rules: rules.get(k) ?? one.rules }))
  return { ...genesis, symbols }
}
