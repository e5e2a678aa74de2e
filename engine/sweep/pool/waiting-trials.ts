/** Trials that wait for a thread, in the order of the columns they share, and when each column is read next. Floor 4. */
import type { Trial } from '../trial.js'
import { type ColumnRecipe, compareColumns } from './column-recipes.js'

/** A trial that waits, and the columns that it reads and that may be shared. */
export interface WaitingTrial {
  readonly index: number
  readonly trial: Trial
  readonly recipes: readonly ColumnRecipe[]
}

interface Placed extends WaitingTrial {
  recipes: readonly ColumnRecipe[]
  /** Its place in the order of the run, from 1. */
  readonly place: number
}

/** How many waiting trials are looked at for one whose columns are there. */
const WINDOW = 32

/** The trials of one run that no thread has begun. */
export class WaitingTrials {
  #trials: Placed[]
  /** Places at which each column is read, by id, falling: the next one is the last. */
  readonly #uses = new Map<string, number[]>()

  constructor(trials: readonly WaitingTrial[]) {
    this.#trials = trials
      .toSorted((a, b) => compareColumns(a.recipes, b.recipes) || a.index - b.index)
      .map((one, k) => ({ ...one, place: k + 1 }))
    for (const { recipes, place } of this.#trials.toReversed()) {
      for (const { id } of recipes) {
        const places = this.#uses.get(id)
        if (places) places.push(place)
        else this.#uses.set(id, [place])
      }
    }
  }

  get isEmpty(): boolean {
    return this.#trials.length === 0
  }

  /** Those that come next. */
  get next(): readonly WaitingTrial[] {
    return this.#trials.slice(0, WINDOW)
  }

  /** Takes out the first of the next ones whose columns are all ready. */
  take(isReady: (id: string) => boolean): WaitingTrial | undefined {
    const k = this.#trials.slice(0, WINDOW).findIndex(({ recipes }) => recipes.every(({ id }) => isReady(id)))
    if (k < 0) return undefined
    const [taken] = this.#trials.splice(k, 1)
    if (taken) this.#forgetUses(taken)
    return taken
  }

  /** Puts one back before all others: the thread that had taken it ended before it began. */
  putBack(trial: WaitingTrial): void {
    this.#trials.unshift({ ...trial, place: 0 })
  }

  /** Place of the next trial that reads a column; infinite where none will. */
  nextUse(id: string): number {
    return this.#uses.get(id)?.at(-1) ?? Number.POSITIVE_INFINITY
  }

  /** Those that read a broken column make all of theirs alone. */
  giveUpColumns(isBroken: (recipes: readonly ColumnRecipe[]) => boolean): void {
    for (const waiting of this.#trials) {
      if (!isBroken(waiting.recipes)) continue
      this.#forgetUses(waiting)
      waiting.recipes = []
    }
  }

  clear(): void {
    this.#trials = []
  }

  #forgetUses({ recipes, place }: Placed): void {
    for (const { id } of recipes) {
      const places = this.#uses.get(id)
      const k = places?.lastIndexOf(place) ?? -1
      if (places && k >= 0) places.splice(k, 1)
    }
  }
}
