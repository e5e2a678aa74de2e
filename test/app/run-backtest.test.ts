/** The command as a program of its own: each test starts it a few times, at about a second each. */
import { spawn, spawnSync } from 'node:child_process'
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../engine/app/canonical-json.js'
import { METRIC_KEYS } from '../../engine/math/metrics/metric-table.js'
import { HAS_SHARED, ROOT, sharedPath } from '../shared.js'
import { manifestIn, PROGRAM, runOutside, temporaryFolder } from './command.js'

const FILES = [
  ...['equity.csv', 'fills.csv', 'manifest.json', 'metrics.json', 'orders.csv', 'report.html', 'trades.csv'],
]

/** SHA-256 of each file of a folder. */
function hashesOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, sha256(readFileSync(path.join(folder, name)))]),
  )
}

function onlyRun(cwd: string): string {
  const runs = readdirSync(path.join(cwd, 'reports/out'))
  expect(runs).toHaveLength(1)
  return path.join(cwd, 'reports/out', runs[0] ?? '')
}

describe('run-backtest.ts', () => {
  it('prints a table, and writes a run folder whose manifest has the hash of every file', () => {
    const cwd = temporaryFolder()
    const { code, stdout, stderr } = runOutside(['--data', 'synthetic:1:5000'], { cwd })
    expect(code, stderr).toBe(0)
    const folder = onlyRun(cwd)
    const manifest = manifestIn(folder)
    expect(readdirSync(folder).sort()).toEqual(FILES)
    expect(Object.keys(manifest)).toEqual([
      ...[
        'schema',
        'runId',
        'engine',
        'strategy',
        'params',
        'data',
        'rules',
        'settings',
        'seed',
        'command',
        'audit',
        'files',
      ],
    ])
    expect(manifest).toMatchObject({
      schema: 'nextbar/run@1',
      runId: path.basename(folder),
      engine: expect.stringMatching(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/),
      strategy: { name: 'sma-cross', file: 'sma-cross.ts' },
      params: { fast: 240, slow: 1200 },
      data: [{ symbol: 'SYNTHUSDT', interval: '1m', bars: 5000, gaps: 0, source: 'synthetic:1:5000' }],
      seed: 1,
      command: 'npx tsx run-backtest.ts sma-cross --data synthetic:1:5000',
    })
    const { 'manifest.json': _manifest, ...hashes } = hashesOf(folder)
    expect(manifest.files).toEqual(hashes)

    expect(stdout).toContain(`run       ${manifest.runId}`)
    expect(stdout).toContain(`report    reports/out/${manifest.runId}/report.html`)
    expect(stdout).toMatch(/Net return +−?\d/)
    expect(stdout).toMatch(/gross .* → slippage .* → fees .* → net .* USDT/)
    expect(stdout).toContain('! Fewer than 30 trades')
    expect(stdout).not.toMatch(/ s \(|bars a second/)
    expect(stdout).not.toContain('\u001b')
    expect(stderr).toMatch(/ s \(.*bars a second\)\nreport\.html [\d.]+ MB \(--detail trades\)\n$/)

    const metrics = JSON.parse(readFileSync(path.join(folder, 'metrics.json'), 'utf8'))
    expect(Object.keys(metrics.values)).toEqual([...METRIC_KEYS])
    const all = FILES.map((name) => readFileSync(path.join(folder, name), 'utf8')).join('')
    for (const secret of [cwd, process.execPath, new Date().toISOString().slice(0, 10)]) {
      expect(all.includes(secret), `a file of the run holds ${secret}`).toBe(false)
    }
  })

  it('makes the same bytes in another time zone, locale, folder and from a copy of the data', () => {
    const [one, other] = [temporaryFolder(), temporaryFolder()]
    runOutside(['--data', 'synthetic:3:3000', '-p', 'fast=5', '-p', 'slow=40', '--equity', 'bars'], {
      cwd: one,
    })
    runOutside(
      ['-p', 'slow=40', '--equity=bars', '-p', 'fast=5', '--quiet', '--json', '--data', 'synthetic:3:3000'],
      { cwd: other, environment: { TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' } },
    )
    expect(hashesOf(onlyRun(one))).toEqual(hashesOf(onlyRun(other)))
  })

  it.skipIf(!HAS_SHARED)('makes the same bytes from a copy of a file, named by path, folder or glob', () => {
    const cwd = temporaryFolder()
    const name = 'BTCUSDT-1h-2020-05.csv.gz'
    mkdirSync(path.join(cwd, 'deep', 'copy'), { recursive: true })
    copyFileSync(sharedPath('data', 'klines', name), path.join(cwd, 'deep', 'copy', name))
    const words = ['-p', 'fast=5', '-p', 'slow=20', '--from', '2020-05-03']
    const outs = [
      ['--data', sharedPath('data', 'klines', name), '--out', 'a'],
      ['--data', 'deep/copy', '--out', 'b'],
      ['--data', 'deep/*/BTC*.csv.gz', '--out', 'c'],
    ].map((more) => {
      const { code, stderr } = runOutside([...words, ...more, '--quiet'], { cwd })
      expect([code, stderr]).toEqual([0, ''])
      return hashesOf(path.join(cwd, more[3] ?? ''))
    })
    expect(outs[1]).toEqual(outs[0])
    expect(outs[2]).toEqual(outs[0])
    const { data, settings } = manifestIn(path.join(cwd, 'a'))
    expect(data[0]).toMatchObject({ source: name, from: '2020-05-03T00:00:00.000Z', gaps: 1 })
    expect(settings).toMatchObject({ from: '2020-05-03T00:00:00.000Z', to: null })
    const fills: { time: string }[] = parse(readFileSync(path.join(cwd, 'a', 'fills.csv')), { columns: true })
    expect(fills.length).toBeGreaterThan(10)
    expect(fills.every(({ time }) => time >= '2020-05-03')).toBe(true)
  })

  it.each([
    // The strategy is loaded when the flags are read and the signals are seen to.
    ['while it loads', "console.log('up')", '{ target(1) }'],
    ['in a strategy that never comes back', '', "{ console.log('up'); for (;;) {} }"],
  ])('ends with 130 and leaves nothing but its inputs when it is interrupted %s', async (_, first, onBar) => {
    const cwd = temporaryFolder()
    const door = JSON.stringify(path.join(ROOT, 'engine/index.js'))
    const strategy = `export const s = defineStrategy({ name: 'slow', onBar({}, { target }) ${onBar} })`
    writeFileSync(
      path.join(cwd, 'slow.ts'),
      `import { defineStrategy } from ${door}\n${first}\n${strategy}\n`,
    )
    const child = start(['./slow.ts', '--data', 'synthetic:1:3000000'], cwd)
    child.stderr.once('data', () => child.kill('SIGINT'))
    const code = await new Promise((done) => child.on('exit', (status) => done(status)))
    expect([code, child.stdout.read(), readdirSync(cwd)]).toEqual([130, null, ['slow.ts']])
  })

  it('ends without a word when the reader of stdout has gone', async () => {
    const cwd = temporaryFolder()
    const child = start(['--data', 'synthetic:1:500', '--quiet'], cwd)
    child.stdout.destroy()
    const code = await new Promise((done) => child.on('exit', (status) => done(status)))
    expect([code, child.stderr.read()]).toEqual([0, null])
    expect(readdirSync(onlyRun(cwd)).sort()).toEqual(FILES)
  })
})

it.skipIf(!existsSync('/dev/full'))('ends with 1 and one line when stdout cannot be written', () => {
  const [program = '', ...before] = PROGRAM
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(program, [...before, '--help'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  })
  closeSync(full)
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^error: the disk must have room.*\n$/)])
})

/** A run that goes on while the test does. */
function start(words: readonly string[], cwd: string) {
  const [program = '', ...before] = PROGRAM
  return spawn(program, [...before, ...words], {
    cwd,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

describe('an error', () => {
  const BROKEN = "throw new Error('broken at import')\n"

  it.each([
    [['--alpah', '1'], 2, /^error: --alpah must be a flag .*did you mean --alpha\?/],
    [['--data', 'nothing.csv'], 3, /^error: .*nothing\.csv/],
    [['--data', 'broken.csv', '--symbol', 'BTCUSDT', '--interval', '1m'], 3, /^error: .*broken\.csv line 2/],
    [['./broken.ts', '--data', 'synthetic:1:100'], 4, /^error: broken\.ts must load.*broken at import/],
    // While a thread starts for a run that is known to be long.
    [['--data', 'synthetic:1:2000000', '--columns', 'time=a'], 2, /^error: --columns is for files/],
  ])('of %j ends with %i, in one line, an empty stdout and no folder', (words, code, message) => {
    const cwd = temporaryFolder()
    writeFileSync(path.join(cwd, 'broken.ts'), BROKEN)
    writeFileSync(
      path.join(cwd, 'broken.csv'),
      '1704067200000,10,12,9,11,1\n1704067260000,10,12,11,11,1\n1704067320000,10,12,9,11,1\n',
    )
    const ended = runOutside(words, { cwd })
    expect([ended.code, ended.stdout]).toEqual([code, ''])
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(readdirSync(cwd).sort()).toEqual(['broken.csv', 'broken.ts'])
  })
})
