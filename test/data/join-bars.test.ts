import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FileBars, joinBars } from '../../data/join-bars.js'
import { BAR_FLAG, BarColumns, type OptionalField } from '../../engine/model/bars.js'
import { DataError } from '../../engine/model/errors.js'
import { barList } from '../market.js'
import { MINUTE, START } from './kline-files.js'

/** A part with the minutes of these numbers; a bar's prices and volume follow from its minute. */
function part(file: string, minutes: readonly number[], optional: readonly OptionalField[] = []): FileBars {
  const bars = new BarColumns({ symbol: 'BTCUSDT', interval: '1m', optional })
  for (const minute of minutes) {
    const price = 100 + minute
    bars.append({
      openTime: START + minute * MINUTE,
      open: price,
      high: price + 1,
      low: price - 1,
      close: price,
      volume: minute,
      quoteVolume: minute * 10,
      tradeCount: minute * 2,
    })
  }
  return { bars, place: (row) => `${file} line ${row + 1}` }
}

function minutesOf(bars: BarColumns): readonly number[] {
  return barList(bars).map((bar) => (bar.openTime - START) / MINUTE)
}

describe('joining files', () => {
  it('gives every bar once, oldest first, however the bars were spread over the files', () => {
    const spread = fc.array(fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 40 }), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(spread, (files) => {
        const parts = files.map((minutes, i) =>
          part(
            `f${i}`,
            minutes.toSorted((a, b) => a - b),
          ),
        )
        const [first, ...others] = parts
        if (!first) return
        const joined = joinBars([first, ...others])
        const expected = [...new Set(files.flat())].sort((a, b) => a - b)
        expect(barList(joined)).toEqual(barList(part('all', expected).bars))
      }),
      { numRuns: 300 },
    )
  })

  it("leaves the files' own bars as they were", () => {
    const [a, b] = [part('a', [0, 2, 4]), part('b', [1, 2, 3])]
    const before = [barList(a.bars), barList(b.bars)]
    joinBars([a, b])
    expect([barList(a.bars), barList(b.bars)]).toEqual(before)
  })

  it.each([
    ['price', (bars: BarColumns) => bars.close.fill(101.5, 1, 2), 'close 101.5'],
    ['volume', (bars: BarColumns) => bars.volume.fill(7, 1, 2), 'volume 7'],
    ['quote volume', (bars: BarColumns) => bars.quoteVolume?.fill(7, 1, 2), 'quoteVolume 7'],
  ])('refuses a bar whose %s differs between files, and shows both rows', (_, change, shown) => {
    const a = part('a.csv', [0, 1, 2], ['quoteVolume'])
    const b = part('b.csv', [0, 1], ['quoteVolume'])
    change(b.bars)
    const join = () => joinBars([a, b])
    expect(join).toThrow(DataError)
    expect(join).toThrow(
      'the BTCUSDT 1m bar of 2024-01-01T00:01:00.000Z must be the same in all files: a.csv line 2 has open 101, high 102, low 100, close 101, volume 1, quoteVolume 10; b.csv line 2 has open 101,',
    )
    expect(join).toThrow(shown)
  })

  it('takes a value that one file lacks from the other', () => {
    const joined = joinBars([part('a', [0, 1], ['quoteVolume']), part('b', [1, 2], ['tradeCount'])])
    expect(minutesOf(joined)).toEqual([0, 1, 2])
    expect(Array.from(joined.quoteVolume?.subarray(0, 3) ?? [])).toEqual([0, 10, Number.NaN])
    expect(Array.from(joined.tradeCount?.subarray(0, 3) ?? [])).toEqual([Number.NaN, 2, 4])
  })

  it('keeps a flag that any of the files has', () => {
    const [a, b] = [part('a', [0, 1]), part('b', [1, 2])]
    b.bars.flags[0] = BAR_FLAG.irregularClose
    expect(Array.from(joinBars([a, b]).flags.subarray(0, 3))).toEqual([0, BAR_FLAG.irregularClose, 0])
  })

  it('of one file gives its own bars', () => {
    const only = part('a', [0, 1])
    expect(joinBars([only])).toBe(only.bars)
  })
})
