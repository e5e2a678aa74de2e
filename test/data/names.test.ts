import { describe, expect, it } from 'vitest'
import { parseFileName } from '../../data/file-name.js'
import { quoteCell } from '../../data/quote-cell.js'
import { isSymbol } from '../../engine/model/symbol-name.js'

describe('the name of a file', () => {
  it.each([
    ['BTCUSDT-1m-2024-12.csv.gz', 'BTCUSDT', '1m'],
    ['BTCUSDT-1h.csv', 'BTCUSDT', '1h'],
    ['BTCUSDT_15m.csv', 'BTCUSDT', '15m'],
    ['1000SATSUSDT-1mo-2024-01.zip', '1000SATSUSDT', '1M'],
    ['BTCUSDT-1M.csv', 'BTCUSDT', '1M'],
    ['BTCUSDT-1m-2020-05-06T0442.csv.gz', 'BTCUSDT', '1m'],
    ['BTCUSDT-1h-2023-11-18.excel-mangled.csv', 'BTCUSDT', '1h'],
    ['币安人生USDT-1m.csv', '币安人生USDT', '1m'],
  ])('%s says %s %s', (name, symbol, interval) => {
    expect(parseFileName(name)).toEqual({ symbol, interval })
  })

  it.each([
    'prices.csv',
    'BTCUSDT.csv',
    'btcusdt-1m.csv',
    'BTCUSDT-7m.csv',
    'BTCUSDT-1minute.csv',
    'BTCUSDT-aggTrades-2024.csv',
    'a/BTCUSDT-1m.csv',
    '-1m.csv',
  ])('%s says nothing', (name) => {
    expect(parseFileName(name)).toBeUndefined()
  })
})

describe('a symbol', () => {
  it('is capital letters and digits, at most thirty', () => {
    expect(['BTCUSDT', '1INCHBTC', '币安人生USDT'].every(isSymbol)).toBe(true)
    expect(['', 'btcusdt', 'BTC/USDT', '../BTC', 'BTC USDT', 'B'.repeat(31)].some(isSymbol)).toBe(false)
  })
})

describe('a quoted cell', () => {
  it('hides no control character and is never long', () => {
    expect(quoteCell('a\u001b[2J"\n')).toBe('"a\\u001b[2J\\"\\n"')
    expect(quoteCell('x'.repeat(1000))).toBe(`"${'x'.repeat(40)}…"`)
  })
})
