import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BarColumns, type Bars } from '../../engine/model/bars.js'
import { timelineOf } from '../../engine/model/timeline.js'

const MINUTE = 60_000

function barsAt(symbol: string, minutes: readonly number[], interval: '1m' | '5m' = '1m'): Bars {
  const bars = new BarColumns({ symbol, interval, capacity: 1 })
  for (const minute of minutes) {
    bars.append({ openTime: minute * MINUTE, open: 1, high: 1, low: 1, close: 1, volume: 1 })
  }
  return bars
}

const minutes = fc.uniqueArray(fc.nat(40), { maxLength: 25 }).map((all) => all.sort((a, b) => a - b))

describe('timelineOf', () => {
  it('has every open time once, rising, and each symbol’s bar where it has one', () => {
    fc.assert(
      fc.property(minutes, minutes, minutes, (a, b, c) => {
        const given = { A: a, B: b, C: c }
        const timeline = timelineOf(Object.entries(given).map(([name, at]) => barsAt(name, at)))
        const union = [...new Set([...a, ...b, ...c])].sort((x, y) => x - y)
        expect([...timeline.openTime].map((time) => time / MINUTE)).toEqual(union)
        for (const { bars, indices } of timeline.tracks) {
          const own: readonly number[] = given[bars.symbol as keyof typeof given]
          expect([...indices]).toEqual(union.map((minute) => own.indexOf(minute)))
        }
      }),
    )
  })

  it('is the same whatever order the symbols are given in', () => {
    fc.assert(
      fc.property(minutes, minutes, (a, b) => {
        const [one, two] = [barsAt('BTCUSDT', a), barsAt('ETHUSDT', b)]
        expect(timelineOf([two, one])).toEqual(timelineOf([one, two]))
      }),
    )
  })

  it('stands on the memory of the bars, which threads can share', () => {
    const bars = barsAt('BTCUSDT', [1, 2])
    const { openTime, tracks } = timelineOf([bars])
    expect(tracks[0]?.bars).toBe(bars)
    expect(
      [openTime.buffer, tracks[0]?.indices.buffer].map((one) => one instanceof SharedArrayBuffer),
    ).toEqual([true, true])
  })

  it('refuses a symbol twice and two intervals', () => {
    expect(() => timelineOf([barsAt('A', [1]), barsAt('A', [2])])).toThrow(/A came twice/)
    expect(() => timelineOf([barsAt('A', [1]), barsAt('B', [5], '5m')])).toThrow(/A has 1m and B has 5m/)
  })

  it('of nothing is empty', () => {
    expect(timelineOf([])).toMatchObject({ length: 0, tracks: [] })
    expect(timelineOf([barsAt('A', [])])).toMatchObject({ length: 0 })
  })
})
