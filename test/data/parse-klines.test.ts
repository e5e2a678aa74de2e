import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseKlineLayout } from '../../data/kline-layout.js'
import { KLINE_FIELDS, type KlineRows } from '../../data/kline-rows.js'
import { KlineParser } from '../../data/parse-klines.js'
import { DataError } from '../../engine/model/errors.js'
import { klineRow, lines, MINUTE, START } from './kline-files.js'

const HEADER =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore'

/** Parses text in pieces of `size` bytes. */
function parse(text: string, size = 1 << 20): KlineRows {
  const layout = parseKlineLayout(text.split(/\r?\n/, 1)[0] ?? '')
  if (!layout) throw new Error('the first line must be of the layout')
  const parser = new KlineParser({ file: 'BTCUSDT-1m.csv', layout })
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size))
  return parser.end()
}

/** Every column as plain numbers; undefined where the file has none. */
function columnsOf(rows: KlineRows): Record<string, readonly number[] | undefined> {
  return Object.fromEntries(
    KLINE_FIELDS.map((field) => {
      const column = rows.column(field)
      return [field, column && Array.from(column.subarray(0, rows.length))]
    }),
  )
}

function messageOf(text: string): string {
  try {
    parse(text)
  } catch (error) {
    expect(error).toBeInstanceOf(DataError)
    return error instanceof Error ? error.message : ''
  }
  return 'nothing was thrown'
}

describe('the byte parser', () => {
  it('reads the twelve columns by their place', () => {
    const rows = parse(lines(klineRow(0), klineRow(1, '11,11,11,11,0')))
    expect(columnsOf(rows)).toEqual({
      openTime: [START, START + MINUTE],
      open: [10, 11],
      high: [12, 11],
      low: [9, 11],
      close: [11, 11],
      volume: [1.5, 0],
      closeTime: [START + MINUTE - 1, START + 2 * MINUTE - 1],
      quoteVolume: [16.5, 16.5],
      tradeCount: [7, 7],
      takerVolume: [0.5, 0.5],
      takerQuoteVolume: [5.5, 5.5],
    })
    expect(rows.place(1)).toBe('BTCUSDT-1m.csv line 2')
  })

  it('reads the number that Number() reads, for any decimal', () => {
    const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^\\d{1,${maxLength}}$`))
    const decimal = fc.oneof(
      fc.tuple(digits(20), digits(20)).map(([whole, fraction]) => `${whole}.${fraction}`),
      fc.tuple(digits(9), digits(9)).map(([whole, fraction]) => `${whole}.${fraction}`),
      digits(25),
      fc.double({ min: 0, noNaN: true, noDefaultInfinity: true, max: 1e20 }).map(String).filter(isPlain),
      fc.double({ min: 0, noNaN: true, noDefaultInfinity: true, max: 1e6 }).map((value) => value.toFixed(8)),
    )
    fc.assert(
      fc.property(decimal, (text) => {
        const rows = parse(lines(klineRow(0, `1,1,1,1,${text}`)))
        expect(rows.column('volume')?.[0]).toBe(Number(text))
      }),
      { numRuns: 3000 },
    )
  })

  it('reads what was written, wherever the bytes are cut', () => {
    const row = fc.tuple(fc.float({ min: 1, max: 1e6, noNaN: true }), fc.nat(1e9)).map(([price, volume]) => ({
      price: price.toFixed(8),
      volume: (volume / 1e5).toFixed(5),
    }))
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.boolean(),
        (values, size, end, hasHeader, hasLastEnd) => {
          const texts = values.map(({ price, volume }, i) =>
            klineRow(i, `${price},${price},${price},${price},${volume}`),
          )
          const text = (hasHeader ? [HEADER, ...texts] : texts).join(end) + (hasLastEnd ? end : '')
          const rows = parse(text, size)
          expect(rows.length).toBe(values.length)
          expect(columnsOf(rows).close).toEqual(values.map(({ price }) => Number(price)))
          expect(columnsOf(rows).volume).toEqual(values.map(({ volume }) => Number(volume)))
          expect(columnsOf(rows).openTime).toEqual(values.map((_, i) => START + i * MINUTE))
          expect(rows.place(0)).toBe(`BTCUSDT-1m.csv line ${hasHeader ? 2 : 1}`)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('keeps every row when the columns grow', () => {
    const count = 10_000
    const rows = parse(lines(...Array.from({ length: count }, (_, i) => klineRow(i, `1,1,1,1,${i}`))), 1000)
    expect(columnsOf(rows).volume).toEqual(Array.from({ length: count }, (_, i) => i))
  })

  it.each([
    ['six columns', lines(`${START},1,2,1,2,3`), ['closeTime', 'quoteVolume', 'takerVolume']],
    [
      'empty cells behind the volume',
      lines(`${START},1,2,1,2,3,${START + MINUTE - 1},,,,,`),
      ['quoteVolume', 'takerVolume'],
    ],
    ['no close time', lines(`${START},1,2,1,2,3,,4,5,6,7,0`), ['closeTime']],
    [
      'no taker columns',
      lines(`${START},1,2,1,2,3,${START + MINUTE - 1},4,5,,,`),
      ['takerVolume', 'takerQuoteVolume'],
    ],
  ])('accepts %s and leaves those columns out', (_, text, absent) => {
    const columns = columnsOf(parse(text))
    expect(columns.close).toEqual([2])
    const missing = Object.keys(columns).filter((field) => columns[field] === undefined)
    expect(missing).toEqual(expect.arrayContaining(absent))
  })

  it.each([
    'open_time,open,high,low,close,volume,close_time,quote_asset_volume,number_of_trades,taker_buy_base_asset_volume,taker_buy_quote_asset_volume,ignore',
    HEADER,
  ])('knows the header %s', (header) => {
    expect(columnsOf(parse(lines(header, klineRow(0)))).takerQuoteVolume).toEqual([5.5])
  })

  it('allows blank lines at the end only', () => {
    expect(parse(`${klineRow(0)}\n\r\n\n`).length).toBe(1)
    expect(messageOf(`${klineRow(0)}\n\n${klineRow(1)}\n`)).toBe(
      'BTCUSDT-1m.csv line 3: a row must not follow a blank line',
    )
  })

  it('reads small numbers as programs write them', () => {
    // UNITTESTBTC-1m-2017-11 has a volume of 9.417e-05.
    expect(columnsOf(parse(lines(klineRow(0, '1,1,1,1,9.417e-05')))).volume).toEqual([0.000_094_17])
  })

  it.each([
    ['a negative price', '10,12,-9,11,1', 'column low: must be a decimal number of at least 0, was "-9"'],
    ['NaN', '10,NaN,9,11,1', 'column high: must be a decimal number of at least 0, was "NaN"'],
    ['infinity', '10,Infinity,9,11,1', 'column high: must be a decimal number of at least 0, was "Infinity"'],
    [
      "a spreadsheet's exponent",
      '10,12,9,11,9.42E-05',
      'column volume: must be a decimal number of at least 0, was "9.42E-05"',
    ],
    [
      'a large exponent',
      '10,12,9,11,1e+21',
      'column volume: must be a decimal number of at least 0, was "1e+21"',
    ],
    [
      'an exponent without digits',
      '10,12,9,11,1e-',
      'column volume: must be a decimal number of at least 0, was "1e-"',
    ],
    [
      'a quoted cell',
      '"10",12,9,11,1',
      'column open: must be a decimal number of at least 0, was "\\"10\\""',
    ],
    ['a space', '10, 12,9,11,1', 'column high: must be a decimal number of at least 0, was " 12"'],
    [
      'no digit before the point',
      '.5,12,0.1,11,1',
      'column open: must be a decimal number of at least 0, was ".5"',
    ],
    [
      'no digit behind the point',
      '10.,12,9,11,1',
      'column open: must be a decimal number of at least 0, was "10."',
    ],
    ['two points', '10.0.0,12,9,11,1', 'column open: must be a decimal number of at least 0, was "10.0.0"'],
    ['a hexadecimal', '0x10,12,9,11,1', 'column open: must be a decimal number of at least 0, was "0x10"'],
    ['a NUL', '1\0,12,9,11,1', 'column open: must be a decimal number of at least 0, was "1\\u0000"'],
    ['an empty price', ',12,9,11,1', 'column open: must not be empty, was empty'],
    ['an empty volume', '10,12,9,11,', 'column volume: must not be empty, was empty'],
    ['one cell too many', '10,12,9,11,1,1', 'a row must have 12 cells as the first line, had 13'],
    [
      'one cell too few',
      '10,12,9,11',
      'a row must have 12 cells as the first line, had 11; is the file cut off?',
    ],
  ])('refuses %s by line and column, in the first row and later', (_, prices, reason) => {
    expect(messageOf(lines(HEADER, klineRow(0, prices)))).toBe(`BTCUSDT-1m.csv line 2: ${reason}`)
    expect(messageOf(lines(klineRow(0), klineRow(1), klineRow(2, prices), klineRow(3)))).toBe(
      `BTCUSDT-1m.csv line 3: ${reason}`,
    )
  })

  it.each([
    ['1.70027E+12', 'a spreadsheet rounded it'],
    ['1,70027E+12', 'a row must have 6 cells'],
    ['1704067200', '(seconds?)'],
    ['1704067200000.0', 'must be a time in milliseconds (13 digits) or microseconds (16 digits)'],
    ['2024-01-01', 'must be a time in milliseconds'],
    ['170406720000', 'must be a time in milliseconds'],
    ['17040672000000', 'must be a time in milliseconds'],
    ['1704067200000000000', 'must be a time in milliseconds'],
  ])('refuses %s as a time', (time, reason) => {
    expect(messageOf(lines('open_time,open,high,low,close,volume', `${time},1,1,1,1,1`))).toContain(
      `line 2: ${time.includes(',') ? '' : 'column open_time: '}`,
    )
    expect(messageOf(lines('open_time,open,high,low,close,volume', `${time},1,1,1,1,1`))).toContain(reason)
  })

  it('refuses a column that is filled in some rows only', () => {
    const filled = `${START},1,1,1,1,1,${START + MINUTE - 1},5,5,5,5,0`
    const empty = `${START},1,1,1,1,1,${START + MINUTE - 1},,5,5,5,0`
    expect(messageOf(lines(filled, empty))).toBe(
      'BTCUSDT-1m.csv line 2: column quote_volume: must not be empty, was empty',
    )
    expect(messageOf(lines(empty, filled))).toBe(
      'BTCUSDT-1m.csv line 2: column quote_volume: must be empty as in the first row, was "5"',
    )
  })

  it('refuses rows that are too narrow or too wide to be klines', () => {
    const reason = "a row without a header must have 6 to 12 cells in the order of Binance's klines"
    expect(messageOf(lines(`${START},1,1,1,1`))).toBe(`BTCUSDT-1m.csv line 1: ${reason}, had 5`)
    expect(messageOf(lines(`${klineRow(0)},0`))).toBe(`BTCUSDT-1m.csv line 1: ${reason}, had 13`)
  })

  it('refuses a file whose last line is cut off', () => {
    expect(messageOf(lines(klineRow(0)) + klineRow(1).slice(0, 40))).toMatch(
      /line 2: a row must have 12 cells as the first line, had \d; is the file cut off\?/,
    )
  })

  it('refuses a header without rows', () => {
    expect(messageOf(`${HEADER}\n`)).toBe('BTCUSDT-1m.csv must hold bars, has none')
    expect(messageOf(HEADER)).toBe('BTCUSDT-1m.csv must hold bars, has none')
  })

  it('refuses a line without an end', () => {
    expect(() => parse(`${klineRow(0)}\n${'1'.repeat(10_000)}`, 100)).toThrow(
      'BTCUSDT-1m.csv line 2: a line must have at most 4096 bytes, has more',
    )
  })
})

describe('microseconds', () => {
  const NEW_YEAR = Date.UTC(2025, 0, 1)
  const inMs = (time: number) => `${time},1,1,1,1,1,${time + MINUTE - 1},,,,,`
  const inUs = (time: number) => `${time}000,1,1,1,1,1,${time + MINUTE - 1}999,,,,,`

  it('become milliseconds, the close time rounded down', () => {
    const rows = parse(lines(inUs(NEW_YEAR), inUs(NEW_YEAR + MINUTE)))
    expect(columnsOf(rows).openTime).toEqual([NEW_YEAR, NEW_YEAR + MINUTE])
    expect(columnsOf(rows).closeTime).toEqual([NEW_YEAR + MINUTE - 1, NEW_YEAR + 2 * MINUTE - 1])
  })

  it('may follow milliseconds at the row of 2025-01-01T00:00:00Z', () => {
    const rows = parse(lines(inMs(NEW_YEAR - MINUTE), inUs(NEW_YEAR), inUs(NEW_YEAR + MINUTE)))
    expect(columnsOf(rows).openTime).toEqual([NEW_YEAR - MINUTE, NEW_YEAR, NEW_YEAR + MINUTE])
  })

  it.each([
    ['a minute early', [inMs(NEW_YEAR - 2 * MINUTE), inUs(NEW_YEAR - MINUTE)]],
    ['a minute late', [inMs(NEW_YEAR), inUs(NEW_YEAR + MINUTE)]],
    ['and back', [inUs(NEW_YEAR), inMs(NEW_YEAR + MINUTE)]],
  ])('are refused when they come %s', (_, rows) => {
    expect(messageOf(lines(...rows))).toMatch(
      /line 2: column open_time: must be in (milli|micro)seconds as the row above \(a file may change to microseconds once, at 2025-01-01T00:00:00Z\)/,
    )
  })

  it('must be whole milliseconds where a bar opens', () => {
    expect(
      messageOf(
        lines(inUs(NEW_YEAR), `${NEW_YEAR + MINUTE}001,1,1,1,1,1,${NEW_YEAR + 2 * MINUTE - 1}999,,,,,`),
      ),
    ).toBe(
      `BTCUSDT-1m.csv line 2: column open_time: microseconds must be whole milliseconds, was "${NEW_YEAR + MINUTE}001"`,
    )
  })

  it('must be the unit of both times of a row', () => {
    expect(messageOf(lines(`${NEW_YEAR}000,1,1,1,1,1,${NEW_YEAR + MINUTE - 1},,,,,`))).toBe(
      `BTCUSDT-1m.csv line 1: column close_time: must be in the unit of open_time (${NEW_YEAR}000), was "${NEW_YEAR + MINUTE - 1}"`,
    )
  })
})

function isPlain(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text)
}
