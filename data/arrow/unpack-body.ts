/** The body of a batch whose pieces were packed one by one (LZ4 or Zstandard) → as it was. Floor 3. */
import zlib from 'node:zlib'
import { CompressionType } from 'apache-arrow'
import { unpackLz4Frame } from './lz4-frame.js'

/** Where a piece is in a body. */
interface Region {
  readonly offset: number
  readonly length: number
}

/** In front of each piece: how long it was. */
const LENGTH_BYTES = 8
/** The length of a piece that was left as it is. */
const AS_IT_IS = -1
const ALIGNMENT = 8

/** The pieces unpacked, each at a place where numbers can be. Throws an Error when one is not as long as it says. */
export function unpackBody(
  packed: readonly Region[],
  body: Uint8Array,
  { codec, most }: { readonly codec: CompressionType; readonly most: number },
): { readonly bytes: Uint8Array; readonly regions: Region[] } {
  const unpack = unpackerOf(codec)
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const regions: Region[] = []
  let end = 0
  for (const { offset, length } of packed) {
    const size = length === 0 ? 0 : Number(view.getBigInt64(offset, true))
    const own = size === AS_IT_IS ? length - LENGTH_BYTES : size
    if (!(own >= 0)) throw new Error(`a packed piece says that it is ${own} bytes long`)
    regions.push({ offset: end, length: own })
    end += Math.ceil(own / ALIGNMENT) * ALIGNMENT
  }
  if (end > most)
    throw new Error(`a batch of it unpacks to ${end} bytes, its bars to less than ${most}; is it a bomb?`)
  const bytes = new Uint8Array(end)
  for (const [k, { offset, length }] of packed.entries()) {
    const region = regions[k]
    if (!region || length === 0) continue
    const piece = body.subarray(offset + LENGTH_BYTES, offset + length)
    const into = bytes.subarray(region.offset, region.offset + region.length)
    if (view.getBigInt64(offset, true) === BigInt(AS_IT_IS)) into.set(piece)
    else unpack(piece, into)
  }
  return { bytes, regions }
}

/** Fills the bytes with what was packed. */
type Unpack = (packed: Uint8Array, into: Uint8Array) => void

function unpackerOf(codec: CompressionType): Unpack {
  if (codec === CompressionType.LZ4_FRAME) return unpackLz4Frame
  if (codec === CompressionType.ZSTD && zlib.zstdDecompressSync !== undefined) return unpackZstandard
  const name = CompressionType[codec] ?? `codec ${codec}`
  throw new Error(
    `it is packed with ${name}, which this Node does not read; write it unpacked, as pyarrow does with compression='uncompressed'`,
  )
}

function unpackZstandard(packed: Uint8Array, into: Uint8Array): void {
  const unpacked = zlib.zstdDecompressSync(packed, { maxOutputLength: Math.max(1, into.length) })
  if (unpacked.length !== into.length)
    throw new Error(`a packed piece must be ${into.length} bytes long, was ${unpacked.length}`)
  into.set(unpacked)
}
