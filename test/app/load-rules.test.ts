import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadRules } from '../../engine/app/load-rules.js'
import { ConfigError, DataError } from '../../engine/model/errors.js'
import { temporaryFolder } from './command.js'

function rulesFile(text: string): string {
  const file = path.join(temporaryFolder(), 'info.json')
  writeFileSync(file, text)
  return file
}

const ANSWER = JSON.stringify({
  symbols: [
    {
      symbol: 'ABCUSDT',
      baseAsset: 'ABC',
      quoteAsset: 'USDT',
      filters: [
        { filterType: 'PRICE_FILTER', minPrice: '0.1', maxPrice: '0', tickSize: '0.1' },
        { filterType: 'LOT_SIZE', minQty: '1', maxQty: '0', stepSize: '1' },
      ],
    },
  ],
})

describe('loadRules', () => {
  it('takes the built-in rules of a known symbol', () => {
    expect(loadRules(undefined, 'BTCUSDT')).toMatchObject({
      given: 'built-in',
      isGuess: false,
      rules: { source: 'built-in', tickSize: 1_000_000n },
    })
  })

  it('guesses open rules for a symbol that nothing is known of, and says so', () => {
    expect(loadRules(undefined, 'ABCUSDT')).toMatchObject({
      given: 'unknown',
      isGuess: true,
      rules: { source: 'none', tickSize: 1n, baseAsset: 'ABC', quoteAsset: 'USDT' },
    })
  })

  it('takes none at all when asked, also for a known symbol', () => {
    expect(loadRules('none', 'BTCUSDT')).toMatchObject({
      given: 'none',
      isGuess: false,
      rules: { source: 'none', tickSize: 1n },
    })
  })

  it('reads a file, and keeps its folder to itself', () => {
    expect(loadRules(rulesFile(ANSWER), 'ABCUSDT')).toMatchObject({
      given: 'info.json',
      rules: { source: 'exchange-info', stepSize: 100_000_000n },
    })
  })

  it('offers the nearest symbol of the file', () => {
    const file = rulesFile(ANSWER)
    expect(() => loadRules(file, 'ACBUSDT')).toThrow(ConfigError)
    expect(() => loadRules(file, 'ACBUSDT')).toThrow(
      /must hold the symbol ACBUSDT, holds 1 others; did you mean ABCUSDT\?/,
    )
  })

  it.each([
    ['{"symbols": 5}', /info\.json: an exchangeInfo answer must have a list of symbols/],
    ['{', /info\.json must be an exchangeInfo answer in JSON/],
    [ANSWER.replace('"1"', '"x"'), /info\.json: ABCUSDT: minQty of LOT_SIZE/],
  ])('refuses a damaged file and names it: %#', (text, message) => {
    const file = rulesFile(text)
    expect(() => loadRules(file, 'ABCUSDT')).toThrow(DataError)
    expect(() => loadRules(file, 'ABCUSDT')).toThrow(message)
  })

  it('refuses a file that is not there', () => {
    expect(() => loadRules(path.join(temporaryFolder(), 'none.json'), 'BTCUSDT')).toThrow(DataError)
  })
})
