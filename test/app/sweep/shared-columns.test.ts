/** Rows of trials whose columns came from the pool, beside runs that made all of theirs alone. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../../shared.js'
import { temporaryFolder } from '../command.js'
import { leaderboardRows, metricsOf, rerunMetrics, sweepInside } from './sweep-command.js'

const DOOR = JSON.stringify(pathToFileURL(path.join(ROOT, 'engine/index.ts')).href)

/** Sweeps, and expects of some rows that their own commands give them again. */
async function expectRowsAgain(
  words: readonly string[],
  { rows: which }: { readonly rows: readonly number[] },
): Promise<ReturnType<typeof leaderboardRows>> {
  const folder = temporaryFolder()
  const out = path.join(folder, 'sweep')
  const store = ['--trial-store', path.join(folder, 'store')]
  const ended = await sweepInside([...words, ...store, '--out', out, '--best-runs', '0', '--quiet'])
  expect([ended.code, ended.stderr]).toEqual([0, ''])
  const rows = leaderboardRows(out)
  for (const k of which) expect(metricsOf(rows[k])).toEqual(await rerunMetrics(out, rows[k]))
  return rows
}

describe('columns that trials share', () => {
  it("are each symbol's own where a sweep has several", async () => {
    const words = ['momentum-rotation', '-p', 'length=120,360', '-p', 'every=60,240', '-p', 'hold=1,2']
    const data = ['--symbol', 'AAAUSDT', '--symbol', 'BBBUSDT', '--data', 'synthetic:3:8000', '--alpha', '0']
    const rows = await expectRowsAgain([...words, ...data], { rows: [0, 3, 7] })
    expect(rows).toHaveLength(8)
    expect(new Set(rows.map(({ net_return }) => net_return)).size).toBe(8)
  }, 60_000)

  it('are of the longer interval where the strategy says so, on one thread or two, or without room', async () => {
    const words = ['hourly-trend', '-p', 'fast=3,6', '-p', 'slow=12,24', '-p', 'pullback=20,40']
    const data = ['--data', 'synthetic:11:12000', '--alpha', '0']
    const rows = await expectRowsAgain([...words, ...data, '--workers', '1'], { rows: [0, 4, 7] })
    expect(rows.every(({ trades }) => Number(trades) > 0)).toBe(true)
    expect(await expectRowsAgain([...words, ...data, '--workers', '2'], { rows: [] })).toEqual(rows)
    expect(await expectRowsAgain([...words, ...data, '--column-memory', '1K'], { rows: [] })).toEqual(rows)
  }, 60_000)

  it('are kept apart where two definitions that read alike close over different values', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'clash.ts')
    writeFileSync(file, CLASH)
    const words = [file, '--trust', '-p', 'turns=2:8:2', '--data', 'synthetic:5:6000', '--alpha', '0']
    const rows = await expectRowsAgain(words, { rows: [0, 1, 2, 3] })
    expect(new Set(rows.map(({ trades }) => trades)).size).toBe(4)
  }, 60_000)

  it('that cannot be made fail the trials that read them, and no other', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'thrower.ts')
    writeFileSync(file, THROWS)
    const words = [file, '--trust', '-p', 'n=6:8:1', '--data', 'synthetic:5:4000', '--alpha', '0']
    const rows = await expectRowsAgain(words, { rows: [0] })
    expect(rows.map(({ n, status }) => [n, status])).toEqual([
      ['6', 'ok'],
      ['8', 'ok'],
      ['7', 'failed'],
    ])
  }, 60_000)
})

/** An indicator that throws where it is made of seven bars. */
const THROWS = `
import { close, defineIndicator, defineStrategy, int } from ${DOOR}
const shaky = defineIndicator({
  name: 'shaky',
  sources: { close },
  params: { n: 5 },
  warmup: ({ n }) => n,
  next({ close }, _state, { n }) {
    if (n === 7) throw new Error('shaky is bad')
    return close
  },
})
export const thrower = defineStrategy({
  name: 'thrower',
  params: { n: int(5, { min: 1, max: 50 }) },
  indicators: (p) => ({ shaky: shaky({ n: p.n }) }),
  onBar({ shaky }, { target, bars }) {
    target(bars.close.at(1) < shaky.at(0) ? 0.01 : 0)
  },
})
`

/** `every(2)` and `every(4)` have the same source text, and so the same key. */
const CLASH = `
import { close, defineIndicator, defineStrategy, int } from ${DOOR}
const every = (bars) =>
  defineIndicator({
    name: 'every',
    sources: { close },
    warmup: () => 1,
    state: () => ({ seen: 0 }),
    next: (_inputs, state) => Number(state.seen++ % bars < bars / 2),
  })
const phases = { 2: every(2)(), 4: every(4)(), 6: every(6)(), 8: every(8)() }
export const clash = defineStrategy({
  name: 'clash',
  params: { turns: int(2, { min: 2, max: 8 }) },
  indicators: (p) => ({ phase: phases[p.turns] }),
  onBar({ phase }, { target }) {
    target(phase.at(0) > 0 ? 0.01 : 0)
  },
})
`
