/** Rules of several days from the command line to the manifest, in every command that takes them. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readExchangeFlags } from '../../engine/app/exchange/exchange-flags.js'
import { exchangeSources } from '../../engine/app/exchange/exchange-sources.js'
import { manifestIn, runInside, temporaryFolder } from './command.js'
import { sweepInside } from './sweep/sweep-command.js'

/** 2024-01-01 00:00 UTC, and bars of an hour from there: ten days. */
const START = Date.UTC(2024, 0, 1)

function answer(tick: string, step: string): string {
  return JSON.stringify({
    symbols: [
      {
        symbol: 'ABCUSDT',
        baseAsset: 'ABC',
        quoteAsset: 'USDT',
        filters: [
          { filterType: 'PRICE_FILTER', minPrice: tick, maxPrice: '0', tickSize: tick },
          { filterType: 'LOT_SIZE', minQty: step, maxQty: '0', stepSize: step },
        ],
      },
    ],
  })
}

/** Bars, and rules of two days: ticks of 0.5 and steps of 1 until 2024-01-06, then 0.01 and 0.001. */
function inputs() {
  const folder = temporaryFolder()
  const rows = Array.from({ length: 240 }, (_, i) => {
    const price = 100 + ((i * 37) % 23) + 0.13
    return `${START + i * 3_600_000},${price},${price + 2},${price - 2},${price + 1},1`
  })
  writeFileSync(path.join(folder, 'ABCUSDT-1h.csv'), `${rows.join('\n')}\n`)
  const rules = path.join(folder, 'rules')
  mkdirSync(rules)
  writeFileSync(path.join(rules, '2023-12-01.json'), answer('0.5', '1'))
  writeFileSync(path.join(rules, '2024-01-06.json'), answer('0.01', '0.001'))
  return { folder, rules, data: path.join(folder, 'ABCUSDT-1h.csv') }
}

/** An example that needs few bars, without costs: fills are opens on the tick of their day. */
const STRATEGY = ['sma-cross', '-p', 'fast=2', '-p', 'slow=5', '--alpha', '0', '--audit', 'off']

/** Prices and quantities of fills before and from 2024-01-06 on. */
function fillsOf(out: string): readonly (readonly string[])[] {
  const rows = readFileSync(path.join(out, 'fills.csv'), 'utf8').trim().split('\n').slice(1)
  const cells = rows.map((row) => row.split(','))
  const isLater = ([time = '']: readonly string[]) => time >= '2024-01-06'
  return [cells.filter((row) => !isLater(row)), cells.filter(isLater)].map((some) =>
    some.map((row) => `${row[5]} ${row[6]}`),
  )
}

describe('rules of several days', () => {
  it('judge the bars of their days, are in the manifest with their hashes, and run again', async () => {
    const { folder, rules, data } = inputs()
    const out = path.join(folder, 'out')
    const { code, stdout, stderr } = await runInside([
      ...[...STRATEGY, '--data', data, '--out', out, '--quiet'],
      ...['--rules', path.join(rules, '2024-01-06.json'), '--rules', path.join(rules, '2023-12-01.json')],
    ])
    expect([code, stderr]).toEqual([0, ''])
    const [early = [], late = []] = fillsOf(out)
    expect(early.length).toBeGreaterThan(10)
    expect(late.length).toBeGreaterThan(10)
    for (const fill of early) expect(fill).toMatch(/^\d+(\.5)? \d+$/)
    // Opens end in .13, on a tick of 0.01 they are themselves.
    for (const fill of late) expect(fill).toMatch(/^\d+\.13 \d+\.\d{1,3}$/)
    expect(stdout).toContain(
      'The rules of ABCUSDT changed within the range: 2023-12-01.json from 2023-12-01, 2024-01-06.json from 2024-01-06.',
    )
    expect(stdout).not.toContain('were applied to bars since')
    const manifest = manifestIn(out)
    expect(manifest.settings.rules).toBe('2023-12-01.json,2024-01-06.json')
    expect(manifest.command).toContain('--rules 2023-12-01.json,2024-01-06.json')
    const hex = expect.stringMatching(/^[0-9a-f]{64}$/)
    const version = (day: string) => ({
      symbol: 'ABCUSDT',
      source: `${day}.json`,
      since: `${day}T00:00:00.000Z`,
      sha256: hex,
    })
    expect(manifest.rules).toEqual([version('2023-12-01'), version('2024-01-06')])
    cpSync(data, path.join(rules, 'ABCUSDT-1h.csv'))
    const again = ['--reproduce', path.join(out, 'manifest.json'), '--data', rules, '--quiet']
    const same = await runInside(again)
    expect([same.code, same.stderr]).toEqual([0, ''])
    // The report says it as well.
    expect(readFileSync(path.join(out, 'report.html'), 'utf8')).toContain('changed within the range')
    // A version that was changed is named, though its tick touches few fills.
    writeFileSync(path.join(rules, '2023-12-01.json'), answer('0.1', '1'))
    const other = await runInside(again)
    expect(other.code).toBe(5)
    expect(other.stderr).toContain('the rules 2023-12-01.json differs: its SHA-256 is another')
  })

  it('say so where the first of them is younger than the bars', async () => {
    const { folder, rules, data } = inputs()
    const words = [...STRATEGY, '--data', data, '--quiet', '--out', path.join(folder, 'out')]
    const { stdout } = await runInside([...words, '--rules', path.join(rules, '2024-01-06.json')])
    expect(stdout).toContain(
      "The exchange's rules of 2024-01-06 (2024-01-06.json) were applied to bars since 2024-01-01: ticks, steps and minimums may have been others then.",
    )
  })

  it('are told by --show-config for the symbols that are named', async () => {
    const { rules, data } = inputs()
    const words = ['--show-config', '--data', data, '--rules', rules]
    const { stdout } = await runInside(words)
    expect(stdout).toMatch(/^rules of ABCUSDT +2023-12-01\.json +rules of 2023-12-01, sha256 [0-9a-f]{12}$/m)
    expect(stdout).toMatch(/^rules of ABCUSDT +2024-01-06\.json +rules of 2024-01-06, sha256 [0-9a-f]{12}$/m)
    const json = JSON.parse((await runInside([...words, '--json', '--from', '2024-02-01'])).stdout)
    expect(json.rules).toMatchObject([{ symbol: 'ABCUSDT', source: '2024-01-06.json' }])
  })

  it('are found in the store by a run, by each trial of a sweep and by the exchange', async () => {
    const { folder, rules, data } = inputs()
    const store = path.join(folder, 'store')
    mkdirSync(path.join(store, 'ABCUSDT'), { recursive: true })
    cpSync(rules, path.join(store, 'ABCUSDT', 'exchangeInfo'), { recursive: true })
    const shared = ['--data', data, '--store', store, '--alpha', '0', '--audit', 'off', '--quiet']
    const out = path.join(folder, 'out')
    const params = ['-p', 'fast=2', '-p', 'slow=5']
    expect((await runInside(['sma-cross', ...shared, ...params, '--warmup', '5', '--out', out])).code).toBe(0)
    const { rules: said, command } = manifestIn(out)
    expect(said?.map(({ source }) => source)).toEqual([
      'store:ABCUSDT/2023-12-01',
      'store:ABCUSDT/2024-01-06',
    ])
    expect(command).toContain('--rules store:ABCUSDT/2023-12-01,ABCUSDT/2024-01-06')
    const swept = path.join(folder, 'sweep')
    const { code, stderr, stdout } = await sweepInside([
      ...['sma-cross', ...shared, '-p', 'fast=2,3', '-p', 'slow=5', '--warmup', '5', '--min-trades', '1'],
      ...['--workers', '1', '--out', swept],
    ])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('--rules store:ABCUSDT/2023-12-01,ABCUSDT/2024-01-06')
    const [head = '', ...rows] = readFileSync(path.join(swept, 'leaderboard.csv'), 'utf8').trim().split('\n')
    const profit = head.split(',').indexOf('net_profit')
    const row = rows.map((one) => one.split(',')).find((cells) => cells[2] === '2')
    const { values } = JSON.parse(readFileSync(path.join(out, 'metrics.json'), 'utf8'))
    expect(Number(row?.[profit])).toBe(values.net_profit)
    // What trades on the exchange comes behind its history: the rules are those of its end.
    const [source] = await exchangeSources(readExchangeFlags(['--data', data, '--store', store]))
    expect(source?.entry.filters[0]).toMatchObject({ filterType: 'PRICE_FILTER', tickSize: '0.01' })
    const early = ['--data', data, '--store', store, '--to', '2024-01-05']
    const [before] = await exchangeSources(readExchangeFlags(early))
    expect(before?.entry.filters[0]).toMatchObject({ tickSize: '0.5' })
  })

  it('are left for the built-in ones where those are asked for, and the command says so', async () => {
    const { folder, data } = inputs()
    const btc = path.join(folder, 'BTCUSDT-1h.csv')
    cpSync(data, btc)
    const one = path.join(folder, 'one')
    const two = path.join(folder, 'two')
    const words = [...STRATEGY, '--data', btc, '--quiet', '--store', path.join(folder, 'none')]
    expect((await runInside([...words, '--rules', 'built-in', '--out', one])).code).toBe(0)
    expect((await runInside([...words, '--out', two])).code).toBe(0)
    const [asked, found] = [manifestIn(one), manifestIn(two)]
    expect(asked.command).toContain('--rules built-in')
    expect(found.command).not.toContain('--rules')
    expect([asked.runId, asked.settings.rules]).toEqual([found.runId, 'built-in'])
    expect(found.rules).toMatchObject([{ source: 'built-in', since: '2025-08-01T00:00:00.000Z' }])
    for (const out of [one, two]) {
      const again = ['--reproduce', path.join(out, 'manifest.json'), '--data', folder, '--quiet']
      const { code, stderr } = await runInside(again)
      expect([code, stderr]).toEqual([0, ''])
    }
  })
})

describe('--fine', () => {
  it('that holds another file now is named by --reproduce, and not what came of it', async () => {
    const { folder, data } = inputs()
    const rows = (lift: number) =>
      Array.from({ length: 2880 }, (_, k) => {
        const price = 100 + ((Math.floor(k / 12) * 37) % 23) + 0.13
        return `${START + k * 300_000},${price},${price + (k === 7 ? lift : 2)},${price - 2},${price + 1},1`
      })
    const fine = path.join(folder, 'ABCUSDT-5m.csv')
    writeFileSync(fine, `${rows(2).join('\n')}\n`)
    const out = path.join(folder, 'out')
    const { code } = await runInside([...STRATEGY, '--data', data, '--fine', fine, '--out', out, '--quiet'])
    expect(code).toBe(0)
    expect(manifestIn(out).fine).toEqual({ source: 'ABCUSDT-5m.csv', sha256: expect.any(String) })
    const again = ['--reproduce', path.join(out, 'manifest.json'), '--data', folder, '--quiet']
    expect((await runInside(again)).code).toBe(0)
    writeFileSync(fine, `${rows(2.5).join('\n')}\n`)
    const other = await runInside(again)
    expect(other.code).toBe(5)
    expect(other.stderr).toContain('the finer data ABCUSDT-5m.csv differs: its SHA-256 is another')
    // One that cannot be read is named too.
    writeFileSync(fine, 'no bars')
    const damaged = await runInside(again)
    expect(damaged.code).toBe(5)
    expect(damaged.stderr).toContain('the finer data ABCUSDT-5m.csv differs:')
  })
})
