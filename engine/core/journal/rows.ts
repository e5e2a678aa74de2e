/**
 * Growing tables for what a session writes down. A run may write millions of rows; as objects they
 * would cost more time in the garbage collector than the run itself (measured: half of a run with an
 * order every second bar), and a column each costs a cache line each. So a row is a stretch of doubles.
 * Floor 2.
 */

/** What every log is: rows in the order they were written. */
export interface Log<Row> {
  readonly length: number
  at(row: number): Row
}

/** Rows of a chunk: chunks are never moved, so nothing is copied when a table grows. */
const CHUNK_ROWS = 4096

/** A table of doubles, `width` to a row. */
export class Rows {
  readonly #width: number
  readonly #chunks: Float64Array[] = []
  #length = 0

  constructor(width: number) {
    this.#width = width
  }

  get length(): number {
    return this.#length
  }

  /** Adds a row and gives its number; `chunkOf` and `offsetOf` say where it is. */
  add(): number {
    if (this.#length % CHUNK_ROWS === 0) this.#chunks.push(new Float64Array(CHUNK_ROWS * this.#width))
    return this.#length++
  }

  /** The memory that holds a row. */
  chunkOf(row: number): Float64Array {
    // A row that was added has its chunk.
    return this.#chunks[Math.floor(row / CHUNK_ROWS)] as Float64Array
  }

  /** Where in its chunk a row begins. */
  offsetOf(row: number): number {
    return (row % CHUNK_ROWS) * this.#width
  }
}

/** How many words are looked through one by one before the index is asked. */
const FEW = 4

/** Words as numbers, each different one kept once. The first few are found fastest. */
export class Words<Word extends string = string> {
  readonly #words: Word[] = []
  readonly #codes = new Map<Word, number>()

  /** The number of a word; a new word gets the next one. */
  codeOf(word: Word): number {
    const words = this.#words
    const few = Math.min(FEW, words.length)
    for (let code = 0; code < few; code++) if (words[code] === word) return code
    return this.#codes.get(word) ?? this.#add(word)
  }

  /** The word of a number that `codeOf` gave. */
  wordOf(code: number): Word {
    return this.#words[code] as Word
  }

  #add(word: Word): number {
    this.#codes.set(word, this.#words.length)
    return this.#words.push(word) - 1
  }
}

/** All rows of a log as objects, made when they are first asked for. */
export function onceRowsOf<Row>(log: Log<Row>): () => readonly Row[] {
  let rows: readonly Row[] | undefined
  return () => {
    rows ??= Array.from({ length: log.length }, (_, row) => log.at(row))
    return rows
  }
}
