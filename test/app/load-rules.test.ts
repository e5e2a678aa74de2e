import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
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

const HOME = {
  store: path.join(tmpdir(), 'nextbar-no-such-store'),
  from: Date.UTC(2025, 0, 1),
  to: Date.UTC(2026, 0, 1),
}

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
    // Bars of one day, the last before the end.
    const home = { store, from: Date.parse(end) - 86_400_000, to: Date.parse(end) }
    const loaded = loadRules(undefined, 'ABCUSDT', home)
    expect(loaded).toMatchObject({
      given: `store:ABCUSDT/${day}`,
      isGuess: false,
      versions: [{ since: Date.parse(day) }],
      rules: { source: 'exchange-info', tickSize },
    })
    expect(loaded.rules.later).toBeUndefined()
  })

  it('takes every version of the store that is in force over the bars', () => {
    const store = storeOf('2026-01-05', '2026-02-01', '2026-04-01')
    const home = { store, from: Date.UTC(2025, 0, 1), to: Date.UTC(2026, 2, 1) }
    const loaded = loadRules(undefined, 'ABCUSDT', home)
    expect(loaded.given).toBe('store:ABCUSDT/2026-01-05,ABCUSDT/2026-02-01')
    expect(loaded.rules).toMatchObject({
      tickSize: 10_000_000n,
      later: [{ since: Date.UTC(2026, 1, 1), rules: { tickSize: 20_000_000n } }],
    })
    // The word finds the same again, whatever is kept since.
    expect(loadRules(loaded.given, 'ABCUSDT', home)).toEqual(loaded)
  })

  it('takes those of the store that are named, and passes the store by when told so', () => {
    const home = { ...HOME, store: storeOf('2026-01-05', '2026-02-01'), to: Date.UTC(2030, 0, 1) }
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
    expect(() => loadRules('builtin', 'BTCUSDT', HOME)).toThrow('at builtin; did you mean built-in?')
    expect(() => loadRules('non', 'BTCUSDT', HOME)).toThrow('at non; did you mean none?')
    const file = rulesFile('{}')
    expect(() => loadRules(file.replace('.json', '.jsn'), 'BTCUSDT', HOME)).toThrow(`did you mean ${file}?`)
  })

  describe('of several answers', () => {
    /** Answers by name, in a folder: ticks of 0.1, 0.2 and so on. */
    function folderOf(names: readonly string[], texts: readonly string[] = []): string {
      const folder = temporaryFolder()
      for (const [i, name] of names.entries()) {
        const text = texts[i] ?? ANSWER.replace('"tickSize":"0.1"', `"tickSize":"0.${i + 1}"`)
        writeFileSync(path.join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text)
      }
      return folder
    }

    it('puts each in force from the day in its name on, in whatever order they are named', () => {
      const folder = folderOf(['info-2025-03-01.json', 'info-2024-06-01.json.gz'])
      const asked = ['info-2025-03-01.json', 'info-2024-06-01.json.gz'].map((name) => path.join(folder, name))
      const loaded = loadRules(asked.join(','), 'ABCUSDT', HOME)
      expect(loaded.rules).toMatchObject({
        tickSize: 20_000_000n,
        later: [{ since: Date.UTC(2025, 2, 1), rules: { tickSize: 10_000_000n } }],
      })
      expect(loaded.given).toBe('info-2024-06-01.json.gz,info-2025-03-01.json')
      expect(loadRules(folder, 'ABCUSDT', HOME)).toEqual(loaded)
    })

    it('takes the moment from the answer where its name has no day', () => {
      const at = (time: number, tick: string) =>
        ANSWER.replace('{', `{"serverTime":${time},`).replace('"tickSize":"0.1"', `"tickSize":"${tick}"`)
      const times = [Date.UTC(2025, 5, 1, 12), Date.UTC(2024, 5, 1)] as const
      const folder = folderOf(['b.json', 'a.json'], [at(times[0], '0.5'), at(times[1], '0.1')])
      expect(loadRules(folder, 'ABCUSDT', HOME).versions.map(({ name, since }) => [name, since])).toEqual([
        ['a.json', times[1]],
        ['b.json', times[0]],
      ])
    })

    it('leaves out what is not in force over the bars, and what changes nothing', () => {
      const folder = folderOf(
        ['2023-01-01.json', '2024-01-01.json', '2025-02-01.json', '2025-03-01.json', '2026-01-01.json'],
        [ANSWER, ANSWER.replace('"0.1"', '"0.3"'), ANSWER.replace('"0.1"', '"0.3"')],
      )
      const { given, rules } = loadRules(folder, 'ABCUSDT', HOME)
      expect(given).toBe('2024-01-01.json,2025-03-01.json')
      expect(rules.later).toHaveLength(1)
    })

    it('lets an answer that lacks the symbol be of others', () => {
      const folder = folderOf(['abc.json', 'xyz.json'], [ANSWER, ANSWER.replaceAll('ABC', 'XYZ')])
      expect(loadRules(folder, 'ABCUSDT', HOME).given).toBe('abc.json')
      expect(loadRules(folder, 'XYZUSDT', HOME).given).toBe('xyz.json')
      expect(() => loadRules(folder, 'QQQUSDT', HOME)).toThrow(
        /--rules must hold the symbol QQQUSDT, none of 2 answers does/,
      )
    })

    it('refuses answers of which no one knows the day, two of one day, and an empty folder', () => {
      expect(() => loadRules(folderOf(['a.json', 'b.json']), 'ABCUSDT', HOME)).toThrow(
        /a\.json must say when it was given, where there are several/,
      )
      expect(() => loadRules(folderOf(['a-2025-01-01.json', 'b-2025-01-01.json']), 'ABCUSDT', HOME)).toThrow(
        /names two of 2025-01-01: .*a-2025-01-01\.json and .*b-2025-01-01\.json/,
      )
      expect(() => loadRules(folderOf([]), 'ABCUSDT', HOME)).toThrow(/has no \.json file/)
    })
  })
})
