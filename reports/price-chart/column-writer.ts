/**
 * Columns of numbers as few bytes: whole numbers as varints, anything else as doubles. Byte k of all
 * values stands together, so that each place has a code of its own; a column of one value costs nothing.
 * `browser/column-reader.ts` reads it back. Floor 4.
 */
import { valueAt } from '../../engine/model/bars.js'
import { deflate } from './deflate.js'

/** How a column is written; the first byte of its entry in the head. */
const CONSTANT = 0
const WHOLE = 1
const DOUBLES = 2

/** Bytes of a column's entry in the head: how, and the constant. */
const ENTRY = 9

/** Takes columns one by one and gives their bytes. The reader asks for them in the same order. */
export class ColumnWriter {
  readonly #entries: { readonly mode: number; readonly constant: number }[] = []
  readonly #planes: Uint8Array[] = []

  /** Whole numbers from 0 to 2^53 − 1. */
  whole(values: Float64Array): this {
    if (this.#isConstant(values)) return this
    this.#entries.push({ mode: WHOLE, constant: 0 })
    const rest = values.slice()
    for (let n = rest.length; n > 0; ) {
      const plane = new Uint8Array(n)
      let more = 0
      for (let i = 0; i < n; i++) {
        const value = valueAt(rest, i)
        if (value < 128) {
          plane[i] = value
        } else if (value < 0x8000_0000) {
          plane[i] = 128 | (value & 127)
          rest[more++] = value >>> 7
        } else {
          plane[i] = 128 | (value % 128)
          rest[more++] = Math.floor(value / 128)
        }
      }
      this.#planes.push(plane)
      n = more
    }
    return this
  }

  /** Whole numbers of either sign, up to 2^52. */
  signed(values: Float64Array): this {
    const codes = new Float64Array(values.length)
    for (let i = 0; i < values.length; i++) {
      const value = valueAt(values, i)
      codes[i] = value < 0 ? -2 * value - 1 : 2 * value
    }
    return this.whole(codes)
  }

  /** Any doubles, to the bit. */
  doubles(values: Float64Array): this {
    if (this.#isConstant(values)) return this
    this.#entries.push({ mode: DOUBLES, constant: 0 })
    const view = new DataView(new ArrayBuffer(8))
    const planes = Array.from({ length: 8 }, () => new Uint8Array(values.length))
    for (const [i, value] of values.entries()) {
      view.setFloat64(0, value, true)
      for (const [k, plane] of planes.entries()) plane[i] = view.getUint8(k)
    }
    this.#planes.push(...planes)
    return this
  }

  /** All columns, compressed as raw deflate. */
  finish(): Uint8Array {
    const head = new DataView(new ArrayBuffer(1 + ENTRY * this.#entries.length))
    head.setUint8(0, this.#entries.length)
    for (const [i, { mode, constant }] of this.#entries.entries()) {
      head.setUint8(1 + ENTRY * i, mode)
      head.setFloat64(2 + ENTRY * i, constant, true)
    }
    return deflate([new Uint8Array(head.buffer), ...this.#planes])
  }

  #isConstant(values: Float64Array): boolean {
    const constant = values[0] ?? 0
    for (let i = 0; i < values.length; i++) if (!Object.is(valueAt(values, i), constant)) return false
    this.#entries.push({ mode: CONSTANT, constant })
    return true
  }
}
