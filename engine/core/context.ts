/** What a strategy may see and ask for at a bar's close. Floor 2. */
import type { Series } from '../math/series.js'

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
  /** An order waits for the market. */
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

/** Exits that an entry carries: prices at which the position is closed. */
export interface BracketExits extends Tagged {
  readonly stop?: number
  readonly takeProfit?: number
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
  /** Cash + position at the close, in quote. */
  readonly equity: number
  /** Quote asset that is free. */
  readonly cash: number
  /** Brings the position's value to `weight` (0 to 1) of equity. Doing so again changes nothing. */
  readonly target: (weight: number, options?: Tagged) => void
  /** Buys at market. */
  readonly buy: (size: BuySize) => void
  /** Sells at market, at most what is owned. */
  readonly sell: (size: SellSize) => void
  /** Sells all that is held. */
  readonly close: (options?: Tagged) => void
  /** Takes back every order that still waits. */
  readonly cancel: () => void
  /** Buys with a stop and a target that cancel each other. */
  readonly bracket: (size: BuySize & BracketExits) => void
  /** Sells when the price falls from its high by this fraction. */
  readonly trail: (fraction: number, options?: Tagged) => void
}
