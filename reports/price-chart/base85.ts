/**
 * Bytes as printable text, five characters for four bytes: a sixteenth less than base64. Nothing in it can
 * end a script or begin a comment. `browser/column-reader.ts` reads it back. Floor 4.
 */

/** From # to z without &, < and \\. */
const LETTERS = Array.from({ length: 88 }, (_, i) => 35 + i).filter((code) => ![38, 60, 92].includes(code))

/** The bytes as text; a digit in front says how many zeros fill up the last four. */
export function toBase85(bytes: Uint8Array): string {
  const groups = Math.ceil(bytes.length / 4)
  const text = Buffer.alloc(5 * groups)
  for (let k = 0; k < groups; k++) {
    let value = 0
    for (let i = 4 * k; i < 4 * k + 4; i++) value = value * 256 + (bytes[i] ?? 0)
    for (let i = 5 * k + 4; i >= 5 * k; i--) {
      text[i] = LETTERS[value % 85] ?? 0
      value = Math.floor(value / 85)
    }
  }
  return `${4 * groups - bytes.length}${text.toString('latin1')}`
}
