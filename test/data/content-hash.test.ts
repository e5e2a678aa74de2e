import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { BarsHash, hashBars } from '../../data/content-hash.js'
import { BarColumns, newColumn, sliceBars } from '../../engine/model/bars.js'
import { barsOf } from '../market.js'

const ROWS = [
  [10, 12, 9, 11, 1.5],
  [11, 11.5, 10.25, 10.5, 0],
  [10.5, 10.75, 10.5, 10.6, 0.1],
] as const

/** The definition, value by value. */
function naiveHash(columns: readonly (readonly number[])[]): string {
  const bytes = columns.flat().map((value) => {
    const eight = Buffer.alloc(8)
    eight.writeDoubleLE(value)
    return eight
  })
  return createHash('sha256').update(Buffer.concat(bytes)).digest('hex')
}

describe('the hash of bars', () => {
  it('is the SHA-256 of their six columns, one after the other, little-endian', () => {
    const columns = [0, 1, 2, 3, 4].map((field) => ROWS.map((row) => row[field] ?? 0))
    const times = [1_704_067_200_000, 1_704_067_260_000, 1_704_067_320_000]
    expect(hashBars(barsOf(ROWS))).toBe(naiveHash([times, ...columns]))
  })

  it('does not depend on room behind the bars, nor on where in memory they begin', () => {
    const roomy = new BarColumns({ symbol: 'X', interval: '1m', capacity: 100 })
    barsOf(ROWS).openTime.forEach((openTime, i) => {
      const [open = 0, high = 0, low = 0, close = 0, volume = 0] = ROWS[i] ?? []
      roomy.append({ openTime, open, high, low, close, volume })
    })
    expect(hashBars(roomy)).toBe(hashBars(barsOf(ROWS)))
    const behind = barsOf([[1, 1, 1, 1, 1], ...ROWS], { start: 1_704_067_140_000 })
    expect(hashBars(sliceBars(behind, 1, 4))).toBe(hashBars(barsOf(ROWS)))
  })

  it('ignores further columns, flags, origin and symbol', () => {
    const bars = barsOf(ROWS, { symbol: 'ETHUSDT' })
    bars.quoteVolume = newColumn(3)
    bars.flags[1] = 2
    bars.origin[1] = 4
    expect(hashBars(bars)).toBe(hashBars(barsOf(ROWS)))
  })

  it.each(['openTime', 'open', 'high', 'low', 'close', 'volume'] as const)(
    'changes with the smallest change of %s',
    (field) => {
      const bars = barsOf(ROWS)
      const value = bars[field][1] ?? 0
      bars[field][1] = value === 0 ? Number.MIN_VALUE : value * (1 + Number.EPSILON)
      expect(hashBars(bars)).not.toBe(hashBars(barsOf(ROWS)))
    },
  )

  it('is the same whatever bits a NaN volume has', () => {
    const plain = barsOf(ROWS)
    const odd = barsOf(ROWS)
    plain.volume[1] = Number.NaN
    new BigUint64Array(odd.volume.buffer)[1] = 0xfff8_0000_0000_0001n
    expect(odd.volume[1]).toBeNaN()
    expect(hashBars(odd)).toBe(hashBars(plain))
    expect(hashBars(odd)).not.toBe(hashBars(barsOf(ROWS)))
  })

  it('of no bars is that of no bytes', () => {
    // The SHA-256 of nothing, FIPS 180-4.
    expect(hashBars(barsOf([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})

describe('the hash of some bars', () => {
  it('is made when it is first asked for, of what they are then, and once', () => {
    const bars = barsOf(ROWS)
    const hash = new BarsHash(bars)
    expect(hash.isMade).toBe(false)
    const made = hashBars(bars)
    expect([hash.text, hash.isMade]).toEqual([made, true])
    bars.close[1] = 1
    expect(hash.text).toBe(made)
  })

  it('is not made where someone else has made it', () => {
    const [known, learned] = [new BarsHash(barsOf(ROWS), 'known'), new BarsHash(barsOf(ROWS))]
    learned.text = 'learned'
    expect([known, learned].map(({ text, isMade }) => [text, isMade])).toEqual([
      ['known', true],
      ['learned', true],
    ])
  })
})
