/**
 * The symbol's filters before the wire: what the exchange is certain to refuse is not sent. Where it judges by a mean
 * price that is not known here, only what is far beyond is kept back; a purchase in quote is judged by the last price, as
 * a backtest judges it by that of its fill. Pure. Floor 3.
 */
import { divideDown, floorTo, multiplyDown, ONE, type Units } from '../../model/money.js'
import { isStop, type Order } from '../../model/order.js'
import type { SymbolRules } from '../../model/symbol-rules.js'

/** What counts besides the order. */
export interface FilterView {
  /** The last price known; 0 where none is. */
  readonly lastPrice: Units
  /** Orders of the symbol that are open on the exchange. */
  readonly open: readonly Order[]
}

/** Between the last price and the mean that the exchange judges by. */
const SLACK = 50n

/** A filter that an order fails, as the exchange spells it. */
export interface FilterFault {
  readonly filter: string
  /** Whether the order is too small for it, which a wish may be at bar after bar, and no accident. */
  readonly isTooSmall: boolean
}

/** The filter that an order of these rules fails; undefined when it may be sent. */
export function filterFault(rules: SymbolRules, order: Order, view: FilterView): FilterFault | undefined {
  if (rules.source === 'none') return undefined
  return (
    broken(priceFault(rules, order)) ??
    quantityFault(rules, order, view.lastPrice) ??
    notionalFault(rules, order, view.lastPrice) ??
    broken(furtherFault(rules, order, view))
  )
}

function broken(filter: string | undefined): FilterFault | undefined {
  return filter === undefined ? undefined : { filter, isTooSmall: false }
}

function priceFault({ minPrice, maxPrice, tickSize }: SymbolRules, order: Order): string | undefined {
  const prices = [
    'price' in order ? order.price : undefined,
    'stopPrice' in order ? order.stopPrice : undefined,
  ]
  const isOff = (price: Units | undefined) =>
    price !== undefined && !isWithin(price, [minPrice, maxPrice, tickSize])
  return prices.some(isOff) ? 'PRICE_FILTER' : undefined
}

function quantityFault(rules: SymbolRules, order: Order, lastPrice: Units): FilterFault | undefined {
  const isMarket = order.type === 'MARKET'
  const quantity = order.quantity ?? boughtBy(rules, order.quoteQuantity, lastPrice)
  if (quantity === undefined) return undefined
  const { minQuantity, marketMinQuantity } = rules
  if (quantity <= 0n || quantity < minQuantity) return { filter: 'LOT_SIZE', isTooSmall: true }
  if (isMarket && quantity < marketMinQuantity) return { filter: 'MARKET_LOT_SIZE', isTooSmall: true }
  // Only the fill tells how much at most a purchase in quote is.
  if (order.quantity === undefined) return undefined
  if (!isWithin(quantity, [minQuantity, rules.maxQuantity, rules.stepSize])) return broken('LOT_SIZE')
  const market = [marketMinQuantity, rules.marketMaxQuantity, rules.marketStepSize] as const
  return isMarket && !isWithin(quantity, market) ? broken('MARKET_LOT_SIZE') : undefined
}

/** The whole steps that so much quote buys at market; undefined where no price is known. */
function boughtBy({ stepSize, marketStepSize }: SymbolRules, quote: Units, price: Units): Units | undefined {
  if (price <= 0n) return undefined
  const quantity = divideDown(quote, price)
  const whole = stepSize > 0n ? floorTo(quantity, stepSize) : quantity
  return marketStepSize > 0n ? floorTo(whole, marketStepSize) : whole
}

function notionalFault(rules: SymbolRules, order: Order, lastPrice: Units): FilterFault | undefined {
  const { minNotional, maxNotional, applyMinToMarket, applyMaxToMarket } = rules
  const isMarket = order.type === 'MARKET'
  const [hasMin, hasMax] = [
    !isMarket || applyMinToMarket,
    maxNotional > 0n && (!isMarket || applyMaxToMarket),
  ]
  const said = 'price' in order ? order.price : 'stopPrice' in order ? order.stopPrice : undefined
  const worth =
    order.quantity === undefined ? order.quoteQuantity : multiplyDown(said ?? lastPrice, order.quantity)
  // What is sized by a price that is not the order's own is judged by the exchange's mean.
  const slack = order.quantity === undefined || said !== undefined ? 0n : worth / SLACK
  // A purchase in quote is worth the whole steps that it buys, as a backtest has it.
  const steps = order.quantity === undefined ? boughtBy(rules, order.quoteQuantity, lastPrice) : undefined
  const least = steps === undefined ? worth + slack : multiplyDown(lastPrice, steps)
  if (hasMin && least < minNotional) return { filter: 'NOTIONAL', isTooSmall: true }
  return hasMax && worth - slack > maxNotional ? { filter: 'NOTIONAL', isTooSmall: false } : undefined
}

function furtherFault({ further }: SymbolRules, order: Order, view: FilterView): string | undefined {
  const { percentPrice, trailingDelta, maxNumOrders, maxNumAlgoOrders } = further ?? {}
  if (percentPrice && 'price' in order && view.lastPrice > 0n) {
    const { bidUp, bidDown, askUp, askDown } = percentPrice
    const [up, down] = order.side === 'BUY' ? [bidUp, bidDown] : [askUp, askDown]
    const ratio = (order.price * ONE) / view.lastPrice
    const slack = ratio / SLACK
    if (ratio - slack > up || ratio + slack < down) return percentPrice.name
  }
  if (trailingDelta && 'trailingDelta' in order && order.trailingDelta !== undefined) {
    const isAbove = order.type.startsWith('STOP_LOSS') === (order.side === 'BUY')
    const [min, max] = isAbove ? trailingDelta.above : trailingDelta.below
    if (order.trailingDelta < min || order.trailingDelta > max) return 'TRAILING_DELTA'
  }
  if (order.type !== 'MARKET' && maxNumOrders !== undefined && view.open.length >= maxNumOrders)
    return 'MAX_NUM_ORDERS'
  const stops = view.open.filter(isStop).length
  return isStop(order) && maxNumAlgoOrders !== undefined && stops >= maxNumAlgoOrders
    ? 'MAX_NUM_ALGO_ORDERS'
    : undefined
}

/** A bound or a step of 0 asks for nothing. */
function isWithin(value: Units, [min, max, step]: readonly [Units, Units, Units]): boolean {
  return value > 0n && value >= min && (max === 0n || value <= max) && (step === 0n || value % step === 0n)
}
