/** A symbol as the exchange lists it: its exchangeInfo entry, which may change while it trades. Floor 3. */
import { formatUnits, type Units } from '../model/money.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import { rulesFromExchangeInfo } from '../venue/exchange-info.js'
import { fixedUnits } from './fixed.js'
import type { SymbolMarket } from './market/symbol-market.js'

/** A filter of an exchangeInfo entry. */
export type SymbolFilter = { readonly filterType: string } & Readonly<Record<string, unknown>>

/** An entry of `exchangeInfo.symbols`. */
export type SymbolEntry = {
  readonly symbol: string
  readonly status: string
  readonly baseAsset: string
  readonly quoteAsset: string
  readonly filters: readonly SymbolFilter[]
} & Readonly<Record<string, unknown>>

/** A symbol, its market and its rules. */
export class ListedSymbol {
  readonly symbol: string
  readonly market: SymbolMarket
  #entry: SymbolEntry
  #rules: SymbolRules

  constructor(entry: SymbolEntry, market: SymbolMarket) {
    this.symbol = entry.symbol
    this.market = market
    this.#entry = entry
    this.#rules = rulesOf(entry)
  }

  get entry(): SymbolEntry {
    return this.#entry
  }

  get rules(): SymbolRules {
    return this.#rules
  }

  /** A filter by its name; undefined where the symbol has none of it. */
  filter(filterType: string): SymbolFilter | undefined {
    return this.#entry.filters.find((filter) => filter.filterType === filterType)
  }

  /** Changes the entry; filters are changed by name, field by field. */
  change({
    filters = [],
    ...fields
  }: Readonly<Record<string, unknown>> & { readonly filters?: readonly SymbolFilter[] }): void {
    const changed = this.#entry.filters.map((filter) => ({
      ...filter,
      ...filters.find(({ filterType }) => filterType === filter.filterType),
    }))
    const added = filters.filter(({ filterType }) => this.filter(filterType) === undefined)
    const entry = { ...this.#entry, ...fields, filters: [...changed, ...added] }
    this.#rules = rulesOf(entry)
    this.#entry = entry
  }
}

function rulesOf(entry: SymbolEntry): SymbolRules {
  return rulesFromExchangeInfo({ symbols: [entry] }, entry.symbol)
}

const ORDER_TYPES = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
]

/** The entry that an exchangeInfo answer would have for rules that are known in part: the usual for the rest. */
export function symbolEntry(rules: SymbolRules): SymbolEntry {
  const bound = (units: Units, open: string): string => (units > 0n ? fixedUnits(units) : open)
  return {
    symbol: rules.symbol,
    status: 'TRADING',
    baseAsset: rules.baseAsset,
    baseAssetPrecision: 8,
    quoteAsset: rules.quoteAsset,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ORDER_TYPES,
    icebergAllowed: true,
    ocoAllowed: true,
    otoAllowed: true,
    opoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    amendAllowed: true,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      {
        filterType: 'PRICE_FILTER',
        minPrice: bound(rules.minPrice, fixedUnits(rules.tickSize)),
        maxPrice: bound(rules.maxPrice, '1000000.00000000'),
        tickSize: fixedUnits(rules.tickSize),
      },
      {
        filterType: 'LOT_SIZE',
        minQty: bound(rules.minQuantity, fixedUnits(rules.stepSize)),
        maxQty: bound(rules.maxQuantity, '92141578.00000000'),
        stepSize: fixedUnits(rules.stepSize),
      },
      { filterType: 'ICEBERG_PARTS', limit: 100 },
      {
        filterType: 'MARKET_LOT_SIZE',
        minQty: fixedUnits(rules.marketMinQuantity),
        maxQty: bound(rules.marketMaxQuantity, '92141578.00000000'),
        stepSize: fixedUnits(rules.marketStepSize),
      },
      {
        filterType: 'TRAILING_DELTA',
        minTrailingAboveDelta: 10,
        maxTrailingAboveDelta: 2000,
        minTrailingBelowDelta: 10,
        maxTrailingBelowDelta: 2000,
      },
      {
        filterType: 'PERCENT_PRICE_BY_SIDE',
        bidMultiplierUp: '5',
        bidMultiplierDown: '0.2',
        askMultiplierUp: '5',
        askMultiplierDown: '0.2',
        avgPriceMins: 5,
      },
      {
        filterType: 'NOTIONAL',
        minNotional: fixedUnits(rules.minNotional),
        applyMinToMarket: true,
        maxNotional: bound(rules.maxNotional, '9000000.00000000'),
        applyMaxToMarket: false,
        avgPriceMins: 5,
      },
      { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
      { filterType: 'MAX_NUM_ORDER_LISTS', maxNumOrderLists: 20 },
      { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 },
      { filterType: 'MAX_NUM_ORDER_AMENDS', maxNumOrderAmends: 10 },
    ],
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: ['EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH', 'DECREMENT'],
  }
}

/** A tick as a number, as the shortest decimal says it. */
export function tickOf(rules: SymbolRules): number {
  return Number(formatUnits(rules.tickSize))
}
