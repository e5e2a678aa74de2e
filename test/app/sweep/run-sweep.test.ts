import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { METRIC_KEYS } from '../../../engine/math/metrics/metric-table.js'
import { newRandom } from '../../../engine/math/random.js'
import { ROOT } from '../../shared.js'
import { runInside, temporaryFolder } from '../command.js'
import { writeHours } from './hour-market.js'
import {
  leaderboardRows,
  metricsOf,
  rerunMetrics,
  shownWords,
  sweepFile,
  sweepInside,
} from './sweep-command.js'

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
      sweepInside([
        ...SWEEP,
        '--best-runs',
        '1',
        '--out',
        at(out),
        '--trial-store',
        at(store),
        '--workers',
        workers,
      ])
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
    expect(readdirSync(at('one/best'))).toEqual(readdirSync(at('two/best')))
    // A row is what its whole command gives.
    const [best] = leaderboardRows(at('one'))
    const words = await shownWords(at('one'), best?.trial)
    expect((await runInside([...words, '--out', at('run'), '--quiet'])).code).toBe(0)
    const { values } = JSON.parse(readFileSync(at('run/metrics.json'), 'utf8'))
    expect(metricsOf(best)).toEqual(METRIC_KEYS.map((key) => values[key]))
  }, 60_000)

  it('has rows whose printed commands give the same metrics: twenty of them, drawn at random', async () => {
    const folder = path.join(temporaryFolder(), "it's here")
    mkdirSync(folder)
    const [strategy, data, out] = ['odd words.ts', 'BTCUSDT-1h.csv', 'sweep'].map((name) =>
      path.join(folder, name),
    ) as [string, string, string]
    writeFileSync(strategy, ODD)
    writeHours(data, { seed: 7, days: 120 })
    const bnbData = path.join(folder, 'BNBUSDT-1h.csv')
    writeHours(bnbData, { seed: 8, days: 120 })
    const bnb = [
      '--fee-asset',
      'bnb',
      '--bnb-discount',
      '0.25',
      '--bnb-balance',
      '0.3',
      '--bnb-data',
      bnbData,
    ]
    const words = [
      ...[strategy, '--trust', '-p', 'share=0.1:0.9:0.2', '-p', 'length=3,7', '-p', 'late=true,false'],
      ...[
        '-p',
        `mode=${ODD_WORDS.filter((word) => !word.includes(',')).join(',')}`,
        '--data',
        data,
        '--rules',
        'none',
      ],
      ...['--holdout', '2020-04-10..2020-04-30', '--best-runs', '0', '--alpha', '0.3', '--quiet', ...bnb],
    ]
    const ended = await sweepInside([...words, '--out', out, '--trial-store', path.join(folder, 'store')])
    expect(ended.stderr).toBe('')
    const rows = leaderboardRows(out)
    expect(rows).toHaveLength(5 * 2 * 2 * 4)
    expect(new Set(rows.map(({ net_return }) => net_return)).size).toBeGreaterThan(60)
    const random = newRandom(7)
    for (let draw = 0; draw < 20; draw++) {
      const row = rows[Math.floor(random.uniform() * rows.length)]
      expect(metricsOf(row)).toEqual(await rerunMetrics(out, row))
    }
  }, 60_000)

  it('records a trial that throws with its stack, and goes on with the rest', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'seven.ts')
    writeFileSync(file, SEVEN)
    const out = path.join(folder, 'sweep')
    const words = [
      file,
      '--trust',
      '-p',
      'n=6:8:1',
      '--data',
      'synthetic:3:5000',
      '--best-runs',
      '0',
      '--quiet',
    ]
    const ended = await sweepInside([...words, '--out', out, '--trial-store', path.join(folder, 'store')])
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    expect(leaderboardRows(out).map(({ n, status }) => [n, status])).toContainEqual(['7', 'failed'])
    const [failed] = JSON.parse(sweepFile(out, 'failed.json'))
    expect(failed).toMatchObject({ trial: 2, params: { n: 7 } })
    expect(failed.stack).toMatch(/seven is bad[\s\S]*seven\.ts:/)
    const all = words.map((word) => (word === 'n=6:8:1' ? 'n=7' : word))
    const none = await sweepInside([
      ...all,
      '--out',
      path.join(folder, 'none'),
      '--trial-store',
      path.join(folder, 's'),
    ])
    expect([none.code, none.stdout]).toEqual([4, ''])
    expect(none.stderr).toMatch(/every trial of sweep [0-9a-f]{12} failed, the first with: .*seven is bad/)
  }, 60_000)

  it('ends with code 5 where a --fail-if holds, and with 2 on words that mean nothing', async () => {
    const folder = temporaryFolder()
    const at = ['--out', path.join(folder, 'x'), '--trial-store', path.join(folder, 's'), '--best-runs', '0']
    const gate = await sweepInside([...SWEEP, ...at, '--fail-if', 'trades > 1'])
    expect([gate.code, gate.stdout]).toEqual([5, ''])
    expect(gate.stderr).toMatch(/--fail-if "trades > 1" must not hold, does with trades \d+/)
    for (const [words, message] of [
      [['--fail-if', 'pbo'], /must be a condition/],
      [['--samplr', 'grid'], /--samplr must be a flag of run-sweep, is none; did you mean --sampler\?/],
      [['-p', 'slwo=3'], /no parameter slwo; did you mean slow\?/],
      [['--trials', '2'], /--trials must be at least the 9 sets of the grid, was 2/],
      [['--walk-forward', 'train=9d'], /--walk-forward must be like train=365d/],
      [['--holdout', '2020-01-10..2020-01-15'], /--holdout must reach to the end/],
    ] as const) {
      const ended = await sweepInside([...SWEEP, ...at, ...words])
      expect([ended.code, ended.stdout]).toEqual([2, ''])
      expect(ended.stderr).toMatch(message)
    }
  }, 60_000)

  it('never touches what was held out, nor lets a later sweep', async () => {
    const folder = temporaryFolder()
    const sweep = (out: string, ...more: string[]) =>
      sweepInside([
        ...[...SWEEP, '--best-runs', '0', '--trial-store', path.join(folder, 's')],
        ...['--out', path.join(folder, out), ...more],
      ])
    const ends = ['--to', '2020-01-25', '--holdout', '2020-01-15..2020-01-25']
    expect((await sweep('a', ...ends)).code).toBe(0)
    expect(JSON.parse(sweepFile(path.join(folder, 'a'), 'sweep.json')).data[0].to).toBe(
      '2020-01-15T00:00:00.000Z',
    )
    const later = await sweep('b')
    expect(later.code).toBe(2)
    expect(later.stderr).toMatch(/no sweep may touch 2020-01-15T00:00:00.000Z/)
    expect((await sweep('c', '--holdout', 'none')).code).toBe(0)
  }, 60_000)
})

/** Words that a shell, a table of commas or a spreadsheet would take for something else. */
const ODD_WORDS = ["don't stop", '-reverse', '$HOME "q"', '=1+1', 'a,b']

const ODD = `
import { choice, close, defineStrategy, flag, int, num, sma } from '${path.join(ROOT, 'engine/index.js')}'
export const odd = defineStrategy({
  name: 'odd',
  params: {
    mode: choice('a,b', ${JSON.stringify(ODD_WORDS)}),
    length: int(5, { min: 2, max: 50 }),
    share: num(0.5, { min: 0, max: 1 }),
    late: flag(false),
  },
  indicators: (p) => ({ mean: sma(close, p.length) }),
  onBar({ mean }, { params, bars, target }) {
    const isAbove = bars.close.at(params.late ? 1 : 0) > mean.at(0)
    target(isAbove === (params.mode === '-reverse') ? 0 : params.share * (1 + params.mode.length / 20) / 2)
  },
})
`

const SEVEN = `
import { close, defineStrategy, int, sma } from '${path.join(ROOT, 'engine/index.js')}'
export const seven = defineStrategy({
  name: 'seven',
  params: { n: int(5, { min: 1, max: 50 }) },
  indicators: (p) => ({ mean: sma(close, p.n) }),
  onBar({ mean }, { params, bars, target }) {
    if (params.n === 7) throw new Error('seven is bad')
    target(bars.close.at(0) > mean.at(0) ? 1 : 0)
  },
})
`
