/**
 * Ratios as other tools computed them: backtesting.py on GOOG (its published numbers) and on BTCUSDT
 * (a run of it), its equity rebuilt here from its trades; empyrical, whose definitions vectorbt has,
 * on daily closes.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { loadBars } from '../../data/load-bars.js'
import { backtestingPyRatios } from '../../engine/math/metrics/compat/backtesting-py.js'
import { vectorbtRatios } from '../../engine/math/metrics/compat/vectorbt.js'
import { returnsOf } from '../../engine/math/metrics/daily-marks.js'
import { fallsOf } from '../../engine/math/metrics/drawdown.js'
import { DAY_MS } from '../../engine/model/time.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

type Row = readonly [
  size: number,
  entryBar: number,
  exitBar: number,
  entry: number,
  exit: number,
  pnl: number,
  commission: number,
]

interface Reference {
  readonly runs: Readonly<
    Record<
      string,
      { readonly stats: Readonly<Record<string, number>>; readonly trades: { readonly rows: readonly Row[] } }
    >
  >
}

const reference = (): Reference =>
  JSON.parse(
    gunzipSync(readFileSync(sharedPath('reference', 'backtestingpy-goog-and-binance.json.gz'))).toString(
      'utf8',
    ),
  )

interface Closes {
  readonly times: readonly number[]
  readonly closes: readonly number[]
}

function goog(): Closes {
  const rows = readFileSync(sharedPath('reference', 'GOOG.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
  return { times: rows.map(([day = '']) => Date.parse(day)), closes: rows.map((row) => Number(row[4])) }
}

async function klines(file: string, from: string, to: string): Promise<Closes> {
  const { bars } = await loadBars({ patterns: [sharedPath('data', 'klines', file)] })
  const kept = [...bars.openTime.subarray(0, bars.length).keys()].filter((i) => {
    const time = bars.openTime[i] ?? 0
    return time >= Date.parse(from) && time < Date.parse(to)
  })
  return { times: kept.map((i) => bars.openTime[i] ?? 0), closes: kept.map((i) => bars.close[i] ?? 0) }
}

/** Equity at each close: the cash, less the commission of each side as it is paid, plus what is open. */
function equityOf({ closes }: Closes, rows: readonly Row[], cash: number): Float64Array {
  const equity = new Float64Array(closes.length).fill(cash)
  for (const [size, entryBar, exitBar, entry, exit, pnl, commission] of rows) {
    const rate = commission / (Math.abs(size) * (entry + exit))
    for (let i = entryBar; i < closes.length; i++) {
      const open = size * ((closes[i] ?? 0) - entry) - rate * Math.abs(size) * entry
      equity[i] = (equity[i] ?? 0) + (i < exitBar ? open : pnl)
    }
  }
  return equity
}

function ratiosOf({ times }: Closes, equity: Float64Array, daysPerYear: number) {
  const dayOf = (i: number): number => Math.floor((times[i] ?? Number.POSITIVE_INFINITY) / DAY_MS)
  return backtestingPyRatios({
    dayEnds: equity.filter((_, i) => i === times.length - 1 || dayOf(i) !== dayOf(i + 1)),
    startEquity: equity[0] ?? 0,
    endEquity: equity.at(-1) ?? 0,
    days: ((times.at(-1) ?? 0) - (times[0] ?? 0)) / DAY_MS,
    maxDrawdown: fallsOf(equity, 1).deepest[0]?.depth ?? 0,
    daysPerYear,
  })
}

describe.skipIf(!HAS_SHARED)('ratios of backtesting.py', () => {
  it.each([
    { name: 'goog-sma-10-30-reverse', file: undefined, cash: 10_000, daysPerYear: 252 },
    { name: 'goog-sma-10-20-reverse-commission-0.002', file: undefined, cash: 10_000, daysPerYear: 252 },
    { name: 'BTCUSDT-1h-2022-sma-20-50-long', file: 'BTCUSDT-1h.csv.gz', cash: 1_000_000, daysPerYear: 365 },
  ])('$name: Sharpe, Sortino, Calmar and CAGR', async ({ name, file, cash, daysPerYear }) => {
    const run = reference().runs[name]
    const closes = file === undefined ? goog() : await klines(file, '2022-01-01', '2023-01-01')
    const equity = equityOf(closes, run?.trades.rows ?? [], cash)
    expect(equity.at(-1)).toBeCloseTo(run?.stats['Equity Final [$]'] ?? 0, 4)
    const { sharpe, sortino, calmar, cagr } = ratiosOf(closes, equity, daysPerYear)
    expect(sharpe).toBeCloseTo(run?.stats['Sharpe Ratio'] ?? 0, 6)
    expect(sortino).toBeCloseTo(run?.stats['Sortino Ratio'] ?? 0, 6)
    expect(calmar).toBeCloseTo(run?.stats['Calmar Ratio'] ?? 0, 6)
    expect(cagr * 100).toBeCloseTo(run?.stats['CAGR [%]'] ?? 0, 6)
  })
})

describe.skipIf(!HAS_SHARED)('ratios of empyrical, which vectorbt shares', () => {
  it.each(['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'DOGEUSDT'])('daily closes of %s', async (symbol) => {
    const { btc_daily: daily } = JSON.parse(
      readFileSync(sharedPath('reference', 'empyrical-metrics.json'), 'utf8'),
    )
    const { bars } = await loadBars({ patterns: [sharedPath('data', 'klines', `${symbol}-1d.csv.gz`)] })
    const ratios = vectorbtRatios(returnsOf(Float64Array.from(bars.close.subarray(0, bars.length))), 365)
    const expected = daily.values[symbol]
    expect(ratios.sharpe).toBeCloseTo(expected.sharpe, 9)
    expect(ratios.sortino).toBeCloseTo(expected.sortino, 9)
    expect(ratios.calmar).toBeCloseTo(expected.calmar, 9)
    expect(ratios.cagr).toBeCloseTo(expected.annual_return, 9)
  })
})
