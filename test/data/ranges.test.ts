/** Ranges that are done, and names of archives. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dailyArchive, hasDays, monthlyArchive } from '../../data/fetch/archive-file.js'
import { addRange, missingOf, type TimeRange } from '../../data/fetch/ranges.js'

const RANGE = fc.tuple(fc.nat(60), fc.nat(20)).map(([from, length]) => ({ from, to: from + length }))
const has = (ranges: readonly TimeRange[], at: number) => ranges.some(({ from, to }) => from <= at && at < to)

describe('ranges', () => {
  it('hold what was added, and miss the rest', () => {
    fc.assert(
      fc.property(fc.array(RANGE), RANGE, (added, whole) => {
        const ranges = added.reduce<readonly TimeRange[]>(addRange, [])
        const missing = missingOf(ranges, whole)
        for (let at = 0; at < 90; at++) {
          expect(has(ranges, at)).toBe(has(added, at))
          expect(has(missing, at)).toBe(has([whole], at) && !has(added, at))
        }
        for (const [k, { from, to }] of ranges.entries()) {
          expect(from).toBeLessThan(to)
          expect(from).toBeGreaterThan(ranges[k - 1]?.to ?? -1)
        }
      }),
    )
  })
})

describe('archives', () => {
  const klines = (interval: '1m' | '1M') => ({ kind: 'klines', symbol: 'BTCUSDT', interval }) as const

  it('have the names of data.binance.vision', () => {
    const time = Date.UTC(2024, 1, 29, 13)
    expect(monthlyArchive(klines('1m'), time)).toEqual({
      name: 'BTCUSDT-1m-2024-02.zip',
      path: 'data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2024-02.zip',
      from: Date.UTC(2024, 1, 1),
      to: Date.UTC(2024, 2, 1),
    })
    expect(dailyArchive(klines('1m'), time)).toMatchObject({
      path: 'data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2024-02-29.zip',
      from: Date.UTC(2024, 1, 29),
      to: Date.UTC(2024, 2, 1),
    })
    expect(monthlyArchive(klines('1M'), time).name).toBe('BTCUSDT-1mo-2024-02.zip')
    const trades = { kind: 'aggTrades', symbol: 'BTCUSDT', interval: undefined } as const
    expect(dailyArchive(trades, time).path).toBe(
      'data/spot/daily/aggTrades/BTCUSDT/BTCUSDT-aggTrades-2024-02-29.zip',
    )
    expect([hasDays(klines('1m')), hasDays(klines('1M'))]).toEqual([true, false])
  })
})
