/** Reads back what `ColumnWriter` wrote. Runs in the browser and in tests. Floor 4. */

const READ_CONSTANT = 0
const READ_WHOLE = 1
const READ_ENTRY = 9

/** Columns in the order in which they were written. */
export class ColumnReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #column = 0
  #place: number

  /** `bytes` as they are after inflating. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#place = 1 + READ_ENTRY * this.#view.getUint8(0)
  }

  /** The next column, of `n` values, as it was given to `whole` or `doubles`. */
  next(n: number): Float64Array {
    const entry = 1 + READ_ENTRY * this.#column++
    const mode = this.#view.getUint8(entry)
    if (mode === READ_CONSTANT) return new Float64Array(n).fill(this.#view.getFloat64(entry + 1, true))
    return mode === READ_WHOLE ? this.#whole(n) : this.#doubles(n)
  }

  /** The next column as it was given to `signed`. */
  nextSigned(n: number): Float64Array {
    const values = this.next(n)
    for (let i = 0; i < n; i++) {
      const value = values[i] ?? 0
      values[i] = value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
    return values
  }

  #whole(n: number): Float64Array {
    const values = new Float64Array(n)
    let open = Int32Array.from({ length: n }, (_, i) => i)
    for (let factor = 1; open.length > 0; factor *= 128) {
      let more = 0
      const next = new Int32Array(open.length)
      for (const i of open) {
        const byte = this.#bytes[this.#place++] ?? 0
        values[i] = (values[i] ?? 0) + factor * (byte & 127)
        if (byte >= 128) next[more++] = i
      }
      open = next.subarray(0, more)
    }
    return values
  }

  #doubles(n: number): Float64Array {
    const values = new Float64Array(n)
    const raw = new Uint8Array(values.buffer)
    for (let k = 0; k < 8; k++) {
      for (let i = 0; i < n; i++) raw[8 * i + k] = this.#bytes[this.#place++] ?? 0
    }
    return values
  }
}

/** Bytes from the text of raw deflate, by the platform's own means. What fills up the last group is cut off. */
export async function inflate(text: string): Promise<Uint8Array> {
  const bytes = fromBase85(text)
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** What `toBase85` wrote; its first character says how many bytes fill up the last group. */
function fromBase85(text: string): Uint8Array<ArrayBuffer> {
  const digits = new Uint8Array(128)
  let digit = 0
  for (let code = 35; code < 123; code++) {
    if (code !== 38 && code !== 60 && code !== 92) digits[code] = digit++
  }
  const groups = (text.length - 1) / 5
  const bytes = new Uint8Array(4 * groups)
  const view = new DataView(bytes.buffer)
  for (let k = 0; k < groups; k++) {
    let value = 0
    for (let i = 5 * k + 1; i < 5 * k + 6; i++) value = value * 85 + (digits[text.charCodeAt(i)] ?? 0)
    view.setUint32(4 * k, value)
  }
  return bytes.subarray(0, bytes.length - Number(text[0]))
}
