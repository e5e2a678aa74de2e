import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../engine/model/errors.js'
import { exchangeInfoSymbols, rulesFromExchangeInfo } from '../../engine/venue/exchange-info.js'
import { KNOWN_SYMBOLS, knownRules, splitSymbol } from '../../engine/venue/known-symbols.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

describe('splitSymbol', () => {
  it.each([
    ['BTCUSDT', 'BTC', 'USDT'],
    ['BTCFDUSD', 'BTC', 'FDUSD'],
    ['USDCUSDT', 'USDC', 'USDT'],
    ['USDTTRY', 'USDT', 'TRY'],
    ['ETHBTC', 'ETH', 'BTC'],
    ['XRPETH', 'XRP', 'ETH'],
    ['UNITTESTBTC', 'UNITTEST', 'BTC'],
    ['1000SATSUSDT', '1000SATS', 'USDT'],
    ['SYNTHUSDT', 'SYNTH', 'USDT'],
  ])('%s is %s in %s', (symbol, baseAsset, quoteAsset) => {
    expect(splitSymbol(symbol)).toEqual({ baseAsset, quoteAsset })
  })

  it.each(['ABCXYZ', 'USDT', ''])('asks for rules where %j ends with no quote asset', (symbol) => {
    expect(() => splitSymbol(symbol)).toThrow(ConfigError)
    expect(() => splitSymbol(symbol)).toThrow(/pass --rules/)
  })
})

describe('knownRules', () => {
  it('has the synthetic market trade like BTCUSDT', () => {
    const own = { symbol: 'SYNTHUSDT', baseAsset: 'SYNTH' }
    expect(knownRules('SYNTHUSDT')).toEqual({ ...knownRules('BTCUSDT'), ...own })
  })

  it('knows nothing of a symbol that is not in the table', () => {
    expect(knownRules('ABCUSDT')).toBeUndefined()
    expect(knownRules('constructor')).toBeUndefined()
  })

  it.each(KNOWN_SYMBOLS)('%s has a tick, a step and a least notional', (symbol) => {
    const rules = knownRules(symbol)
    expect(rules?.source).toBe('built-in')
    expect(rules?.tickSize).toBeGreaterThan(0n)
    expect(rules?.stepSize).toBeGreaterThan(0n)
    expect(rules?.minNotional).toBeGreaterThan(0n)
  })
})

describe.skipIf(!HAS_SHARED)('built-in rules beside a recorded exchangeInfo answer', () => {
  it('are the exchange’s own for every symbol that both have', () => {
    const file = sharedPath('data', 'fixtures', 'exchangeInfo-gocryptotrader.json.gz')
    const json: unknown = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'))
    const both = exchangeInfoSymbols(json).filter((symbol) => KNOWN_SYMBOLS.includes(symbol))
    expect(both.length).toBeGreaterThan(4)
    for (const symbol of both) {
      const { tickSize, stepSize, minQuantity, maxQuantity, minNotional, baseAsset, quoteAsset } =
        rulesFromExchangeInfo(json, symbol)
      expect(knownRules(symbol)).toMatchObject({
        ...{ tickSize, stepSize, minQuantity, maxQuantity, minNotional, baseAsset, quoteAsset },
        applyMinToMarket: true,
      })
    }
  })

  it.each([
    ['BTCUSDT-1d', 'BTCUSDT'],
    ['ETHUSDT-1d', 'ETHUSDT'],
    ['BNBUSDT-1d', 'BNBUSDT'],
    ['SOLUSDT-1d', 'SOLUSDT'],
    ['DOGEUSDT-1d', 'DOGEUSDT'],
  ])('the last prices and volumes of %s stand on its tick and step', (name, symbol) => {
    const text = gunzipSync(readFileSync(sharedPath('data', 'klines', `${name}.csv.gz`))).toString('utf8')
    const rules = knownRules(symbol)
    const rows = text.trim().split('\n').slice(-60)
    for (const row of rows) {
      const [, open = '', high = '', low = '', close = '', volume = ''] = row.split(',')
      const units = (cell: string): bigint => BigInt(Math.round(Number(cell) * 1e8))
      for (const cell of [open, high, low, close]) expect(units(cell) % (rules?.tickSize ?? 0n)).toBe(0n)
      // Volumes of a billion are beyond a double's 1e−8: their text is read digit by digit.
      const [whole = '', fraction = ''] = volume.split('.')
      expect(BigInt(whole + fraction.padEnd(8, '0')) % (rules?.stepSize ?? 0n)).toBe(0n)
    }
  })
})
