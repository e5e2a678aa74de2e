/** One bar of a session: what stood before the strategy, what it asked for, what came of it, and why at that price. Floor 4. */

import { fromLedgerJson, toLedgerJson } from '../live/ledger/ledger-json.js'
import { readingsAt } from '../live/session/readings-at.js'
import { decisionBody, orderBody } from '../live/session/row-bodies.js'
import { FrameColumns } from '../math/frame-columns.js'
import { BAR_FLAG, type Bar, barAt, countBefore, valueAt } from '../model/bars.js'
import type { Decision } from '../model/decision.js'
import type { Fill } from '../model/fill.js'
import { formatUnits } from '../model/money.js'
import type { Order, OrderNumber } from '../model/order.js'
import type { RunSettings } from '../model/settings.js'
import { nextOpenTime } from '../model/time.js'
import { barsOf, replayBars } from './prove-bars.js'
import type { ProofCode } from './prove-replay.js'
import type { SessionRecord } from './read-record.js'
import { fail, ownerOf } from './record-identity.js'
import { recordedFills } from './recorded-bodies.js'
import { type SlippageSample, slippageSamples } from './slippage-samples.js'

/** An order of the bar, and its fills. */
export interface ExplainedOrder {
  readonly request: string
  readonly status: string
  /** Each fill in words, with why that price. */
  readonly fills: readonly string[]
}

/** One side: the record, or the backtest. */
export interface ExplainedSide {
  /** Indicator values, at the bar and at the one before; undefined where the record has none. */
  readonly readings: Readonly<Record<string, readonly (number | null)[]>> | undefined
  /** What was asked for; empty when nothing was. */
  readonly asks: readonly string[]
  readonly orders: readonly ExplainedOrder[]
}

/** A bar, explained. */
export interface ExplainedBar {
  readonly symbol: string
  /** ISO 8601, UTC. */
  readonly openTime: string
  readonly closeTime: string
  readonly inputs: Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', number>>
  readonly origin: string
  readonly isLate: boolean
  /** Whether it only warmed up: then nothing can be asked for at it. */
  readonly isWarmUp: boolean
  readonly recorded: ExplainedSide
  readonly replayed: ExplainedSide
}

/** Explains the bar of a symbol in which a moment lies; undefined when the record has none. */
export function explainBar(
  record: SessionRecord,
  code: ProofCode,
  { symbolIndex, time }: { readonly symbolIndex: number; readonly time: number },
): ExplainedBar | undefined {
  const all = barsOf(record)
  const bars = all[symbolIndex] ?? fail()
  const i = countBefore(bars, time + 1) - 1
  const end = i < 0 ? 0 : nextOpenTime(valueAt(bars.openTime, i), bars.interval)
  if (i < 0 || time >= end) return undefined
  const bar = barAt(bars, i)
  const closeTime = end - 1
  const isHere = (one: { readonly time: number; readonly symbolIndex: number }) =>
    one.time === closeTime && one.symbolIndex === symbolIndex
  const indicators = code.strategy.indicators(code.params)
  const columns = new FrameColumns(Object.values(indicators), bars, Object.values(code.strategy.also))
  columns.extend(bars.length)
  const readings = readingsAt(indicators, columns, i)
  const { open, high, low, close, volume } = bar
  return {
    symbol: bars.symbol,
    openTime: new Date(bar.openTime).toISOString(),
    closeTime: new Date(closeTime).toISOString(),
    inputs: { open, high, low, close, volume },
    origin: bar.origin ?? 'unknown',
    isLate: ((bar.flags ?? 0) & BAR_FLAG.late) !== 0,
    isWarmUp: i < (record.first[symbolIndex] ?? 0),
    recorded: recordedSide(record, isHere),
    replayed: replayedSide(record, code, { isHere, readings, bars: all }),
  }
}

type IsHere = (place: { readonly time: number; readonly symbolIndex: number }) => boolean

const placeOf = ({ decisionTime, symbolIndex }: Pick<Order, 'decisionTime' | 'symbolIndex'>) => ({
  time: decisionTime,
  symbolIndex,
})

function recordedSide(record: SessionRecord, isHere: IsHere): ExplainedSide {
  // What `decisionBody` and `orderBody` wrote; the chain holds the rows to it.
  const decisions = record.decisions
    .map(({ body }) => fromLedgerJson(body) as Decision & { readonly readings: ExplainedSide['readings'] })
    .filter(isHere)
  const orders = record.orders
    .map(({ body }) => fromLedgerJson(body) as { readonly request: string; readonly order: Order })
    .filter(({ order }) => isHere(placeOf(order)))
  const samples = new Map(slippageSamples(record).map((one) => [one.orderNumber, one]))
  const fills = recordedFills(record)
  const isSimulated = record.genesis.mode === 'paper' || record.genesis.mode === 'dry-run'
  const { settings } = record.genesis
  return {
    readings: decisions[0]?.readings,
    asks: decisions.map(askOf),
    orders: orders.map(({ request, order }) => ({
      request,
      status: statusOf(record, order.number),
      fills: fills
        .filter(({ orderNumber }) => orderNumber === order.number)
        .map((fill) => {
          const why = isSimulated ? modelWhy(fill, settings) : exchangeWhy(samples.get(order.number))
          return `${fillWords(fill)}: ${why}`
        }),
    })),
  }
}

function replayedSide(
  record: SessionRecord,
  code: ProofCode,
  {
    isHere,
    readings,
    bars,
  }: {
    readonly isHere: IsHere
    readonly readings: ExplainedSide['readings']
    readonly bars: Parameters<typeof replayBars>[2]
  },
): ExplainedSide {
  const { decisions, orders, fills, settings } = replayBars(record, code, bars)
  const asked = orders.map(({ order }) => order)
  return {
    readings,
    asks: decisions.filter(isHere).map((one) => askOf(fromLedgerJson(decisionBody(one, {})) as Decision)),
    orders: orders
      .filter(({ order }) => isHere(placeOf(order)))
      .map(({ order, status, reason }) => ({
        request: requestOf(orderBody(order, asked, ownerOf(record, order))),
        status: withReason(status, reason),
        fills: fills
          .filter(({ orderNumber }) => orderNumber === order.number)
          .map((fill) => `${fillWords(fill)}: ${modelWhy(fill, settings)}`),
      })),
  }
}

function requestOf(body: string): string {
  return (fromLedgerJson(body) as { readonly request: string }).request
}

function askOf({ ask, tag, cancels }: Decision): string {
  return toLedgerJson({ ...ask, ...(tag !== '' && { tag }), ...(cancels.length > 0 && { cancels }) })
}

/** The last that the record says of an order. */
function statusOf({ events }: SessionRecord, number: OrderNumber): string {
  let status = 'NEW'
  for (const event of events) {
    if (event.kind === 'ORDER' && event.orderNumber === number)
      status = withReason(event.status, event.reason)
    if (event.kind === 'FILL' && event.execution.orderNumber === number)
      status = event.isFinal ? 'FILLED' : 'PARTIALLY_FILLED'
  }
  return status
}

function withReason(status: string, reason: string): string {
  return reason === '' ? status : `${status} (${reason})`
}

function fillWords({ side, quantity, price, time, liquidity, commission, commissionAsset }: Fill): string {
  return `${side} ${formatUnits(quantity)} at ${formatUnits(price)} as ${liquidity.toLowerCase()}, ${new Date(time).toISOString()}, commission ${formatUnits(commission)} ${commissionAsset}`
}

/** Why the simulated market filled at that price. */
function modelWhy(fill: Fill, { alpha, clamp }: RunSettings): string {
  const { liquidity, side, price, referencePrice, atr, type } = fill
  const reference = formatUnits(referencePrice)
  if (liquidity === 'MAKER') return `its own limit ${formatUnits(price)}, which the bar reached`
  const what = type.startsWith('STOP') || type.startsWith('TAKE') ? 'the trigger or the open' : 'the open'
  const sign = side === 'BUY' ? '+' : '−'
  const kept = clamp === 'bar' ? ', kept inside the bar' : ''
  const limit = type === 'MARKET' ? '' : ', and no worse than its limit'
  return `${what} ${reference} ${sign} ${alpha} × ATR ${shown(atr)}, made a tick ${side === 'BUY' ? 'up' : 'down'}${kept}${limit}`
}

/** What the exchange's price was beside the open of the bar. */
function exchangeWhy(sample: SlippageSample | undefined): string {
  if (!sample) return "the exchange's price; its bar is not in the record"
  const { open, atr, slippage, side } = sample
  const beyond = slippage >= 0 ? 'against' : 'for'
  return `the exchange's price, ${shown(Math.abs(slippage))} × ATR ${shown(atr)} ${beyond} a ${side} from the open ${open} of its bar`
}

function shown(value: number): string {
  return String(Math.round(value * 10_000) / 10_000)
}

/** A bar's values in one line. */
export function inputsLine({
  open,
  high,
  low,
  close,
  volume,
}: Pick<Bar, 'open' | 'high' | 'low' | 'close' | 'volume'>): string {
  return `open ${open}, high ${high}, low ${low}, close ${close}, volume ${volume}`
}
