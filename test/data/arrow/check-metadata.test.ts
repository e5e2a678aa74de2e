import { Message } from 'apache-arrow'
import { expect, it } from 'vitest'
import { checkMessage } from '../../../data/arrow/check-metadata.js'
import { FOREIGN_FILES } from './foreign-files.js'

/** Metadata of the first message of a stream: behind a mark and their length. */
function metadataOf(stream: Buffer): Buffer {
  return stream.subarray(8, 8 + stream.readInt32LE(4))
}

/** The metadata of a schema with one bit turned. */
function damaged(bit: number): Buffer {
  const bytes = Buffer.from(
    metadataOf(FOREIGN_FILES['pyarrow, a stream of timestamps in nanoseconds'] ?? Buffer.of()),
  )
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return bytes
}

it('no damaged bit of a schema that is let through stops the library but by an error', () => {
  let passed = 0
  for (let bit = 0; bit < 8 * damaged(0).length; bit++) {
    try {
      const bytes = damaged(bit)
      checkMessage(bytes)
      const header: unknown = Message.decode(bytes).header()
      if (header !== undefined) passed++
    } catch (error) {
      expect(error).toBeInstanceOf(Error)
    }
  }
  expect(passed).toBeGreaterThan(500)
})

it('a layout of odd length, in which the library would find twelve million entries, is refused', () => {
  // Byte 28 begins the length of a layout, which is even.
  expect(() => checkMessage(damaged(8 * 28))).toThrow(/names? 12582912 entries in 352 bytes/)
})
