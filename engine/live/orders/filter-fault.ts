/**
 * The symbol's filters before the wire: what the exchange is certain to refuse is not sent. Where it judges by a mean
 * price that is not known here, only what is far beyond is kept back. Pure. Floor 3.
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

/** The filter that an order of these rules fails, as the exchange spells it; undefined when it may be sent. */
export function filterFault(rules: SymbolRules, order: Order, view: FilterView): string | undefined {
  if (rules.source === 'none') return undefined
  return (
    priceFault(rules, order) ??
    quantityFault(rules, order) ??
    notionalFault(rules, order, view.lastPrice) ??
    furtherFault(rules, order, view)
  )
}

/**
 * The filter that an order is too small for, were it filled whole at the last price or at its own; undefined when it is
 * enough. A purchase sized in quote is judged by the whole steps that it buys, as a backtest judges it.
 */
export function smallnessFault(rules: SymbolRules, order: Order, lastPrice: Units): string | undefined {
  const price = 'price' in order ? order.price : lastPrice
  // A stop trades at a price that nobody knows yet.
  if (rules.source === 'none' || isStop(order) || price <= 0n) return undefined
  const isMarket = order.type === 'MARKET'
  const whole = order.quantity ?? wholeSteps(rules, divideDown(order.quoteQuantity, price))
  if (whole <= 0n || whole < rules.minQuantity) return 'LOT_SIZE'
  if (isMarket && whole < rules.marketMinQuantity) return 'MARKET_LOT_SIZE'
  const isJudged = !isMarket || rules.applyMinToMarket
  return isJudged && multiplyDown(price, whole) < rules.minNotional ? 'NOTIONAL' : undefined
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

function quantityFault(rules: SymbolRules, { type, quantity }: Order): string | undefined {
  if (quantity === undefined) return undefined
  if (!isWithin(quantity, [rules.minQuantity, rules.maxQuantity, rules.stepSize])) return 'LOT_SIZE'
  const market = [rules.marketMinQuantity, rules.marketMaxQuantity, rules.marketStepSize] as const
  return type === 'MARKET' && !isWithin(quantity, market) ? 'MARKET_LOT_SIZE' : undefined
}

function notionalFault(rules: SymbolRules, order: Order, lastPrice: Units): string | undefined {
  const { minNotional, maxNotional, applyMinToMarket, applyMaxToMarket } = rules
  const isMarket = order.type === 'MARKET'
  const [hasMin, hasMax] = [
    !isMarket || applyMinToMarket,
    maxNotional > 0n && (!isMarket || applyMaxToMarket),
  ]
  const said = 'price' in order ? order.price : 'stopPrice' in order ? order.stopPrice : undefined
  // What is sized by a price that is not the order's own is judged by the exchange's mean.
  const isExact = order.quantity === undefined || said !== undefined
  const worth =
    order.quantity === undefined ? order.quoteQuantity : multiplyDown(said ?? lastPrice, order.quantity)
  const slack = isExact ? 0n : worth / SLACK
  if (hasMin && worth + slack < minNotional) return 'NOTIONAL'
  return hasMax && worth - slack > maxNotional ? 'NOTIONAL' : undefined
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

function wholeSteps({ stepSize, marketStepSize }: SymbolRules, quantity: Units): Units {
  const floored = stepSize > 0n ? floorTo(quantity, stepSize) : quantity
  return marketStepSize > 0n ? floorTo(floored, marketStepSize) : floored
}

/** A bound or a step of 0 asks for nothing. */
function isWithin(value: Units, [min, max, step]: readonly [Units, Units, Units]): boolean {
  return value > 0n && value >= min && (max === 0n || value <= max) && (step === 0n || value % step === 0n)
}
