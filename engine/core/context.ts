/** What a strategy may see and ask for at a bar's close. Floor 2. */
import type { Series } from '../math/series.js'
import type { ReplaceMode, Side, TimeInForce } from '../model/order.js'

/** What is held of one symbol, seen at the close. */
export interface PositionView {
  /** Base asset held, dust included. */
  readonly quantity: number
  /** Value at the close, in quote. */
  readonly value: number
  /** More than dust is held. */
  readonly isLong: boolean
  /** No more than dust is held, and nothing waits. */
  readonly isFlat: boolean
  /** An order waits for the market; the exits of a position do not count. */
  readonly hasPending: boolean
}

/** The bars up to the one that has just closed. Columns that the source lacks are NaN. */
export interface BarsView {
  /** UTC milliseconds of each bar's open. */
  readonly openTime: Series
  readonly open: Series
  readonly high: Series
  readonly low: Series
  readonly close: Series
  /** Base asset traded. */
  readonly volume: Series
  readonly quoteVolume: Series
  readonly tradeCount: Series
  /** Base asset bought by takers. */
  readonly takerVolume: Series
  readonly takerQuoteVolume: Series
}

/** A word that a strategy gives an order, to find it again in the report. */
export interface Tagged {
  readonly tag?: string
}

/** How much to buy: base asset, or quote asset to spend. */
export type BuySize = ({ readonly quantity: number } | { readonly quote: number }) & Tagged

/** How much to sell, in base asset. */
export interface SellSize extends Tagged {
  readonly quantity: number
}

/**
 * What sets a stop off: a price, or a distance from the best price in basis points. With both it trails from
 * the price on, as on the exchange. What trails sells as the price falls from its best, and buys as it rises.
 */
type TriggerTerms =
  | { readonly stopPrice: number; readonly trailingDelta?: number }
  | { readonly trailingDelta: number; readonly stopPrice?: number }

/**
 * How an order is to trade, in the exchange's words; MARKET when left out. Prices in quote: limits go to
 * the tick on the side that favours the trader, stops to the nearest tick. GTC when nothing else is said.
 */
export type OrderTerms =
  | { readonly type?: 'MARKET' }
  | { readonly type: 'LIMIT'; readonly price: number; readonly timeInForce?: TimeInForce }
  | { readonly type: 'LIMIT_MAKER'; readonly price: number }
  | ({ readonly type: 'STOP_LOSS' | 'TAKE_PROFIT' } & TriggerTerms)
  | ({
      readonly type: 'STOP_LOSS_LIMIT' | 'TAKE_PROFIT_LIMIT'
      readonly price: number
      readonly timeInForce?: TimeInForce
    } & TriggerTerms)

/** Prices at which a position is left: a stop below, a target above, one of them or both. */
export interface BracketExits extends Tagged {
  readonly stop?: number
  readonly takeProfit?: number
}

/** A sale by two orders of which one ends the other. */
export interface OcoSale extends Tagged {
  /** Base asset; all that is held when left out. */
  readonly quantity?: number
  readonly above: OrderTerms & { readonly type: 'LIMIT_MAKER' | 'TAKE_PROFIT' | 'TAKE_PROFIT_LIMIT' }
  readonly below: OrderTerms & { readonly type: 'STOP_LOSS' | 'STOP_LOSS_LIMIT' }
}

/** The order of a list that comes first: one that can rest. */
export type WorkingOrderTerms = { readonly side: Side; readonly quantity: number } & (
  | { readonly type: 'LIMIT'; readonly price: number; readonly timeInForce?: TimeInForce }
  | { readonly type: 'LIMIT_MAKER'; readonly price: number }
)

/** An order that brings another in when it is filled whole. */
export interface OtoList extends Tagged {
  readonly working: WorkingOrderTerms
  readonly pending: { readonly side: Side; readonly quantity: number } & OrderTerms
}

/** An order that brings in two when it is filled whole, of which one ends the other. */
export interface OtocoList extends Tagged {
  readonly working: WorkingOrderTerms
  /** A sale's stop is below, a purchase's above; the other one is a LIMIT_MAKER or TAKE_PROFIT. */
  readonly pending: {
    readonly side: Side
    readonly quantity: number
    readonly above: OrderTerms
    readonly below: OrderTerms
  }
}

/** The order that is to stand in another's place. Its tag is the other's when it has none of its own. */
export type ReplacingOrder = (({ readonly side: 'BUY' } & BuySize) | ({ readonly side: 'SELL' } & SellSize)) &
  OrderTerms & {
    /** Whether it is sent although the other could not be taken back; STOP_ON_FAILURE, which is no, when left out. */
    readonly mode?: ReplaceMode
  }

/**
 * A strategy's whole world at a bar's close. Nothing in it holds a later value, tells the wall's time
 * or reaches a file. What is asked for reaches the market at the next bar's open.
 */
export interface Context<Params, State, Also = Readonly<Record<string, unknown>>> {
  readonly params: Params
  /** Plain data, changed in place. */
  readonly state: State
  readonly symbol: string
  /** Close of the bar, UTC milliseconds. */
  readonly time: number
  readonly bars: BarsView
  /** Closed bars of the longer intervals in `also`: `at(0)` is the last that has closed. */
  readonly also: { readonly [Name in keyof Also]: BarsView }
  readonly position: PositionView
  /** Cash + the positions in all symbols of the strategy at their closes, in quote. */
  readonly equity: number
  /** Quote asset that is free, for all symbols. */
  readonly cash: number
  /**
   * Brings the position's value to `weight` (0 to 1) of equity. Doing so again changes nothing. With several
   * symbols a purchase that needs more than is free waits for the sales asked at the same close.
   */
  readonly target: (weight: number, options?: Tagged) => void
  /** Buys, at market unless the terms say otherwise. */
  readonly buy: (order: BuySize & OrderTerms) => void
  /** Sells at most what is owned, at market unless the terms say otherwise. */
  readonly sell: (order: SellSize & OrderTerms) => void
  /** Sells all that is held. */
  readonly close: (options?: Tagged) => void
  /** Takes back every order that still waits, exits apart: a position keeps its stop. */
  readonly cancel: () => void
  /**
   * Takes back the order of this tag that waits, the youngest of several, and sends another in its place. One that the
   * exchange's filters or a limit refuse leaves the first as it is; exits that hang on it go over to the other.
   */
  readonly replace: (tag: string, order: ReplacingOrder) => void
  /**
   * Gives the position a stop and a target that cancel each other. With a size it buys and attaches them
   * to that order; without, to the purchase that waits, or else to what is held, in place of earlier exits.
   */
  readonly bracket: (exits: BracketExits | (BuySize & OrderTerms & BracketExits)) => void
  /** Sells what is held by an OCO pair of any types that the exchange takes, in place of earlier exits. */
  readonly oco: (sale: OcoSale) => void
  /**
   * An OTO list, as on the exchange: quantities are sent as they are, and what waits is PENDING_NEW until the working
   * order is filled whole. What a commission takes of a purchase is missing for its sale: `bracket` minds that.
   */
  readonly oto: (list: OtoList) => void
  /** The same with a pair that waits. */
  readonly otoco: (list: OtocoList) => void
  /**
   * Sells when the price falls from its best by this fraction (0.0001 to 0.2); attached as `bracket` does. A
   * position has one stop, which stands or trails: the last asked for.
   */
  readonly trail: (fraction: number, options?: Tagged) => void
}

/** One of several symbols: its context, with its indicators beside it. */
export interface Market<Indicators, Params, State, Also = Readonly<Record<string, unknown>>>
  extends Context<Params, State, Also> {
  readonly indicators: Indicators
}

/** What is the same for every symbol of a strategy. */
export type Together<Params, State> = Pick<
  Context<Params, State>,
  'params' | 'state' | 'time' | 'equity' | 'cash'
>
