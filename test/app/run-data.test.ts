import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadBars } from '../../data/load-bars.js'
import { dataMain } from '../../engine/app/data-verbs/data-main.js'
import { HAS_SHARED, sharedPath } from '../shared.js'
import { type Ended, runInside, temporaryFolder } from './command.js'

const START = Date.UTC(2024, 0, 1)

async function runData(words: readonly string[]): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  const code = await dataMain(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment: {},
  })
  return { code, stdout, stderr }
}

/** One-minute bars at these minutes in a file of their own. */
function klines(minutes: readonly number[], name = 'BTCUSDT-1m.csv', close = 11): string {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, minutes.map((minute) => `${START + minute * 60_000},10,12,9,${close},1\n`).join(''))
  return file
}

describe('run-data', () => {
  it('imports, lists, resamples, exports and reads its own export again', async () => {
    const folder = temporaryFolder()
    const store = ['--store', path.join(folder, 'store')]
    const file = klines([...Array.from({ length: 30 }, (_, i) => i), 31])
    expect(await runData(['import', file, ...store])).toEqual({
      code: 0,
      stdout: 'BTCUSDT-1m.csv  BTCUSDT 1m  31 bars added, 0 changed, 0 the same\n',
      stderr: '',
    })
    const list = await runData(['list', ...store, '--json'])
    expect(JSON.parse(list.stdout)).toMatchObject({
      schema: 'nextbar/data-list@1',
      series: [
        { symbol: 'BTCUSDT', interval: '1m', bars: 31, gaps: [{ missing: 1 }], origins: { import: 31 } },
      ],
    })
    expect((await runData(['resample', 'BTCUSDT', '--interval', '1m', '--to', '15m', ...store])).stdout).toBe(
      'BTCUSDT 1m → 15m  2 bars added, 0 changed, 0 the same; 1 partial bar left out\n',
    )
    const hashOf15m = async (from: readonly string[]): Promise<string> =>
      JSON.parse((await runData(['list', ...from, '--json'])).stdout).series.at(-1).sha256
    for (const [format, start] of [
      ['csv', 'open'],
      ['parquet', 'PAR1'],
      ['arrow', 'ARRO'],
    ] as const) {
      const out = path.join(folder, `BTCUSDT-15m.${format}`)
      const words = ['export', 'BTCUSDT', '--interval', '15m', '--out', out, ...store]
      expect((await runData(words)).code).toBe(0)
      expect(readFileSync(out).subarray(0, 4).toString()).toBe(start)
      const other = ['--store', path.join(folder, format)]
      expect((await runData(['import', out, ...other])).code).toBe(0)
      expect(await hashOf15m(other)).toBe(await hashOf15m(store))
      const { bars } = await loadBars({ patterns: [out] })
      expect([...bars.volume.subarray(0, bars.length)]).toEqual([15, 15])
      expect((await runData(words)).stderr).toMatch(/--out must be a new file/)
      const nowhere = path.join(folder, 'nowhere', `BTCUSDT-15m.${format}`)
      expect(
        await runData(['export', 'BTCUSDT', '--interval', '15m', '--out', nowhere, ...store]),
      ).toMatchObject({
        code: 2,
        stderr: `error: --out must be in a folder that is there, no ${path.dirname(nowhere)} is\n`,
      })
    }
    const verify = await runData(['verify', ...store])
    expect(verify.code).toBe(0)
    expect(verify.stdout).toContain('= 2 of 2 as made of 1m')
    await runData(['resample', 'BTCUSDT', '--interval', '1m', '--to', '5m', '--partial', 'keep', ...store])
    const [, five] = JSON.parse((await runData(['list', ...store, '--json'])).stdout).series
    // Minute 31 alone is no bar of five minutes that anybody traded.
    expect(five).toMatchObject({ interval: '5m', origins: { import: 6, synthetic: 1 } })
    const lines = (await runData(['list', ...store])).stdout.split('\n')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })

  it('verifies with code 3 when a month lies there that the manifest does not know', async () => {
    const folder = temporaryFolder()
    const store = ['--store', folder]
    await runData(['import', klines([0, 1, 2]), ...store])
    const month = path.join(folder, 'BTCUSDT', '1m', '2024-01.parquet')
    writeFileSync(month.replace('2024', '2031'), readFileSync(month))
    const { code, stdout } = await runData(['verify', ...store])
    expect(code).toBe(3)
    expect(stdout).toContain('! 2031-01.parquet is in the folder and not in the manifest')
  })

  it('verifies with code 3 when a file is damaged, and names it', async () => {
    const folder = path.join(temporaryFolder(), 'store')
    await runData(['sample', '--bars', '100', '--store', folder])
    const file = path.join(folder, 'SYNTHUSDT', '1m', '2020-01.parquet')
    writeFileSync(file, readFileSync(file).subarray(0, 500))
    const { code, stdout } = await runData(['verify', '--store', folder])
    expect(code).toBe(3)
    expect(stdout).toMatch(/faulty[\s\S]*2020-01\.parquet must be/)
  })

  it('verifies the other series when the manifest of one is damaged', async () => {
    const folder = path.join(temporaryFolder(), 'store')
    await runData(['sample', '--bars', '120', '--store', folder])
    await runData(['import', klines([0, 1]), '--store', folder])
    // What a first write that was cut off leaves is no series.
    mkdirSync(path.join(folder, 'ETHUSDT', '1m'), { recursive: true })
    const manifest = path.join(folder, 'BTCUSDT', '1m', '_manifest.json')
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"rows": 2', '"rows": 3'))
    const { code, stdout } = await runData(['verify', '--store', folder])
    expect(code).toBe(3)
    expect(stdout).toMatch(/^BTCUSDT 1m {2}faulty\n {2}! .*manifest\.json must be a manifest of the store/)
    expect(stdout).toMatch(/\nSYNTHUSDT 1m {2}120 bars {2}sound\n/)
    const json = JSON.parse((await runData(['verify', '--store', folder, '--json'])).stdout)
    expect(json).toMatchObject({ isSound: false, series: [{ bars: null, sha256: null }, { bars: 120 }] })
  })

  it('stores nothing of a file with a conflict, unless told who wins', async () => {
    const folder = path.join(temporaryFolder(), 'store')
    await runData(['import', klines([0, 1]), '--store', folder])
    const { code, stdout, stderr } = await runData([
      'import',
      klines([1, 2], 'BTCUSDT-1m.csv', 11.5),
      '--store',
      folder,
    ])
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toMatch(/close 11,.*BTCUSDT-1m.csv line 1 has .*close 11.5/)
    expect(JSON.parse((await runData(['list', '--json', '--store', folder])).stdout).series[0].bars).toBe(2)
  })

  it.each([
    [['doctr'], 2, /was "doctr"; did you mean npx tsx run-backtest.ts doctor\?/],
    [['fetc'], 2, /the verb must be one of .*, was "fetc"/],
    [['import'], 2, /import must name at least one file/],
    [['import', 'none.csv'], 3, /no file matches "none.csv"/],
    [
      ['import', 'x.csv', '--prefr', 'rest'],
      2,
      /--prefr must be a flag of run-data import, is none; did you mean --prefer/,
    ],
    [['import', 'x.csv', '--prefer', 'me'], 2, /--prefer must be one of archive, rest, import, was "me"/],
    [['resample', 'BTCUSDT', '--to', '15m'], 2, /--interval must say which bars/],
    [['export', 'BTCUSDT', '--interval', '1m'], 3, /must hold BTCUSDT 1m, holds nothing/],
    [
      ['export', 'BTCUSDT', '--interval', '1m', '--format', 'arow'],
      2,
      /--format must be one of .*did you mean arrow/,
    ],
    [['verify', 'BTCUSDT'], 3, /must hold BTCUSDT, does not/],
  ])('%j ends with code %i', async (words, code, message) => {
    const ended = await runData([...words, '--store', path.join(temporaryFolder(), 'store')])
    expect([ended.code, ended.stdout]).toEqual([code, ''])
    expect(ended.stderr).toMatch(message)
  })

  it('prints help of itself and of a verb', async () => {
    expect((await runData(['--help'])).stdout).toContain('npx tsx run-data.ts import BTCUSDT-1m-2024-12.zip')
    expect((await runData(['import', '--help'])).stdout).toContain('--prefer archive|rest|import')
  })
})

describe('a backtest over the store', () => {
  it('has the run id of one over the file, and is reproduced from the store', async () => {
    const folder = temporaryFolder()
    const store = path.join(folder, 'store')
    await runData(['sample', 'SYNTHUSDT', '--bars', '5000', '--seed', '4', '--store', store])
    const csv = path.join(folder, 'SYNTHUSDT-1m.csv')
    await runData(['export', 'SYNTHUSDT', '--interval', '1m', '--out', csv, '--store', store])
    const run = async (data: string, out: string) => {
      const words = ['-p', 'fast=10', '-p', 'slow=40', '--quiet', '--json', '--data', data, '--store', store]
      const { code, stdout, stderr } = await runInside([...words, '--out', path.join(folder, out)])
      expect([code, stderr]).toEqual([0, ''])
      return JSON.parse(stdout)
    }
    const stored = await run('SYNTHUSDT', 'a')
    const filed = await run(csv, 'b')
    expect(stored.data[0]).toEqual({ ...filed.data[0], source: 'SYNTHUSDT-1m' })
    expect(stored.runId).toBe(filed.runId)
    const manifest = path.join(folder, 'a', 'manifest.json')
    expect((await runInside(['--reproduce', manifest, '--store', store])).code).toBe(0)
    const missing = await runInside(['--reproduce', manifest, '--store', path.join(folder, 'none')])
    expect([missing.code, missing.stdout]).toEqual([3, ''])
  })

  it('asks for the interval when there are several', async () => {
    const store = path.join(temporaryFolder(), 'store')
    for (const interval of ['1m', '1h'])
      await runData(['sample', '--bars', '50', '--interval', interval, '--store', store])
    const { code, stderr } = await runInside(['--data', 'SYNTHUSDT', '--store', store])
    expect(code).toBe(2)
    expect(stderr).toMatch(/--interval must say which bars of SYNTHUSDT are meant, the store .* holds 1m, 1h/)
  })
})

describe.skipIf(!HAS_SHARED)('every shared kline file', () => {
  it('imports whole, and again without a change', { timeout: 120_000 }, async () => {
    const folder = path.join(temporaryFolder(), 'store')
    mkdirSync(folder)
    const files = readdirSync(sharedPath('data', 'klines')).map((name) => sharedPath('data', 'klines', name))
    const first = await runData(['import', ...files, '--store', folder, '--json'])
    expect(first.code).toBe(0)
    const counts: readonly { added: number; bars: number }[] = JSON.parse(first.stdout).files
    expect(counts.length).toBe(22)
    const again = await runData(['import', ...files.toReversed(), '--store', folder, '--json'])
    for (const { added, changed } of JSON.parse(again.stdout).files) expect([added, changed]).toEqual([0, 0])
    expect(existsSync(path.join(folder, 'BTCUSDT', '1d', '_manifest.json'))).toBe(true)
  })
})
