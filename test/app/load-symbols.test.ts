/** Which sources belong to which symbol, what goes together, and a run of several symbols end to end. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../engine/app/command-line.js'
import { loadSymbols } from '../../engine/app/load-symbols.js'
import { reproduce } from '../../engine/app/reproduce.js'
import { resolveSettings } from '../../engine/app/resolve-settings.js'
import { loadParts, runOnce } from '../../engine/app/run-once.js'
import { ConfigError } from '../../engine/model/errors.js'

const folder = mkdtempSync(path.join(tmpdir(), 'nextbar-symbols-'))

/** A file of ten one-minute bars. */
function file(name: string, price = 100): string {
  const rows = Array.from({ length: 10 }, (_, i) => {
    const openTime = Date.UTC(2024, 0, 1, 0, i)
    return [openTime, price + i, price + i + 1, price + i - 1, price + i, 5, openTime + 59_999, 0, 1, 0, 0, 0]
  })
  const at = path.join(folder, name)
  writeFileSync(at, rows.map((row) => `${row.join(',')}\n`).join(''))
  return at
}

const btc = file('BTCUSDT-1m.csv')
const eth = file('ETHUSDT-1m.csv', 50)
const ethbtc = file('ETHBTC-1m.csv', 20)
const odd = file('prices.csv')
const hours = (() => {
  const at = path.join(folder, 'SOLUSDT-1h.csv')
  const open = Date.UTC(2024, 0, 1)
  writeFileSync(at, `${open},1,1,1,1,1,${open + 3_599_999},0,1,0,0,0\n`)
  return at
})()

const settingsOf = (...words: string[]) => resolveSettings([readCommandLine(words)])

async function load(words: readonly string[], declared?: readonly string[]) {
  const loaded = await loadSymbols(settingsOf(...words).settings, declared)
  return loaded.map(({ symbol, sources }) => `${symbol} ${sources.join(',')}`)
}

describe('loadSymbols', () => {
  it('gives each file to the symbol of its name, by name', async () => {
    expect(await load(['--data', eth, '--data', btc])).toEqual([
      'BTCUSDT BTCUSDT-1m.csv',
      'ETHUSDT ETHUSDT-1m.csv',
    ])
  })

  it('makes bars for each symbol from seeds behind each other', async () => {
    const words = ['--data', 'synthetic:7:20', '--symbol', 'BUSDT', '--symbol', 'AUSDT']
    expect(await load(words)).toEqual(['AUSDT synthetic:8:20', 'BUSDT synthetic:7:20'])
    expect(await load(['--data', 'synthetic:1:20'], ['XUSDT', 'YUSDT'])).toEqual([
      'XUSDT synthetic:1:20',
      'YUSDT synthetic:2:20',
    ])
    expect(await load(['--data', 'synthetic:1:20', '--data', 'synthetic:9:20'])).toEqual([
      'SYNTH2USDT synthetic:9:20',
      'SYNTHUSDT synthetic:1:20',
    ])
  })

  it('takes of a folder the symbols that are asked for', async () => {
    const some = path.join(folder, 'some')
    mkdirSync(some)
    for (const one of [btc, eth, ethbtc]) copyFileSync(one, path.join(some, path.basename(one)))
    expect(await load(['--data', some, '--symbol', 'ETHUSDT', '--symbol', 'BTCUSDT'])).toEqual([
      'BTCUSDT BTCUSDT-1m.csv',
      'ETHUSDT ETHUSDT-1m.csv',
    ])
    await expect(load(['--data', some])).rejects.toThrow(/must be of one symbol and interval/)
  })

  it.each([
    [['--data', btc, '--data', odd], undefined, /prices\.csv must say its symbol in its name/],
    [
      ['--data', btc, '--data', eth, '--symbol', 'BTCUSDT'],
      undefined,
      /must be of the symbols BTCUSDT, is of BTCUSDT, ETHUSDT/,
    ],
    [['--data', btc], ['BTCUSDT', 'ETHUSDT'], /must be of the symbols BTCUSDT, ETHUSDT, is of BTCUSDT/],
    [['--data', eth], ['BTCUSDT'], /ETHUSDT/],
    [['--data', 'synthetic', '--data', btc], undefined, /all made-up bars or none/],
    [
      ['--data', 'synthetic:1:20', '--data', 'synthetic:2:20', '--symbol', 'AUSDT'],
      undefined,
      /once for each of AUSDT/,
    ],
  ])('refuses %j', async (words, declared, message) => {
    const refused = load(words, declared)
    await expect(refused).rejects.toThrow(ConfigError)
    await expect(load(words, declared)).rejects.toThrow(message)
  })

  it('wants one interval, one quote asset, and a benchmark among the symbols', async () => {
    const parts = (...words: string[]) => loadParts(settingsOf(...words))
    await expect(parts('--data', btc, '--data', hours)).rejects.toThrow(/must have one interval/)
    await expect(parts('--data', btc, '--data', ethbtc)).rejects.toThrow(/must be priced in one asset/)
    await expect(parts('--data', btc, '--data', eth, '--benchmark', 'ETHUSD')).rejects.toThrow(
      /--benchmark must be one of .*did you mean ETHUSDT/,
    )
  })

  it('wants volumes where a setting is a share of them', async () => {
    const bare = path.join(folder, 'bare.csv')
    writeFileSync(bare, 'time,open,high,low,close\n1704067200000,1,1,1,1\n1704067260000,1,1,1,1\n')
    const parts = (...words: string[]) =>
      loadParts(settingsOf('--data', bare, '--symbol', 'BTCUSDT', '--rules', 'none', ...words))
    await expect(parts()).resolves.toBeDefined()
    await expect(parts('--participation', '0.1')).rejects.toThrow(/participation must have bars with volumes/)
    await expect(parts('--max-volume-share', '0.1')).rejects.toThrow(ConfigError)
  })
})

describe('a run of several symbols', () => {
  const words = ['momentum-rotation', '-p', 'length=20', '-p', 'every=5', '--data', 'synthetic:3:3000']
  const out = path.join(folder, 'run')

  it('is one run whatever order its symbols have, names them in its tables, and reproduces', async () => {
    const forth = await runOnce(settingsOf(...words, '--symbol', 'AUSDT', '--symbol', 'BUSDT', '--out', out))
    const table = readFileSync(path.join(out, 'trades.csv'), 'utf8').split('\n').slice(1, -1)
    const symbols = new Set(table.map((row) => row.split(',')[1]))
    expect([...symbols].sort()).toEqual(['AUSDT', 'BUSDT'])
    expect(forth.head.data.map(({ symbol, source }) => [symbol, source])).toEqual([
      ['AUSDT', 'synthetic:3:3000'],
      ['BUSDT', 'synthetic:4:3000'],
    ])
    expect(forth.audit?.finding).toBeUndefined()
    const again = await reproduce(path.join(out, 'manifest.json'), { folder: undefined, warn: () => {} })
    expect(again.runId).toBe(forth.head.runId)
    const apart = ['--data', 'synthetic:4:3000', '--symbol', 'BUSDT', '--symbol', 'AUSDT']
    const back = await loadParts(settingsOf(...words.slice(0, 5), ...apart, '--data', 'synthetic:3:3000'))
    expect(back.symbols.map(({ data }) => data.hash.text)).toEqual(
      forth.head.data.map(({ sha256 }) => sha256),
    )
    const page = readFileSync(path.join(out, 'report.html'), 'utf8')
    expect(page).toContain('<title>momentum-rotation on AUSDT, BUSDT 1m')
  })
})
