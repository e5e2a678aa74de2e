/**
 * Growing columns for what a session writes down. A run may write millions of rows; as objects they
 * would cost more time in the garbage collector than the run itself (measured: half of a run with an
 * order every second bar). Floor 2.
 */
import type { Units } from '../../model/money.js'

const START = 64

/** Doubles by row. */
export class NumberColumn {
  #values = new Float64Array(START)

  set(row: number, value: number): void {
    if (row >= this.#values.length) this.#grow(row)
    this.#values[row] = value
  }

  at(row: number): number {
    return this.#values[row] as number
  }

  #grow(row: number): void {
    const grown = new Float64Array(2 * row)
    grown.set(this.#values)
    this.#values = grown
  }
}

/** Amounts by row: as doubles while those are exact, which is nearly always; beside them otherwise. */
export class UnitsColumn {
  readonly #values = new NumberColumn()
  readonly #large = new Map<number, Units>()

  set(row: number, units: Units): void {
    const value = Number(units)
    this.#values.set(row, value)
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) this.#large.set(row, units)
  }

  at(row: number): Units {
    return this.#large.get(row) ?? BigInt(this.#values.at(row))
  }
}

/** Words by row, each different one kept once. */
export class WordColumn<Word extends string = string> {
  #rows = new Uint32Array(START)
  readonly #words: Word[] = []
  readonly #places = new Map<Word, number>()
  #last: Word | undefined
  #lastPlace = 0

  set(row: number, word: Word): void {
    if (row >= this.#rows.length) this.#grow(row)
    if (word !== this.#last) {
      this.#lastPlace = this.#place(word)
      this.#last = word
    }
    this.#rows[row] = this.#lastPlace
  }

  at(row: number): Word {
    // Every row was set with a word of the list.
    return this.#words[this.#rows[row] as number] as Word
  }

  #place(word: Word): number {
    const place = this.#places.get(word)
    if (place !== undefined) return place
    this.#places.set(word, this.#words.length)
    return this.#words.push(word) - 1
  }

  #grow(row: number): void {
    const grown = new Uint32Array(2 * row)
    grown.set(this.#rows)
    this.#rows = grown
  }
}

/** What every log is: rows in the order they were written. */
export interface Log<Row> {
  readonly length: number
  at(row: number): Row
}

/** All rows of a log as objects, made when they are first asked for. */
export function onceRowsOf<Row>(log: Log<Row>): () => readonly Row[] {
  let rows: readonly Row[] | undefined
  return () => {
    rows ??= Array.from({ length: log.length }, (_, row) => log.at(row))
    return rows
  }
}
