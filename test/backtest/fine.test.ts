/** What finer bars and recorded trades decide inside a bar, and that the interval without them holds. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { FinePath } from '../../engine/core/market/fine-path.js'
import { defineStrategy } from '../../engine/core/strategy.js'
import { TradeBars } from '../../engine/math/bars-from-trades.js'
import { type Bars, newColumn } from '../../engine/model/bars.js'
import { formatUnits } from '../../engine/model/money.js'
import type { RunSettings } from '../../engine/model/settings.js'
import { type Interval, intervalMs } from '../../engine/model/time.js'
import { barsOf, rulesOf, run, START, scripted, units } from '../market.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

/** A path of single prices at seconds behind the start. */
function pathOf(points: readonly (readonly [ms: number, price: number, volume?: number])[]): FinePath {
  const column = (values: readonly number[]) => {
    const made = newColumn(values.length)
    made.set(values)
    return made
  }
  const prices = column(points.map(([, price]) => price))
  return {
    openTime: column(points.map(([ms]) => ms)),
    open: prices,
    high: prices,
    low: prices,
    volume: column(points.map(([, , volume]) => volume ?? 1)),
    length: points.length,
  }
}

describe('finer data', () => {
  const bars = barsOf(
    Array.from({ length: 8 }, (_, i) => (i === 5 ? [100, 105, 95, 100] : [100, 101, 99, 100])),
  )
  const strategy = scripted({ 0: ({ bracket }) => bracket({ quantity: 1, stop: 96, takeProfit: 104 }) })
  const inBar5 = (prices: readonly number[]) =>
    pathOf(prices.map((price, k) => [START + 5 * 60_000 + k * 10_000, price] as const))
  const exitOf = (fine: FinePath | undefined) => {
    const { fills, trades } = run({ strategy, bars, ...(fine && { fine }) })
    const exit = fills.at(-1)
    return [exit?.type, (exit?.time ?? 0) - START, trades[0]?.isAmbiguous]
  }

  it('say which of two exits was reached first, and when', () => {
    expect(exitOf(undefined)).toEqual(['STOP_LOSS', 300_000, true])
    expect(exitOf(inBar5([100, 105, 95, 100]))).toEqual(['LIMIT_MAKER', 310_000, false])
    expect(exitOf(inBar5([100, 95, 105, 100]))).toEqual(['STOP_LOSS', 310_000, false])
  })

  it('leave a bar as it is of which they hold nothing', () => {
    expect(exitOf(pathOf([[START, 100]]))).toEqual(['STOP_LOSS', 300_000, true])
  })

  it('let a posted order time out inside a bar, and price what follows there', () => {
    const policy = { postTimeoutMs: 20_000, escalate: 'market' } as const
    const fine = pathOf([
      [START + 180_000, 100.5],
      [START + 190_000, 100.6],
      [START + 201_000, 100.7],
      [START + 210_000, 99],
    ])
    const { fills } = run({
      strategy: scripted({ 0: ({ buy }) => buy({ quantity: 1 }) }),
      bars: barsOf(
        Array.from({ length: 8 }, (_, i) => (i === 3 ? [100.5, 101, 99, 100] : [100, 101, 99, 100])),
      ),
      settings: { policy },
      fine,
    })
    expect(fills.map(({ type, time, price }) => [type, time - START, formatUnits(price)])).toEqual([
      ['MARKET', 201_000, '100.7'],
    ])
  })

  it('bound what a fill may be by the volume of its piece', () => {
    const fine = pathOf([
      [START + 180_000, 100, 1],
      [START + 190_000, 98, 4],
      [START + 200_000, 98, 4],
    ])
    const { fills } = run({
      strategy: scripted({ 0: ({ buy }) => buy({ quantity: 5, type: 'LIMIT', price: 99 }) }),
      bars: barsOf(Array.from({ length: 8 }, () => [100, 101, 98, 100, 9])),
      settings: { participation: 0.5 },
      rules: rulesOf({ stepSize: units('0.1') }),
      fine,
    })
    expect(fills.map(({ time, quantity }) => [time - START, formatUnits(quantity)])).toEqual([
      [190_000, '2'],
      [200_000, '2'],
      [240_000, '1'],
    ])
  })
})

const FILE = sharedPath('data', 'aggtrades', 'XRPETH-2019-10-11.csv.gz')

/** Recorded trades as time and price, with the bars of them. */
function recorded(interval: Interval): {
  readonly trades: readonly (readonly [number, number])[]
  readonly bars: Bars
} {
  const made = new TradeBars({ symbol: 'XRPETH', interval })
  const trades: (readonly [number, number])[] = []
  for (const line of gunzipSync(readFileSync(FILE)).toString().split('\n').slice(1)) {
    const [, price = '', quantity = '', , , time = '', maker] = line.split(',')
    if (price === '') continue
    trades.push([Number(time), Number(price)])
    made.add({
      time: Number(time),
      price: units(price),
      quantity: units(quantity),
      isBuyerMaker: maker === 'True',
      count: 1,
    })
  }
  return { trades, bars: made.end() }
}

/** Buys a fixed quantity whenever it is flat, with a stop and a target of the same width. */
const brackets = (width: number) =>
  defineStrategy({
    name: 'brackets',
    onBar(_indicators, { position, bracket, bars }) {
      if (!position.isFlat) return
      const last = bars.close.at(0)
      bracket({ quantity: 100, stop: last * (1 - width), takeProfit: last * (1 + width) })
    },
  })

describe.skipIf(!HAS_SHARED)('on recorded trades', () => {
  const RULES = rulesOf({ tickSize: units('0.00000001'), stepSize: units('1') })
  const CASES = (['5m', '15m', '30m', '1h', '2h'] as const).flatMap((interval) =>
    [0.001, 0.002, 0.003, 0.005, 0.01].map((width) => [interval, width] as const),
  )

  it.each(CASES)('at %s and %f the interval of the bars contains what the trades say', (interval, width) => {
    const { bars, trades } = recorded(interval)
    const fine = pathOf(trades)
    const play = (insideBar: RunSettings['insideBar'], path?: FinePath) =>
      run({
        strategy: brackets(width),
        bars,
        rules: RULES,
        settings: { insideBar, closeAtEnd: true },
        ...(path && { fine: path }),
      })
    const exact = play('worst', fine)
    const [worst, best] = [play('worst').cash, play('best').cash]
    expect(exact.cash).toBeGreaterThanOrEqual(worst)
    expect(exact.cash).toBeLessThanOrEqual(best)
    expect(exact.fills.every(({ isAmbiguous }) => !isAmbiguous)).toBe(true)

    // An independent walk over the trades: which of the two prices was traded through first.
    const [bought, ...exits] = exact.fills
    expect(bought?.side).toBe('BUY')
    expect(exits.length).toBeGreaterThan(0)
    for (const [k, exit] of exact.fills.entries()) {
      const entry = exact.fills[k - 1]
      if (exit.side === 'BUY' || exit.type === 'MARKET' || !entry) continue
      const decided = bars.close[entry.barIndex - 1] ?? Number.NaN
      const stop = Math.round(decided * (1 - width) * 1e8) / 1e8
      const target = Math.ceil(decided * (1 + width) * 1e8 - 1e-6) / 1e8
      const from = trades.findIndex(([time]) => time >= entry.time)
      const at = trades.slice(from).findIndex(([, price]) => price <= stop || price > target) + from
      const [time = 0, price = 0] = trades[at] ?? []
      // A bar's first trade is its open, and is stamped as that.
      const opened = time - (time % intervalMs(interval))
      const isOpen = (trades[at - 1]?.[0] ?? 0) < opened
      expect([exit.time, exit.type]).toEqual([
        isOpen ? opened : time,
        price <= stop ? 'STOP_LOSS' : 'LIMIT_MAKER',
      ])
    }
  })
})
