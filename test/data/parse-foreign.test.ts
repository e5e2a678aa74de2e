import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkColumnKeys } from '../../data/foreign-header.js'
import { KLINE_FIELDS } from '../../data/kline-rows.js'
import { parseForeign } from '../../data/parse-foreign.js'
import { ConfigError, DataError } from '../../engine/model/errors.js'
import { lines, MINUTE, START } from './kline-files.js'

const HEADER = 'time,open,high,low,close,volume'

async function parse(text: string, columns: Readonly<Record<string, string>> = {}, size = 1000) {
  async function* chunks() {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const rows = await parseForeign({ file: 'foreign.csv', chunks: chunks(), columns })
  const read = KLINE_FIELDS.flatMap((field) => {
    const column = rows.column(field)
    return column ? [[field, Array.from(column.subarray(0, rows.length))] as const] : []
  })
  return Object.fromEntries(read)
}

async function messageOf(text: string, columns?: Readonly<Record<string, string>>): Promise<string> {
  const error: unknown = await parse(text, columns).catch((reason) => reason)
  expect(error).toBeInstanceOf(DataError)
  return error instanceof Error ? error.message : ''
}

describe('a foreign CSV file', () => {
  it.each([
    ['Date,Open,High,Low,Close,Volume', 'in any case'],
    ['timestamp,OPEN,HIGH,LOW,CLOSE,VOLUME', 'in capitals'],
    ['Open time,Open,High,Low,Close,Volume', 'with spaces'],
    ['"open-time" , open.price,high_price,low,close , base_volume', 'quoted and padded'],
  ])('finds its columns by the names of %s', async (header) => {
    expect(await parse(lines(header, `${START},1,3,0.5,2,7`))).toEqual({
      openTime: [START],
      open: [1],
      high: [3],
      low: [0.5],
      close: [2],
      volume: [7],
    })
  })

  it('finds them in any order, among others, and the further ones too', async () => {
    const text = lines('close,ignore me,low,number_of_trades,high,open,date', `2,x,0.5,9,3,1,${START}`)
    expect(await parse(text)).toEqual({
      openTime: [START],
      open: [1],
      high: [3],
      low: [0.5],
      close: [2],
      tradeCount: [9],
    })
  })

  it('finds them as the user names them, and the rest by itself', async () => {
    const text = lines('d,date,o,High,Low,px,vol', `${START},junk,1,3,0.5,2,7`)
    expect(await parse(text, { time: 'd', open: 'o', close: 'px', volume: 'vol' })).toEqual({
      openTime: [START],
      open: [1],
      high: [3],
      low: [0.5],
      close: [2],
      volume: [7],
    })
    expect(await parse(lines(',open,high,low,close', '2024-01-01,1,1,1,1'), { time: '' })).toMatchObject({
      openTime: [START],
    })
  })

  it.each([
    [['2024-01-01T00:00:00Z', '2024-01-01T00:01:00.000Z']],
    [['2024-01-01 00:00', '2024-01-01 00:01:00']],
    [['2024-01-01T02:00:00+02:00', '2023-12-31T19:01:00-05:00']],
    [['1704067200', '1704067260']],
    [['1704067200000', '1704067260000']],
    [['1704067200000000', '1704067260000000']],
  ])('reads the times %j', async (times) => {
    const text = lines(HEADER, ...times.map((time) => `${time},1,1,1,1,1`))
    expect((await parse(text)).openTime).toEqual([START, START + MINUTE])
  })

  it('reads quoted cells, exponents, blank lines and CRLF, wherever the bytes are cut', async () => {
    const text = [HEADER, '"2024-01-01","1.5","3e0",5E-1,"2",1.25e+2', '', '2024-01-02,1,1,1,.5,1.', ''].join(
      '\r\n',
    )
    for (const size of [1, 7, 1000]) {
      expect(await parse(text.replace(',.5,', ',0.5,'), {}, size)).toEqual({
        openTime: [START, START + 86_400_000],
        open: [1.5, 1],
        high: [3, 1],
        low: [0.5, 1],
        close: [2, 0.5],
        volume: [125, 1],
      })
    }
  })

  it('reads the doubles that were written, for any finite ones', async () => {
    const value = fc
      .double({ min: 0, noNaN: true, noDefaultInfinity: true })
      .map((double) => (double === 0 ? 0 : double))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 20 }), async (pairs) => {
        const rows = pairs.map(([close, volume], i) => `${START + i * MINUTE},1,1,1,${close},${volume}`)
        const read = await parse(lines(HEADER, ...rows))
        expect(read.close).toEqual(pairs.map(([close]) => close))
        expect(read.volume).toEqual(pairs.map(([, volume]) => volume))
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    ['a word', '2024-01-02,1,1,x,1,1', 'line 3, column low: must be a decimal number of at least 0, was "x"'],
    [
      'NaN',
      '2024-01-02,1,NaN,1,1,1',
      'line 3, column high: must be a decimal number of at least 0, was "NaN"',
    ],
    [
      'nothing',
      '2024-01-02,1,1,1,1,',
      'line 3, column volume: must be a decimal number of at least 0, was ""',
    ],
    [
      'a minus',
      '2024-01-02,1,1,1,-0,1',
      'line 3, column close: must be a decimal number of at least 0, was "-0"',
    ],
    [
      'a decimal comma',
      '2024-01-02,"1,5",1,1,1,1',
      'line 3, column open: must be a decimal number of at least 0, was "1,5"',
    ],
    [
      'a time of another form',
      '1704153600000,1,1,1,1,1',
      'line 3, column time: must be in ISO time as above, was "1704153600000"',
    ],
    [
      'no time',
      'yesterday,1,1,1,1,1',
      'line 3, column time: must be a time in milliseconds (13 digits) or microseconds (16 digits), was "yesterday", or ISO 8601',
    ],
    [
      'a day that is none',
      '2024-02-30,1,1,1,1,1',
      'line 3, column time: must be a time in milliseconds (13 digits) or microseconds (16 digits), was "2024-02-30", or ISO 8601',
    ],
    [
      'a rounded time',
      '1.70E+12,1,1,1,1,1',
      'line 3, column time: must be a time in milliseconds or microseconds, was "1.70E+12": a spreadsheet rounded it',
    ],
    [
      'a cell too many',
      '2024-01-02,1,1,1,1,1,1',
      'must be CSV with as many cells in each line, was not: Invalid Record Length: expect 6, got 7 on line 3',
    ],
    [
      'a cell too few',
      '2024-01-02,1,1,1,1',
      'must be CSV with as many cells in each line, was not: Invalid Record Length: expect 6, got 5 on line 3',
    ],
    [
      'an open quote',
      '"2024-01-02,1,1,1,1,1',
      'must be CSV with as many cells in each line, was not: Quote Not Closed',
    ],
  ])('with %s is refused by line and column', async (_, row, reason) => {
    expect(await messageOf(lines(HEADER, '2024-01-01,1,1,1,1,1', row))).toContain(
      `foreign.csv${reason.startsWith('line') ? ' ' : ': '}${reason}`,
    )
  })

  it('may change from milliseconds to microseconds at the row of 2025-01-01T00:00:00Z only', async () => {
    const NEW_YEAR = Date.UTC(2025, 0, 1)
    const rows = (...times: string[]) => lines(HEADER, ...times.map((time) => `${time},1,1,1,1,1`))
    expect((await parse(rows(`${NEW_YEAR - MINUTE}`, `${NEW_YEAR}000`))).openTime).toEqual([
      NEW_YEAR - MINUTE,
      NEW_YEAR,
    ])
    expect(await messageOf(rows(`${NEW_YEAR}`, `${NEW_YEAR + MINUTE}000`))).toContain(
      'line 3, column time: must be in milliseconds as above',
    )
  })

  it.each([
    [
      'no time',
      'a,open,high,low,close',
      {},
      'the header must name the time column, was "a,open,high,low,close"; say which it is with --columns time=NAME',
    ],
    [
      'two times',
      'date,timestamp,open,high,low,close',
      {},
      'one column must be the time, but "date", "timestamp" are; say which with --columns time=NAME',
    ],
    [
      'the same name twice',
      'date,open,open,high,low,close',
      {},
      'one column must be the open, but "open", "open" are',
    ],
    ['no close', 'date,open,high,low,last', {}, 'the header must name the close column'],
    [
      "not the user's name",
      'date,open,high,low,last',
      { close: 'lost' },
      'the header must name the close column "lost", was "date,open,high,low,last"; did you mean "last"?',
    ],
    [
      "not the user's name of what bars need not have",
      'date,open,high,low,close',
      { volume: 'vol' },
      'the header must name the volume column "vol"',
    ],
  ])('whose header has %s is refused', async (_, header, columns, reason) => {
    expect(await messageOf(lines(header, header.replaceAll(/\w+/g, '1')), columns)).toContain(
      `foreign.csv line 1: ${reason}`,
    )
  })

  it('without rows is refused', async () => {
    expect(await messageOf(lines(HEADER))).toBe('foreign.csv must hold bars, has none')
  })

  it('with a record that never ends is refused', async () => {
    expect(await messageOf(`${HEADER}\n"${'x'.repeat(100_000)}`)).toMatch(/Max Record Size/)
  })

  it('takes no column from the prototype of objects', async () => {
    const polluted = JSON.parse('{"__proto__": {"close": "x"}}')
    expect(() => checkColumnKeys(polluted)).toThrow(ConfigError)
    expect(
      await parse(lines('constructor,__proto__,date,open,high,low,close', 'a,b,2024-01-01,1,1,1,2')),
    ).toEqual({
      openTime: [START],
      open: [1],
      high: [1],
      low: [1],
      close: [2],
    })
  })
})

describe('--columns', () => {
  it('names only what bars have', () => {
    expect(() => checkColumnKeys({ time: 'a', quote_volume: 'b' })).not.toThrow()
    expect(() => checkColumnKeys({ colse: 'a' })).toThrow(
      '--columns must name time, open, high, low, close, volume, quote_volume, count, taker_buy_volume, taker_buy_quote_volume, was "colse"; did you mean close?',
    )
  })
})
