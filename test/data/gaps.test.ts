import { describe, expect, it } from 'vitest'
import { fillGapsFlat, findGaps } from '../../data/gaps.js'
import { BAR_FLAG, BarColumns, barAt } from '../../engine/model/bars.js'
import { type Interval, parseTime } from '../../engine/model/time.js'

/** Bars that open at these times, the `i`-th closing at 10 + i. */
function barsAt(
  interval: Interval,
  times: readonly string[],
  optional: readonly 'quoteVolume'[] = [],
): BarColumns {
  const bars = new BarColumns({ symbol: 'BTCUSDT', interval, optional })
  times.forEach((text, i) => {
    const close = 10 + i
    const openTime = parseTime(text) ?? Number.NaN
    bars.append({ openTime, open: 9, high: 20, low: 8, close, volume: 3, quoteVolume: 30, origin: 'import' })
  })
  return bars
}

describe('gaps', () => {
  it('are runs of missing bars between two that are there', () => {
    const bars = barsAt('1h', [
      '2024-01-01T00:00',
      '2024-01-01T01:00',
      '2024-01-01T04:00',
      '2024-01-01T06:00',
    ])
    expect(findGaps(bars)).toEqual([
      { index: 2, from: parseTime('2024-01-01T02:00'), to: parseTime('2024-01-01T04:00'), missing: 2 },
      { index: 3, from: parseTime('2024-01-01T05:00'), to: parseTime('2024-01-01T06:00'), missing: 1 },
    ])
  })

  it('are counted within the range asked for', () => {
    const bars = barsAt('1h', [
      '2024-01-01T00:00',
      '2024-01-01T02:00',
      '2024-01-01T03:00',
      '2024-01-01T05:00',
    ])
    expect(findGaps(bars, 1, 3)).toEqual([])
    expect(findGaps(bars, 1).map((gap) => gap.index)).toEqual([3])
    expect(findGaps(bars, 0, 2).map((gap) => gap.index)).toEqual([1])
  })

  it('are counted in calendar months, whatever their length', () => {
    const whole = barsAt('1M', ['2024-01-01', '2024-02-01', '2024-03-01', '2024-04-01'])
    expect(findGaps(whole)).toEqual([])
    const [gap] = findGaps(barsAt('1M', ['2023-12-01', '2024-03-01']))
    expect(gap).toEqual({ index: 1, from: parseTime('2024-01-01'), to: parseTime('2024-03-01'), missing: 2 })
  })

  it('are none in no bars and in one', () => {
    expect(findGaps(barsAt('1m', []))).toEqual([])
    expect(findGaps(barsAt('1m', ['2024-01-01']))).toEqual([])
  })

  it('are filled with bars at the close before, without volume, that are flagged and so fill no order', () => {
    const bars = barsAt('1h', ['2024-01-01T00:00', '2024-01-01T03:00'], ['quoteVolume'])
    bars.flags[1] = BAR_FLAG.irregularClose
    const filled = fillGapsFlat(bars)
    expect(filled.length).toBe(4)
    const flat = {
      open: 10,
      high: 10,
      low: 10,
      close: 10,
      volume: 0,
      quoteVolume: 0,
      flags: BAR_FLAG.synthetic,
      origin: 'synthetic',
    }
    expect(barAt(filled, 0)).toEqual(barAt(bars, 0))
    expect(barAt(filled, 1)).toEqual({ openTime: parseTime('2024-01-01T01:00'), ...flat })
    expect(barAt(filled, 2)).toEqual({ openTime: parseTime('2024-01-01T02:00'), ...flat })
    expect(barAt(filled, 3)).toEqual(barAt(bars, 1))
    expect(findGaps(filled)).toEqual([])
  })

  it('leave the bars that they are filled from as they were', () => {
    const bars = barsAt('1h', ['2024-01-01T00:00', '2024-01-01T03:00'])
    fillGapsFlat(bars).close.fill(0)
    expect(bars.length).toBe(2)
    expect(barAt(bars, 1).close).toBe(11)
    expect(barAt(fillGapsFlat(barsAt('1h', ['2024-01-01'])), 0)).toEqual(barAt(bars, 0))
  })
})
