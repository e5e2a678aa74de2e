import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dailyMarks, returnsOf } from '../../../engine/math/metrics/daily-marks.js'
import type { RunResult } from '../../../engine/model/run-result.js'
import { DAY_MS, formatTime, type Interval, nextOpenTime } from '../../../engine/model/time.js'
import { type FixtureRun, fixtureRun, moment } from './run-fixture.js'

/** Marks as `[time, equity, close]`. */
function marksOf(result: RunResult): [string, number, number][] {
  const { times, equity, close } = dailyMarks(result)
  return times.map((time, i) => [formatTime(time), equity[i] ?? NaN, close[i] ?? NaN])
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => 100 + i)

/** Cash of 1000, one coin bought at the open of bar 1: equity is 900 + close from there. */
const holding = (run: FixtureRun) =>
  fixtureRun({ fills: [{ bar: 1, side: 'BUY', price: '100', quantity: '1' }], ...run })

describe('dailyMarks', () => {
  it('start with the cash and the first open where the range starts at midnight', () => {
    const run = holding({ interval: '6h', closes: upTo(8), opens: [99] })
    expect(marksOf(run)).toEqual([
      ['2024-01-01T00:00:00.000Z', 1000, 99],
      ['2024-01-02T00:00:00.000Z', 1003, 103],
      ['2024-01-03T00:00:00.000Z', 1007, 107],
    ])
  })

  it('start at the first midnight after the first bar, and end at the last one before the end', () => {
    // 6-hour bars from 06:00: bar 2 ends at midnight, bar 6 too; bars 7 and 8 are in no daily number.
    const run = holding({ interval: '6h', start: '2024-01-01T06:00', closes: upTo(9) })
    expect(marksOf(run)).toEqual([
      ['2024-01-02T00:00:00.000Z', 1002, 102],
      ['2024-01-03T00:00:00.000Z', 1006, 106],
    ])
  })

  it('are none within one day, and one at its end', () => {
    expect(marksOf(holding({ start: '2024-01-01T01:00', closes: upTo(5) }))).toEqual([])
    expect(marksOf(holding({ start: '2024-01-01T19:00', closes: upTo(5) }))).toHaveLength(1)
  })

  it('keep the last known equity on days without a bar', () => {
    const day = (d: number, h: number) => moment('2024-01-01') + d * DAY_MS + h * 3_600_000
    // The bar that opens at 23:00 on the 1st is followed by one at 05:00 on the 4th.
    const run = holding({ openTimes: [day(0, 22), day(0, 23), day(3, 5), day(3, 6)], closes: upTo(4) })
    expect(marksOf(run)).toEqual([
      ['2024-01-02T00:00:00.000Z', 1001, 101],
      ['2024-01-03T00:00:00.000Z', 1001, 101],
      ['2024-01-04T00:00:00.000Z', 1001, 101],
    ])
  })

  it('count a bar as ended at its open time plus the interval', () => {
    // A 4-hour bar from 22:00 has not ended at midnight.
    const openTimes = [moment('2024-01-01T18:00'), moment('2024-01-01T22:00'), moment('2024-01-02T02:00')]
    const run = holding({ interval: '4h', openTimes, closes: [100, 150, 160] })
    expect(marksOf(run)).toEqual([['2024-01-02T00:00:00.000Z', 1000, 100]])
  })

  it('keep the mark through bars that are longer than a day', () => {
    const run = holding({ interval: '3d', closes: [100, 110], opens: [95] })
    expect(marksOf(run).map(([, equity, close]) => [equity, close])).toEqual([
      [1000, 95],
      [1000, 95],
      [1000, 95],
      [1000, 100],
      [1000, 100],
      [1000, 100],
      [1010, 110],
    ])
  })

  it('follow calendar months', () => {
    const times = dailyMarks(holding({ interval: '1M', closes: [100, 110] })).times
    // January and February of 2024: 60 days, 61 midnights.
    expect([times.length, formatTime(times.at(-1) ?? 0)]).toEqual([61, '2024-03-01T00:00:00.000Z'])
    const { equity } = dailyMarks(holding({ interval: '1M', closes: [100, 110] }))
    expect([equity[30], equity[31], equity[59], equity[60]]).toEqual([1000, 1000, 1000, 1010])
  })

  it('count the range alone', () => {
    const run = holding({ interval: '12h', closes: upTo(6), first: 2 })
    expect(marksOf(run)).toEqual([
      ['2024-01-02T00:00:00.000Z', 1000, 101],
      ['2024-01-03T00:00:00.000Z', 1003, 103],
      ['2024-01-04T00:00:00.000Z', 1005, 105],
    ])
  })

  it('agree with looking through all bars at each midnight, gaps and all', () => {
    const interval = fc.constantFrom<Interval>('1h', '4h', '8h', '12h', '1d', '3d', '1w')
    const steps = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(interval, steps, fc.integer({ min: 0, max: 30 }), (interval, gaps, offset) => {
        const length = nextOpenTime(0, interval)
        let openTime = moment('2024-01-01') + offset * 3_600_000
        const openTimes = gaps.map((gap) => {
          openTime += gap * length
          return openTime
        })
        const run = fixtureRun({ interval, openTimes, closes: upTo(gaps.length) })
        const expected: [number, number][] = []
        const last = (openTimes.at(-1) ?? 0) + length
        for (let t = 0; t <= last; t += DAY_MS) {
          if (t < (openTimes[0] ?? 0)) continue
          const ended = openTimes.filter((open) => open + length <= t).length
          expected.push([t, ended === 0 ? 100 : 99 + ended])
        }
        const { times, close } = dailyMarks(run)
        expect(times.map((t, i) => [t, close[i]])).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })
})

describe('returnsOf', () => {
  it('are the changes from mark to mark, one fewer than marks', () => {
    expect(Array.from(returnsOf(Float64Array.of(100, 110, 110, 55)))).toEqual([110 / 100 - 1, 0, -0.5])
  })

  it('of one mark or none are none', () => {
    expect(returnsOf(new Float64Array(1))).toHaveLength(0)
    expect(returnsOf(new Float64Array(0))).toHaveLength(0)
  })
})
