/** An exchangeInfo answer of Binance Spot read into symbol rules, believing nothing it holds. Floor 2. */
import { ConfigError, DataError } from '../model/errors.js'
import { parseUnits, type Units } from '../model/money.js'
import { type FurtherFilters, openRules, type SymbolRules } from '../model/symbol-rules.js'
import type { LimitKind, RateLimit } from './limit-windows.js'

/** The symbols that an exchangeInfo answer holds. Throws a DataError when it is no such answer. */
export function exchangeInfoSymbols(json: unknown): string[] {
  return symbolEntries(json)
    .map((entry) => own(entry, 'symbol'))
    .filter((symbol) => typeof symbol === 'string')
}

/** When the exchange gave the answer, UTC milliseconds; undefined where it does not say so. */
export function exchangeInfoTime(json: unknown): number | undefined {
  const time = own(json, 'serverTime')
  return typeof time === 'number' && Number.isSafeInteger(time) && time > 0 ? time : undefined
}

const LIMIT_KINDS: readonly LimitKind[] = ['REQUEST_WEIGHT', 'ORDERS', 'RAW_REQUESTS']
const INTERVALS: ReadonlyMap<unknown, number> = new Map([
  ['SECOND', 1000],
  ['MINUTE', 60_000],
  ['HOUR', 3_600_000],
  ['DAY', 86_400_000],
])

/**
 * The request limits that an exchangeInfo answer states, of the kinds that are counted here; none where it states none.
 * Throws a DataError for one that is damaged.
 */
export function exchangeInfoLimits(json: unknown): readonly RateLimit[] {
  const stated = own(json, 'rateLimits')
  if (!Array.isArray(stated)) return []
  return stated.flatMap((one: unknown) => {
    const kind = LIMIT_KINDS.find((known) => known === own(one, 'rateLimitType'))
    if (kind === undefined) return []
    const [interval, count, limit] = ['interval', 'intervalNum', 'limit'].map((key) => own(one, key))
    const unitMs = INTERVALS.get(interval)
    if (unitMs !== undefined && isCount(count) && isCount(limit))
      return [{ kind, windowMs: count * unitMs, limit }]
    throw new DataError(
      `a rate limit of exchangeInfo must have interval, intervalNum and limit, was ${show(one)}`,
    )
  })
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

/**
 * The rules of one symbol. A filter's bound of 0 is no bound, as on the exchange.
 * Throws a ConfigError when the answer does not hold the symbol, a DataError naming symbol and filter
 * when a filter is missing or damaged.
 */
export function rulesFromExchangeInfo(json: unknown, symbol: string): SymbolRules {
  const entry = symbolEntries(json).find((candidate) => own(candidate, 'symbol') === symbol)
  if (entry === undefined) throw new ConfigError(`the exchangeInfo answer must hold ${symbol}, does not`)
  const price = requiredFilter(entry, symbol, 'PRICE_FILTER')
  const lot = requiredFilter(entry, symbol, 'LOT_SIZE')
  const further = furtherOf(entry, symbol)
  const marketLot = filterOf(entry, symbol, 'MARKET_LOT_SIZE')
  return {
    ...openRules(symbol, textOf(entry, 'baseAsset', symbol), textOf(entry, 'quoteAsset', symbol)),
    source: 'exchange-info',
    tickSize: atLeastOneUnit(price.amount('tickSize')),
    minPrice: price.amount('minPrice'),
    maxPrice: price.amount('maxPrice'),
    stepSize: atLeastOneUnit(lot.amount('stepSize')),
    minQuantity: lot.amount('minQty'),
    maxQuantity: lot.amount('maxQty'),
    marketMinQuantity: marketLot?.amount('minQty') ?? 0n,
    marketMaxQuantity: marketLot?.amount('maxQty') ?? 0n,
    marketStepSize: marketLot?.amount('stepSize') ?? 0n,
    ...notionalOf(entry, symbol),
    ...(own(entry, 'cancelReplaceAllowed') === false && { bansCancelReplace: true }),
    ...(Object.keys(further).length > 0 && { further }),
  }
}

/** The one status of a symbol that lets orders in. Any other word, known today or not, lets none in. */
const OPEN_STATUS = 'TRADING'

/** Why an exchangeInfo answer lets no new order of a symbol in, in words; undefined where it lets them in. */
export function closedBy(json: unknown, symbol: string): string | undefined {
  const symbols = own(json, 'symbols')
  const entry = Array.isArray(symbols) ? symbols.find((one) => own(one, 'symbol') === symbol) : undefined
  if (entry === undefined) return 'the exchange does not list it'
  const status = own(entry, 'status')
  if (status !== OPEN_STATUS)
    return `its status is ${typeof status === 'string' ? status.slice(0, 40) : show(status)}`
  return own(entry, 'isSpotTradingAllowed') === false ? 'spot trading of it is not allowed' : undefined
}

/** Filters beyond price, lot and notional. */
function furtherOf(entry: unknown, symbol: string): FurtherFilters {
  const bySide = filterOf(entry, symbol, 'PERCENT_PRICE_BY_SIDE')
  const percent = filterOf(entry, symbol, 'PERCENT_PRICE')
  const trailing = filterOf(entry, symbol, 'TRAILING_DELTA')
  const orders = filterOf(entry, symbol, 'MAX_NUM_ORDERS')
  const algos = filterOf(entry, symbol, 'MAX_NUM_ALGO_ORDERS')
  const position = filterOf(entry, symbol, 'MAX_POSITION')
  const iceberg = filterOf(entry, symbol, 'ICEBERG_PARTS')
  return {
    ...(percent && {
      percentPrice: {
        name: 'PERCENT_PRICE',
        bidUp: percent.amount('multiplierUp'),
        bidDown: percent.amount('multiplierDown'),
        askUp: percent.amount('multiplierUp'),
        askDown: percent.amount('multiplierDown'),
      },
    }),
    ...(bySide && {
      percentPrice: {
        name: 'PERCENT_PRICE_BY_SIDE',
        bidUp: bySide.amount('bidMultiplierUp'),
        bidDown: bySide.amount('bidMultiplierDown'),
        askUp: bySide.amount('askMultiplierUp'),
        askDown: bySide.amount('askMultiplierDown'),
      },
    }),
    ...(trailing && {
      trailingDelta: {
        above: [trailing.count('minTrailingAboveDelta'), trailing.count('maxTrailingAboveDelta')],
        below: [trailing.count('minTrailingBelowDelta'), trailing.count('maxTrailingBelowDelta')],
      },
    }),
    ...(orders && { maxNumOrders: orders.count('maxNumOrders') }),
    ...(algos && { maxNumAlgoOrders: algos.count('maxNumAlgoOrders') }),
    ...(position && { maxPosition: position.amount('maxPosition') }),
    ...(iceberg && { icebergParts: iceberg.count('limit') }),
  }
}

type NotionalRules = Pick<
  SymbolRules,
  'minNotional' | 'maxNotional' | 'applyMinToMarket' | 'applyMaxToMarket'
>

/** NOTIONAL, or MIN_NOTIONAL where a symbol still has the older filter. */
function notionalOf(entry: unknown, symbol: string): Partial<NotionalRules> {
  const notional = filterOf(entry, symbol, 'NOTIONAL')
  if (notional) {
    return {
      minNotional: notional.amount('minNotional'),
      maxNotional: notional.amount('maxNotional'),
      applyMinToMarket: notional.choice('applyMinToMarket'),
      applyMaxToMarket: notional.choice('applyMaxToMarket'),
    }
  }
  const minimum = filterOf(entry, symbol, 'MIN_NOTIONAL')
  if (!minimum) return {}
  return { minNotional: minimum.amount('minNotional'), applyMinToMarket: minimum.choice('applyToMarket') }
}

/** A filter whose fields are read by name; each reader throws a DataError naming symbol, filter and field. */
interface FilterReader {
  amount(field: string): Units
  choice(field: string): boolean
  count(field: string): number
}

function requiredFilter(entry: unknown, symbol: string, name: string): FilterReader {
  const filter = filterOf(entry, symbol, name)
  if (filter) return filter
  throw new DataError(`${symbol} must have the filter ${name}, has none; take a whole exchangeInfo answer`)
}

function filterOf(entry: unknown, symbol: string, name: string): FilterReader | undefined {
  const filters = own(entry, 'filters')
  if (!Array.isArray(filters))
    throw new DataError(`${symbol} must have a list of filters, had ${show(filters)}`)
  const filter: unknown = filters.find((candidate) => own(candidate, 'filterType') === name)
  if (filter === undefined) return undefined
  return {
    amount(field) {
      const value = own(filter, field)
      const units = typeof value === 'string' ? parseUnits(value) : undefined
      if (units !== undefined && units >= 0n) return units
      throw new DataError(
        `${symbol}: ${field} of ${name} must be a decimal as text, at least 0 and with at most 8 decimals, was ${show(value)}`,
      )
    },
    count(field) {
      const value = own(filter, field)
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
      throw new DataError(`${symbol}: ${field} of ${name} must be a whole number, was ${show(value)}`)
    },
    choice(field) {
      const value = own(filter, field)
      if (typeof value === 'boolean') return value
      throw new DataError(`${symbol}: ${field} of ${name} must be true or false, was ${show(value)}`)
    },
  }
}

function symbolEntries(json: unknown): readonly unknown[] {
  const symbols = own(json, 'symbols')
  if (Array.isArray(symbols)) return symbols
  throw new DataError(`an exchangeInfo answer must have a list of symbols, had ${show(symbols)}`)
}

function textOf(entry: unknown, field: string, symbol: string): string {
  const value = own(entry, field)
  if (typeof value === 'string' && value !== '') return value
  throw new DataError(`${symbol}: ${field} must be a name, was ${show(value)}`)
}

/** A value's own property: nothing that a prototype carries. */
function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return Object.getOwnPropertyDescriptor(value, key)?.value
}

/** A tick or step of 0 turns the rule off: what is left is the unit of the books. */
function atLeastOneUnit(units: Units): Units {
  return units > 0n ? units : 1n
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60)
}
