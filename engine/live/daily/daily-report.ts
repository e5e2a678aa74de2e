/**
 * What a session did on one UTC day: result, costs, slippage against the model, orders, doubts and how they ended, all
 * from the ledger's rows, so that anyone can make it again; and what only the process knows. Amounts are exact. Floor 3.
 */
import { roundToAmount, unitsOf } from '../../model/amount.js'
import { BAR_FLAG } from '../../model/bars.js'
import type { OrderEvent, RecordedFill, SessionEvent } from '../../model/event.js'
import type { Fill } from '../../model/fill.js'
import { formatUnits, multiplyDown, toNumber, type Units } from '../../model/money.js'
import { formatTime } from '../../model/time.js'
import { termsDigest } from '../gate/session-terms.js'
import type { Genesis } from '../ledger/genesis.js'
import { eventOf } from '../ledger/read-ledger.js'
import { ABSENT } from '../orders/order-track.js'
import type { ProcessDay } from './day-counters.js'
import { type BookedFill, type DayBooks, fillOf, type LedgerDay } from './ledger-day.js'

/** An order of which for a time nobody knew what became. */
export interface Doubt {
  readonly order: number
  readonly symbol: string
  readonly since: string
  readonly why: string
  /** The status that was heard of it next, and why; null while nobody knows. */
  readonly became: string | null
  /** Milliseconds until then. */
  readonly afterMs: number | null
}

/** A day of a session. Exact amounts are text. */
export interface DailyReport {
  readonly schema: 'nextbar/daily@1'
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string
  /** Whether its midnight has passed. */
  readonly isWhole: boolean
  readonly session: {
    readonly mode: string
    readonly strategy: string
    readonly strategySha256: string
    /** Digest of strategy, parameters, engine, symbols, interval, policy, fees, rules, limits and cash. */
    readonly configSha256: string
    readonly symbols: readonly string[]
    readonly interval: string
    readonly engine: string
  }
  readonly equity: {
    readonly asset: string
    readonly start: string
    readonly end: string
    /** The day's profit or loss, fees and slippage in it. */
    readonly change: string
  }
  readonly positions: readonly {
    readonly symbol: string
    readonly start: string
    readonly end: string
    readonly close: number | null
  }[]
  readonly fees: {
    readonly byAsset: Readonly<Record<string, string>>
    /** Those in base at their fills' prices and those in quote; what is paid in a third asset is in `byAsset` alone. */
    readonly inQuote: string
  }
  readonly fills: {
    readonly count: number
    readonly maker: number
    readonly bought: string
    readonly sold: string
  }
  /** Of fills that took, against the price at which they were decided; above 0 is worse. */
  readonly slippage: {
    readonly fills: number
    readonly paid: string
    /** What the settings' alpha × ATR says of the same fills. */
    readonly model: number
    /** paid ÷ model; null without either. */
    readonly ratio: number | null
    /** Fills that were worse than twice the model. */
    readonly beyondTwice: number
  }
  readonly orders: {
    readonly asked: number
    readonly results: Readonly<Record<string, number>>
    readonly rejections: Readonly<Record<string, number>>
  }
  readonly doubts: readonly Doubt[]
  readonly bars: { readonly count: number; readonly late: number }
  /** Starts, stops, halts and pauses. */
  readonly holds: readonly { readonly time: string; readonly kind: string; readonly reason: string }[]
  /** What the ledger does not hold; null where the report was made from the ledger alone. */
  readonly process: ProcessDay | null
  readonly ledger: { readonly first: number; readonly seq: number; readonly hash: string }
}

const RESULTS: ReadonlyMap<string, string> = new Map([
  ['CANCELED', 'canceled'],
  ['REJECTED', 'rejected'],
  ['EXPIRED', 'expired'],
  ['EXPIRED_IN_MATCH', 'expired'],
])

type RecordedEvent = OrderEvent | RecordedFill

/** The report of a day; `process` is what the process has counted in it. */
export function dailyReport(day: LedgerDay, process: ProcessDay | undefined): DailyReport {
  const { genesis, start, isWhole, opening, rows, head } = day
  const { mode, strategy, symbols, interval, engine } = genesis
  const events = rows.filter(({ table }) => table === 'events').map(eventOf)
  const fills = rows.filter(({ table }) => table === 'fills').map(({ body }) => fillOf(body))
  const closing = closingBooks(opening, events, fills)
  const [before, after] = [worth(opening, genesis), worth(closing, genesis)]
  return {
    schema: 'nextbar/daily@1',
    day: formatTime(start).slice(0, 10),
    isWhole,
    session: {
      ...{
        mode,
        strategy: strategy.name,
        strategySha256: strategy.sha256,
        configSha256: termsDigest(genesis),
      },
      ...{ symbols: symbols.map(({ symbol }) => symbol), interval, engine },
    },
    equity: {
      asset: symbols[0]?.rules.quoteAsset ?? '',
      ...{ start: formatUnits(before), end: formatUnits(after), change: formatUnits(after - before) },
    },
    positions: symbols.map(({ symbol }, k) => ({
      symbol,
      start: formatUnits(opening.bases[k] ?? 0n),
      end: formatUnits(closing.bases[k] ?? 0n),
      close: closing.closes[k] ?? null,
    })),
    fees: feesOf(fills, genesis),
    fills: {
      count: fills.length,
      maker: fills.filter(({ liquidity }) => liquidity === 'MAKER').length,
      bought: formatUnits(sumOf(fills.filter(({ side }) => side === 'BUY').map(({ quote }) => quote))),
      sold: formatUnits(sumOf(fills.filter(({ side }) => side === 'SELL').map(({ quote }) => quote))),
    },
    slippage: slippageOf(fills, genesis.settings.alpha),
    orders: {
      asked: rows.filter(({ table }) => table === 'orders').length,
      results: countOf(events.flatMap((event) => resultOf(event) ?? [])),
      rejections: countOf(events.flatMap((event) => rejectionOf(event) ?? [])),
    },
    doubts: doubtsOf(events, genesis),
    bars: barsOf(events),
    holds: events.flatMap((event) => holdOf(event) ?? []),
    process: process ?? null,
    ledger: { first: rows[0]?.seq ?? head.seq, ...head },
  }
}

function closingBooks(
  { quote, bases, closes }: DayBooks,
  events: readonly SessionEvent[],
  fills: readonly BookedFill[],
): DayBooks {
  const [endBases, endCloses] = [[...bases], [...closes]]
  for (const { symbolIndex, after } of fills) endBases[symbolIndex] = after.base
  for (const event of events) if (event.kind === 'BAR') endCloses[event.symbolIndex] = event.bar.close
  return { quote: fills.at(-1)?.after.quote ?? quote, bases: endBases, closes: endCloses }
}

/** Quote and what is held at the last closes, rounded down. */
function worth({ quote, bases, closes }: DayBooks, { symbols }: Pick<Genesis, 'symbols'>): Units {
  return symbols.reduce((sum, { rules }, k) => {
    const price = unitsOf(roundToAmount(closes[k] ?? 0, 'nearest', rules.priceScale))
    return sum + multiplyDown(price, bases[k] ?? 0n)
  }, quote)
}

function feesOf(fills: readonly Fill[], { symbols }: Pick<Genesis, 'symbols'>): DailyReport['fees'] {
  const byAsset = new Map<string, Units>()
  let inQuote = 0n
  for (const { commission, commissionAsset, commissionQuote, price, symbolIndex } of fills) {
    byAsset.set(commissionAsset, (byAsset.get(commissionAsset) ?? 0n) + commission)
    const rules = symbols[symbolIndex]?.rules
    if (commissionQuote !== undefined) inQuote += commissionQuote
    else if (commissionAsset === rules?.quoteAsset) inQuote += commission
    else if (commissionAsset === rules?.baseAsset) inQuote += multiplyDown(price, commission)
  }
  const texts = [...byAsset].sort().map(([asset, units]) => [asset, formatUnits(units)] as const)
  return { byAsset: Object.fromEntries(texts), inQuote: formatUnits(inQuote) }
}

function slippageOf(all: readonly Fill[], alpha: number): DailyReport['slippage'] {
  const fills = all.filter(({ liquidity }) => liquidity === 'TAKER')
  const paid = sumOf(fills.map((fill) => multiplyDown(worseBy(fill), fill.quantity)))
  const model = fills.reduce((sum, { atr, quantity }) => sum + alpha * atr * toNumber(quantity), 0)
  return {
    ...{ fills: fills.length, paid: formatUnits(paid), model },
    ratio: model > 0 ? toNumber(paid) / model : null,
    beyondTwice: fills.filter((fill) => toNumber(worseBy(fill)) > 2 * alpha * fill.atr).length,
  }
}

/** How much worse a fill's price is than the one it was decided at. */
function worseBy({ side, price, referencePrice }: Fill): Units {
  return side === 'BUY' ? price - referencePrice : referencePrice - price
}

function resultOf(event: SessionEvent): string | undefined {
  if (event.kind === 'FILL') return event.isFinal ? 'filled' : undefined
  return event.kind === 'ORDER' ? RESULTS.get(event.status) : undefined
}

/** Why an order was rejected, without what is only of that order. */
function rejectionOf(event: SessionEvent): string | undefined {
  if (event.kind !== 'ORDER' || event.status !== 'REJECTED') return undefined
  return event.reason.replace(/^(GATE_FROZEN|-\d+):.*$/s, '$1').slice(0, 60) || 'no reason'
}

/** Every order in doubt, and what was heard of it next. */
function doubtsOf(events: readonly SessionEvent[], { symbols }: Pick<Genesis, 'symbols'>): readonly Doubt[] {
  const told = events.filter((event) => event.kind === 'ORDER' || event.kind === 'FILL')
  const symbolOf = (order: number): string => {
    const fill = told.find((one) => one.kind === 'FILL' && one.execution.orderNumber === order)
    const index = fill?.kind === 'FILL' ? fill.execution.symbolIndex : symbols.length === 1 ? 0 : -1
    return symbols[index]?.symbol ?? ''
  }
  return told.flatMap((event, k) => {
    if (event.kind !== 'ORDER' || event.status !== 'UNKNOWN') return []
    const { orderNumber: order, time, reason } = event
    const next = told.slice(k + 1).find((one) => orderOf(one) === order)
    const until = next && (next.kind === 'FILL' ? next.execution.time : next.time)
    return [
      {
        ...{ order, symbol: symbolOf(order), since: formatTime(time), why: reason },
        became: next ? wordOf(next) : null,
        afterMs: until === undefined ? null : Math.max(0, until - time),
      },
    ]
  })
}

function orderOf(event: RecordedEvent): number {
  return event.kind === 'FILL' ? event.execution.orderNumber : event.orderNumber
}

function wordOf(event: RecordedEvent): string {
  if (event.kind === 'FILL') return event.isFinal ? 'FILLED' : 'PARTIALLY_FILLED'
  if (event.reason === ABSENT) return 'never there'
  return event.reason === '' ? event.status : `${event.status}: ${event.reason}`
}

function barsOf(events: readonly SessionEvent[]): DailyReport['bars'] {
  const bars = events.flatMap((event) => (event.kind === 'BAR' ? [event.bar] : []))
  const late = bars.filter(({ flags = 0 }) => (flags & BAR_FLAG.late) !== 0)
  return { count: bars.length, late: late.length }
}

function holdOf(event: SessionEvent): DailyReport['holds'][number] | undefined {
  switch (event.kind) {
    case 'START':
      return { time: formatTime(event.time), kind: event.kind, reason: '' }
    case 'STOP':
    case 'HALT':
    case 'CLEAR':
    case 'PAUSE':
    case 'RESUME':
      return { time: formatTime(event.time), kind: event.kind, reason: event.reason }
    default:
      return undefined
  }
}

function countOf(words: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return Object.fromEntries([...counts].sort())
}

function sumOf(amounts: readonly Units[]): Units {
  return amounts.reduce((sum, one) => sum + one, 0n)
}
