import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ConfigError, DataError } from '../../engine/model/errors.js'
import {
  exchangeInfoLimits,
  exchangeInfoSymbols,
  rulesFromExchangeInfo,
} from '../../engine/venue/exchange-info.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

const PRICE = {
  filterType: 'PRICE_FILTER',
  minPrice: '0.01',
  maxPrice: '1000.00000000',
  tickSize: '0.01000000',
}
const LOT = { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '900', stepSize: '0.00100000' }
const MARKET_LOT = {
  filterType: 'MARKET_LOT_SIZE',
  minQty: '0',
  maxQty: '97.09521512',
  stepSize: '0.00000000',
}
const NOTIONAL = {
  filterType: 'NOTIONAL',
  minNotional: '5.00000000',
  applyMinToMarket: true,
  maxNotional: '9000000.00000000',
  applyMaxToMarket: false,
}

function answer(filters: readonly unknown[], changes: object = {}): unknown {
  return { symbols: [{ symbol: 'ABCUSDT', baseAsset: 'ABC', quoteAsset: 'USDT', filters, ...changes }] }
}

describe('rulesFromExchangeInfo', () => {
  it('reads every filter that orders are checked against', () => {
    expect(rulesFromExchangeInfo(answer([PRICE, LOT, MARKET_LOT, NOTIONAL]), 'ABCUSDT')).toEqual({
      symbol: 'ABCUSDT',
      baseAsset: 'ABC',
      quoteAsset: 'USDT',
      tickSize: 1_000_000n,
      minPrice: 1_000_000n,
      maxPrice: 100_000_000_000n,
      stepSize: 100_000n,
      minQuantity: 100_000n,
      maxQuantity: 90_000_000_000n,
      marketMinQuantity: 0n,
      marketMaxQuantity: 9_709_521_512n,
      marketStepSize: 0n,
      minNotional: 500_000_000n,
      maxNotional: 900_000_000_000_000n,
      applyMinToMarket: true,
      applyMaxToMarket: false,
      source: 'exchange-info',
      priceScale: 1,
      quantityScale: 1,
    })
  })

  it('reads the older MIN_NOTIONAL', () => {
    const filter = { filterType: 'MIN_NOTIONAL', minNotional: '10', applyToMarket: false, avgPriceMins: 5 }
    expect(rulesFromExchangeInfo(answer([PRICE, LOT, filter]), 'ABCUSDT')).toMatchObject({
      minNotional: 1_000_000_000n,
      maxNotional: 0n,
      applyMinToMarket: false,
    })
  })

  it('takes a tick or step of 0, which is no rule, as the unit of the books', () => {
    const filters = [
      { ...PRICE, tickSize: '0.00000000' },
      { ...LOT, stepSize: '0.00000000' },
    ]
    expect(rulesFromExchangeInfo(answer(filters), 'ABCUSDT')).toMatchObject({ tickSize: 1n, stepSize: 1n })
  })

  it('refuses a symbol that the answer does not hold', () => {
    expect(() => rulesFromExchangeInfo(answer([PRICE, LOT]), 'XYZUSDT')).toThrow(ConfigError)
    expect(() => rulesFromExchangeInfo({ symbols: [] }, 'constructor')).toThrow(ConfigError)
  })

  it.each([
    [undefined, /must have a list of symbols, had nothing/],
    [null, /must have a list of symbols/],
    [{ code: -1121, msg: 'Invalid symbol.' }, /must have a list of symbols/],
    [answer([LOT]), /ABCUSDT must have the filter PRICE_FILTER/],
    [answer([PRICE]), /ABCUSDT must have the filter LOT_SIZE/],
    [answer([PRICE, { ...LOT, stepSize: 0.001 }]), /ABCUSDT: stepSize of LOT_SIZE must be a decimal as text/],
    [answer([PRICE, { ...LOT, stepSize: '-1' }]), /stepSize of LOT_SIZE .* was "-1"/],
    [answer([PRICE, { ...LOT, stepSize: '1e-3' }]), /stepSize of LOT_SIZE .* was "1e-3"/],
    [answer([PRICE, { ...LOT, minQty: undefined }]), /minQty of LOT_SIZE .* was nothing/],
    [
      answer([PRICE, LOT, { ...NOTIONAL, applyMinToMarket: 'true' }]),
      /applyMinToMarket of NOTIONAL must be true or false, was "true"/,
    ],
    [answer([PRICE, LOT], { filters: {} }), /ABCUSDT must have a list of filters/],
    [answer([PRICE, LOT], { baseAsset: 5 }), /ABCUSDT: baseAsset must be a name, was 5/],
  ])('refuses a damaged answer: %#', (json, message) => {
    expect(() => rulesFromExchangeInfo(json, 'ABCUSDT')).toThrow(DataError)
    expect(() => rulesFromExchangeInfo(json, 'ABCUSDT')).toThrow(message)
  })

  it('does not see what a prototype carries, and changes none', () => {
    const json: unknown = JSON.parse(
      '{"__proto__": {"symbols": []}, "constructor": {"prototype": {"symbols": []}}}',
    )
    expect(() => rulesFromExchangeInfo(json, 'ABCUSDT')).toThrow(DataError)
    const filter: unknown = JSON.parse('{"filterType": "LOT_SIZE", "__proto__": {"stepSize": "1"}}')
    expect(() => rulesFromExchangeInfo(answer([PRICE, filter]), 'ABCUSDT')).toThrow(/stepSize of LOT_SIZE/)
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})

describe.skipIf(!HAS_SHARED)('a recorded exchangeInfo answer', () => {
  const file = sharedPath('data', 'fixtures', 'exchangeInfo-gocryptotrader.json.gz')
  const json = (): unknown => JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'))

  it('gives rules for each of its symbols', () => {
    const symbols = exchangeInfoSymbols(json())
    expect(symbols).toHaveLength(25)
    for (const symbol of symbols) expect(rulesFromExchangeInfo(json(), symbol).tickSize).toBeGreaterThan(0n)
  })
})

describe('exchangeInfoLimits', () => {
  it('reads windows and bounds, and leaves out kinds that are not counted here', () => {
    // As Binance states them (2026-04).
    const rateLimits = [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
      { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200000 },
      { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 300000 },
      { rateLimitType: 'CONNECTIONS', interval: 'MINUTE', intervalNum: 5, limit: 300 },
    ]
    expect(exchangeInfoLimits({ rateLimits })).toEqual([
      { kind: 'REQUEST_WEIGHT', windowMs: 60_000, limit: 6000 },
      { kind: 'ORDERS', windowMs: 10_000, limit: 100 },
      { kind: 'ORDERS', windowMs: 86_400_000, limit: 200_000 },
      { kind: 'RAW_REQUESTS', windowMs: 300_000, limit: 300_000 },
    ])
    expect(exchangeInfoLimits({})).toEqual([])
  })

  it.each([
    { interval: 'constructor', intervalNum: 1, limit: 1 },
    { interval: 'MINUTE', intervalNum: 0, limit: 1 },
    { interval: 'MINUTE', intervalNum: 1, limit: '6000' },
    { interval: 'MINUTE', intervalNum: 1 },
  ])('refuses a damaged one: %j', (one) => {
    const rateLimits = [{ rateLimitType: 'ORDERS', ...one }]
    expect(() => exchangeInfoLimits({ rateLimits })).toThrow(DataError)
  })
})
