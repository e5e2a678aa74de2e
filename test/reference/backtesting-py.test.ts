/**
 * The trades of an independent engine (kernc/backtesting.py, a run of it on the same bars) against
 * ours: sma-cross 20/50, long only, without costs, each file's range cut out, so that nothing is
 * warmed up before it.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { loadBars } from '../../data/load-bars.js'
import { type Bars, sliceBars } from '../../engine/model/bars.js'
import type { RunResult } from '../../engine/model/run-result.js'
import { smaCross } from '../../strategies/sma-cross.js'
import { run } from '../market.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

type Row = readonly [size: number, entryBar: number, exitBar: number, entryPrice: number, exitPrice: number]

interface Reference {
  readonly runs: Readonly<
    Record<string, { readonly bars: number; readonly trades: { readonly rows: readonly Row[] } }>
  >
}

const reference = (): Reference =>
  JSON.parse(
    gunzipSync(readFileSync(sharedPath('reference', 'backtestingpy-goog-and-binance.json.gz'))).toString(
      'utf8',
    ),
  )

const CASES = [
  { name: 'BTCUSDT-1h-2022-sma-20-50-long', file: 'BTCUSDT-1h.csv.gz', from: '2022-01-01', to: '2023-01-01' },
  { name: 'BTCUSDT-1h-2023-sma-20-50-long', file: 'BTCUSDT-1h.csv.gz', from: '2023-01-01', to: '2024-01-01' },
  {
    name: 'BTCUSDT-1m-2021-02-19-sma-20-50-long',
    file: 'BTCUSDT-1m-2021-02-19.csv.gz',
    from: '2021-02-19',
    to: '2021-02-26',
  },
]

async function cutOut(file: string, from: string, to: string): Promise<Bars> {
  const { bars } = await loadBars({ patterns: [sharedPath('data', 'klines', file)] })
  const times = [...bars.openTime.subarray(0, bars.length)]
  const first = times.findIndex((time) => time >= Date.parse(from))
  const end = times.filter((time) => time < Date.parse(to)).length
  return sliceBars(bars, first, end)
}

const rowsOf = (result: RunResult) =>
  result.trades.map(({ entryBar, exitBar, entryPrice, exitPrice }) => [
    entryBar,
    exitBar,
    entryPrice,
    exitPrice,
  ])

describe.skipIf(!HAS_SHARED)('the trades of backtesting.py', () => {
  it.each(CASES)('$name: the same entry and exit bars and prices', async ({ name, file, from, to }) => {
    const bars = await cutOut(file, from, to)
    const expected = reference().runs[name]
    expect(bars.length).toBe(expected?.bars)
    const result = run({
      strategy: smaCross,
      params: { fast: 20, slow: 50 },
      bars,
      settings: { atrPeriod: 14 },
    })
    const rows = (expected?.trades.rows ?? []).map((row) => row.slice(1, 5))
    // The one deliberate difference: the other engine closes what is left on the last bar's open;
    // here it stays open, or `--close-at-end` sells it on the last close.
    const isLeftOpen = rows.at(-1)?.[1] === bars.length - 1
    expect(result.hasOpenTrade).toBe(isLeftOpen)
    expect(rowsOf(result)).toEqual(isLeftOpen ? rows.slice(0, -1) : rows)
    expect(result.trades.length).toBeGreaterThan(100)
  })
})
