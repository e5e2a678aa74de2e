import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateBars } from '../../data/synthetic.js'
import { atr } from '../../engine/math/atr.js'
import { FrameColumns } from '../../engine/math/frame-columns.js'
import { RangeWalk } from '../../engine/math/range-walk.js'

const bars = generateBars({ seed: 7, count: 400 })

describe('a walk over average true ranges', () => {
  it('gives the column of atr to the bit, whichever bars are asked for and wherever it goes on', () => {
    const asked = fc.array(fc.integer({ min: 0, max: bars.length - 1 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), asked, (period, places) => {
        const indicator = atr(period)
        const columns = new FrameColumns([indicator], bars)
        columns.extend(bars.length)
        const column = columns.column(indicator, 'value')
        let walk = new RangeWalk(period, bars)
        for (const i of places.sort((a, b) => a - b)) {
          expect(walk.at(i)).toBe(column[i])
          if (i > 0) expect(walk.at(i - 1)).toBe(column[i - 1])
          expect(walk.at(i)).toBe(column[i])
          const next = new RangeWalk(period, bars)
          next.restore(structuredClone(walk.snapshot()))
          walk = next
        }
      }),
    )
  })

  it('goes no way back', () => {
    const walk = new RangeWalk(14, bars)
    walk.at(20)
    expect(() => walk.at(18)).toThrow(
      'ranges must be asked for in the order of their bars, 18 came behind 20',
    )
  })
})
