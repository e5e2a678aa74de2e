/**
 * Proof A: the recorded events of a session through a fresh Session give the same decisions and orders, to the byte.
 * Floor 4.
 */
import { replayEvents } from '../backtest/replay-events.js'
import type { ParamSpecs, ParamValues } from '../core/params.js'
import type { Strategy } from '../core/strategy.js'
import { toLedgerJson } from '../live/ledger/ledger-json.js'
import { readingsAt } from '../live/session/readings-at.js'
import { decisionBody, orderBody } from '../live/session/row-bodies.js'
import { barAtClose, decisionsCompared, ordersCompared, symbolAt } from './compared-rows.js'
import { firstDifference, type Proof } from './proof.js'
import type { SessionRecord } from './read-record.js'
import { around, namesOf, ownerOf } from './record-identity.js'

/** The code that is held to the record. */
export interface ProofCode {
  readonly strategy: Strategy
  readonly params: ParamValues<ParamSpecs>
}

/** Proof A, for every mode. */
export function proveReplay(record: SessionRecord, { strategy, params }: ProofCode): Proof {
  const { genesis, first } = record
  const symbols = genesis.symbols.map(({ symbol, rules, adopted }, k) => ({
    ...{ symbol, rules, adopted, interval: genesis.interval, first: first[k] ?? 0 },
  }))
  const replayed = replayEvents(record.events, { strategy, params, settings: genesis.settings, symbols })
  const indicators = strategy.indicators(params)
  const decisions = Array.from({ length: replayed.journal.decisions.length }, (_, row) => {
    const decision = replayed.journal.decisions.at(row)
    const seen = symbolAt(replayed.symbols, decision.symbolIndex)
    return decisionBody(decision, readingsAt(indicators, seen.columns, barAtClose(seen.bars, decision.time)))
  })
  // Those that a limit stopped are in the journal too, and reached no broker.
  const log = replayed.journal.orders
  const asked = Array.from({ length: log.length }, (_, row) => log.at(row).order)
  const orders = asked.map((order, row) => orderBody(order, around(asked, row), ownerOf(record, order)))
  const lists = [
    decisionsCompared(record, decisions, replayed.symbols, indicators),
    ordersCompared(record, orders, replayed.symbols, indicators),
  ]
  return {
    name: 'A',
    claim: 'the recorded events through a fresh session give the same decisions and orders, to the byte',
    counts: { events: record.events.length, decisions: decisions.length, orders: orders.length },
    difference: firstDifference(lists, namesOf(record)),
    fault:
      replayed.stray &&
      `an event names an order that the replay did not ask for: ${toLedgerJson(replayed.stray)}`,
  }
}
