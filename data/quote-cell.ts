/** How messages show what a file holds. Floor 3. */

const MAX_SHOWN = 40

/** A cell or name of a file, quoted, its control characters escaped, cut at 40 characters. */
export function quoteCell(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text)
}
