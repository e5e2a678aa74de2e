/**
 * The filters of an exchangeInfo entry, each as its documentation words it: what the exchange itself refuses.
 * It reads the entry as it stands now, so that filters that change are the ones that count. Floor 3.
 */
import { multiplyDown, ONE, parseUnits, toUnits, type Units } from '../../model/money.js'
import type { ListedSymbol, SymbolFilter } from '../listed-symbol.js'
import { Rejection } from '../rejection.js'
import { isStopType, type OrderSpec } from './exchange-order.js'

/** What else counts in the filters: orders that are open, and what is owned. */
export interface FilterView {
  readonly openOrders: number
  readonly openStops: number
  readonly openIcebergs: number
  readonly openLists: number
  /** Free and locked base, and what open purchases would add. */
  readonly position: Units
}

/** Throws −1013 with the name of the first filter that an order fails. */
export function checkFilters(listed: ListedSymbol, spec: OrderSpec, view: FilterView): void {
  for (const filter of listed.entry.filters) {
    const check = Object.hasOwn(CHECKS, filter.filterType) ? CHECKS[filter.filterType] : undefined
    if (check !== undefined && !check(filter, spec, { listed, view })) {
      throw new Rejection(-1013, `Filter failure: ${filter.filterType}`)
    }
  }
}

interface FilterContext {
  readonly listed: ListedSymbol
  readonly view: FilterView
}

type Check = (filter: SymbolFilter, spec: OrderSpec, context: FilterContext) => boolean

const CHECKS: Readonly<Record<string, Check>> = {
  PRICE_FILTER: (filter, { price, stopPrice }) =>
    [price, stopPrice].every(
      (one) => one === 0n || isWithin(one, filter, 'minPrice', 'maxPrice', 'tickSize'),
    ),
  LOT_SIZE: (filter, { quantity, icebergQuantity }) =>
    [quantity, icebergQuantity].every(
      (one) => one === 0n || isWithin(one, filter, 'minQty', 'maxQty', 'stepSize'),
    ),
  MARKET_LOT_SIZE: (filter, { type, quantity }) =>
    type !== 'MARKET' || quantity === 0n || isWithin(quantity, filter, 'minQty', 'maxQty', 'stepSize'),
  PERCENT_PRICE: (filter, { price }, { listed }) =>
    price === 0n || isNear(price, listed, filter, 'multiplierUp', 'multiplierDown'),
  PERCENT_PRICE_BY_SIDE: (filter, { price, side }, { listed }) =>
    price === 0n ||
    (side === 'BUY'
      ? isNear(price, listed, filter, 'bidMultiplierUp', 'bidMultiplierDown')
      : isNear(price, listed, filter, 'askMultiplierUp', 'askMultiplierDown')),
  MIN_NOTIONAL: (filter, spec, { listed }) => {
    if (spec.type === 'MARKET' && filter.applyToMarket !== true) return true
    return notionalOf(spec, listed, filter) >= amountOf(filter, 'minNotional')
  },
  NOTIONAL: (filter, spec, { listed }) => {
    const notional = notionalOf(spec, listed, filter)
    const isMarket = spec.type === 'MARKET'
    const max = amountOf(filter, 'maxNotional')
    const isEnough =
      (isMarket && filter.applyMinToMarket !== true) || notional >= amountOf(filter, 'minNotional')
    return isEnough && ((isMarket && filter.applyMaxToMarket !== true) || max === 0n || notional <= max)
  },
  ICEBERG_PARTS: (filter, { quantity, icebergQuantity }) =>
    icebergQuantity === 0n || quantity <= icebergQuantity * BigInt(countOf(filter, 'limit')),
  TRAILING_DELTA: (filter, { trailingDelta, type, side }) => {
    if (trailingDelta === undefined) return true
    const where = type.startsWith('STOP_LOSS') === (side === 'BUY') ? 'Above' : 'Below'
    return (
      trailingDelta >= countOf(filter, `minTrailing${where}Delta`) &&
      trailingDelta <= countOf(filter, `maxTrailing${where}Delta`)
    )
  },
  MAX_NUM_ORDERS: (filter, spec, { view }) =>
    spec.type === 'MARKET' || view.openOrders < countOf(filter, 'maxNumOrders'),
  MAX_NUM_ALGO_ORDERS: (filter, { type }, { view }) =>
    !isStopType(type) || view.openStops < countOf(filter, 'maxNumAlgoOrders'),
  MAX_NUM_ICEBERG_ORDERS: (filter, { icebergQuantity }, { view }) =>
    icebergQuantity === 0n || view.openIcebergs < countOf(filter, 'maxNumIcebergOrders'),
  MAX_POSITION: (filter, { side, quantity }, { view }) =>
    side === 'SELL' || view.position + quantity <= amountOf(filter, 'maxPosition'),
}

/** Whether one more list of orders is allowed. */
export function checkLists(listed: ListedSymbol, openLists: number): void {
  const filter = listed.filter('MAX_NUM_ORDER_LISTS')
  if (filter === undefined || openLists < countOf(filter, 'maxNumOrderLists')) return
  throw new Rejection(-1013, 'Filter failure: MAX_NUM_ORDER_LISTS')
}

/** How often an order may be amended. */
export function maxAmends(listed: ListedSymbol): number {
  const filter = listed.filter('MAX_NUM_ORDER_AMENDS')
  return filter === undefined ? 10 : countOf(filter, 'maxNumOrderAmends')
}

/** A bound or a step of 0 asks for nothing. */
function isWithin(value: Units, filter: SymbolFilter, min: string, max: string, step: string): boolean {
  const [least, most, size] = [amountOf(filter, min), amountOf(filter, max), amountOf(filter, step)]
  return value >= least && (most === 0n || value <= most) && (size === 0n || value % size === 0n)
}

function isNear(price: Units, listed: ListedSymbol, filter: SymbolFilter, up: string, down: string): boolean {
  const reference = referencePrice(listed, filter)
  const scaled = price * ONE
  return scaled <= reference * amountOf(filter, up) && scaled >= reference * amountOf(filter, down)
}

function notionalOf(spec: OrderSpec, listed: ListedSymbol, filter: SymbolFilter): Units {
  if (spec.quoteQuantity > 0n) return spec.quoteQuantity
  const price =
    spec.price > 0n ? spec.price : spec.stopPrice > 0n ? spec.stopPrice : referencePrice(listed, filter)
  return multiplyDown(price, spec.quantity)
}

/** The mean price of the last minutes, by volume; the last price where the filter asks for none. */
function referencePrice({ market }: ListedSymbol, filter: SymbolFilter): Units {
  const minutes = countOf(filter, 'avgPriceMins')
  return toUnits(minutes === 0 ? market.lastPrice : market.averagePrice(minutes))
}

function amountOf(filter: SymbolFilter, name: string): Units {
  const value = filter[name]
  return typeof value === 'string'
    ? (parseUnits(value) ?? 0n)
    : typeof value === 'number'
      ? toUnits(value)
      : 0n
}

function countOf(filter: SymbolFilter, name: string): number {
  const value = Number(filter[name])
  return Number.isFinite(value) ? value : 0
}
