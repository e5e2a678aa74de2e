/** A column of a batch as doubles, or as times in UTC milliseconds. Floor 3. */
import { type Data, DataType, DateUnit, Precision, TimeUnit } from 'apache-arrow'
import { DAY_MS } from '../../engine/model/time.js'
import { quoteCell } from '../quote-cell.js'
import { valuesOf } from './batch-columns.js'

/** A value that is none of bars, and what it must be. */
export interface Refusal {
  readonly row: number
  readonly reason: string
}

/** Whole numbers of at least so many bits hold times. */
const MIN_TIME_BITS = 32
/** Times below are in seconds, below the next in milliseconds, below the last in microseconds. */
const [SECONDS_BELOW, MS_BELOW, MICROSECONDS_BELOW] = [1e11, 1e14, 1e17]
const NUMBER = /^(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const WORD_BITS = 32
/** Of a millisecond. */
const NANOSECONDS = 1_000_000n

/**
 * Fills `into` with the column's values; those that are null are left to the caller. Gives the first value that is
 * no number.
 */
export function fillNumbers(data: Data, into: Float64Array): Refusal | undefined {
  const { type, length } = data
  if (DataType.isInt(type) || (DataType.isFloat(type) && type.precision !== Precision.HALF)) {
    const values = plainValues(data, length)
    if (values instanceof Float64Array) into.set(values.subarray(0, length))
    else for (let i = 0; i < length; i++) into[i] = Number(values[i])
    return undefined
  }
  if (DataType.isFloat(type)) {
    const values = valuesOf(data)
    for (let i = 0; i < length; i++) into[i] = values.get(i) ?? Number.NaN
    return undefined
  }
  if (DataType.isDecimal(type)) {
    fillDecimals(data, type, into)
    return undefined
  }
  if (isText(type)) return fillTexts(data, into)
  return { row: 0, reason: `must be of numbers, was of type ${type}` }
}

/** Whether a column holds text. */
export function isText(type: DataType): boolean {
  return DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type)
}

/**
 * Fills `into` with the column's times; those that are null are left to the caller. With `isWhole` a time must be a
 * whole millisecond, without it the rest is cut off. Gives the first value that is no such time.
 */
export function fillTimes(data: Data, into: Float64Array, isWhole: boolean): Refusal | undefined {
  const { type, length } = data
  const toMs = converterOf(type)
  if (!toMs) return { row: 0, reason: `must be of timestamps or whole numbers, was of type ${type}` }
  const values = plainValues(data, length)
  for (let i = 0; i < length; i++) {
    if (isNullAt(data, i)) continue
    const value = values[i] ?? Number.NaN
    const time = toMs(value)
    if (!Number.isFinite(time))
      return { row: i, reason: `must be a time of 10, 13 or 16 digits, was ${value}` }
    if (isWhole && !Number.isInteger(time))
      return { row: i, reason: `must be a whole millisecond, was ${value}` }
    into[i] = Math.floor(time)
  }
  return undefined
}

/** How a value of the type becomes milliseconds, NaN where it is no time; undefined where it never is. */
function converterOf(type: DataType): ((value: number | bigint) => number) | undefined {
  if (DataType.isTimestamp(type)) {
    if (type.unit === TimeUnit.SECOND) return (value) => Number(value) * 1000
    if (type.unit === TimeUnit.MILLISECOND) return Number
    if (type.unit === TimeUnit.MICROSECOND) return (value) => Number(value) / 1000
    // A double does not hold a nanosecond of today.
    return (value) => {
      const rest = BigInt(value) % NANOSECONDS
      return Number((BigInt(value) - rest) / NANOSECONDS) + Number(rest) / Number(NANOSECONDS)
    }
  }
  if (DataType.isDate(type)) return type.unit === DateUnit.DAY ? (value) => Number(value) * DAY_MS : Number
  const isNumber =
    (DataType.isInt(type) && type.bitWidth >= MIN_TIME_BITS) ||
    (DataType.isFloat(type) && type.precision === Precision.DOUBLE)
  return isNumber ? (value) => msOfDigits(Number(value)) : undefined
}

function msOfDigits(value: number): number {
  if (!(value >= 0 && Number.isInteger(value) && value < MICROSECONDS_BELOW)) return Number.NaN
  if (value < SECONDS_BELOW) return value * 1000
  return value < MS_BELOW ? value : value / 1000
}

/** A column's memory as numbers. Throws an Error when it holds fewer than it must. */
function plainValues(data: Data, length: number): ArrayLike<number | bigint> {
  const values: ArrayLike<number | bigint> | undefined = data.values
  if (!values || values.length < length) throw new Error(`a column must have ${length} values, has fewer`)
  return values
}

/** The shortest double of each decimal, as of its text. */
function fillDecimals(
  data: Data,
  { scale, bitWidth }: { scale: number; bitWidth: number },
  into: Float64Array,
): void {
  const words = bitWidth / WORD_BITS
  const values = plainValues(data, words * data.length)
  for (let i = 0; i < data.length; i++) {
    let whole = 0n
    for (let w = words - 1; w >= 0; w--)
      whole = (whole << BigInt(WORD_BITS)) | BigInt(values[i * words + w] ?? 0)
    into[i] = Number(`${BigInt.asIntN(bitWidth, whole)}e${-scale}`)
  }
}

function fillTexts(data: Data, into: Float64Array): Refusal | undefined {
  const values = valuesOf(data)
  for (let i = 0; i < data.length; i++) {
    if (isNullAt(data, i)) continue
    const text: unknown = values.get(i)
    if (typeof text !== 'string' || !NUMBER.test(text))
      return { row: i, reason: `must be a decimal number of at least 0, was ${quoteCell(String(text))}` }
    into[i] = Number(text)
  }
  return undefined
}

function isNullAt({ nullBitmap }: Data, i: number): boolean {
  return (
    nullBitmap !== undefined && nullBitmap.length > 0 && ((nullBitmap[i >> 3] ?? 0) & (1 << (i & 7))) === 0
  )
}
