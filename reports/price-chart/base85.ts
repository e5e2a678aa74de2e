/**
 * Bytes as printable text, five characters for four bytes: a sixteenth less than base64. Nothing in it can
 * end a script or begin a comment. `browser/column-reader.ts` reads it back. Floor 4.
 */

/** From # to z without &, < and \\. */
const LETTERS = Array.from({ length: 88 }, (_, i) => 35 + i).filter((code) => ![38, 60, 92].includes(code))

/** Letters of two digits at once: a division costs most of the time. */
const PAIR = 85 * 85
const FIRST = Uint8Array.from({ length: PAIR }, (_, i) => LETTERS[Math.floor(i / 85)] ?? 0)
const SECOND = Uint8Array.from({ length: PAIR }, (_, i) => LETTERS[i % 85] ?? 0)

/** The bytes as text; a digit in front says how many zeros fill up the last four. */
export function toBase85(bytes: Uint8Array): string {
  const groups = Math.ceil(bytes.length / 4)
  const padded = new Uint8Array(4 * groups)
  padded.set(bytes)
  const words = new DataView(padded.buffer)
  const text = Buffer.alloc(5 * groups)
  for (let k = 0, at = 0; k < groups; k++) {
    const word = words.getUint32(4 * k)
    const upper = Math.floor(word / PAIR)
    const lower = word - upper * PAIR
    const first = Math.floor(upper / PAIR)
    const middle = upper - first * PAIR
    text[at++] = LETTERS[first] ?? 0
    text[at++] = FIRST[middle] ?? 0
    text[at++] = SECOND[middle] ?? 0
    text[at++] = FIRST[lower] ?? 0
    text[at++] = SECOND[lower] ?? 0
  }
  return `${padded.length - bytes.length}${text.toString('latin1')}`
}
