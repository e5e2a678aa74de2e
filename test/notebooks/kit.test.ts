import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../data/storage/store.js'
import { close, crossedAbove, crossedBelow, defineStrategy, int, sma } from '../../engine/index.js'
import { fromDanfo, toDanfo } from '../../notebooks/kit/danfo.js'
import { backtest, loadBars, sqlIn, toBars, toRows } from '../../notebooks/kit/index.js'
import { runInside } from '../app/command.js'

const SERIES = { symbol: 'BTCUSDT', interval: '1m' } as const

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nextbar-kit-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('backtest', () => {
  it('gives the metrics and tables of the command line', async () => {
    const words = [
      'sma-cross',
      '-p',
      'fast=20',
      '-p',
      'slow=100',
      '--data',
      'synthetic:3:20000',
      '--alpha',
      '0.1',
    ]
    const { stdout } = await runInside([...words, '--json', '--quiet', '--out', join(folder, 'a')])
    const told = JSON.parse(stdout) as { runId: string; metrics: { values: Record<string, number | null> } }
    const run = await backtest('sma-cross', {
      data: 'synthetic:3:20000',
      params: { fast: 20, slow: 100 },
      alpha: 0.1,
    })
    expect(run.runId).toBe(told.runId)
    expect(run.trades).toHaveLength(run.metrics.trades)
    const net = run.trades.reduce((sum, { net }) => sum + Number(net), 0)
    expect(run.fills.length).toBeGreaterThan(run.trades.length)
    // What is open at the end is in the profit and in no trade.
    expect(Math.abs(net - run.metrics.net_profit)).toBeLessThan(run.metrics.start_equity * 0.2)
  })

  it('runs a strategy that a cell defines, over bars that it has at hand, as one in a file', async () => {
    const inCell = defineStrategy({
      name: 'sma-cross',
      params: { fast: int(20, { min: 2, max: 5000 }), slow: int(100, { min: 5, max: 20000 }) },
      indicators: (p) => ({ fast: sma(close, p.fast), slow: sma(close, p.slow) }),
      onBar({ fast, slow }, { target }) {
        if (crossedAbove(fast, slow)) target(1)
        if (crossedBelow(fast, slow)) target(0)
      },
    })
    const bars = await loadBars('synthetic:3:20000')
    const own = await backtest(inCell, { bars })
    const file = await backtest('sma-cross', { data: 'synthetic:3:20000', params: { fast: 20, slow: 100 } })
    expect(own.trades).toEqual(file.trades)
    expect(own.metrics).toEqual(file.metrics)
    expect(own.runId).not.toBe(file.runId)
  })

  it('refuses a flag that is none, with the nearest one', async () => {
    await expect(backtest('sma-cross', { alfa: 0.1 } as object)).rejects.toThrow(
      'alfa must be a flag of run-backtest, is none; did you mean alpha?',
    )
  })
})

describe('bars, rows and frames', () => {
  it('goes from bars to a frame and back without a change', async () => {
    const bars = await loadBars('synthetic:5:3000', { symbol: 'BTCUSDT' })
    const frame = toDanfo(bars)
    expect(frame.shape).toEqual([3000, 6])
    expect(toRows(toBars(fromDanfo(frame), SERIES))).toEqual(toRows(bars))
  })

  it('takes the trades of a run, and groups them', async () => {
    const run = await backtest('sma-cross', { data: 'synthetic:3:20000', params: { fast: 20, slow: 100 } })
    const frame = toDanfo(run.trades)
    expect(frame.shape[0]).toBe(run.trades.length)
    expect(fromDanfo(frame)[0]).toEqual(run.trades[0])
  })

  it('names the row that is no bar', () => {
    const row = { time: '2024-01-01T00:00:00Z', open: 1, high: 1, low: 1, close: 1, volume: 0 }
    expect(() => toBars([row, row], SERIES)).toThrow('row 1: time must be a time after the row before')
    expect(() => toBars([{ ...row, open: Number.NaN }], SERIES)).toThrow(
      'row 0: open must be a number above 0, was NaN',
    )
  })

  it('cuts bars to a range', async () => {
    const day = await loadBars('synthetic:5:3000', { from: '2020-01-01T12:00', to: '2020-01-02' })
    expect(
      toRows(day)
        .map(({ time }) => time)
        .filter((_, k) => k % 719 === 0),
    ).toEqual(['2020-01-01T12:00:00.000Z', '2020-01-01T23:59:00.000Z'])
  })
})

describe('sql', () => {
  it('answers over the store and over a run folder, and takes values as data', async () => {
    const store = join(folder, 'store')
    const bars = await loadBars('synthetic:5:3000', { symbol: 'BTCUSDT' })
    await openStore(store).write({ bars })
    const out = join(folder, 'runs', 'r1')
    await runInside([
      'sma-cross',
      '-p',
      'fast=20',
      '-p',
      'slow=100',
      '--data',
      'synthetic:3:20000',
      '--quiet',
      '--out',
      out,
    ])
    const sql = sqlIn({ store, runs: join(folder, 'runs') })
    const days = await sql`select date_trunc('day', time) as day, max(high) as high, count(*) as bars
      from bars('BTCUSDT', '1m') group by day order by day`
    expect(days.map(({ day, bars }) => [day, bars])).toEqual([
      ['2020-01-01T00:00:00.000Z', 1440],
      ['2020-01-02T00:00:00.000Z', 1440],
      ['2020-01-03T00:00:00.000Z', 120],
    ])
    expect(days[0]?.high).toBe(
      Math.max(
        ...toRows(bars)
          .slice(0, 1440)
          .map(({ high }) => high),
      ),
    )
    const [counted] = await sql`select count(*) as n, min(entry_time) as first from trades(${'r1'})`
    expect(counted?.n).toBeGreaterThan(10)
    expect(await sql`select ${"'; drop table x; --"} as text, ${1.5} as number, ${true} as yes`).toEqual([
      { text: "'; drop table x; --", number: 1.5, yes: true },
    ])
  })

  it('says what DuckDB says of a query that it cannot answer', async () => {
    await expect(sqlIn({})`select nothing from nowhere`).rejects.toThrow(
      /^the query must be SQL that DuckDB can answer: .*nowhere/s,
    )
  })
})
