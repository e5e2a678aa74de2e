import { Message } from 'apache-arrow'
import { expect, it } from 'vitest'
import { checkMessage } from '../../../data/arrow/check-metadata.js'
import { FOREIGN_FILES } from './foreign-files.js'

/** Metadata of the first message of a stream: behind a mark and their length. */
function metadataOf(stream: Buffer): Buffer {
  return stream.subarray(8, 8 + stream.readInt32LE(4))
}

it('no damaged bit of a schema that is let through keeps the library busy, or stops it but by an error', () => {
  const good = metadataOf(FOREIGN_FILES['pyarrow, a stream of timestamps in nanoseconds'] ?? Buffer.of())
  const { user } = process.cpuUsage()
  let passed = 0
  for (let bit = 0; bit < 8 * good.length; bit++) {
    const bytes = Buffer.from(good)
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    try {
      checkMessage(bytes)
      const header: unknown = Message.decode(bytes).header()
      if (header !== undefined) passed++
    } catch (error) {
      expect(error).toBeInstanceOf(Error)
    }
  }
  expect(passed).toBeGreaterThan(500)
  // Entries that are not there take seconds, bit by bit.
  expect(process.cpuUsage().user - user).toBeLessThan(1_000_000)
})
