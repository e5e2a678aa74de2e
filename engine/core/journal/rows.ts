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
export class Chunk {
  readonly numbers: Float64Array
  /** Place k is halves 2k and 2k + 1. */
  readonly halves: Int32Array
  /** Amounts that no double holds, by place; NaN stands where they belong. */
  readonly #large = new Map<number, Units>()

  constructor(places: number) {
    this.numbers = new Float64Array(places)
    this.halves = new Int32Array(this.numbers.buffer)
  }

  /** Writes two small whole numbers into a place. */
  putHalves(place: number, first: number, second: number): void {
    this.halves[2 * place] = first
    this.halves[2 * place + 1] = second
  }

  /** Writes an amount into a place. */
  putAmount(place: number, amount: Amount): void {
    if (typeof amount === 'number') this.numbers[place] = amount
    else this.#putLarge(place, amount)
  }

  /** The first (0) or second (1) small whole number in a place. */
  halfAt(place: number, half: 0 | 1): number {
    return this.halves[2 * place + half] as number
  }

  /** The double in a place. */
  numberAt(place: number): number {
    return this.numbers[place] as number
  }

  /** The amount in a place. */
  amountAt(place: number): Amount {
    const amount = this.numberAt(place)
    return Number.isNaN(amount) ? (this.#large.get(place) as Units) : amount
  }

  /** The same in units. */
  unitsAt(place: number): Units {
    return unitsOf(this.amountAt(place))
  }

  #putLarge(place: number, units: Units): void {
    this.numbers[place] = Number.NaN
    this.#large.set(place, units)
  }
}

const NO_CHUNK = new Chunk(0)

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
    this.chunk = new Chunk(CHUNK_ROWS * this.#width)
    this.place = 0
    this.#chunks.push(this.chunk)
  }
}

/** Words as numbers, each different one kept once; no word, 0. The first two are found fastest: most tables have no more. */
export class Words<Word extends string = string> {
  readonly #words: (Word | '')[] = ['']
  readonly #codes = new Map<Word, number>()
  /** Text before there is a word, so that texts alone are compared. */
  #first: Word | '' = ''
  #second: Word | '' = ''

  /** The number of a word; a new word gets the next one. */
  codeOf(word: Word | ''): number {
    if (word === '') return 0
    if (word === this.#first) return 1
    if (word === this.#second) return 2
    return this.#codes.get(word) ?? this.#add(word)
  }

  /** The word of a number that `codeOf` gave. */
  wordOf(code: number): Word {
    return this.#words[code] as Word
  }

  #add(word: Word): number {
    const code = this.#words.length
    if (code === 1) this.#first = word
    else if (code === 2) this.#second = word
    this.#codes.set(word, code)
    this.#words.push(word)
    return code
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
