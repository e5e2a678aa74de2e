/** The truth: everything the exchange accepted or did, in order. Nothing is ever taken back. Floor 3. */

/** One line of the journal: what happened, and when in market time. */
export interface JournalEntry {
  /** From 1. */
  readonly seq: number
  /** Market time, UTC milliseconds. */
  readonly time: number
  readonly kind: string
  readonly [key: string]: unknown
}

/** Grows at its end only. */
export class Journal {
  readonly #entries: JournalEntry[] = []
  readonly #write: ((line: string) => void) | undefined

  /** `write` keeps each line elsewhere, as it comes. */
  constructor(write?: (line: string) => void) {
    this.#write = write
  }

  add(kind: string, time: number, what: Readonly<Record<string, unknown>>): void {
    const entry: JournalEntry = { seq: this.#entries.length + 1, time, kind, ...what }
    this.#entries.push(entry)
    this.#write?.(`${JSON.stringify(entry)}\n`)
  }

  /** The entries from a number on. */
  since(seq = 1): readonly JournalEntry[] {
    return this.#entries.slice(Math.max(0, seq - 1))
  }
}
