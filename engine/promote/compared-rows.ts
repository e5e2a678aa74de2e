/** Rows of a record and of its replay, side by side: how each kind is found, compared and shown. Floor 4. */
import type { IndicatorSet } from '../core/strategy.js'
import { fromLedgerJson, toLedgerJson } from '../live/ledger/ledger-json.js'
import { readingsAt } from '../live/session/readings-at.js'
import type { FrameColumns } from '../math/frame-columns.js'
import { type Bars, countBefore, FIELDS, valueAt } from '../model/bars.js'
import type { Decision } from '../model/decision.js'
import type { Fill } from '../model/fill.js'
import type { Order } from '../model/order.js'
import { nextOpenTime } from '../model/time.js'
import type { Compared, ShownRow } from './proof.js'
import type { SessionRecord } from './read-record.js'
import { fail } from './record-identity.js'

/** A symbol's bars, and what the indicators said at them. */
export interface SeenSymbol {
  readonly bars: Bars
  readonly columns: FrameColumns
}

/** Decisions, with what the indicators said. */
export function decisionsCompared(
  record: SessionRecord,
  replayed: readonly string[],
  symbols: readonly SeenSymbol[],
  indicators: IndicatorSet,
): Compared {
  // What `decisionBody` wrote.
  type Body = Decision & { readonly readings: ShownRow['readings'] }
  const read = (body: string) => fromLedgerJson(body) as Body
  const seen = seenIn(symbols, indicators)
  return {
    what: 'decision',
    recorded: record.decisions.map(({ body }) => body),
    replayed,
    locate: read,
    show(body) {
      const { time, symbolIndex, ask, tag, cancels, readings } = read(body)
      const asked = { ...ask, ...(tag !== '' && { tag }), ...(cancels.length > 0 && { cancels }) }
      return { inputs: seen({ time, symbolIndex })?.inputs, readings, branch: toLedgerJson(asked) }
    },
    seen,
  }
}

/** Orders, as requests. */
export function ordersCompared(
  record: SessionRecord,
  replayed: readonly string[],
  symbols: readonly SeenSymbol[],
  indicators: IndicatorSet,
): Compared {
  // What `orderBody` wrote.
  const read = (body: string) => fromLedgerJson(body) as { readonly order: Order; readonly request: string }
  const locate = (body: string) => {
    const { decisionTime, symbolIndex } = read(body).order
    return { time: decisionTime, symbolIndex }
  }
  const seen = seenIn(symbols, indicators)
  return {
    what: 'order',
    recorded: record.orders.map(({ body }) => body),
    replayed,
    locate,
    show(body, side) {
      const at = seen(locate(body))
      return {
        ...{ inputs: at?.inputs, branch: read(body).request },
        readings: side === 'replayed' ? at?.readings : undefined,
      }
    },
    seen,
  }
}

/** Fills. */
export function fillsCompared(
  record: SessionRecord,
  replayed: readonly string[],
  symbols: readonly SeenSymbol[],
  indicators: IndicatorSet,
): Compared {
  // What `fillBody` or `fillText` wrote.
  const read = (body: string) => fromLedgerJson(body) as Fill
  const locate = (body: string) => {
    const { decisionTime, symbolIndex } = read(body)
    return { time: decisionTime, symbolIndex }
  }
  const seen = seenIn(symbols, indicators)
  return {
    what: 'fill',
    recorded: record.fills.map(({ body }) => fillText(read(body))),
    replayed,
    locate,
    show: (body) => ({ ...{ inputs: seen(locate(body))?.inputs, readings: undefined }, branch: body }),
    seen,
  }
}

/** A fill without its bar's number: with several symbols a backtest counts moments. */
export function fillText(fill: Fill): string {
  const { barIndex: _, ...rest } = fill
  return toLedgerJson('after' in rest ? { ...rest, after: undefined } : rest)
}

/** What stood before a strategy at a moment. */
function seenIn(symbols: readonly SeenSymbol[], indicators: IndicatorSet): Compared['seen'] {
  return ({ time, symbolIndex }) => {
    const { bars, columns } = symbolAt(symbols, symbolIndex)
    const i = barAtClose(bars, time)
    if (i < 0) return undefined
    const inputs = Object.fromEntries(FIELDS.map((field) => [field, valueAt(bars[field], i)]))
    return { inputs, readings: readingsAt(indicators, columns, i), branch: 'nothing' }
  }
}

/** Index of the bar that closes at a time; −1 when there is none. */
export function barAtClose(bars: Bars, time: number): number {
  const i = countBefore(bars, time) - 1
  return i >= 0 && nextOpenTime(valueAt(bars.openTime, i), bars.interval) - 1 === time ? i : -1
}

/** The symbol of an index. */
export function symbolAt(symbols: readonly SeenSymbol[], k: number): SeenSymbol {
  return symbols[k] ?? fail()
}
