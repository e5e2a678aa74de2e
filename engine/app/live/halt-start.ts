/** An exchange that has ended all requests before there was a session: told once, and the next start asks nothing. Floor 5. */
import { halt, readHolds } from '../../live/files/control-files.js'
import { StateFolder } from '../../live/files/state-folder.js'
import { redact } from '../../live/keys/secret.js'
import type { Alert } from '../../live/operations/alert-rules.js'
import { AlertSender, type AlertTarget } from '../../live/operations/alert-sender.js'

/** Which session could not begin. */
export interface StartPlace {
  readonly state: string
  readonly mode: string
  readonly strategy: string
  readonly symbols: readonly string[]
}

/** Halts the session of a state folder as `run-live.ts halt` does, and sends the alert, unless it is halted already. */
export async function haltStart(
  { state, ...origin }: StartPlace,
  cause: unknown,
  targets: readonly AlertTarget[],
): Promise<void> {
  const reason = redact(cause instanceof Error ? cause.message : String(cause))
  // The lock makes sure that no session which runs is halted by a start beside it.
  const folder = StateFolder.open(state)
  try {
    if (readHolds(state).halt) return
    halt(state, reason, Date.now())
  } finally {
    folder.close()
  }
  const alert: Alert = {
    key: 'halt',
    severity: 'page',
    text: `halted at its start: ${reason}`,
    isResolved: false,
  }
  const senders = targets.map(
    (target) => new AlertSender(target, { ...origin, head: () => undefined }, () => undefined),
  )
  for (const sender of senders) sender.send(alert)
  await Promise.all(senders.map((sender) => sender.close()))
}
