/** Samplers that learn, walk-forwards and the other verbs, each as a user runs them. */
import { mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { runInside, temporaryFolder } from '../command.js'
import { leaderboardRows, metricsOf, rerunMetrics, sweepFile, sweepInside } from './sweep-command.js'

const SMALL = ['sma-cross', '--data', 'synthetic:7:12000', '--alpha', '0', '--min-trades', '1', '--quiet']
const SPACE = ['-p', 'fast=2:40', '-p', 'slow=41:200']

/** The files that must not depend on who made them. */
function filesOf(folder: string): readonly string[] {
  return ['leaderboard.csv', 'sweep.json'].map((name) => sweepFile(folder, name))
}

describe('a sweep by a sampler that learns', () => {
  it.each(['tpe', 'cma-es'])(
    'is the same to the byte with one thread and with two: %s',
    async (sampler) => {
      const folder = temporaryFolder()
      const made = async (workers: string) => {
        const out = path.join(folder, workers)
        const at = ['--out', out, '--trial-store', path.join(folder, `store-${workers}`), '--best-runs', '0']
        const words = [...SMALL, ...SPACE, '--sampler', sampler, '--trials', '60', '--workers', workers]
        const ended = await sweepInside([...words, ...at])
        expect([ended.code, ended.stderr]).toEqual([0, ''])
        return filesOf(out)
      }
      const one = await made('1')
      expect(await made('2')).toEqual(one)
      const rows = leaderboardRows(path.join(folder, '1'))
      expect(rows).toHaveLength(60)
      expect(new Set(rows.map(({ fast, slow }) => `${fast}/${slow}`)).size).toBe(60)
    },
    60_000,
  )
})

describe('an anchored walk-forward', () => {
  it('trains from the start of the range each time, and chooses as a sweep of that window does', async () => {
    const folder = temporaryFolder()
    const words = [...SMALL, '-p', 'fast=5,20', '-p', 'slow=50,150', '--best-runs', '0', '--workers', '1']
    const at = (name: string) => [
      '--out',
      path.join(folder, name),
      '--trial-store',
      path.join(folder, 'store'),
    ]
    const plan = ['--walk-forward', 'train=3d,test=2d,step=2d,anchored']
    expect((await sweepInside([...words, ...at('all'), ...plan])).code).toBe(0)
    const { walkForward } = JSON.parse(sweepFile(path.join(folder, 'all'), 'sweep.json'))
    const day = (n: number) => `2020-01-0${n}T00:00:00.000Z`
    expect(
      walkForward.folds.map(({ train, test }: { train: string[]; test: string[] }) => [train, test]),
    ).toEqual([
      [
        [day(1), day(4)],
        [day(4), day(6)],
      ],
      [
        [day(1), day(6)],
        [day(6), day(8)],
      ],
    ])
    expect((await sweepInside([...words, ...at('fold'), '--to', '2020-01-06'])).code).toBe(0)
    const { best } = JSON.parse(sweepFile(path.join(folder, 'fold'), 'sweep.json'))
    expect(walkForward.folds[1].params).toEqual(best.params)
    expect(walkForward.folds[1].inSample).toBe(best.value)
  }, 60_000)
})

describe('what a sweep leaves behind', () => {
  it('reproduces: a run below best/, and a row under every flag that orders and limits take', async () => {
    const folder = temporaryFolder()
    const parent = path.join(folder, 'sweeps')
    mkdirSync(parent)
    const out = path.join(parent, 'one')
    const flags = [
      '--policy',
      'maker-first',
      '--post-timeout',
      '2m',
      '--escalate',
      'none',
      '--limit-fill',
      'touch',
    ]
    const limits = ['--max-order-quote', '10000', '--max-position-quote', '20000', '--max-daily-loss', '50']
    const more = [
      '--max-orders-per-minute',
      '1',
      '--maker-fee',
      '0',
      '--participation',
      '0.5',
      '--close-at-end',
    ]
    const words = [...SMALL, '-p', 'fast=5,20', '-p', 'slow=50,150', ...flags, ...limits, ...more]
    const ended = await sweepInside([
      ...words,
      '--out',
      out,
      '--trial-store',
      path.join(folder, 's'),
      '--best-runs',
      '1',
    ])
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    const rows = leaderboardRows(out)
    expect(rows.every(({ trades }) => Number(trades) > 0)).toBe(true)
    for (const row of [rows[0]]) expect(metricsOf(row)).toEqual(await rerunMetrics(out, row))
    const [run = ''] = readdirSync(path.join(out, 'best')).filter((name) => !name.endsWith('.html'))
    const manifest = path.join(out, 'best', run, 'manifest.json')
    const again = await runInside(['--reproduce', manifest])
    expect([again.code, again.stderr]).toEqual([0, expect.any(String)])
    const list = await sweepInside(['list', parent])
    const { sweepId } = JSON.parse(sweepFile(out, 'sweep.json'))
    expect(list.stdout).toMatch(new RegExp(`${sweepId} +sma-cross +SYNTHUSDT 1m +4 +sharpe`))
    const { sweeps } = JSON.parse((await sweepInside(['list', parent, '--json'])).stdout)
    expect(sweeps).toMatchObject([{ sweepId, trials: 4 }])
  }, 60_000)

  it('is nothing where list finds nothing', async () => {
    const folder = temporaryFolder()
    expect(await sweepInside(['list', folder])).toEqual({
      code: 0,
      stdout: `no sweep is in ${folder}\n`,
      stderr: '',
    })
  })
})
