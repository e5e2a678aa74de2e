/**
 * A day's loss in the ledger: a PAUSE whose reason begins with the limit and the day, and a RESUME in the same words once
 * a person has acknowledged it. Pure. Floor 3.
 */
import type { Intervention } from '../../model/event.js'

/** How the last loss that reached the limit stands. */
export interface LossRecord {
  /** UTC, such as 2026-11-28. */
  readonly day: string
  readonly reason: string
  /** Whether nothing may be bought for it. */
  readonly isHeld: boolean
}

const LIMIT = 'MAX_DAILY_LOSS'
const WORDS = new RegExp(`^${LIMIT} of (\\d{4}-\\d\\d-\\d\\d)\\b`)

/** The reason of the PAUSE. */
export function lossReason(day: string, lost: string, most: string): string {
  return `${LIMIT} of ${day}: ${lost} lost, ${most} is the most`
}

/** The reason of the RESUME. */
export function acknowledgedReason(day: string, reason: string): string {
  return `${LIMIT} of ${day} acknowledged: ${reason}`
}

/** A loss that a file tells of, in the words that the ledger knows; undefined where it names no day. */
export function lossOf({
  day,
  reason,
}: Pick<LossRecord, 'day' | 'reason'>): Pick<LossRecord, 'day' | 'reason'> | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return undefined
  return { day, reason: WORDS.exec(reason)?.[1] === day ? reason : `${LIMIT} of ${day}: ${reason}` }
}

/** What an intervention says of a loss; `before` is what was known. */
export function lossRecordOf(event: Intervention, before: LossRecord | undefined): LossRecord | undefined {
  if (event.kind !== 'PAUSE' && event.kind !== 'RESUME') return before
  const [, day] = WORDS.exec(event.reason) ?? []
  return day === undefined ? before : { day, reason: event.reason, isHeld: event.kind === 'PAUSE' }
}
