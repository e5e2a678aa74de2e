/**
 * What orders of a record paid beyond the open of the bar that filled them, in units of the average true range.
 * Floor 4.
 */
import { atr } from '../math/atr.js'
import { FrameColumns } from '../math/frame-columns.js'
import { type Bars, type Column, countBefore, valueAt } from '../model/bars.js'
import type { Fill } from '../model/fill.js'
import { toNumber } from '../model/money.js'
import type { Order, OrderType, Side } from '../model/order.js'
import { barsOf } from './prove-bars.js'
import type { SessionRecord } from './read-record.js'
import { recordedFills, recordedOrders } from './recorded-bodies.js'

/** One order that traded. */
export interface SlippageSample {
  readonly orderNumber: number
  readonly symbolIndex: number
  readonly side: Side
  readonly type: OrderType
  /** Of its first fill, UTC milliseconds. */
  readonly time: number
  /** Mean price of its fills, by quantity. */
  readonly price: number
  /** Open of the bar in which it began to fill. */
  readonly open: number
  /** Average true range that the settings price by, in quote. */
  readonly atr: number
  /** (price − open) ÷ ATR against the trader: above 0 is dearer for a BUY and cheaper for a SELL. */
  readonly slippage: number
}

/** A sample for every order that traded, in the order of their fills. Those whose bar or range is not known yet are left out. */
export function slippageSamples(record: SessionRecord): readonly SlippageSample[] {
  const { settings } = record.genesis
  const seats = barsOf(record).map((bars) => {
    const range = atr(settings.atrPeriod)
    const columns = new FrameColumns([range], bars)
    columns.extend(bars.length)
    return { bars, range: columns.column(range, 'value') }
  })
  const orders = new Map(recordedOrders(record).map((order) => [order.number, order]))
  const byOrder = Map.groupBy(recordedFills(record), ({ orderNumber }) => orderNumber)
  const lag = settings.atrSource === 'next' ? 0 : 1
  return [...byOrder].flatMap(([number, fills]) => {
    const order = orders.get(number)
    const [first] = fills
    const seat = first && seats[first.symbolIndex]
    return order && seat ? (sampleOf(order, fills, { ...seat, lag }) ?? []) : []
  })
}

function sampleOf(
  order: Order,
  fills: readonly Fill[],
  { bars, range, lag }: { readonly bars: Bars; readonly range: Column; readonly lag: number },
): SlippageSample | undefined {
  const time = fills[0]?.time ?? 0
  const bar = countBefore(bars, time + 1) - 1
  const unit = bar < lag ? Number.NaN : valueAt(range, bar - lag)
  if (!(unit > 0)) return undefined
  const quantity = fills.reduce((sum, fill) => sum + toNumber(fill.quantity), 0)
  const price =
    fills.reduce((sum, fill) => sum + toNumber(fill.price) * toNumber(fill.quantity), 0) / quantity
  const open = valueAt(bars.open, bar)
  const sign = order.side === 'BUY' ? 1 : -1
  const { number: orderNumber, symbolIndex, side, type } = order
  return {
    ...{ orderNumber, symbolIndex, side, type, time, price, open, atr: unit },
    slippage: (sign * (price - open)) / unit,
  }
}
