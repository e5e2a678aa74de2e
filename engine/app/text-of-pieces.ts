/** A text that was made in pieces. Floor 5. */

/** The whole text of pieces that are text, or bytes of UTF-8; each piece needs to hold until the next alone. */
export function textOfPieces(pieces: Iterable<string | Uint8Array>): string {
  const decoder = new TextDecoder()
  let text = ''
  for (const piece of pieces) {
    text += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true })
  }
  return text
}
