import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../engine/app/command-line.js'
import { engineIdentity, libraryVersions } from '../../engine/app/engine-identity.js'
import { RESULT_FLAGS } from '../../engine/app/flag-table.js'
import { resolveSettings } from '../../engine/app/resolve-settings.js'
import { commandOf, type RunParts, runIdOf, shellWord, shownSettings } from '../../engine/app/run-identity.js'
import { loadParts } from '../../engine/app/run-once.js'
import { HAS_SHARED, ROOT, sharedPath } from '../shared.js'

async function parts(...words: readonly string[]): Promise<RunParts> {
  const data = words.includes('--data') ? [] : ['--data', 'synthetic:1:200']
  return loadParts(resolveSettings([readCommandLine([...data, ...words])]))
}

async function idOf(...words: readonly string[]): Promise<string> {
  return runIdOf(await parts(...words))
}

describe('libraryVersions', () => {
  it('are those that are installed', () => {
    const libraries = Object.entries(libraryVersions())
    expect(libraries.map(([name]) => name)).toEqual(['technicalindicators', 'vega', 'vega-lite'])
    for (const [name, version] of libraries) {
      const installed = readFileSync(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8')
      expect(JSON.parse(installed)).toMatchObject({ version })
    }
  })
})

describe('runIdOf', () => {
  it('is 12 hex digits, the same for the same inputs', async () => {
    expect(await idOf()).toMatch(/^[0-9a-f]{12}$/)
    expect(await idOf()).toBe(await idOf())
  })

  it('does not change with what changes no result, nor when a default is spelled out', async () => {
    const id = await idOf()
    expect(await idOf('--out', '/x', '--json', '--quiet', '--debug')).toBe(id)
    expect(await idOf('sma-cross', '--alpha', '0.50', '--taker-fee', '1e-3', '-p', 'fast=240')).toBe(id)
    expect(await idOf('--from', '2020-01-01', '--symbol', 'SYNTHUSDT')).toBe(id)
  })

  const TWO = ['--symbol', 'SYNTHUSDT', '--symbol', 'SYNTH2USDT']
  const CHANGES: Readonly<Record<(typeof RESULT_FLAGS)[number], readonly string[]>> = {
    symbol: ['--symbol', 'ETHUSDT'],
    interval: ['--interval', '1h'],
    // Only files have columns, and with others a file holds other bars.
    columns: ['--data', 'synthetic:2:200'],
    // Only a run of several symbols has a choice.
    benchmark: [...TWO, '--benchmark', 'SYNTH2USDT'],
    from: ['--from', '2020-01-01T00:01Z'],
    to: ['--to', '2020-01-01T01:00Z'],
    gaps: ['--gaps', 'flat'],
    cash: ['--cash', '10000.00000001'],
    alpha: ['--alpha', '0.6'],
    'atr-period': ['--atr-period', '15'],
    'atr-source': ['--atr-source', 'signal'],
    clamp: ['--clamp', 'bar'],
    'maker-fee': ['--maker-fee', '0.002'],
    'taker-fee': ['--taker-fee', '0.002'],
    'fee-asset': ['--fee-asset', 'quote'],
    'bnb-balance': ['--bnb-balance', '1'],
    'bnb-discount': ['--bnb-discount', '0.25'],
    'bnb-data': ['--fee-asset', 'bnb', '--bnb-discount', '0.25', '--bnb-data', '600'],
    rules: ['--rules', 'none'],
    policy: ['--policy', 'maker-first'],
    'post-timeout': ['--post-timeout', '2m'],
    escalate: ['--escalate', 'ioc'],
    // Made-up bars have none that are finer.
    fine: ['--data', 'synthetic:3:200'],
    'max-order-quote': ['--max-order-quote', '100'],
    'max-position-quote': ['--max-position-quote', '100'],
    'max-daily-loss': ['--max-daily-loss', '100'],
    'max-orders-per-minute': ['--max-orders-per-minute', '1'],
    'max-volume-share': ['--max-volume-share', '0.1'],
    'volume-bars': ['--volume-bars', '30'],
    'limit-fill': ['--limit-fill', 'touch'],
    participation: ['--participation', '0.1'],
    warmup: ['--warmup', '5'],
    'close-at-end': ['--close-at-end'],
    interactive: ['--interactive'],
    equity: ['--equity', 'bars'],
    detail: ['--detail', 'none'],
    audit: ['--audit', 'off'],
  }

  it('changes with everything that can change a number', async () => {
    const ids = [await idOf(), await idOf('--seed', '2')]
    for (const flag of RESULT_FLAGS) ids.push(await idOf(...CHANGES[flag]))
    expect(new Set(ids).size).toBe(RESULT_FLAGS.length + 2)
  })

  it('is told of what only adds to the report where it is given', async () => {
    const plain = await parts()
    const given = await parts('--sensitivity')
    expect(runIdOf(given)).not.toBe(runIdOf(plain))
    expect(commandOf(given)).toContain(' --sensitivity')
    expect(shownSettings(given)).toMatchObject({ sensitivity: true })
    expect(Object.keys(shownSettings(plain))).not.toContain('sensitivity')
  })

  it('changes with the engine', async () => {
    const own = await parts()
    expect(runIdOf({ ...own, engine: { ...own.engine, hash: '0'.repeat(12) } })).not.toBe(runIdOf(own))
  })
})

describe('commandOf', () => {
  it('is bare for a run of defaults', async () => {
    expect(commandOf(await parts('--data', 'synthetic:1:525600'))).toBe('npx tsx run-backtest.ts sma-cross')
  })

  it('has what is not a default, sorted by name, and nothing of where or how it was printed', async () => {
    const words = [
      '--taker-fee',
      '0.0004',
      '-p',
      'slow=50',
      '--json',
      '-p',
      'fast=7',
      '--cash=500',
      '--out=/x',
    ]
    expect(commandOf(await parts(...words, '--close-at-end', '--from', '2020-01-01', '--alpha', '0.5'))).toBe(
      'npx tsx run-backtest.ts sma-cross --cash 500 --close-at-end --data synthetic:1:200 --from 2020-01-01T00:00:00.000Z --taker-fee 0.0004 -p fast=7 -p slow=50',
    )
  })

  it('gives back the same run when it is read again', async () => {
    const words = ['-p', 'fast=7', '--alpha', '1e-7', '--warmup', '0', '--equity', 'bars', '--rules', 'none']
    const first = await parts(...words)
    const again = await parts(...commandOf(first).split(' ').slice(3))
    expect(runIdOf(again)).toBe(runIdOf(first))
    expect(commandOf(again)).toBe(commandOf(first))
  })

  it.skipIf(!HAS_SHARED)('names files and never a folder', async () => {
    const own = await parts('buy-and-hold', '--data', sharedPath('data', 'klines', 'BTCUSDT-1d.csv.gz'))
    const command = commandOf({ ...own, strategy: { ...own.strategy, given: 'my hold.ts' } })
    expect(command).toBe("npx tsx run-backtest.ts 'my hold.ts' --data BTCUSDT-1d.csv.gz")
  })
})

describe('shownSettings', () => {
  it('has every flag that can change a number, with its value', async () => {
    const shown = shownSettings(await parts('--from', '2020-01-01', '--cash', '0.5'))
    expect(Object.keys(shown)).toEqual([...RESULT_FLAGS])
    expect(shown).toMatchObject({
      from: '2020-01-01T00:00:00.000Z',
      to: null,
      cash: 0.5,
      rules: 'built-in',
      'close-at-end': false,
      interactive: false,
    })
  })
})

describe('shellWord', () => {
  it.each([
    ['a.csv', 'a.csv'],
    ['fast=3', 'fast=3'],
    ['my file.ts', "'my file.ts'"],
    ["it's", "'it'\\''s'"],
    ['$(x)', "'$(x)'"],
    ['', "''"],
  ])('writes %s as %s', (word, text) => {
    expect(shellWord(word)).toBe(text)
  })
})

describe('engineIdentity', () => {
  it('has the package’s version and 12 hex digits of its sources', () => {
    expect(engineIdentity().version).toMatch(/^\d+\.\d+\.\d+/)
    expect(engineIdentity().hash).toMatch(/^[0-9a-f]{12}$/)
  })
})
