/**
 * The identity of bars: a SHA-256 that a CSV, a ZIP and the store share, whatever their text. Floor 3.
 *
 * What is hashed, one after the other and with nothing in between: the columns open time, open, high,
 * low, close and volume, each of `length` IEEE 754 doubles of 8 bytes, little-endian, oldest bar first;
 * open times as UTC milliseconds; NaN (a volume that the source lacks) as 00 00 00 00 00 00 f8 7f.
 * Symbol, interval, the further columns, flags and origin are not in it.
 */
import { createHash } from 'node:crypto'
import { type Bars, type Column, FIELDS, type Field, OPTIONAL_FIELDS } from '../engine/model/bars.js'

const CANONICAL_NAN = 0x7ff8_0000_0000_0000n

/** The columns that are hashed. */
export type HashedBars = Pick<Bars, 'length' | 'openTime' | Field>

/** SHA-256 of the canonical columns of all parts, one behind the other, as 64 hex digits; of no bars, that of no bytes. */
export function hashBars(...parts: readonly HashedBars[]): string {
  const hash = createHash('sha256')
  for (const field of ['openTime', ...FIELDS] as const) {
    for (const bars of parts) {
      const values = bars[field].subarray(0, bars.length)
      const canonical = field === 'volume' ? withCanonicalNaN(values) : values
      // x64 and arm64 keep doubles little-endian: their bytes are hashed where they are.
      hash.update(new Uint8Array(canonical.buffer, canonical.byteOffset, canonical.byteLength))
    }
  }
  return hash.digest('hex')
}

/** The hash of some bars, made when it is first asked for, unless someone else has made it by then. */
export class BarsHash {
  /** What it is of; they must be again what they were when the hash is asked for. */
  readonly bars: Bars
  #text: string | undefined

  /** `text` is the hash where it is known. */
  constructor(bars: Bars, text?: string) {
    this.bars = bars
    this.#text = text
  }

  /** As `hashBars` gives it. */
  get text(): string {
    this.#text ??= hashBars(this.bars)
    return this.#text
  }

  /** What `hashBars` gave in another thread. */
  set text(made: string) {
    this.#text = made
  }

  /** Whether it has been made. */
  get isMade(): boolean {
    return this.#text !== undefined
  }
}

/**
 * SHA-256 of everything that the store keeps of bars, as 64 hex digits: the columns of `hashBars`, then the
 * optional ones (NaN where there is none), the origins as bytes, and open and close time of each bar whose
 * close time is not the end of its interval, as doubles.
 */
export function hashStoredBars(bars: Bars, closeTimes: ReadonlyMap<number, number>): string {
  const hash = createHash('sha256').update(hashBars(bars))
  const absent = new Float64Array(bars.length).fill(Number.NaN)
  for (const field of OPTIONAL_FIELDS) {
    const values = withCanonicalNaN(bars[field]?.subarray(0, bars.length) ?? absent)
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }
  hash.update(bars.origin.subarray(0, bars.length))
  const closes = [...closeTimes].sort(([a], [b]) => a - b)
  hash.update(new Uint8Array(Float64Array.from(closes.flat()).buffer))
  return hash.digest('hex')
}

/** Arithmetic makes NaN of several bit patterns; here each becomes the one that is hashed. */
function withCanonicalNaN(values: Column | Float64Array): Float64Array {
  if (!values.includes(Number.NaN)) return values
  const copy = Float64Array.from(values)
  const words = new BigUint64Array(copy.buffer)
  for (let i = 0; i < copy.length; i++) if (Number.isNaN(copy[i])) words[i] = CANONICAL_NAN
  return copy
}
