/**
 * Reads Binance's kline layout from bytes, without a string per cell. It is strict: plain decimals
 * only, every line of the same width, a column filled in every row or in none, times in milliseconds
 * or microseconds. Why a line is refused is looked for only then. Floor 3.
 */
import { type Column, valueAt } from '../engine/model/bars.js'
import { DataError } from '../engine/model/errors.js'
import { explainKlineRow } from './explain-kline-row.js'
import {
  type KlineLayout,
  MAX_KLINE_WIDTH,
  MICROSECONDS_SINCE,
  MIN_KLINE_WIDTH,
  type TimeUnit,
} from './kline-layout.js'
import { KLINE_FIELDS, KlineRows } from './kline-rows.js'

const LF = 10
const CR = 13
const COMMA = 44
const POINT = 46
const ZERO = 48
const SMALL_E = 101
const MAX_LINE = 4096
const NO_BYTES = Buffer.alloc(0)
const OPEN_TIME = 0
const CLOSE_TIME = KLINE_FIELDS.indexOf('closeTime')

/** A time of at least this is in microseconds: in milliseconds it would be the year 5138. */
const LEAST_MICROSECONDS = 1e14

/** Powers of ten that are exact doubles. */
const POWERS = Float64Array.from({ length: 10 }, (_, k) => Number(`1e${k}`))

/** Takes a file's bytes in pieces of any size and gives its rows. */
export class KlineParser {
  readonly #layout: KlineLayout
  readonly #rows: KlineRows
  /** By position: where the values go; `ignore` and empty columns go nowhere. */
  #targets: readonly (Column | undefined)[] = []
  /** By position: whether the first row, and so every row, fills the cell. */
  #isFilled: readonly boolean[] = []
  /** Unit of the last row's times. */
  #unit: TimeUnit = 'ms'
  #line = 1
  /** Where the parser is in the bytes at hand. */
  #at = 0
  /** Whether a blank line has come: only more of them may follow. */
  #hasEnded = false
  /** The beginning of a line whose end has not come yet. */
  #rest: Buffer = NO_BYTES

  /** Throws a DataError when the layout is too narrow or too wide. */
  constructor({
    file,
    layout,
    expectedRows = 0,
  }: {
    /** Name for messages. */
    readonly file: string
    readonly layout: KlineLayout
    /** Room to begin with: a good guess saves a third of the time. */
    readonly expectedRows?: number
  }) {
    if (layout.width < MIN_KLINE_WIDTH || layout.width > MAX_KLINE_WIDTH) {
      throw new DataError(
        `${file} line 1: a row without a header must have ${MIN_KLINE_WIDTH} to ${MAX_KLINE_WIDTH} cells in the order of Binance's klines, had ${layout.width}`,
      )
    }
    const firstLine = layout.hasHeader ? 2 : 1
    this.#layout = layout
    this.#rows = new KlineRows({
      file,
      fields: KLINE_FIELDS.slice(0, layout.width),
      origin: 'archive',
      lineOf: (row) => row + firstLine,
      capacity: expectedRows,
    })
  }

  /** Takes the next bytes. Throws a DataError on the first line that is not as it must be. */
  push(bytes: Buffer): void {
    const firstEnd = bytes.indexOf(LF) + 1
    if (firstEnd === 0) {
      this.#keep(Buffer.concat([this.#rest, bytes]))
      return
    }
    const lastEnd = bytes.lastIndexOf(LF) + 1
    if (this.#rest.length > 0) {
      const line = Buffer.concat([this.#rest, bytes.subarray(0, firstEnd)])
      this.#parse(line, 0, line.length)
      this.#parse(bytes, firstEnd, lastEnd)
    } else {
      this.#parse(bytes, 0, lastEnd)
    }
    this.#keep(Buffer.from(bytes.subarray(lastEnd)))
  }

  /** The rows, when all bytes have come. Throws a DataError when the last line is cut off or there is no row. */
  end(): KlineRows {
    if (this.#rest.length > 0) {
      const line = Buffer.concat([this.#rest, Buffer.of(LF)])
      this.#parse(line, 0, line.length)
    }
    if (this.#rows.length === 0) throw new DataError(`${this.#rows.file} must hold bars, has none`)
    return this.#rows
  }

  #keep(rest: Buffer): void {
    if (rest.length > MAX_LINE) {
      throw new DataError(
        `${this.#rows.file} line ${this.#line}: a line must have at most ${MAX_LINE} bytes, has more; is it a CSV file?`,
      )
    }
    this.#rest = rest
  }

  /** Parses whole lines: the byte before `end` is a line feed. */
  #parse(bytes: Buffer, from: number, end: number): void {
    this.#at = from
    while (this.#at < end) {
      const start = this.#at
      if (this.#line === 1 && this.#layout.hasHeader) this.#at = bytes.indexOf(LF, start) + 1
      else if (isBlank(bytes, start)) this.#skipBlank(bytes)
      else if (this.#hasEnded || !this.#parseRow(bytes)) this.#refuse(bytes, start)
      this.#line++
    }
  }

  /** Whether the line at the cursor is a row; if so the cursor is behind it. */
  #parseRow(bytes: Buffer): boolean {
    const rows = this.#rows
    const row = rows.length
    const width = this.#layout.width
    if (row === 0) this.#findFilled(lineAt(bytes, this.#at))
    if (row === rows.capacity) {
      rows.grow()
      this.#aim()
    }
    const isFilled = this.#isFilled
    const targets = this.#targets
    for (let column = 0; column < width; column++) {
      if (column > 0 && bytes[this.#at++] !== COMMA) return false
      if (isFilled[column] !== true) continue
      const isTime = column === OPEN_TIME || column === CLOSE_TIME
      const value = isTime ? this.#parseTime(bytes) : this.#parseDecimal(bytes)
      if (Number.isNaN(value)) return false
      const target = targets[column]
      if (target) target[row] = value
    }
    if (bytes[this.#at] === CR) this.#at++
    if (bytes[this.#at++] !== LF) return false
    if (!this.#toMilliseconds(row)) return false
    rows.length = row + 1
    return true
  }

  /** The plain decimal at the cursor, which moves behind it; NaN when there is none. */
  #parseDecimal(bytes: Buffer): number {
    const start = this.#at
    let at = start
    let whole = 0
    let fraction = 0
    let digit = byteAt(bytes, at) - ZERO
    while (digit >= 0 && digit <= 9) {
      whole = (Math.imul(whole, 10) + digit) | 0
      digit = byteAt(bytes, ++at) - ZERO
    }
    const wholeDigits = at - start
    if (wholeDigits === 0) return Number.NaN
    let decimals = 0
    if (digit === POINT - ZERO) {
      const point = at
      digit = byteAt(bytes, ++at) - ZERO
      while (digit >= 0 && digit <= 9) {
        fraction = (Math.imul(fraction, 10) + digit) | 0
        digit = byteAt(bytes, ++at) - ZERO
      }
      decimals = at - point - 1
      if (decimals === 0) return Number.NaN
    }
    if (digit === SMALL_E - ZERO) return this.#parseScientific(bytes, start)
    this.#at = at
    if (wholeDigits <= 9 && decimals <= 9) {
      const power = valueAt(POWERS, decimals)
      const digits = whole * power + fraction
      // Two exact doubles divide to the double nearest to the decimal: what Number() gives, ten times faster.
      if (digits <= Number.MAX_SAFE_INTEGER) return digits / power
    }
    return Number(bytes.toString('latin1', start, at))
  }

  /** A small number at `start` as programs write it, `9.417e-05`; NaN when it has another exponent. */
  #parseScientific(bytes: Buffer, start: number): number {
    const [text] = /^[\d.]+e-\d+/.exec(lineAt(bytes, start)) ?? []
    if (text === undefined) return Number.NaN
    this.#at = start + text.length
    return Number(text)
  }

  /** The 13 or 16 digits at the cursor as they are; NaN for anything else. */
  #parseTime(bytes: Buffer): number {
    const start = this.#at
    let at = start
    let high = 0
    let low = 0
    let digit = byteAt(bytes, at) - ZERO
    while (digit >= 0 && digit <= 9) {
      if (at - start < 8) high = (Math.imul(high, 10) + digit) | 0
      else low = (Math.imul(low, 10) + digit) | 0
      digit = byteAt(bytes, ++at) - ZERO
    }
    this.#at = at
    if (at - start === 13) return high * 1e5 + low
    if (at - start === 16) return high * 1e8 + low
    return Number.NaN
  }

  /** Turns the row's times into milliseconds; false when their unit is not what it must be. */
  #toMilliseconds(row: number): boolean {
    const openTime = this.#targets[OPEN_TIME]
    const closeTime = this.#targets[CLOSE_TIME]
    if (!openTime) return false
    const unit = unitOf(valueAt(openTime, row))
    if (closeTime && unitOf(valueAt(closeTime, row)) !== unit) return false
    if (unit === 'us') {
      openTime[row] = valueAt(openTime, row) / 1000
      if (closeTime) closeTime[row] = Math.floor(valueAt(closeTime, row) / 1000)
    }
    if (unit !== this.#unit) {
      if (row > 0 && !(unit === 'us' && openTime[row] === MICROSECONDS_SINCE)) return false
      this.#unit = unit
    }
    return Number.isInteger(openTime[row])
  }

  /** Settles by the first row which columns there are. */
  #findFilled(line: string): void {
    const cells = line.split(',')
    const columns = Array.from({ length: this.#layout.width }, (_, column) => column)
    this.#isFilled = columns.map((column) => column < MIN_KLINE_WIDTH || cells[column] !== '')
    KLINE_FIELDS.forEach((field, column) => {
      if (this.#isFilled[column] !== true) this.#rows.drop(field)
    })
    this.#aim()
  }

  #aim(): void {
    this.#targets = KLINE_FIELDS.map((field) => this.#rows.column(field))
  }

  #skipBlank(bytes: Buffer): void {
    this.#hasEnded = true
    this.#at = bytes.indexOf(LF, this.#at) + 1
  }

  #refuse(bytes: Buffer, start: number): never {
    const reason = this.#hasEnded
      ? 'a row must not follow a blank line'
      : explainKlineRow(lineAt(bytes, start), {
          isFilled: this.#isFilled,
          unit: this.#unit,
        })
    throw new DataError(`${this.#rows.file} line ${this.#line}: ${reason}`)
  }
}

function unitOf(time: number): TimeUnit {
  return time >= LEAST_MICROSECONDS ? 'us' : 'ms'
}

function isBlank(bytes: Buffer, at: number): boolean {
  return bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF)
}

/** The line that begins at `start`, without its end. */
function lineAt(bytes: Buffer, start: number): string {
  return bytes.toString('latin1', start, bytes.indexOf(LF, start)).replace(/\r$/, '')
}

/** A byte that is there: lines end with a line feed, and no loop reads past it. */
function byteAt(bytes: Buffer, at: number): number {
  return bytes[at] as number
}
