/** The record of a fault drill: what went wrong on purpose, and how the session stood it. Floor 4. */
import { DataError } from '../../model/errors.js'

/** What is tried, in order, and what must follow. */
export const DRILL_STEPS = {
  place: 'an order is placed, and the exchange and the ledger agree on it',
  cancel: 'a posted order is taken back, and nothing stays open',
  'partial-fill': 'a part fills while it is taken back: the rest is exact',
  disconnect: "the account's events and the bars break off, and come back without a loss",
  'rate-limit': 'the exchange asks for silence, and gets it',
  'restart-mid-order': 'the process is gone behind an order; the next one finds out what became of it',
  'kill-switch': 'KILL stops new orders at once, and takes open ones back',
} as const

/** Name of a step. */
export type DrillStepName = keyof typeof DRILL_STEPS

/** All steps in their order. */
export const DRILL_STEP_NAMES: readonly string[] = [
  ...['place', 'cancel', 'partial-fill', 'disconnect', 'rate-limit', 'restart-mid-order', 'kill-switch'],
]

/** One step and what was found. */
export interface DrillStep {
  readonly name: string
  readonly isPassed: boolean
  readonly found: string
}

/** `drill.json`. */
export interface DrillRecord {
  readonly schema: 'nextbar/drill@1'
  /** ISO 8601, UTC. */
  readonly time: string
  readonly engine: string
  readonly venue: string
  readonly steps: readonly DrillStep[]
}

/** The record in a text. Throws a DataError when it is none. */
export function parseDrill(text: string, path: string): DrillRecord {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = undefined
  }
  if (isDrill(json)) return json
  throw new DataError(
    `${path} must be the record of a drill (run-promote.ts drill makes it), is none or damaged`,
  )
}

function isDrill(json: unknown): json is DrillRecord {
  const { schema, time, engine, venue, steps } = fieldsOf(json)
  return (
    schema === 'nextbar/drill@1' &&
    typeof time === 'string' &&
    Number.isFinite(Date.parse(time)) &&
    typeof engine === 'string' &&
    typeof venue === 'string' &&
    Array.isArray(steps) &&
    steps.every((step) => {
      const { name, isPassed, found } = fieldsOf(step)
      return typeof name === 'string' && typeof isPassed === 'boolean' && typeof found === 'string'
    })
  )
}

/** Own fields alone. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}
