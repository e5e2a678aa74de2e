import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkFirstWord, loadStrategy } from '../../engine/app/load-strategy.js'
import { parseParams } from '../../engine/app/strategy-params.js'
import { ConfigError, StrategyError } from '../../engine/model/errors.js'
import { ROOT } from '../shared.js'
import { temporaryFolder } from './command.js'

const DOOR = pathToFileURL(path.join(ROOT, 'engine/index.ts')).href

/** A strategy file with this text behind the import of the door. */
function strategyFile(text: string, name = 'mine.ts'): string {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, `import { defineStrategy, int } from ${JSON.stringify(DOOR)}\n${text}`)
  return file
}

function given(...pairs: readonly (readonly [string, string])[]) {
  return new Map(pairs.map(([name, text]) => [name, { text, origin: 'flag' }]))
}

describe('loadStrategy', () => {
  it('finds a strategy of the repository by its name', async () => {
    const loaded = await loadStrategy('buy-and-hold')
    expect(loaded).toMatchObject({ given: 'buy-and-hold', file: 'buy-and-hold.ts' })
    expect(loaded.strategy.name).toBe('buy-and-hold')
  })

  it('finds a file by its path, hashes its bytes, and keeps the folder to itself', async () => {
    const file = strategyFile("export const a = defineStrategy({ name: 'mine', onBar() {} })\n")
    const loaded = await loadStrategy(file)
    expect(loaded).toMatchObject({ given: 'mine.ts', file: 'mine.ts' })
    expect(loaded.sha256).toMatch(/^[0-9a-f]{64}$/)
    const other = strategyFile("export const a = defineStrategy({ name: 'mine', onBar() {} }) \n")
    expect((await loadStrategy(other)).sha256).not.toBe(loaded.sha256)
  })

  it('takes one strategy under two names for one', async () => {
    const file = strategyFile(
      "export const a = defineStrategy({ name: 'mine', onBar() {} })\nexport { a as b }\nexport const other = 5\n",
    )
    expect((await loadStrategy(file)).strategy.name).toBe('mine')
  })

  it.each([
    ['smacross', /no strategy is named smacross; did you mean sma-cross\?/],
    ['../engine', /no strategy file is at \.\.\/engine/],
    ['./buy-and-hold.ts', /no strategy file is at \.\/buy-and-hold\.ts/],
    [path.join(ROOT, 'strategies/sma-corss.ts'), /; did you mean .*strategies\/sma-cross\.ts\?/],
  ])('refuses %s with the nearest name', async (text, message) => {
    await expect(loadStrategy(text)).rejects.toThrow(ConfigError)
    await expect(loadStrategy(text)).rejects.toThrow(message)
  })

  it.each([
    ['export const a = 1\n', /must export exactly one strategy made by defineStrategy, exports none/],
    [
      "export const a = defineStrategy({ name: 'a', onBar() {} })\nexport const b = defineStrategy({ name: 'b', onBar() {} })\n",
      /exports 2/,
    ],
  ])('refuses a file with %j', async (text, message) => {
    const file = strategyFile(text)
    await expect(loadStrategy(file)).rejects.toThrow(ConfigError)
    await expect(loadStrategy(file)).rejects.toThrow(message)
  })

  it.each([
    ["throw new Error('at import')\n", /mine\.ts must load, threw instead: at import/],
    ['export const = \n', /mine\.ts must load, threw instead/],
    ["export const a = defineStrategy({ name: 'Not Kebab', onBar() {} })\n", /kebab-case/],
    ['export const a = defineStrategy({ onBar() {} })\n', /kebab-case, was undefined/],
    ["export const a = defineStrategy({ name: 'a', async onBar() {} })\n", /onBar must be a plain function/],
    ["export const a = defineStrategy({ name: 'a', *onBars() {} })\n", /onBars must be a plain function/],
  ])('calls it the strategy’s fault when %j throws', async (text, message) => {
    const file = strategyFile(text)
    await expect(loadStrategy(file)).rejects.toThrow(StrategyError)
    await expect(loadStrategy(file)).rejects.toThrow(message)
  })
})

describe('checkFirstWord', () => {
  it('refuses what is nearly a verb, and lets strategies, paths and flags pass', () => {
    const check = (word?: string) => () => checkFirstWord(word, ['init', 'doctor', 'status'])
    expect(check('doctr')).toThrow('no strategy or verb is named doctr; did you mean doctor?')
    expect(check('statsu')).toThrow('did you mean status?')
    // What is nearer to a strategy is one to whoever looks for it, with its own hint.
    for (const word of [
      undefined,
      'sma-cross',
      'sma-cros',
      './doctr',
      'doctr.ts',
      '--doctr',
      'something-else',
    ])
      expect(check(word)).not.toThrow()
  })
})

describe('parseParams', () => {
  it('reads values and fills in defaults', async () => {
    const { strategy } = await loadStrategy('sma-cross')
    expect(parseParams(strategy, given(['fast', '10']))).toEqual({ fast: 10, slow: 1200 })
    expect(parseParams(strategy, given(['fast', '1e1']))).toEqual({ fast: 10, slow: 1200 })
  })

  it.each([
    [
      'fats',
      '3',
      'sma-cross has no parameter fats; did you mean fast? (it has fast (2 to 5000), slow (5 to 20000))',
    ],
    ['__proto__', '3', 'sma-cross has no parameter __proto__'],
    ['fast', '1', 'fast must be a whole number between 2 and 5000, was 1'],
    ['fast', 'x', 'fast must be a whole number between 2 and 5000, was x'],
    ['fast', '0x5', 'fast must be a decimal number such as 5, was "0x5"'],
    ['fast', '0b101', 'fast must be a decimal number such as 5, was "0b101"'],
    ['fast', 'Infinity', 'fast must be a whole number between 2 and 5000, was Infinity'],
    ['fast', '5000', 'sma-cross does not allow'],
  ])('refuses %s=%s in words', async (name, text, message) => {
    const { strategy } = await loadStrategy('sma-cross')
    expect(() => parseParams(strategy, given([name, text]))).toThrow(ConfigError)
    expect(() => parseParams(strategy, given([name, text]))).toThrow(message)
  })
})

describe('a strategy that imports more than the engine', () => {
  it.each([
    "import { readFileSync } from 'node:fs'\n",
    "import './other.js'\n",
    "export { x } from './other.js'\n",
    "const x = await import('undici')\n",
    "const name = 'undici'\nconst x = await import(name)\n",
    "const x = require('ws')\n",
  ])('is refused before it runs: %j', async (text) => {
    const file = strategyFile(`${text}throw new Error('it ran')\n`)
    await expect(loadStrategy(file)).rejects.toThrow(ConfigError)
    await expect(loadStrategy(file)).rejects.toThrow(
      /must import from engine\/index\.js only, .* or pass --trust/,
    )
  })

  it('may when it is trusted, and a comment is no import', async () => {
    const body = "export const mine = defineStrategy({ name: 'mine', onBar() {} })\n"
    const trusted = strategyFile(`import 'node:fs'\n${body}`)
    expect((await loadStrategy(trusted, true)).strategy.name).toBe('mine')
    const commented = strategyFile(`// import 'node:fs'\n/* import 'node:net' */\n${body}`)
    expect((await loadStrategy(commented)).strategy.name).toBe('mine')
  })
})
