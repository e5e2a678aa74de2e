/** What verbs of `run-promote.ts` are given and give back. Floor 5. */
import type { Environment } from '../environment.js'

/** What a verb found: its result as text or as data, and whether all is well. */
export interface Found {
  readonly text: string
  readonly json: object
  readonly isWell: boolean
}

/** What verbs need beside their words. */
export interface PromoteHost {
  readonly environment: Environment
  readonly now: () => number
  readonly warn: (text: string) => void
  readonly note: (text: string) => void
}
