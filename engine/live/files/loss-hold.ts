/**
 * LOSS: the file that says that a day has lost as much as it may. Nothing is bought while it is there: until the day is
 * over, and a person has acknowledged it. Floor 3.
 */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../../model/errors.js'
import { writeDurably } from './write-durably.js'

/** What LOSS says. */
export interface LossHold {
  /** The day that lost it, UTC, such as 2026-11-28; empty in a file that cannot be understood. */
  readonly day: string
  readonly reason: string
  /** ISO 8601, UTC. */
  readonly time: string
  /** Who has looked, in their words, and when; undefined while nobody has. */
  readonly acknowledged: { readonly reason: string; readonly time: string } | undefined
}

const NAME = 'LOSS'
const DAY_MS = 86_400_000

/** The hold of a state folder; undefined without one. A file that cannot be understood holds all the same. */
export function readLossHold(folder: string): LossHold | undefined {
  let text: string
  try {
    text = readFileSync(join(folder, NAME), 'utf8')
  } catch {
    return undefined
  }
  const fields = fieldsOf(text)
  const acknowledged = fieldsIn(fields.get('acknowledged'))
  return {
    day: textIn(fields, 'day', ''),
    reason: textIn(fields, 'reason', 'LOSS, a file that cannot be understood'),
    time: textIn(fields, 'time', ''),
    acknowledged:
      acknowledged.size === 0
        ? undefined
        : { reason: textIn(acknowledged, 'reason', ''), time: textIn(acknowledged, 'time', '') },
  }
}

/** Holds the session of a folder; what is known of the same day stays. `now` is this machine's time. */
export function holdLoss(
  folder: string,
  { day, reason }: Pick<LossHold, 'day' | 'reason'>,
  now: number,
): void {
  if (readLossHold(folder)?.day === day) return
  writeDurably(join(folder, NAME), JSON.stringify({ day, reason, time: new Date(now).toISOString() }))
}

/**
 * A person has looked at the loss, for a reason that the ledger will hold. It takes effect with the next day. Gives the
 * hold. Throws a ConfigError where nothing waits for it.
 */
export function acknowledgeLoss(folder: string, reason: string, now: number): LossHold {
  const held = readLossHold(folder)
  if (!held) throw new ConfigError(`a loss must be held in ${folder} to be acknowledged, there is none`)
  if (held.acknowledged) {
    throw new ConfigError(
      `the loss of ${held.day} must be acknowledged once, was at ${held.acknowledged.time}: ${held.acknowledged.reason}; it buys again from ${dayAfter(held.day)}`,
    )
  }
  const acknowledged = { reason, time: new Date(now).toISOString() }
  const { day, time } = held
  writeDurably(join(folder, NAME), JSON.stringify({ day, reason: held.reason, time, acknowledged }))
  return { ...held, acknowledged }
}

/** The acknowledgement is in the ledger now. */
export function forgetLoss(folder: string): void {
  rmSync(join(folder, NAME), { force: true })
}

/** When the day behind a day begins, such as 2026-11-29T00:00Z. */
export function dayAfter(day: string): string {
  const start = Date.parse(day)
  return Number.isNaN(start)
    ? 'the next UTC day'
    : `${new Date(start + DAY_MS).toISOString().slice(0, 10)}T00:00Z`
}

/** What a person reads: the reason, and what it waits for. */
export function lossText({ day, reason, acknowledged }: LossHold): string {
  return acknowledged
    ? `${reason}; acknowledged, buys again from ${dayAfter(day)}`
    : `${reason}; nothing is bought before ${dayAfter(day)}, nor until run-live.ts clear --reason "…"`
}

type Fields = ReadonlyMap<string, unknown>

function fieldsOf(text: string): Fields {
  try {
    return fieldsIn(JSON.parse(text))
  } catch {
    return new Map()
  }
}

function fieldsIn(json: unknown): Fields {
  return new Map(typeof json === 'object' && json !== null ? Object.entries(json) : [])
}

function textIn(fields: Fields, key: string, missing: string): string {
  const value = fields.get(key)
  return typeof value === 'string' ? value : missing
}
