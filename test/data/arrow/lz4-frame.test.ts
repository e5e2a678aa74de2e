import { describe, expect, it } from 'vitest'
import { unpackLz4Frame } from '../../../data/arrow/lz4-frame.js'
import { xxhash32 } from '../../../data/arrow/xxhash32.js'

/** A frame without checksums but that of its head, which XXH32 gives. */
function frameOf(...blocks: readonly (readonly number[])[]): Uint8Array {
  const descriptor = [0x60, 0x40]
  const sum = (xxhash32(Uint8Array.from(descriptor)) >>> 8) & 0xff
  return Uint8Array.from([
    ...[0x04, 0x22, 0x4d, 0x18, ...descriptor, sum],
    ...blocks.flatMap((block) => [block.length, 0, 0, 0, ...block]),
    ...[0, 0, 0, 0],
  ])
}

function unpacked(frame: Uint8Array, length: number): string {
  const into = new Uint8Array(length)
  unpackLz4Frame(frame, into)
  return Buffer.from(into).toString()
}

const text = (words: string): number[] => [...Buffer.from(words)]

describe('xxhash32', () => {
  // The reference implementation's, as published beside it.
  it.each([
    ['', 0x02cc5d05],
    ['a', 0x550d7456],
    ['abc', 0x32d153ff],
    ['Nobody inspects the spammish repetition', 0xe2293b2f],
  ])('of %j', (words, sum) => {
    expect(xxhash32(Buffer.from(words))).toBe(sum)
  })
})

describe('an LZ4 frame', () => {
  // Two literals, nine letters from two back, a last literal.
  const first = [0x25, ...text('ab'), 2, 0, 0x10, ...text('!')]

  it('has literals, and matches that overlap what they make', () => {
    expect(unpacked(frameOf(first), 12)).toBe('abababababa!')
    const long = [0x1f, ...text('x'), 1, 0, 255, 0, 0x10, ...text('y')]
    expect(unpacked(frameOf(long), 276)).toBe(`${'x'.repeat(275)}y`)
    expect(unpacked(frameOf([0xf0, 5, ...text('twenty letters, just')]), 20)).toBe('twenty letters, just')
  })

  it('has blocks that point into those before, and blocks that are not packed', () => {
    expect(unpacked(frameOf(first, [0x00, 12, 0, 0x10, ...text('?')]), 17)).toBe('abababababa!abab?')
    const stored = frameOf(text('abc'))
    stored[10] = 0x80
    expect(unpacked(stored, 3)).toBe('abc')
  })

  it.each([
    [frameOf(first), 11, /must be 11 bytes long, is longer/],
    [frameOf(first), 13, /must be 13 bytes long, was 12/],
    [frameOf(first).subarray(0, -5), 12, /cut off/],
    [frameOf([0x00, 0, 0, 0x10, 1]), 5, /points before its beginning/],
    [frameOf([0x20, 97, 97, 3, 0, 0x10, 1]), 7, /points before its beginning/],
    [frameOf([0x20, 97]), 2, /a block of an LZ4 frame is cut off/],
    [frameOf(first).with(5, 0x50), 12, /the head of an LZ4 frame is damaged/],
    [frameOf(first).with(0, 5), 12, /is no LZ4 frame/],
  ])('%# is refused', (frame, length, reason) => {
    expect(() => unpacked(frame, length)).toThrow(reason)
  })
})
