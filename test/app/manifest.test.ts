import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseManifest, readManifest } from '../../engine/app/manifest.js'
import { belowOthers, dataNames, manifestLayer } from '../../engine/app/manifest-layer.js'
import { ConfigError, DataError } from '../../engine/model/errors.js'
import { temporaryFolder } from './command.js'

const MANIFEST = {
  schema: 'nextbar/run@1',
  runId: '0123456789ab',
  engine: '0.1.0+0123456789ab',
  strategy: { name: 'a', file: 'a.ts', sha256: '00' },
  params: { fast: 3, on: true },
  data: [
    {
      symbol: 'BTCUSDT',
      interval: '1m',
      from: '2024-01-01T00:00:00.000Z',
      to: '2024-01-02T00:00:00.000Z',
      bars: 1440,
      gaps: 0,
      source: 'b.csv,c.csv',
      sha256: '11',
    },
  ],
  settings: { symbol: 'BTCUSDT', from: null, alpha: 0.3, rules: 'info.json', 'close-at-end': false },
  seed: 7,
  command: 'npx tsx run-backtest.ts a.ts',
  files: { 'fills.csv': '22' },
} as const

function parsed(changes: object = {}) {
  const manifest = parseManifest(JSON.stringify({ ...MANIFEST, ...changes }))
  if (!manifest) throw new Error('no manifest')
  return manifest
}

describe('parseManifest', () => {
  it('reads what it must have', () => {
    expect(parsed()).toEqual(MANIFEST)
  })

  it.each([
    [{ schema: 'nextbar/run@2' }],
    [{ runId: 5 }],
    [{ data: [] }],
    [{ data: [MANIFEST.data[0], {}] }],
    [{ data: [{ ...MANIFEST.data[0], sha256: undefined }] }],
    [{ strategy: 'a' }],
    [{ params: { fast: null } }],
    [{ settings: { alpha: { $gt: 0 } } }],
    [{ settings: [] }],
    [{ files: { 'fills.csv': 1 } }],
    [{ files: undefined }],
  ])('refuses one with %j', (changes) => {
    expect(parseManifest(JSON.stringify({ ...MANIFEST, ...changes }))).toBeUndefined()
  })

  it('sees no key that only a prototype carries', () => {
    const { files: _files, ...rest } = MANIFEST
    const text = `{"__proto__": {"files": {}}, ${JSON.stringify(rest).slice(1)}`
    expect(parseManifest(text)).toBeUndefined()
    expect(parseManifest('null')).toBeUndefined()
    expect(parseManifest('{')).toBeUndefined()
  })
})

describe('readManifest', () => {
  it('names the file that is missing or none', () => {
    const folder = temporaryFolder()
    expect(() => readManifest(path.join(folder, 'manifest.json'))).toThrow(DataError)
    writeFileSync(path.join(folder, 'manifest.json'), '{}')
    expect(() => readManifest(path.join(folder, 'manifest.json'))).toThrow(
      /manifest\.json must be a manifest of schema nextbar\/run@1/,
    )
  })
})

describe('manifestLayer', () => {
  it('gives back every setting as text, files where they were found', () => {
    const layer = manifestLayer(parsed(), (name) => `/found/${name}`)
    expect(Object.fromEntries(layer.values)).toEqual({
      symbol: ['BTCUSDT'],
      alpha: ['0.3'],
      rules: ['/found/info.json'],
      'close-at-end': ['false'],
      strategy: ['/found/a.ts'],
      data: ['/found/b.csv', '/found/c.csv'],
      seed: ['7'],
      param: ['fast=3', 'on=true'],
    })
    expect(layer.origin).toBe('run 0123456789ab')
  })

  it('keeps bare names of what was not found, and rules that are no file', () => {
    for (const rules of ['built-in', 'unknown']) {
      const layer = manifestLayer(parsed({ settings: { rules } }), () => undefined)
      expect(layer.values.get('strategy')).toEqual(['a.ts'])
      // A store that has got rules since must not be asked.
      expect(layer.values.get('rules')).toEqual(['built-in'])
    }
    const none = manifestLayer(parsed({ settings: { rules: 'none' } }), () => '/found')
    expect(none.values.get('rules')).toEqual(['none'])
  })

  it('refuses a setting that this version does not have', () => {
    const read = (settings: object) => manifestLayer(parsed({ settings }), () => undefined)
    expect(() => read({ 'fail-if': 'sharpe<1' })).toThrow(ConfigError)
    expect(() => read({ alpah: 0.1 })).toThrow('alpah of run 0123456789ab must be a flag')
    expect(read({ audit: 'off' }).values.has('alpha')).toBe(false)
  })
})

describe('belowOthers', () => {
  it('drops what describes the data or the strategy that a higher layer replaces', () => {
    const layer = manifestLayer(parsed(), () => undefined)
    const higher = (flag: 'data' | 'strategy') => ({ ...layer, values: new Map([[flag, ['x']]]) })
    expect(belowOthers(layer, [higher('data')]).values.has('symbol')).toBe(false)
    expect(belowOthers(layer, [higher('data')]).values.has('alpha')).toBe(true)
    expect(belowOthers(layer, [higher('strategy')]).values.has('param')).toBe(false)
    expect(belowOthers(layer, []).values).toEqual(layer.values)
  })
})

describe('dataNames', () => {
  it('are the files of a source, none of made-up bars', () => {
    expect(dataNames('a.csv,b.csv')).toEqual(['a.csv', 'b.csv'])
    expect(dataNames('synthetic:1:5')).toEqual([])
  })
})
