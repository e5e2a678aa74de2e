/** What a market's trades are told by, whether they are made from bars or recorded. Floor 3. */

/** A trade of the public market: an aggregate of one price and moment. */
export interface PublicTrade {
  readonly aggId: number
  readonly firstId: number
  readonly lastId: number
  readonly time: number
  readonly price: number
  /** Base in whole 1e−8. */
  readonly units: number
  readonly isBuyerMaker: boolean
}

/** One step of a bar. The last one closes it. */
export interface PlannedStep {
  /** Market time. */
  readonly time: number
  readonly trade: PublicTrade | undefined
  /** Whether klines and tickers are told at it. */
  readonly isUpdate: boolean
}

/** The trades of each bar, by the bar's index. It depends on its place alone, so nothing of it need be kept. */
export interface MarketTrades {
  /** Exchange ids of a bar's trades. */
  ids(bar: number): { readonly first: number; readonly count: number }
  /** A bar's trades, oldest first. */
  of(bar: number): readonly PublicTrade[]
  /** Its last trade; undefined where it has none. */
  lastOf(bar: number): PublicTrade | undefined
  /** How a bar passes. */
  steps(bar: number): readonly PlannedStep[]
  /** Steps of all bars before one: the places that books are made from. */
  stepsBefore(bar: number): number
  /** A bar that an aggregate lies in, or one before it. */
  barOf(aggId: number): number
  /** The aggregate that holds the exchange's trade with this id, or the next one. */
  aggIdOf(tradeId: number): number
}
