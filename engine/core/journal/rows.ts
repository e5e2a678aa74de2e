/**
 * Growing tables for what a session writes down. A run may write millions of rows; as objects they
 * would cost more time in the garbage collector than the run itself (measured: half of a run with an
 * order every second bar), and a column each costs a cache line each. So a row is a stretch of memory,
 * as narrow as it can be: the first touch of a page costs as much as a hundred of its stores.
 * Floor 2.
 */
import { type Amount, unitsOf } from '../../model/amount.js'
import type { Units } from '../../model/money.js'

/** What every log is: rows in the order they were written. */
export interface Log<Row> {
  readonly length: number
  at(row: number): Row
}

/** Rows of a chunk, a power of two: chunks are never moved, so nothing is copied when a table grows. */
const CHUNK_BITS = 12
const CHUNK_ROWS = 1 << CHUNK_BITS

/** Rows that lie together. One memory seen in two ways: a place holds a double, or two small whole numbers. */
export interface Chunk {
  readonly numbers: Float64Array
  /** Place k is halves 2k and 2k + 1. */
  readonly halves: Int32Array
  /** Amounts that no double holds, by place; NaN stands where they belong. */
  readonly large: Map<number, Units>
}

const NO_CHUNK: Chunk = newChunk(0)

/** A table of `width` places to a row. */
export class Rows {
  /** The memory that holds the last row, and the row's first place in it. */
  chunk = NO_CHUNK
  place = 0
  readonly #width: number
  readonly #chunks: Chunk[] = []
  #length = 0

  constructor(width: number) {
    this.#width = width
  }

  get length(): number {
    return this.#length
  }

  /** Adds a row and gives its number; `chunk` and `place` say where it is, until the next. */
  add(): number {
    const row = this.#length
    if ((row & (CHUNK_ROWS - 1)) === 0) this.#addChunk()
    else this.place += this.#width
    this.#length = row + 1
    return row
  }

  /** The memory that holds a row. */
  chunkOf(row: number): Chunk {
    // A row that was added has its chunk.
    return this.#chunks[row >> CHUNK_BITS] as Chunk
  }

  /** The first place of a row in its chunk. */
  placeOf(row: number): number {
    return (row & (CHUNK_ROWS - 1)) * this.#width
  }

  #addChunk(): void {
    this.chunk = newChunk(CHUNK_ROWS * this.#width)
    this.place = 0
    this.#chunks.push(this.chunk)
  }
}

function newChunk(places: number): Chunk {
  const numbers = new Float64Array(places)
  return {
    numbers,
    halves: new Int32Array(numbers.buffer),
    large: new Map(),
  }
}

/** Writes an amount into a place. */
export function putAmount(chunk: Chunk, place: number, amount: Amount): void {
  if (typeof amount === 'number') chunk.numbers[place] = amount
  else putLarge(chunk, place, amount)
}

function putLarge({ numbers, large }: Chunk, place: number, units: Units): void {
  numbers[place] = Number.NaN
  large.set(place, units)
}

/** The amount in a place. */
export function amountAt({ numbers, large }: Chunk, place: number): Amount {
  const amount = numbers[place] as number
  return Number.isNaN(amount) ? (large.get(place) as Units) : amount
}

/** The same in units. */
export function unitsAt(chunk: Chunk, place: number): Units {
  return unitsOf(amountAt(chunk, place))
}

/** The double in a place. */
export function numberAt({ numbers }: Chunk, place: number): number {
  return numbers[place] as number
}

/** The first (0) or second (1) small whole number in a place. */
export function halfAt({ halves }: Chunk, place: number, half: 0 | 1): number {
  return halves[2 * place + half] as number
}

/** No word of any table. */
const NO_WORD = '\0'

/** How many words are looked through one by one before the index is asked. */
const FEW = 4

/** Words as numbers, each different one kept once. The first few are found fastest. */
export class Words<Word extends string = string> {
  readonly #words: Word[] = []
  readonly #codes = new Map<Word, number>()
  /** What was asked for last, and its number; text from the start, so that texts alone are compared. */
  #word: Word | typeof NO_WORD = NO_WORD
  #code = 0

  /** Words that have numbers from the start, the first one 0. */
  constructor(...words: readonly Word[]) {
    for (const word of words) this.#add(word)
  }

  /** The number of a word; a new word gets the next one. */
  codeOf(word: Word): number {
    if (word !== this.#word) {
      this.#code = this.#find(word)
      this.#word = word
    }
    return this.#code
  }

  #find(word: Word): number {
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
