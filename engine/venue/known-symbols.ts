/**
 * What is known of symbols without asking the exchange: the filters of a few major pairs, and how a
 * symbol's name falls into its two assets. Floor 2.
 */
import { ConfigError } from '../model/errors.js'
import { parseUnits, type Units } from '../model/money.js'
import { openRules, type SymbolRules } from '../model/symbol-rules.js'

/**
 * Tick, step, least notional, and the largest quantity (0 where it is not sure), in the symbol's order.
 * The market lot's maximum moves with the volume of the month and is left open.
 * Source: exchangeInfo of Binance Spot, August 2025 and after; the exchange's own answer wins (`--rules`).
 */
const FILTERS: ReadonlyMap<string, readonly [tick: string, step: string, notional: string, max: string]> =
  new Map([
    ['BTCUSDT', ['0.01', '0.00001', '5', '9000']],
    ['ETHUSDT', ['0.01', '0.0001', '5', '9000']],
    ['BNBUSDT', ['0.01', '0.001', '5', '0']],
    ['SOLUSDT', ['0.01', '0.001', '5', '0']],
    ['XRPUSDT', ['0.0001', '0.1', '5', '0']],
    ['ADAUSDT', ['0.0001', '0.1', '5', '0']],
    ['LTCUSDT', ['0.01', '0.001', '5', '0']],
    ['DOGEUSDT', ['0.00001', '1', '1', '0']],
    ['ETHBTC', ['0.00001', '0.0001', '0.0001', '100000']],
    ['BNBBTC', ['0.000001', '0.001', '0.0001', '100000']],
    ['LTCBTC', ['0.000001', '0.001', '0.0001', '100000']],
    ['BNBETH', ['0.0001', '0.001', '0.001', '9000000']],
    // The synthetic market trades like BTCUSDT.
    ['SYNTHUSDT', ['0.01', '0.00001', '5', '9000']],
  ])

/** Assets that Binance Spot quotes prices in, now or once. */
const QUOTE_ASSETS = [
  ...['USDT', 'USDC', 'FDUSD', 'BUSD', 'TUSD', 'USDP', 'USD1', 'USDE', 'USDS', 'PAX', 'DAI', 'UST', 'VAI'],
  ...['BTC', 'ETH', 'BNB', 'XRP', 'TRX', 'DOGE', 'DOT', 'SOL'],
  ...[
    'EUR',
    'GBP',
    'AUD',
    'JPY',
    'TRY',
    'BRL',
    'RUB',
    'UAH',
    'NGN',
    'ZAR',
    'PLN',
    'RON',
    'ARS',
    'MXN',
    'CZK',
  ],
  ...['COP', 'BIDR', 'IDRT', 'BKRW', 'BVND'],
] as const

/** Symbols whose filters are built in. */
export const KNOWN_SYMBOLS: readonly string[] = [...FILTERS.keys()]

/** The built-in rules of a symbol; undefined for one that is not in the table. */
export function knownRules(symbol: string): SymbolRules | undefined {
  const filters = FILTERS.get(symbol)
  if (filters === undefined) return undefined
  const [tickSize, stepSize, minNotional, maxQuantity] = filters.map(unitsOf)
  if (tickSize === undefined || stepSize === undefined) return undefined
  const { baseAsset, quoteAsset } = splitSymbol(symbol)
  return {
    ...openRules(symbol, baseAsset, quoteAsset),
    source: 'built-in',
    tickSize,
    minPrice: tickSize,
    stepSize,
    minQuantity: stepSize,
    maxQuantity: maxQuantity ?? 0n,
    minNotional: minNotional ?? 0n,
    applyMinToMarket: true,
  }
}

/** The two assets of a symbol. */
export interface SymbolAssets {
  readonly baseAsset: string
  readonly quoteAsset: string
}

/**
 * Parts a symbol into base and quote by the longest quote asset that it ends with: `BTCFDUSD` is BTC
 * and FDUSD. Throws a ConfigError when it ends with none.
 */
export function splitSymbol(symbol: string): SymbolAssets {
  const quotes = QUOTE_ASSETS.filter((quote) => symbol.endsWith(quote) && symbol.length > quote.length)
  const quoteAsset = quotes.sort((a, b) => b.length - a.length)[0]
  if (quoteAsset === undefined) {
    throw new ConfigError(
      `the symbol must end with a known quote asset such as USDT or BTC, was ${symbol}; pass --rules with an exchangeInfo answer that has it`,
    )
  }
  return { baseAsset: symbol.slice(0, -quoteAsset.length), quoteAsset }
}

function unitsOf(text: string): Units {
  return parseUnits(text) ?? 0n
}
