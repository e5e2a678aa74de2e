/**
 * Stops and targets of two other engines, trade by trade: kernc/backtesting.py with brackets over eight years of
 * ETHUSDT 4h, and Grademark with stop, target and trailing stop over one fund's days.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { loadBars } from '../../data/load-bars.js'

import { close, defineStrategy, sma } from '../../engine/index.js'
import { BarColumns, valueAt } from '../../engine/model/bars.js'
import type { RunResult } from '../../engine/model/run-result.js'
import { formatTime, toEpochMs } from '../../engine/model/time.js'
import { run, type scripted, units } from '../market.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

type Row = readonly [
  number,
  entryBar: number,
  exitBar: number,
  entryPrice: number,
  exitPrice: number,
  number,
  number,
  stop: number,
  target: number,
]

const rowsOf = (): readonly Row[] =>
  JSON.parse(
    gunzipSync(readFileSync(sharedPath('reference', 'backtestingpy-goog-and-binance.json.gz'))).toString(),
  ).runs['ETHUSDT-4h-all-sma-10-30-bracket'].trades.rows

/** Buys one when SMA 10 crosses SMA 30, with 3 % below and 6 % above the close. */
const crossWithBracket = defineStrategy({
  name: 'cross-with-bracket',
  indicators: () => ({ fast: sma(close, 10), slow: sma(close, 30) }),
  onBar({ fast, slow }, { bars, bracket, position }) {
    if (!(fast.at(1) < slow.at(1) && fast.at(0) > slow.at(0)) || !position.isFlat) return
    const last = bars.close.at(0)
    bracket({ quantity: 1, stop: last * 0.97, takeProfit: last * 1.06 })
  },
})

const pricesOf = ({ trades }: RunResult) =>
  trades.map(({ entryBar, exitBar, entryPrice, exitPrice }) => [entryBar, exitBar, entryPrice, exitPrice])

describe.skipIf(!HAS_SHARED)('the brackets of backtesting.py', () => {
  it('end 340 trades of ETHUSDT 4h at the same bars and prices', async () => {
    const { bars } = await loadBars({ patterns: [sharedPath('data', 'klines', 'ETHUSDT-4h.csv.gz')] })
    const result = run({
      strategy: crossWithBracket,
      bars,
      // Its limits fill at a touch; its prices have no tick.
      settings: { cash: units('1000000'), limitFill: 'touch', closeAtEnd: true },
    })
    const theirs = rowsOf()
    expect(theirs.length).toBe(340)
    const ours = pricesOf(result)
    expect(ours.map(([entry, exit]) => [entry, exit])).toEqual(theirs.map(([, entry, exit]) => [entry, exit]))
    for (const [k, [, , , entryPrice, exitPrice]] of theirs.entries()) {
      expect(ours[k]?.[2]).toBeCloseTo(entryPrice, 7)
      expect(ours[k]?.[3]).toBeCloseTo(exitPrice, 7)
    }
  })
})

interface FundTrade {
  readonly entryTime: string
  readonly entryPrice: number
  readonly exitTime: string
  readonly exitPrice: number
  readonly exitReason: string
}

const fund = () => JSON.parse(readFileSync(sharedPath('reference', 'grademark-stw.json'), 'utf8'))

/** Days of the fund; each row opens at 00:00 UTC of its date. */
function fundBars() {
  const bars = new BarColumns({ symbol: 'STW', interval: '1d', capacity: 300 })
  for (const line of fund().csv.trim().split('\n').slice(1)) {
    const [date = '', ...cells] = line.split(',')
    const [day = 0, month = 0, year = 0] = date.split('/').map(Number)
    const [open = 0, high = 0, low = 0, close = 0, volume = 0] = cells.map(Number)
    bars.append({ openTime: Date.UTC(year, month - 1, day), open, high, low, close, volume })
  }
  return bars
}

/**
 * Buys one below the mean of 30 days, and leaves above it. Theirs asks no rule in the bar of an entry or of an
 * exit, and looks at exits, which are distances from the entry, from the bar behind the entry's on.
 */
const meanReversion = (protect: (context: AnyContext, entry: number) => void) =>
  defineStrategy({
    name: 'mean-reversion',
    indicators: () => ({ mean: sma(close, 30) }),
    state: (): { wasLong: boolean } => ({ wasLong: false }),
    onBar({ mean }, context) {
      const { bars, position, state } = context
      const last = bars.close.at(0)
      const hasTraded = position.isLong !== state.wasLong
      state.wasLong = position.isLong
      if (hasTraded && position.isLong) protect(context, bars.open.at(0))
      if (hasTraded) return
      if (position.isFlat && last < mean.at(0)) context.buy({ quantity: 1 })
      if (position.isLong && last > mean.at(0)) {
        context.cancel()
        context.close()
      }
    },
  })

type AnyContext = Parameters<Parameters<typeof scripted>[0][number]>[0]

const FUND = [
  ['basic strategy', 0, () => {}],
  ['with stop loss', 0, ({ bracket }: AnyContext, entry: number) => bracket({ stop: entry * 0.985 })],
  [
    'with profit target',
    1,
    ({ sell }: AnyContext, entry: number) => sell({ quantity: 1, type: 'LIMIT', price: entry * 1.01 }),
  ],
] as const

describe.skipIf(!HAS_SHARED)("grademark's trades of a fund", () => {
  it.each(FUND)('%s', (name, opensBeyond, protect) => {
    const result = run({
      strategy: meanReversion(protect),
      bars: fundBars(),
      settings: { atrPeriod: 1, limitFill: 'touch' },
    })
    const theirs: readonly FundTrade[] = fund().expected[`backtest mean reversion ${name}.json`]
    expect(
      result.trades.map(({ entryTime, entryPrice, exitTime }) => [
        dateOf(entryTime),
        entryPrice,
        dateOf(exitTime),
      ]),
    ).toEqual(
      theirs.map((t) => [
        dateOf(Date.parse(t.entryTime) + DAY),
        t.entryPrice,
        dateOf(Date.parse(t.exitTime) + DAY),
      ]),
    )
    let better = 0
    for (const [k, { exitPrice, exitBar }] of result.trades.entries()) {
      const level = theirs[k]?.exitPrice ?? Number.NaN
      // A bar that opens beyond a target fills it at the level there, and at the open, which is better, here.
      const opened = valueAt(result.bars.open, exitBar)
      const isBeyond = theirs[k]?.exitReason === 'profit-target' && opened > level
      if (isBeyond) better++
      expect(exitPrice).toBeCloseTo(isBeyond ? opened : level, 7)
    }
    expect(better).toBe(opensBeyond)
  })
})

const DAY = 86_400_000

/** Their times are midnights of Australia, on the day before in UTC. */
function dateOf(time: number): string {
  return formatTime(toEpochMs(time)).slice(0, 10)
}
