/**
 * A record replayed: the events of a session, through a fresh Session, with a broker that does
 * nothing. The orders it asks for must be those that were asked for then. Floor 3.
 */

import { firstCallOf } from '../core/first-call.js'
import type { Journal } from '../core/journal/journal.js'
import { ReplayBroker } from '../core/market/replay-broker.js'
import { Session } from '../core/session.js'
import { FrameColumns } from '../math/frame-columns.js'
import type { Adopted } from '../model/adopted.js'
import { BarColumns, type Bars, OPTIONAL_FIELDS } from '../model/bars.js'
import { InvariantError } from '../model/errors.js'
import type { BrokerEvent, SessionEvent } from '../model/event.js'
import type { Order, OrderNumber } from '../model/order.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import type { Interval } from '../model/time.js'
import type { ReplaySetup } from './replay.js'

/** What a recorded session was made of. */
export type RecordSetup = Pick<ReplaySetup, 'strategy' | 'params' | 'settings'> & {
  /** By name, as in the session. */
  readonly symbols: readonly {
    readonly symbol: string
    readonly interval: Interval
    readonly rules: SymbolRules
    /** Its first bars only warm up: so many of them. */
    readonly first: number
    readonly adopted?: Adopted | undefined
  }[]
}

/** What a replayed session asked for, and its journal. */
export interface ReplayedSession {
  readonly submitted: readonly Order[]
  readonly canceled: readonly OrderNumber[]
  readonly journal: Journal
  /** The bars and columns of each symbol, as they stood at the end. */
  readonly symbols: readonly { readonly bars: Bars; readonly columns: FrameColumns }[]
  /** The event that names an order which this session did not ask for: there the replay ends. */
  readonly stray: BrokerEvent | undefined
}

/** Feeds recorded events, in their order, to a fresh session. Bars of one moment stand together. */
export function replayEvents(events: Iterable<SessionEvent>, setup: RecordSetup): ReplayedSession {
  const { strategy, params, settings } = setup
  const indicators = strategy.indicators(params)
  const symbols = setup.symbols.map(({ symbol, interval, rules, first, adopted }) => {
    const bars = new BarColumns({ symbol, interval, capacity: 16, optional: OPTIONAL_FIELDS })
    const columns = new FrameColumns(Object.values(indicators), bars, Object.values(strategy.also))
    return { bars, columns, rules, first, firstCall: firstCallOf(indicators, settings, first), adopted }
  })
  const broker = new ReplayBroker()
  const session = new Session({
    strategy,
    params,
    indicators,
    symbols,
    settings,
    createBroker: () => broker,
  })
  let time: number | undefined
  const now = symbols.map(() => -1)
  const close = (): void => {
    if (time === undefined) return
    time = undefined
    session.closeTogether(now)
    now.fill(-1)
  }
  const isAsked = (event: BrokerEvent): boolean => {
    const number = event.kind === 'FILL' ? event.execution.orderNumber : event.orderNumber
    return session.hasOpenOrder(number)
  }
  const result = (stray: BrokerEvent | undefined): ReplayedSession => {
    const { submitted, canceled } = broker
    return { submitted, canceled, journal: session.journal, symbols, stray }
  }
  for (const event of events) {
    if (event.kind !== 'BAR' || event.bar.openTime !== time) close()
    switch (event.kind) {
      case 'BAR': {
        const symbol = symbols[event.symbolIndex]
        if (!symbol) throw new InvariantError(`a recorded bar must be of symbol ${event.symbolIndex}`)
        const { bars, columns, first } = symbol
        bars.append(event.bar)
        if (columns.extend(bars.length)) session.followColumns()
        if (bars.length > first) now[event.symbolIndex] = bars.length - 1
        time = event.bar.openTime
        break
      }
      case 'ORDER':
      case 'FILL':
        if (!isAsked(event)) return result(event)
        session.onBrokerEvent(event)
        break
      case 'START':
      case 'STOP':
      case 'HALT':
      case 'CLEAR':
      case 'PAUSE':
      case 'RESUME':
        session.intervene(event)
        break
      case 'RULES':
        session.changeRules(event)
        break
      case 'TIMER':
        session.wake(event.time)
        break
    }
  }
  close()
  return result(undefined)
}
