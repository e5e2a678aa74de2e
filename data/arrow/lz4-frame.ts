/**
 * LZ4 frames, in which pandas and pyarrow pack the columns of a Feather file unless told otherwise, and which Node
 * cannot unpack: the frame format 1.6 and the block format of LZ4, by their descriptions. Floor 3.
 */
import { xxhash32 } from './xxhash32.js'

const MAGIC = 0x184d2204
const VERSION = 1
/** Bits of the first byte of a frame's descriptor. */
const FLAG = { dictionary: 1, contentChecksum: 4, contentSize: 8, blockChecksum: 16 } as const
/** Bit of a block's size that says that the block is not packed. */
const STORED = 0x8000_0000
const SIZE_MASK = 0x7fff_ffff
const MIN_MATCH = 4
/** A length of as many is followed by more of it. */
const LONG = 15
const LONGER = 255

/** Fills `into` with what the frame holds. Throws an Error when it does not fit exactly, or the frame is damaged. */
export function unpackLz4Frame(frame: Uint8Array, into: Uint8Array): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const flags = view.getUint8(4)
  if (view.getUint32(0, true) !== MAGIC || flags >> 6 !== VERSION)
    throw new Error('a packed piece is no LZ4 frame')
  if ((flags & FLAG.dictionary) !== 0) throw new Error('a packed piece needs a dictionary')
  // Behind magic word, flags and block size: how long the content is, if it says so.
  const headerEnd = 6 + ((flags & FLAG.contentSize) === 0 ? 0 : 8)
  const headerSum = (xxhash32(frame.subarray(4, headerEnd)) >>> 8) & 0xff
  if (view.getUint8(headerEnd) !== headerSum) throw new Error('the head of an LZ4 frame is damaged')
  let at = headerEnd + 1
  let filled = 0
  for (;;) {
    const word = view.getUint32(at, true)
    at += 4
    if (word === 0) break
    const size = word & SIZE_MASK
    const block = frame.subarray(at, at + size)
    if (block.length < size) throw new Error('an LZ4 frame is cut off')
    at += size
    if ((flags & FLAG.blockChecksum) !== 0) {
      if (view.getUint32(at, true) !== xxhash32(block)) throw new Error('a block of an LZ4 frame is damaged')
      at += 4
    }
    if ((word & STORED) === 0) filled = unpackBlock(block, into, filled)
    else if (filled + size > into.length) throw tooLong(into)
    else {
      into.set(block, filled)
      filled += size
    }
  }
  if (filled < into.length) throw new Error(`a packed piece must be ${into.length} bytes long, was ${filled}`)
  if ((flags & FLAG.contentChecksum) !== 0 && view.getUint32(at, true) !== xxhash32(into))
    throw new Error('the content of an LZ4 frame is damaged')
}

/** Adds a block behind what is filled, to which it may point back; gives how much is filled then. */
function unpackBlock(block: Uint8Array, into: Uint8Array, filled: number): number {
  let at = 0
  let end = filled
  const lengthOf = (first: number): number => {
    let length = first
    for (let more = LONGER; first === LONG && more === LONGER; length += more) more = byteAt(block, at++)
    return length
  }
  while (at < block.length) {
    const token = byteAt(block, at++)
    const literals = lengthOf(token >> 4)
    if (at + literals > block.length) throw cutOff()
    if (end + literals > into.length) throw tooLong(into)
    for (let k = 0; k < literals; k++) into[end++] = byteAt(block, at++)
    // The last sequence has literals alone.
    if (at === block.length) return end
    const back = byteAt(block, at++) + 256 * byteAt(block, at++)
    const length = MIN_MATCH + lengthOf(token & LONG)
    if (back === 0 || back > end) throw new Error('a block of an LZ4 frame points before its beginning')
    if (end + length > into.length) throw tooLong(into)
    // Byte by byte: a match may overlap what it makes.
    for (let k = 0; k < length; k++, end++) into[end] = byteAt(into, end - back)
  }
  throw cutOff()
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]
  if (byte === undefined) throw cutOff()
  return byte
}

function cutOff(): Error {
  return new Error('a block of an LZ4 frame is cut off')
}

function tooLong({ length }: Uint8Array): Error {
  return new Error(`a packed piece must be ${length} bytes long, is longer`)
}
