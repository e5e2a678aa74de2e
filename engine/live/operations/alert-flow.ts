/**
 * Between what is judged and who is told: the same trouble that comes and goes is told once in a while, and a flood is
 * told as a number. Halts and other pages come through sooner than tickets. Pure. Floor 3.
 */
import type { Alert, Severity } from './alert-rules.js'

/** The same ticket is told again no sooner than this behind the last time. */
const REPEAT_MS: Readonly<Record<Severity, number>> = { page: 0, ticket: 600_000, note: 0 }
/** So many of a severity in the time of a window; what is more waits, and is told as a number. */
const MOST: Readonly<Record<Severity, number>> = { page: 30, ticket: 20, note: 20 }
const WINDOW_MS = 600_000

interface Trouble {
  /** When it was last told, milliseconds; −∞ before. */
  toldAt: number
  /** Whether those who watch know of it and not of its end. */
  isTold: boolean
  /** What was not told because it came too soon; undefined when nothing waits. */
  held: Alert | undefined
}

/** One for each session. Times are milliseconds of one clock. */
export class AlertFlow {
  readonly #troubles = new Map<string, Trouble>()
  readonly #sent: Record<Severity, number[]> = { page: [], ticket: [], note: [] }
  readonly #left: Record<Severity, number> = { page: 0, ticket: 0, note: 0 }

  /** What of these is told now. */
  pass(alerts: readonly Alert[], now: number): readonly Alert[] {
    return alerts.flatMap((alert) => (alert.isResolved ? this.#end(alert, now) : this.#begin(alert, now)))
  }

  /** What has waited and is told now: trouble that goes on, and how many were left out. */
  due(now: number): readonly Alert[] {
    const told: Alert[] = []
    for (const trouble of this.#troubles.values()) {
      const { held } = trouble
      if (!held || now - trouble.toldAt < REPEAT_MS[held.severity]) continue
      trouble.held = undefined
      told.push(...this.#begin(held, now))
    }
    for (const severity of ['page', 'ticket', 'note'] as const) {
      const left = this.#left[severity]
      if (left === 0 || this.#countOf(severity, now) >= MOST[severity]) continue
      this.#left[severity] = 0
      this.#sent[severity].push(now)
      const text = `${left} more alerts came too fast to be told one by one: they are in log.jsonl`
      told.push({ key: `flood ${severity}`, severity, text, isResolved: false })
    }
    return told
  }

  #begin(alert: Alert, now: number): readonly Alert[] {
    const { key, severity } = alert
    const trouble = this.#troubles.get(key) ?? {
      toldAt: Number.NEGATIVE_INFINITY,
      ...{ isTold: false, held: undefined },
    }
    this.#troubles.set(key, trouble)
    if (now - trouble.toldAt < REPEAT_MS[severity]) {
      trouble.held = alert
      return []
    }
    if (this.#countOf(severity, now) >= MOST[severity]) {
      this.#left[severity]++
      return []
    }
    this.#sent[severity].push(now)
    trouble.toldAt = now
    trouble.isTold = true
    return [alert]
  }

  /** An end is told to those who know of the beginning. */
  #end(alert: Alert, now: number): readonly Alert[] {
    const trouble = this.#troubles.get(alert.key)
    // A process before this one may have told of it.
    if (!trouble) return [alert]
    const { isTold } = trouble
    trouble.held = undefined
    trouble.isTold = false
    // What is over and may be told at once when it comes again needs no memory.
    if (now - trouble.toldAt >= REPEAT_MS[alert.severity]) this.#troubles.delete(alert.key)
    return isTold ? [alert] : []
  }

  #countOf(severity: Severity, now: number): number {
    this.#sent[severity] = this.#sent[severity].filter((time) => now - time < WINDOW_MS)
    return this.#sent[severity].length
  }
}
