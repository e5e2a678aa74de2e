/** What the exchange demands of a symbol's orders: its filters in whole units. Floor 0. */
import { type InAmounts, toAmount } from './amount.js'
import type { Units } from './money.js'

/** Filters that look beyond one order's price and quantity; one that is not there does not bind. */
export interface FurtherFilters {
  /** Bounds of a limit by the reference price, in 1e−8 of it: PERCENT_PRICE or PERCENT_PRICE_BY_SIDE. */
  readonly percentPrice?: {
    readonly name: 'PERCENT_PRICE' | 'PERCENT_PRICE_BY_SIDE'
    readonly bidUp: Units
    readonly bidDown: Units
    readonly askUp: Units
    readonly askDown: Units
  }
  /** TRAILING_DELTA, basis points: of a trigger above the market, and of one below. */
  readonly trailingDelta?: {
    readonly above: readonly [min: number, max: number]
    readonly below: readonly [min: number, max: number]
  }
  readonly maxNumOrders?: number
  readonly maxNumAlgoOrders?: number
  readonly maxPosition?: Units
  /** ICEBERG_PARTS: most parts of an iceberg order. It is read and kept; no order here is one. */
  readonly icebergParts?: number
}

/** Filters of one symbol. A bound of 0 is no bound, as on the exchange. Source: Binance Spot, filters. */
export interface SymbolRules {
  readonly symbol: string
  readonly baseAsset: string
  readonly quoteAsset: string
  /** PRICE_FILTER: prices are multiples of it. */
  readonly tickSize: Units
  readonly minPrice: Units
  readonly maxPrice: Units
  /** LOT_SIZE: quantities are multiples of it. */
  readonly stepSize: Units
  readonly minQuantity: Units
  readonly maxQuantity: Units
  /** MARKET_LOT_SIZE, beside LOT_SIZE, for MARKET orders. */
  readonly marketMinQuantity: Units
  readonly marketMaxQuantity: Units
  readonly marketStepSize: Units
  /** NOTIONAL or MIN_NOTIONAL. */
  readonly minNotional: Units
  readonly maxNotional: Units
  readonly applyMinToMarket: boolean
  readonly applyMaxToMarket: boolean
  /** Filters that only an exchangeInfo answer tells of. */
  readonly further?: FurtherFilters | undefined
  /** Whether the exchange does not put one order in another's place at once; absent where it does. */
  readonly bansCancelReplace?: true
  /** Versions that come into force later, oldest first; one version is in force at all times without. */
  readonly later?: readonly DatedRules[]
  /** Where the rules were taken from. */
  readonly source: 'none' | 'built-in' | 'exchange-info'
  /** A booked unit is 1e−8 times these; powers of two, 1 but in tests of scale. */
  readonly priceScale: number
  readonly quantityScale: number
}

/** A version of a symbol's rules, and the moment from which on it is in force. */
export interface DatedRules {
  /** UTC milliseconds. */
  readonly since: number
  readonly rules: SymbolRules
}

/** The rules as the market works with them: one version. */
export type MarketRules = InAmounts<Omit<SymbolRules, 'later'>>

/** Rules with their units as amounts. */
export function marketRules({ later: _, ...rules }: SymbolRules): MarketRules {
  return {
    ...rules,
    tickSize: toAmount(rules.tickSize),
    minPrice: toAmount(rules.minPrice),
    maxPrice: toAmount(rules.maxPrice),
    stepSize: toAmount(rules.stepSize),
    minQuantity: toAmount(rules.minQuantity),
    maxQuantity: toAmount(rules.maxQuantity),
    marketMinQuantity: toAmount(rules.marketMinQuantity),
    marketMaxQuantity: toAmount(rules.marketMaxQuantity),
    marketStepSize: toAmount(rules.marketStepSize),
    minNotional: toAmount(rules.minNotional),
    maxNotional: toAmount(rules.maxNotional),
  }
}

/** Rules that ask for nothing: tick and step of 1e−8 and no other filter. */
export function openRules(symbol: string, baseAsset: string, quoteAsset: string): SymbolRules {
  return {
    symbol,
    baseAsset,
    quoteAsset,
    tickSize: 1n,
    minPrice: 0n,
    maxPrice: 0n,
    stepSize: 1n,
    minQuantity: 0n,
    maxQuantity: 0n,
    marketMinQuantity: 0n,
    marketMaxQuantity: 0n,
    marketStepSize: 0n,
    minNotional: 0n,
    maxNotional: 0n,
    applyMinToMarket: false,
    applyMaxToMarket: false,
    source: 'none',
    priceScale: 1,
    quantityScale: 1,
  }
}
