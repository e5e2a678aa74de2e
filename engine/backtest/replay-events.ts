/**
 * A record replayed: the events of a session, through a fresh Session, with a broker that does
 * nothing. The orders it asks for must be those that were asked for then. Floor 3.
 */
import type { Journal } from '../core/journal/journal.js'
import { ReplayBroker } from '../core/market/replay-broker.js'
import { Session } from '../core/session.js'
import { FrameColumns } from '../math/frame-columns.js'
import { BarColumns } from '../model/bars.js'
import type { SessionEvent } from '../model/event.js'
import type { Order, OrderNumber } from '../model/order.js'
import type { StreamSetup } from './bar-stream.js'
import { firstCallOf } from './first-call.js'

/** What a replayed session asked for, and its journal. */
export interface ReplayedSession {
  readonly submitted: readonly Order[]
  readonly canceled: readonly OrderNumber[]
  readonly journal: Journal
}

/** Feeds recorded events, in their order, to a fresh session. */
export function replayEvents(events: Iterable<SessionEvent>, setup: StreamSetup): ReplayedSession {
  const { strategy, params, rules, settings, symbol, interval, first } = setup
  const bars = new BarColumns({ symbol, interval, capacity: 16 })
  const indicators = strategy.indicators(params)
  const columns = new FrameColumns(Object.values(indicators), bars, Object.values(strategy.also))
  const broker = new ReplayBroker()
  const session = new Session({
    strategy,
    params,
    indicators,
    bars,
    columns,
    rules,
    settings,
    firstCall: firstCallOf(indicators, settings, first),
    createBroker: () => broker,
  })
  for (const event of events) {
    switch (event.kind) {
      case 'BAR':
        bars.append(event.bar)
        if (columns.extend(bars.length)) session.followColumns()
        if (bars.length > first) session.closeBars(bars.length - 1, bars.length)
        break
      case 'ORDER':
      case 'FILL':
        session.onBrokerEvent(event)
        break
      case 'START':
      case 'TIMER':
      case 'HALT':
      case 'CLEAR':
        break
    }
  }
  return { submitted: broker.submitted, canceled: broker.canceled, journal: session.journal }
}
