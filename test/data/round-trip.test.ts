import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashBars } from '../../data/content-hash.js'
import { loadBars } from '../../data/load-bars.js'
import { generateBars } from '../../data/synthetic.js'
import { closeTimeAt, FIELDS } from '../../engine/model/bars.js'
import { lines, useFolder } from './kline-files.js'

const folder = useFolder()

describe('bars', () => {
  it('that are written as klines and loaded again are the same to the bit', async () => {
    const interval = fc.constantFrom('1s', '1m', '4h', '1w', '1M')
    const digits = fc.constantFrom(5, 8)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.integer({ min: 1, max: 300 }),
        interval,
        digits,
        fc.boolean(),
        async (seed, count, interval, digits, isMicro) => {
          const bars = generateBars({ seed, count, interval })
          const unit = isMicro ? '000' : ''
          const rows = Array.from({ length: count }, (_, i) => {
            const values = FIELDS.map((field) => (bars[field][i] ?? 0).toFixed(digits))
            return `${bars.openTime[i]}${unit},${values},${closeTimeAt(bars, i)}${unit && '999'},1.5,2,1.5,2.5,0`
          })
          const name = `SYNTHUSDT-${interval}-x.csv`
          await folder.write(name, lines(...rows))
          const loaded = await loadBars({ patterns: [name], cwd: folder.path() })
          expect(loaded.sha256).toBe(hashBars(bars))
          expect([loaded.gaps.length, loaded.irregularCloses]).toEqual([0, 0])
        },
      ),
      { numRuns: 40 },
    )
  })
})
