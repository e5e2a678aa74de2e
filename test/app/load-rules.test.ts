import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
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

const HOME = { store: path.join(tmpdir(), 'nextbar-no-such-store'), to: Date.UTC(2026, 0, 1) }

/** A store with the rules of some days: their ticks are 0.1, 0.2 and so on. */
function storeOf(...days: readonly string[]): string {
  const store = temporaryFolder()
  for (const [i, day] of days.entries()) {
    const folder = path.join(store, 'ABCUSDT', 'exchangeInfo')
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      path.join(folder, `${day}.json`),
      ANSWER.replace('"tickSize":"0.1"', `"tickSize":"0.${i + 1}"`),
    )
  }
  return store
}

describe('loadRules', () => {
  it.each([
    ['2026-03-01', '2026-02-01', 20_000_000n],
    ['2026-02-01', '2026-01-05', 10_000_000n],
    // Nothing was kept before the bars end: the first after that.
    ['2025-06-01', '2026-01-05', 10_000_000n],
  ])('takes those of the store for bars that end on %s', (end, day, tickSize) => {
    const store = storeOf('2026-01-05', '2026-02-01', '2026-04-01')
    expect(loadRules(undefined, 'ABCUSDT', { store, to: Date.parse(end) })).toMatchObject({
      given: `store:ABCUSDT/${day}`,
      isGuess: false,
      since: Date.parse(day),
      rules: { source: 'exchange-info', tickSize },
    })
  })

  it('takes those of the store that are named, and passes the store by when told so', () => {
    const home = { store: storeOf('2026-01-05', '2026-02-01'), to: Date.UTC(2030, 0, 1) }
    const named = 'store:XYZUSDT/2025-01-01,ABCUSDT/2026-01-05'
    expect(loadRules(named, 'ABCUSDT', home).given).toBe('store:ABCUSDT/2026-01-05')
    expect(loadRules(named, 'BTCUSDT', home).given).toBe('built-in')
    expect(loadRules('built-in', 'ABCUSDT', home)).toMatchObject({ given: 'unknown', isGuess: true })
    expect(loadRules('none', 'ABCUSDT', home).given).toBe('none')
    expect(() => loadRules('store:ABCUSDT/2026-03-01', 'ABCUSDT', home)).toThrow(/2026-03-01\.json/)
    expect(() => loadRules('store:ABCUSDT', 'ABCUSDT', home)).toThrow(
      /--rules store: must be followed by SYMBOL\/YYYY-MM-DD, was ABCUSDT/,
    )
  })

  it('takes the built-in rules of a known symbol', () => {
    expect(loadRules(undefined, 'BTCUSDT', HOME)).toMatchObject({
      given: 'built-in',
      isGuess: false,
      rules: { source: 'built-in', tickSize: 1_000_000n },
    })
  })

  it('guesses open rules for a symbol that nothing is known of, and says so', () => {
    expect(loadRules(undefined, 'ABCUSDT', HOME)).toMatchObject({
      given: 'unknown',
      isGuess: true,
      rules: { source: 'none', tickSize: 1n, baseAsset: 'ABC', quoteAsset: 'USDT' },
    })
  })

  it('takes none at all when asked, also for a known symbol', () => {
    expect(loadRules('none', 'BTCUSDT', HOME)).toMatchObject({
      given: 'none',
      isGuess: false,
      rules: { source: 'none', tickSize: 1n },
    })
  })

  it('reads a file, and keeps its folder to itself', () => {
    expect(loadRules(rulesFile(ANSWER), 'ABCUSDT', HOME)).toMatchObject({
      given: 'info.json',
      rules: { source: 'exchange-info', stepSize: 100_000_000n },
    })
  })

  it('offers the nearest symbol of the file', () => {
    const file = rulesFile(ANSWER)
    expect(() => loadRules(file, 'ACBUSDT', HOME)).toThrow(ConfigError)
    expect(() => loadRules(file, 'ACBUSDT', HOME)).toThrow(
      /must hold the symbol ACBUSDT, holds 1 others; did you mean ABCUSDT\?/,
    )
  })

  it.each([
    ['{"symbols": 5}', /info\.json: an exchangeInfo answer must have a list of symbols/],
    ['{', /info\.json must be an exchangeInfo answer in JSON/],
    [ANSWER.replace('"1"', '"x"'), /info\.json: ABCUSDT: minQty of LOT_SIZE/],
  ])('refuses a damaged file and names it: %#', (text, message) => {
    const file = rulesFile(text)
    expect(() => loadRules(file, 'ABCUSDT', HOME)).toThrow(DataError)
    expect(() => loadRules(file, 'ABCUSDT', HOME)).toThrow(message)
  })

  it('refuses a file that is not there', () => {
    expect(() => loadRules(path.join(temporaryFolder(), 'none.json'), 'BTCUSDT', HOME)).toThrow(DataError)
  })
})
