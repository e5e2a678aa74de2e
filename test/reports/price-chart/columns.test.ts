import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toBase85 } from '../../../reports/price-chart/base85.js'
import { ColumnReader, inflate } from '../../../reports/price-chart/browser/column-reader.js'
import { ColumnWriter } from '../../../reports/price-chart/column-writer.js'
import { decimalsOf } from '../../../reports/price-chart/decimals.js'

const readBack = async (writer: ColumnWriter): Promise<ColumnReader> =>
  new ColumnReader(await inflate(toBase85(writer.finish())))

describe('columns', () => {
  it('come back as they were written', async () => {
    const whole = fc.oneof(
      fc.integer({ min: 0, max: 300 }),
      fc.maxSafeInteger().map((value) => Math.abs(value)),
    )
    const signed = fc.oneof(
      fc.integer({ min: -200, max: 200 }),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ whole, signed, any: fc.double() }), { maxLength: 50 }),
        async (rows) => {
          const columns = {
            whole: Float64Array.from(rows, (row) => row.whole),
            signed: Float64Array.from(rows, (row) => row.signed),
            any: Float64Array.from(rows, (row) => row.any),
          }
          const reader = await readBack(
            new ColumnWriter().whole(columns.whole).signed(columns.signed).doubles(columns.any),
          )
          const n = rows.length
          expect(reader.next(n)).toEqual(columns.whole)
          expect(reader.nextSigned(n).map((value) => value + 0)).toEqual(columns.signed)
          expect(reader.next(n)).toEqual(columns.any)
        },
      ),
    )
  })

  it('of one value take no room', () => {
    const values = new Float64Array(100_000).fill(7)
    expect(new ColumnWriter().whole(values).finish().length).toBeLessThan(60)
  })
})

describe('base85', () => {
  it('holds nothing that could end a script', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(toBase85(bytes)).toMatch(/^[0-3][#-z]*$/)
        expect(toBase85(bytes)).not.toMatch(/[<&\\]/)
      }),
    )
  })
})

describe('decimalsOf', () => {
  it.each([
    [[1, 2, 300], 0],
    [[0.1, 0.25, 3], 2],
    [[1e-8, 0.000_012_34], 8],
    [[1e9, 1_000_000_000.5], 1],
    [[0.1 + 0.2], undefined],
    [[1 / 3], undefined],
    [[Number.NaN], undefined],
    [[1e15, 0.001], undefined],
  ])('of %j are %s', (values, decimals) => {
    expect(decimalsOf([Float64Array.from(values)])).toBe(decimals)
  })
})
