import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CellWriter } from '../../engine/app/cell-writer.js'
import { csvPieces, textCell } from '../../engine/app/csv.js'
import { plainDecimal } from '../../engine/app/plain-decimal.js'
import { textOfPieces } from '../../engine/app/text-of-pieces.js'
import { formatUnits } from '../../engine/model/money.js'

function textOf(rows: readonly string[]): string {
  return textOfPieces(csvPieces(['cell'], rows, (row, cells) => cells.word(textCell(row))))
}

/** The cells that are written, one a row. */
function cellsOf<Value>(
  values: readonly Value[],
  write: (value: Value, cells: CellWriter) => void,
): string[] {
  return textOfPieces(csvPieces(['cell'], values, write))
    .split('\n')
    .slice(1, -1)
}

describe('textCell', () => {
  it.each(['=1+1', '+1', '-exit', '@SUM(A1)', '\tx', '\rx', '\nx', '\0x'])(
    'puts an apostrophe before %j, which a spreadsheet would run',
    (text) => {
      expect(textCell(text).replace(/^"/, '')[0]).toBe("'")
    },
  )

  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ['two\nlines', '"two\nlines"'],
    ['=a,b', `"'=a,b"`],
    ['', ''],
    ["'quoted", "'quoted"],
  ])('writes %j as %j', (text, cell) => {
    expect(textCell(text)).toBe(cell)
  })

  it('is read back by another CSV reader as it was, but for the apostrophe', () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 8 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(texts, (rows) => {
        const read: string[][] = parse(textOf(rows), { from_line: 2, skip_empty_lines: false })
        expect(read.map(([cell]) => cell)).toEqual(
          rows.map((text) => (/^[=+\-@\t\r\n\0]/.test(text) ? `'${text}` : text)),
        )
      }),
    )
  })
})

describe('other cells', () => {
  it('writes an empty cell for what is not there', () => {
    expect(cellsOf([Number.NaN], (value, cells) => cells.number(value))).toEqual([''])
    expect(cellsOf([undefined], (units, cells) => cells.units(units))).toEqual([''])
    expect(cellsOf([0], (_, cells) => cells.empty())).toEqual([''])
  })

  it('writes amounts exactly, to the last of their units', () => {
    const some: readonly (readonly [bigint, string])[] = [
      [0n, '0'],
      [1n, '0.00000001'],
      [-12_300_000_000n, '-123'],
      // The doubles next to these quotients by 1e8 are whole: 90071992 and 90000000.
      [9_007_199_199_999_999n, '90071991.99999999'],
      [8_999_999_999_999_999n, '89999999.99999999'],
      [9_007_199_254_740_993n, '90071992.54740993'],
      [-123_456_789_012_345_678n, '-1234567890.12345678'],
      [10n ** 27n, '10000000000000000000'],
    ]
    expect(cellsOf(some, ([units], cells) => cells.units(units))).toEqual(some.map(([, text]) => text))
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }), { minLength: 1 }), (amounts) => {
        const all = amounts.flatMap((one) => [one, one >> 10n, one >> 30n, (one >> 30n) * 100_000_000n])
        expect(cellsOf(all, (units, cells) => cells.units(units))).toEqual(all.map(formatUnits))
      }),
    )
  })

  it('writes numbers without an exponent, negative ones as they are', () => {
    const some = [-1e-7, 0, -0, 7, 10, 2 ** 31 - 1, 2 ** 31, 1e21, -3, 0.1, 5e-324]
    expect(cellsOf(some, (value, cells) => cells.number(value))).toEqual(some.map(plainDecimal))
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger().map((units) => units / 1e8),
      fc.maxSafeInteger().map((units) => (units + 0.5) / 1e8),
    )
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1 }), (all) => {
        expect(cellsOf(all, (value, cells) => cells.number(value))).toEqual(all.map(plainDecimal))
      }),
      { numRuns: 1000 },
    )
    expect(cellsOf([0, 9, 10, 99, 100, 2 ** 31 - 1], (value, cells) => cells.whole(value))).toEqual([
      '0',
      '9',
      '10',
      '99',
      '100',
      '2147483647',
    ])
  })

  it('writes times in UTC with milliseconds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: Date.UTC(-1), max: Date.UTC(10_001) }), { minLength: 1, maxLength: 4 }),
        (times) => {
          const day = 86_400_000
          const all = times.flatMap((one) => [
            one,
            one + 1,
            day * Math.floor(one / day),
            day * Math.floor(one / day) - 1,
          ])
          expect(cellsOf(all, (time, cells) => cells.time(time))).toEqual(
            all.map((time) => new Date(time).toISOString()),
          )
        },
      ),
    )
  })
})

describe('csvPieces', () => {
  it('writes a header and no row for no rows', () => {
    expect(textOf([])).toBe('cell\n')
  })

  it('never holds all rows in one piece, and loses none between pieces', () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => `row – ${i} ${'x'.repeat(20)}`)
    rows[5000] = '–'.repeat(100_000)
    const write = (row: string, cells: CellWriter) => cells.word(row)
    const sizes = Array.from(csvPieces(['cell'], rows, write), ({ length }) => length)
    expect(sizes.length).toBeGreaterThan(3)
    expect(textOfPieces(csvPieces(['cell'], rows, write))).toBe(
      `cell\n${rows.map((row) => `${row}\n`).join('')}`,
    )
  })
})
