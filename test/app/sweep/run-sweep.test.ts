import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { METRIC_KEYS } from '../../../engine/math/metrics/metric-table.js'
import { runInside, temporaryFolder } from '../command.js'
import { leaderboardRows, sweepFile, sweepInside } from './sweep-command.js'

const SWEEP = [
  'sma-cross',
  '-p',
  'fast=5:25:10',
  '-p',
  'slow=20:60:20',
  '--data',
  'synthetic:7:30000',
  '--quiet',
]

describe('a sweep', () => {
  it('gives the same bytes with one thread and with two, and again from its store', async () => {
    const folder = temporaryFolder()
    const at = (name: string) => path.join(folder, name)
    const sweep = (out: string, store: string, workers: string) =>
      sweepInside([...SWEEP, '--out', at(out), '--trial-store', at(store), '--workers', workers])
    for (const [out, store, workers] of [
      ['one', 'store-1', '1'],
      ['two', 'store-2', '2'],
      ['again', 'store-2', '2'],
    ] as const) {
      expect((await sweep(out, store, workers)).code).toBe(0)
    }
    for (const name of ['leaderboard.csv', 'sweep.json']) {
      expect(sweepFile(at('two'), name)).toBe(sweepFile(at('one'), name))
      expect(sweepFile(at('again'), name)).toBe(sweepFile(at('one'), name))
    }
    expect(readdirSync(at('one/best')).filter((name) => !name.endsWith('.html'))).toHaveLength(3)
  }, 60_000)

  it('has rows that a backtest with their parameters gives again', async () => {
    const folder = temporaryFolder()
    const out = path.join(folder, 'sweep')
    const ended = await sweepInside([...SWEEP, '--out', out, '--trial-store', path.join(folder, 'store')])
    expect(ended.stderr).toBe('')
    const rows = leaderboardRows(out)
    // 3 × 3 sets but fast=25 slow=20, which the strategy does not allow.
    expect(rows).toHaveLength(8)
    const [, warmup = ''] = /--warmup (\d+)/.exec(ended.stdout) ?? []
    for (const row of rows) {
      const run = path.join(folder, `run-${row.trial}`)
      const params = ['-p', `fast=${row.fast}`, '-p', `slow=${row.slow}`]
      const words = ['sma-cross', ...params, '--data', 'synthetic:7:30000', '--warmup', warmup, '--out', run]
      expect((await runInside([...words, '--quiet', '--audit', 'off'])).code).toBe(0)
      const { values } = JSON.parse(readFileSync(path.join(run, 'metrics.json'), 'utf8'))
      const cells = METRIC_KEYS.map((key) => (row[key] === '' ? null : Number(row[key])))
      expect(cells).toEqual(METRIC_KEYS.map((key) => values[key]))
    }
  }, 60_000)
})
