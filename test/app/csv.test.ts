import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvPieces, numberCell, textCell, timeCell, unitsCell } from '../../engine/app/csv.js'

function textOf(rows: readonly string[]): string {
  return [...csvPieces(['cell'], rows, (row) => [textCell(row)])].join('')
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
    expect(numberCell(Number.NaN)).toBe('')
    expect(unitsCell(undefined)).toBe('')
  })

  it('writes amounts exactly and numbers without an exponent, negative ones as they are', () => {
    expect(unitsCell(-123_456_789_012_345_678n)).toBe('-1234567890.12345678')
    expect(numberCell(-1e-7)).toBe('-0.0000001')
  })

  it('writes times in UTC with milliseconds', () => {
    expect(timeCell(Date.UTC(2024, 0, 1))).toBe('2024-01-01T00:00:00.000Z')
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: Date.UTC(1960), max: Date.UTC(2100) }), { maxLength: 4 }),
        (times) => {
          for (const time of times.flatMap((one) => [one, one + 1])) {
            expect(timeCell(time)).toBe(new Date(time).toISOString())
          }
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
    const rows = Array.from({ length: 10_000 }, (_, i) => `row ${i}`)
    const pieces = [...csvPieces(['cell'], rows, (row) => [row])]
    expect(pieces.length).toBeGreaterThan(3)
    expect(pieces.join('')).toBe(`cell\n${rows.map((row) => `${row}\n`).join('')}`)
  })
})
