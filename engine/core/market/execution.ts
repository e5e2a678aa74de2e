/** What an order's fill amounts to: price, quantity, commission, exact to the last unit. Pure. Floor 2. */
import {
  type Amount,
  add,
  commissionOf,
  divideDown,
  floorTo,
  multiplyDown,
  roundToAmount,
  subtract,
  unitsOf,
} from '../../model/amount.js'
import type { Execution } from '../../model/event.js'
import type { SentOrder } from '../../model/sent-order.js'
import type { MarketSettings } from '../../model/settings.js'
import type { MarketRules } from '../../model/symbol-rules.js'
import { type EpochMs, toEpochMs } from '../../model/time.js'
import { type BnbTerms, bnbCommission } from './bnb-fees.js'
import { type FeeRates, isTakenInBase } from './fees.js'
import { isOutsideBar, marketPrice } from './fill-model.js'
import { type FilterName, floorMarketQuantity, marketOrderFault } from './filters.js'
import { type FilterView, furtherMarketFault } from './further-filters.js'
import type { Range } from './matching.js'

/** A bar, or a piece of one, that fills orders. */
export interface Stretch extends Range {
  readonly barIndex: number
  readonly time: EpochMs
  readonly atr: number
  readonly volume: number
}

/** What fills are made by. */
export interface FillTerms {
  readonly rules: MarketRules
  readonly settings: MarketSettings
  readonly rates: FeeRates
  /** Where commissions are to be paid in BNB. */
  readonly bnb?: BnbTerms | undefined
}

/** What happens: taken from a price with slippage, or made at the order's own limit (`from` is undefined). */
export interface FillRequest {
  readonly executed: Amount
  readonly from: number | undefined
  readonly atr: number
  /** What the order may spend: free quote for a BUY, free base for a SELL. */
  readonly free: Amount
  /** BNB that pays commissions. */
  readonly bnb: Amount
  /** How things stand, for filters of an order at market that look at it; undefined where there are none. */
  readonly view?: FilterView | undefined
}

/** A fill, and whether the stretch's volume left some of the order; or what there is instead. */
export type FillAnswer =
  | { readonly kind: 'FILL'; readonly isCut: boolean }
  | { readonly kind: 'REJECTED' | 'EXPIRED'; readonly reason: string }
  /** Nothing this time: it goes on resting. */
  | { readonly kind: 'NOTHING' }

const WHOLE: FillAnswer = { kind: 'FILL', isCut: false }
const CUT: FillAnswer = { kind: 'FILL', isCut: true }

/** An execution that is written over by the next. */
export type Draft = { -readonly [Key in keyof Execution]: Execution[Key] }

/** A draft that nothing has been written into. */
export function newDraft(): Draft {
  return {
    orderNumber: 0,
    symbolIndex: 0,
    side: 'BUY',
    type: 'MARKET',
    liquidity: 'TAKER',
    time: toEpochMs(0),
    barIndex: 0,
    decisionTime: toEpochMs(0),
    price: 0,
    quantity: 0,
    quote: 0,
    commission: 0,
    commissionAsset: '',
    referencePrice: 0,
    atr: Number.NaN,
    isOutsideBar: false,
    isAmbiguous: false,
    commissionQuote: undefined,
  }
}

/** The fill of an order in a stretch of the market, written into `draft`: whether it was ambiguous is left as it is. */
export function fillOrder(
  order: SentOrder,
  request: FillRequest,
  stretch: Stretch,
  terms: FillTerms,
  draft: Draft,
): FillAnswer {
  const { from } = request
  const { rules, settings, rates } = terms
  const limit = order.price
  const price =
    from === undefined ? (limit ?? 0) : takerPrice(order, limit, from, request.atr, stretch, terms)
  const left =
    order.quantity === undefined
      ? divideDown(order.quoteQuantity ?? 0, price)
      : subtract(order.quantity, request.executed)
  const most =
    settings.participation === undefined ? left : shareOf(stretch.volume, settings.participation, rules)
  const isCut = most < left
  if (isCut && isFillOrKill(order)) return { kind: 'EXPIRED', reason: 'UNFILLED_FOK_ORDER_EXPIRED' }
  const wished = isCut ? most : left
  const quantity =
    order.type === 'MARKET' ? floorMarketQuantity(rules, wished) : floorTo(wished, rules.stepSize)
  const quote = multiplyDown(price, quantity)
  const fault =
    order.type === 'MARKET'
      ? (marketOrderFault(rules, quantity, quote) ?? viewFault(order, request, price, left, rules))
      : quantity > 0
        ? undefined
        : 'LOT_SIZE'
  if (fault !== undefined) {
    if (isCut && isOfAmount(fault))
      return rests(order) ? { kind: 'NOTHING' } : { kind: 'EXPIRED', reason: 'INSUFFICIENT_LIQUIDITY' }
    return { kind: request.executed > 0 ? 'EXPIRED' : 'REJECTED', reason: fault }
  }
  const rate = from === undefined ? rates.maker : rates.taker
  const paid =
    terms.bnb === undefined
      ? undefined
      : bnbCommission(
          terms.bnb,
          { side: order.side, price, quantity, quote, time: stretch.time, isMaker: from === undefined },
          rules,
          request.bnb,
        )
  const isInBase = isTakenInBase(order.side, settings.feeAsset)
  const commission = paid !== undefined ? paid.amount : commissionOf(isInBase ? quantity : quote, rate)
  const isShort =
    order.side === 'BUY'
      ? (paid !== undefined || isInBase ? quote : add(quote, commission)) > request.free
      : quantity > request.free
  if (isShort) {
    return { kind: request.executed > 0 ? 'EXPIRED' : 'REJECTED', reason: 'INSUFFICIENT_BALANCE' }
  }
  const referencePrice = from === undefined ? price : roundToAmount(from, 'nearest', rules.priceScale)
  draft.orderNumber = order.number
  draft.symbolIndex = order.symbolIndex
  draft.side = order.side
  draft.type = order.type
  draft.liquidity = from === undefined ? 'MAKER' : 'TAKER'
  draft.time = stretch.time
  draft.barIndex = stretch.barIndex
  draft.decisionTime = order.decisionTime
  draft.price = price
  draft.quantity = quantity
  draft.quote = quote
  draft.commission = commission
  draft.commissionAsset = paid !== undefined ? paid.asset : isInBase ? rules.baseAsset : rules.quoteAsset
  draft.commissionQuote = paid?.quote
  draft.referencePrice = referencePrice
  draft.atr = request.atr
  draft.isOutsideBar = isOutsideBar(price, stretch, rules)
  return isCut ? CUT : WHOLE
}

/** Whether a filter looks at the quantity that is left of a fill, which the bar's volume may have cut. */
function isOfAmount(fault: FilterName): boolean {
  return fault === 'LOT_SIZE' || fault === 'MARKET_LOT_SIZE' || fault === 'NOTIONAL'
}

/** The filter that a market order fails for how things stand. */
function viewFault(
  { side }: SentOrder,
  { view }: FillRequest,
  price: Amount,
  quantity: Amount,
  { further }: MarketRules,
): FilterName | undefined {
  if (view === undefined || further === undefined) return undefined
  return furtherMarketFault(further, { side, price: unitsOf(price), quantity: unitsOf(quantity) }, view)
}

/** Most base that one fill may be of a stretch's volume, cut to the step. */
export function shareOf(volume: number, share: number, rules: MarketRules): Amount {
  // Where the source has no volume, nothing bounds a fill.
  if (Number.isNaN(volume)) return 2n ** 96n
  return floorTo(roundToAmount(volume * share, 'down', rules.quantityScale), rules.stepSize)
}

/** Whether what a fill leaves of the order stays on the book. */
export function rests(order: SentOrder): boolean {
  return order.type === 'LIMIT_MAKER' || order.timeInForce === 'GTC'
}

function isFillOrKill(order: SentOrder): boolean {
  return order.timeInForce === 'FOK'
}

/** The market's price from `from`, no worse than the order's limit. */
function takerPrice(
  { side }: SentOrder,
  limit: Amount | undefined,
  from: number,
  atr: number,
  bar: Range,
  { settings, rules }: FillTerms,
): Amount {
  const price = marketPrice(side, from, atr, bar, settings, rules)
  if (limit === undefined) return price
  return side === 'BUY' ? (price < limit ? price : limit) : price > limit ? price : limit
}
