/** In what a tested run and a recorded session are not the same, among what may not differ. Floor 4. */
import type { SessionTerms } from '../../live/gate/session-terms.js'
import { toSortedJson } from '../../live/ledger/ledger-json.js'

/** One sentence for each thing that differs; none when nothing does. */
export function sessionDifferences(run: SessionTerms, session: SessionTerms): readonly string[] {
  const differences: string[] = []
  const compare = (what: string, tested: unknown, traded: unknown): void => {
    const [was, is] = [toSortedJson(tested ?? null), toSortedJson(traded ?? null)]
    if (was !== is) differences.push(`${what} ${clip(was)} in the run, ${clip(is)} in the session`)
  }
  compare('strategy', run.strategy.sha256.slice(0, 12), session.strategy.sha256.slice(0, 12))
  compare('parameters', run.params, session.params)
  compare('engine', run.engine, session.engine)
  const names = (terms: SessionTerms) => terms.symbols.map(({ symbol }) => symbol)
  compare('symbols', names(run), names(session))
  compare('interval', run.interval, session.interval)
  compare('policy', run.policy, session.policy)
  compare('fees', run.fees, session.fees)
  compare('limits', run.limits, session.limits)
  compare('cash', run.cash, session.cash)
  for (const { symbol, rules } of run.symbols) {
    const other = session.symbols.find((one) => one.symbol === symbol)
    const theirs = new Map(Object.entries(other?.rules ?? {}))
    for (const [name, value] of Object.entries(rules)) {
      if (other !== undefined) compare(`rules: ${symbol} ${name}`, value, theirs.get(name))
    }
    if (other?.rules.further !== undefined && rules.further === undefined)
      compare(`rules: ${symbol} further`, undefined, other.rules.further)
  }
  return differences
}

function clip(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
