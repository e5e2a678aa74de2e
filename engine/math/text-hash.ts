/** A short name for a text: equal texts have equal ones, different texts in all likelihood not. Floor 1. */

/**
 * 53 bits of the text as 14 hexadecimal digits: the same on every machine. Two lanes of multiplications,
 * mixed at the end (bryc's cyrb53, public domain). Good against accidents, not against intent.
 */
export function hashText(text: string): string {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 2_654_435_761)
    b = Math.imul(b ^ unit, 1_597_334_677)
  }
  const first = mix(a) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909)
  const second = mix(b) ^ Math.imul(first ^ (first >>> 13), 3_266_489_909)
  return ((second & 0x1fffff) * 0x1_0000_0000 + (first >>> 0)).toString(16).padStart(14, '0')
}

function mix(lane: number): number {
  return Math.imul(lane ^ (lane >>> 16), 2_246_822_507)
}
