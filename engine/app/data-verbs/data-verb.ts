/** What a verb of `run-data.ts` is. Floor 5. */
import type { Json } from '../canonical-json.js'
import type { Paint } from '../paint.js'
import type { DataFlagName, DataWords } from './data-flags.js'

/** What a verb may touch while it works. */
export interface DataHooks {
  readonly paint: Paint
  /** How far it is: done and total of the unit at hand, and what that is. */
  onProgress(done: number, total: number, what: string): void
  /** A line for people, on stderr. */
  note(text: string): void
}

/** What a verb says at its end. */
export interface DataResult {
  /** For people. */
  readonly text: string
  /** For programs; `schema` comes first. */
  readonly json: { readonly schema: string; readonly [key: string]: Json }
  /** 0 when left out. */
  readonly exitCode?: number
}

/** A verb of `run-data.ts`. */
export interface DataVerb {
  /** Words behind the verb: `FILE…`. */
  readonly takes: string
  readonly help: string
  readonly example: string
  readonly flags: readonly DataFlagName[]
  run(given: DataWords, hooks: DataHooks): Promise<DataResult>
}
