import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../engine/app/command-line.js'
import { readConfigFile } from '../../engine/app/config-file.js'
import type { Environment } from '../../engine/app/environment.js'
import { readSettings } from '../../engine/app/read-settings.js'
import type { ResolvedSettings } from '../../engine/app/resolve-settings.js'
import { ConfigError, DataError } from '../../engine/model/errors.js'
import { temporaryFolder } from './command.js'

function read(words: readonly string[], environment: Environment = {}): ResolvedSettings & { odd: string[] } {
  const odd: string[] = []
  return { ...readSettings(readCommandLine(words), environment, (text) => odd.push(text)), odd }
}

function configFile(name: string, text: string): string {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, text)
  return file
}

describe('readSettings', () => {
  it('without anything gives the defaults, and says so', () => {
    const { settings, origins, params } = read([])
    expect(settings).toMatchObject({
      strategy: 'sma-cross',
      data: ['synthetic:1:525600'],
      cash: 1_000_000_000_000n,
      alpha: 0.5,
      'atr-period': 14,
      'taker-fee': 0.001,
      gaps: 'skip',
      seed: 1,
    })
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']))
    expect(params.size).toBe(0)
  })

  it('lets flags win over the environment, that over the file, that over the defaults', () => {
    const config = configFile(
      'own.json',
      JSON.stringify({ alpha: 0.1, cash: 100, clamp: 'bar', 'atr-period': 3 }),
    )
    const { settings, origins } = read(['--alpha', '0.3', '--config', config], {
      NEXTBAR_ALPHA: '0.2',
      NEXTBAR_CASH: '200',
    })
    expect(settings).toMatchObject({ alpha: 0.3, cash: 20_000_000_000n, clamp: 'bar', 'atr-period': 3 })
    expect(origins).toMatchObject({
      alpha: 'flag',
      cash: 'environment',
      clamp: 'own.json',
      'atr-period': 'own.json',
      'atr-source': 'default',
    })
  })

  it('merges parameters one by one', () => {
    const config = configFile('own.json', JSON.stringify({ param: { fast: 1, slow: 2, third: true } }))
    const { params } = read(['--config', config, '-p', 'fast=9'], { NEXTBAR_PARAM: 'slow=8 other=x=y' })
    expect(Object.fromEntries(params)).toEqual({
      fast: { text: '9', origin: 'flag' },
      slow: { text: '8', origin: 'environment' },
      third: { text: 'true', origin: 'own.json' },
      other: { text: 'x=y', origin: 'environment' },
    })
  })

  it('names the environment variable or the file in what it refuses', () => {
    expect(() => read([], { NEXTBAR_ALPHA: 'x' })).toThrow(
      'NEXTBAR_ALPHA must be a number from 0 to below 1000000',
    )
    const config = configFile('own.json', '{"alpha": "x"}')
    expect(() => read(['--config', config])).toThrow(
      'alpha in own.json must be a number from 0 to below 1000000',
    )
  })

  it('does not look at values that lose', () => {
    expect(read(['--alpha', '1'], { NEXTBAR_ALPHA: 'x' }).settings.alpha).toBe(1)
  })

  it('warns of a variable that names no setting, and lets those of other commands be', () => {
    const { odd } = read([], { NEXTBAR_APLHA: '1', NEXTBAR_LIVE: 'BTCUSDT', OTHER: 'x' })
    expect(odd).toEqual(['NEXTBAR_APLHA names no setting; did you mean NEXTBAR_ALPHA?'])
  })

  it('refuses a variable of a flag that is not available yet', () => {
    expect(() => read([], { NEXTBAR_FAIL_IF: 'sharpe<1' })).toThrow('NEXTBAR_FAIL_IF is not available yet')
  })

  it('refuses a range that ends before it begins', () => {
    expect(() => read(['--from', '2024-01-02', '--to', '2024-01-02'])).toThrow('--from must be before --to')
  })

  it.each(['fast', '=3', ''])('refuses the parameter %j', (pair) => {
    expect(() => read([`--param=${pair}`])).toThrow(
      /--param must (be key=value such as fast=10|not be empty)/,
    )
  })

  it('refuses a parameter that one place gives twice', () => {
    expect(() => read(['-p', 'fast=1', '-p', 'fast=2'])).toThrow('--param must give fast once')
  })

  it('refuses a run folder without a run', () => {
    expect(() => read(['--run', temporaryFolder()])).toThrow(DataError)
  })
})

describe('readConfigFile', () => {
  it('reads TOML with dates, tables and lists', () => {
    const file = configFile(
      'own.toml',
      'strategy = "buy-and-hold"\nfrom = 2024-01-01\nto = 2024-02-01T12:00:00Z\nclose-at-end = true\nalpha = 1e-3\ndata = ["a.csv", "b.csv"]\n[param]\nfast = 10\n',
    )
    const { settings, params } = read(['--config', file])
    expect(settings).toMatchObject({
      strategy: 'buy-and-hold',
      from: Date.UTC(2024, 0, 1),
      to: Date.UTC(2024, 1, 1, 12),
      'close-at-end': true,
      alpha: 0.001,
      data: ['a.csv', 'b.csv'],
    })
    expect(params.get('fast')).toEqual({ text: '10', origin: 'own.toml' })
  })

  it.each([
    ['own.json', '{"alpha": 0.3}'],
    ['own.toml', 'alpha = 0.3'],
  ])('takes %s with a byte order mark, as editors on Windows put it in front', (name, text) => {
    expect(read(['--config', configFile(name, `\uFEFF${text}`)]).settings.alpha).toBe(0.3)
  })

  it.each([
    ['{"alpah": 1}', 'alpah in own.json must be a flag of run-backtest, is none; did you mean alpha?'],
    ['{"reproduce": "x"}', 'reproduce in own.json can only be given on the command line'],
    ['{"config": "x"}', 'config in own.json must not name another config file'],
    ['{"alpha": null}', 'alpha in own.json must be text, a number, true or false, was null'],
    ['{"alpha": [1, 2]}', 'alpha in own.json must be given once, was given 2 times'],
    ['{"alpha": {"a": 1}}', 'alpha in own.json must be text, a number, true or false, was {"a":1}'],
    ['[1]', 'must hold one table'],
    ['{"alpha": 1', 'must be well-formed'],
    ['', 'must be well-formed'],
  ])('refuses %s', (text, message) => {
    const file = configFile('own.json', text)
    expect(() => readConfigFile(file)).toThrow(ConfigError)
    expect(() => readConfigFile(file)).toThrow(message)
  })

  it.each([
    ['own.json', '{"__proto__": {"alpha": 7, "json": true}}'],
    ['own.json', '{"constructor": {"prototype": {"alpha": 7}}}'],
    ['own.json', '{"prototype": {"alpha": 7}}'],
    ['own.toml', '[__proto__]\nalpha = 7\n'],
    ['own.toml', '[constructor.prototype]\nalpha = 7\n'],
  ])('%s with %j is refused and pollutes nothing', (name, text) => {
    const file = configFile(name, text)
    expect(() => readConfigFile(file)).toThrow(ConfigError)
    expect(Object.hasOwn(Object.prototype, 'alpha')).toBe(false)
    expect(Object.hasOwn(Object.prototype, 'json')).toBe(false)
  })

  it('a prototype key among the parameters is an unknown parameter and pollutes nothing', () => {
    const file = configFile('own.json', '{"param": {"__proto__": 5}}')
    const { params } = read(['--config', file])
    expect([...params.keys()]).toEqual(['__proto__'])
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it('refuses another kind of file, and one that is not there', () => {
    expect(() => readConfigFile(configFile('own.yaml', ''))).toThrow('must name a .json or .toml file')
    expect(() => readConfigFile(path.join(temporaryFolder(), 'none.json'))).toThrow(/that can be read/)
    const folder = path.join(temporaryFolder(), 'a.json')
    mkdirSync(folder)
    expect(() => readConfigFile(folder)).toThrow(ConfigError)
  })
})
