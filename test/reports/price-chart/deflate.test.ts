import { createHash } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deflate } from '../../../reports/price-chart/deflate.js'

describe('deflate', () => {
  it('is read back by zlib, whatever the parts', () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      // Few values many times: codes of one bit, and long runs without a code.
      fc.array(fc.constantFrom(0, 0, 0, 1, 255), { maxLength: 400 }).map((bytes) => Uint8Array.from(bytes)),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const back = inflateRawSync(deflate(parts))
        expect([...back]).toEqual(parts.flatMap((one) => [...one]))
      }),
    )
  })

  it('keeps codes within 15 bits where counts grow like Fibonacci’s numbers', () => {
    const counts = [1, 1]
    while (counts.length < 20) counts.push((counts.at(-1) ?? 0) + (counts.at(-2) ?? 0))
    const bytes = Uint8Array.from(counts.flatMap((count, value) => new Array<number>(count).fill(value)))
    expect(Buffer.compare(inflateRawSync(deflate([bytes])), bytes)).toBe(0)
  })

  it('goes over the end of a block', () => {
    const bytes = Uint8Array.from({ length: 100_001 }, (_, i) => (i * i) % 251)
    expect(
      Buffer.compare(
        inflateRawSync(deflate([bytes, bytes.subarray(1)])),
        Buffer.concat([bytes, bytes.subarray(1)]),
      ),
    ).toBe(0)
  })

  it('writes what a code by hand writes', () => {
    // Part a, a, b: lengths a 1, b 2, end 2, so codes a 0, b 10, end 11 (first bit first). The head: last block 1,
    // dynamic 01 (lowest first), HLIT 0, HDIST 0; the rest is zlib's to judge, and the data are 0 0 10 11.
    const bytes = deflate([Uint8Array.from([97, 97, 98])])
    expect(bytes[0]).toBe(0b0000_0101)
    expect(inflateRawSync(bytes).toString('latin1')).toBe('aab')
  })

  // The end of a block is a seventeenth symbol: two of the sixteen values have five bits.
  it('gives half a byte for each of sixteen values alike', () => {
    const bytes = Uint8Array.from({ length: 32_000 }, (_, i) => (i * 7) % 16)
    expect(deflate([bytes]).length).toBeLessThan(16_500 + 100)
  })

  it('gives the same bytes on every machine', () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => ((i * i) >> 5) % 97)
    // Made on x64; any other machine must come to the same.
    expect(
      createHash('sha256')
        .update(deflate([bytes]))
        .digest('hex')
        .slice(0, 16),
    ).toBe('91cfd96b401540e2')
  })
})
