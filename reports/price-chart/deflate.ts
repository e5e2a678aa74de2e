/**
 * Raw deflate (RFC 1951) by Huffman codes alone, in whole numbers: the same bytes on every CPU, where
 * zlib's builds search for repeats each in its own way. Columns of noise hold hardly a repeat, so little
 * is lost, and a block for each part of the data wins more than that. Floor 4.
 */

const MOST_BITS = 15
const MOST_LENGTH_BITS = 7
const END_OF_BLOCK = 256
const SYMBOLS = 257

/** Bytes under one code: the values of a market drift, and so do the best codes. */
const BLOCK = 1 << 16

/** In which the lengths of the code for lengths are written. */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const

/** The parts one behind the other, compressed; each part has codes of its own. No part may be left out. */
export function deflate(parts: readonly Uint8Array[]): Uint8Array {
  const blocks = parts.flatMap((part) => {
    const count = Math.ceil(part.length / BLOCK)
    return Array.from({ length: count }, (_, i) => part.subarray(i * BLOCK, (i + 1) * BLOCK))
  })
  if (blocks.length === 0) blocks.push(new Uint8Array())
  const bits = new BitWriter(blocks.reduce((sum, block) => sum + block.length, 0))
  for (const [i, block] of blocks.entries()) writeBlock(bits, block, i === blocks.length - 1)
  return bits.finish()
}

function writeBlock(bits: BitWriter, block: Uint8Array, isLast: boolean): void {
  const counts = new Uint32Array(SYMBOLS)
  for (let i = 0; i < block.length; i++) counts[at(block, i)] = at(counts, at(block, i)) + 1
  counts[END_OF_BLOCK] = 1
  // A code of one symbol is no code: a second one is added.
  if (block.length === 0) counts[0] = 1
  const lengths = codeLengths(counts, MOST_BITS)
  const codes = reversedCodes(lengths)
  bits.write(isLast ? 1 : 0, 1)
  bits.write(2, 2)
  writeLengths(bits, lengths)
  bits.writeAll(block, codes, lengths)
  bits.write(at(codes, END_OF_BLOCK), at(lengths, END_OF_BLOCK))
}

/** The head of a dynamic block: literal lengths and no distance, runs of zeros as one symbol. */
function writeLengths(bits: BitWriter, lengths: Uint8Array): void {
  const symbols: { readonly symbol: number; readonly extra: number; readonly width: number }[] = []
  // One more: the length of the distance that is not.
  const all = new Uint8Array(lengths.length + 1)
  all.set(lengths)
  for (let i = 0; i < all.length; ) {
    let run = 0
    while (run < 138 && i + run < all.length && at(all, i + run) === 0) run++
    if (run >= 11) symbols.push({ symbol: 18, extra: run - 11, width: 7 })
    else if (run >= 3) symbols.push({ symbol: 17, extra: run - 3, width: 3 })
    else symbols.push({ symbol: at(all, i), extra: 0, width: 0 })
    i += run >= 3 ? run : 1
  }
  const counts = new Uint32Array(19)
  for (const { symbol } of symbols) counts[symbol] = at(counts, symbol) + 1
  for (const symbol of [0, 18]) if (at(counts, symbol) === 0) counts[symbol] = 1
  const codeWidths = codeLengths(counts, MOST_LENGTH_BITS)
  const codes = reversedCodes(codeWidths)
  let used = LENGTH_ORDER.length
  while (at(codeWidths, LENGTH_ORDER[used - 1] ?? 0) === 0) used--
  bits.write(SYMBOLS - 257, 5)
  bits.write(0, 5)
  bits.write(used - 4, 4)
  for (const symbol of LENGTH_ORDER.slice(0, used)) bits.write(at(codeWidths, symbol), 3)
  for (const { symbol, extra, width } of symbols) {
    bits.write(at(codes, symbol), at(codeWidths, symbol))
    bits.write(extra, width)
  }
}

/**
 * Bits of each symbol's code, 0 for one that does not occur; Huffman 1952, ties by the order of the
 * symbols. Where a code would be longer than `most`, the counts are halved until none is.
 */
function codeLengths(counts: Uint32Array, most: number): Uint8Array {
  let weights = counts
  for (;;) {
    const lengths = huffmanLengths(weights)
    if (longest(lengths) <= most) return lengths
    weights = weights.map((weight) => (weight + 1) >> 1)
  }
}

function longest(lengths: Uint8Array): number {
  let longest = 0
  for (let i = 0; i < lengths.length; i++) longest = Math.max(longest, at(lengths, i))
  return longest
}

/** Two queues: leaves by weight, and inner nodes, which are made in rising weight. */
function huffmanLengths(weights: Uint32Array): Uint8Array {
  // One number for both, so that it sorts without comparing two by a function: 0.1 s less of a long run's page.
  const leaves = new Float64Array(weights.length)
  let n = 0
  for (let symbol = 0; symbol < weights.length; symbol++) {
    const weight = at(weights, symbol)
    if (weight > 0) leaves[n++] = weight * weights.length + symbol
  }
  leaves.subarray(0, n).sort()
  const weight = new Float64Array(2 * n - 1)
  for (let i = 0; i < n; i++) weight[i] = Math.floor(at(leaves, i) / weights.length)
  const parent = new Uint16Array(2 * n - 1)
  let leaf = 0
  let inner = n
  for (let node = n; node < 2 * n - 1; node++) {
    for (let child = 0; child < 2; child++) {
      const isLeaf = leaf < n && (inner >= node || at(weight, leaf) <= at(weight, inner))
      const taken = isLeaf ? leaf++ : inner++
      parent[taken] = node
      weight[node] = at(weight, node) + at(weight, taken)
    }
  }
  const depth = new Uint16Array(2 * n - 1)
  for (let node = 2 * n - 3; node >= 0; node--) depth[node] = at(depth, at(parent, node)) + 1
  const lengths = new Uint8Array(weights.length)
  for (let i = 0; i < n; i++) lengths[at(leaves, i) % weights.length] = at(depth, i)
  return lengths
}

/** The canonical codes of RFC 1951, 3.2.2, first bit lowest, as they go into the stream. */
function reversedCodes(lengths: Uint8Array): Uint16Array {
  const codes = new Uint16Array(lengths.length)
  const next = new Uint16Array(MOST_BITS + 2)
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = at(lengths, symbol)
    if (length > 0) next[length + 1] = at(next, length + 1) + 1
  }
  // So far, how many codes are one bit shorter; now the first code of each length.
  for (let length = 1; length <= MOST_BITS; length++) {
    next[length] = (at(next, length - 1) + at(next, length)) << 1
  }
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = at(lengths, symbol)
    if (length === 0) continue
    let code = at(next, length)
    next[length] = code + 1
    let reversed = 0
    for (let bit = 0; bit < length; bit++) {
      reversed = (reversed << 1) | (code & 1)
      code >>= 1
    }
    codes[symbol] = reversed
  }
  return codes
}

/** Bits into bytes, lowest first. */
class BitWriter {
  #bytes: Uint8Array
  #length = 0
  #pending = 0
  #width = 0

  constructor(expected: number) {
    this.#bytes = new Uint8Array(expected + 1024)
  }

  write(value: number, width: number): void {
    this.#pending |= value << this.#width
    this.#width += width
    if (this.#length + 4 > this.#bytes.length) this.#grow(4)
    while (this.#width >= 8) {
      this.#bytes[this.#length++] = this.#pending & 255
      this.#pending >>>= 8
      this.#width -= 8
    }
  }

  /** What `write` does for each byte's code, with everything at hand. */
  writeAll(values: Uint8Array, codes: Uint16Array, widths: Uint8Array): void {
    this.#grow(2 * values.length)
    const bytes = this.#bytes
    let length = this.#length
    let pending = this.#pending
    let width = this.#width
    for (let i = 0; i < values.length; i++) {
      const value = at(values, i)
      pending |= at(codes, value) << width
      width += at(widths, value)
      if (width >= 16) {
        bytes[length] = pending & 255
        bytes[length + 1] = (pending >>> 8) & 255
        length += 2
        pending >>>= 16
        width -= 16
      }
    }
    this.#length = length
    this.#pending = pending
    this.#width = width
  }

  finish(): Uint8Array {
    this.write(0, 7)
    return this.#bytes.subarray(0, this.#length)
  }

  #grow(more: number): void {
    if (this.#length + more + 8 <= this.#bytes.length) return
    const grown = new Uint8Array(2 * (this.#length + more + 8))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}

/** Value `i`, which is within bounds. */
function at(values: Uint8Array | Uint16Array | Uint32Array | Float64Array, i: number): number {
  return values[i] as number
}
