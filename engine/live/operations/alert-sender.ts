/** Takes alerts to a webhook. It never blocks and never throws: trading goes on whatever becomes of it. Floor 3. */
import { redact } from '../keys/secret.js'
import type { Alert } from './alert-rules.js'

/** How a webhook wants to be spoken to. */
export type AlertFormat = 'generic' | 'slack' | 'telegram'

/** Where alerts go. The address may hold a secret: it is shown nowhere. */
export interface AlertTarget {
  readonly url: string
  readonly format: AlertFormat
  /** Telegram's chat. */
  readonly chat?: string | undefined
}

/** What an alert says of its session. */
export interface AlertOrigin {
  readonly mode: string
  readonly strategy: string
  readonly symbols: readonly string[]
  /** The ledger's head, so that it is known outside too. */
  readonly head: () => { readonly seq: number; readonly hash: string } | undefined
}

const TIMEOUT_MS = 5_000
const TRIES = 4
const FIRST_RETRY_MS = 500
/** More than this wait only while the webhook is down: the oldest go. */
const MOST_WAITING = 100
/** Between two alerts, so that a burst does not end in a ban. */
const LEAST_GAP_MS = 200

/** The body of a webhook's request. */
export function alertBody(
  { key, severity, text, isResolved }: Alert,
  { format, chat }: Pick<AlertTarget, 'format' | 'chat'>,
  origin: AlertOrigin,
): string {
  const { mode, strategy, symbols } = origin
  const line = `${isResolved ? 'resolved' : severity}: ${mode} ${strategy} ${symbols.join(',')}: ${text}`
  switch (format) {
    case 'generic':
      return JSON.stringify({
        ...{ schema: 'nextbar/alert@1', key, severity, text, isResolved, mode, strategy, symbols },
        ledger: origin.head() ?? null,
      })
    case 'slack':
      // Slack reads <, > and & as its own marks.
      return JSON.stringify({
        text: line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
      })
    case 'telegram':
      return JSON.stringify({ chat_id: chat ?? '', text: line, disable_web_page_preview: true })
  }
}

/** Sends alerts one after the other, each a few times. */
export class AlertSender {
  readonly #target: AlertTarget
  readonly #origin: AlertOrigin
  readonly #onResult: (alert: Alert, fault: string | undefined) => void
  readonly #waiting: Alert[] = []
  #isSending = false
  #isOver = false

  /** `onResult` is told what became of each alert, in words without the address. */
  constructor(
    target: AlertTarget,
    origin: AlertOrigin,
    onResult: (alert: Alert, fault: string | undefined) => void,
  ) {
    this.#target = target
    this.#origin = origin
    this.#onResult = onResult
  }

  /** Sends soon. */
  send(alert: Alert): void {
    this.#waiting.push(alert)
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift()
    if (!this.#isSending) void this.#work()
  }

  /** Gives what waits a last chance, for at most two seconds, or so many milliseconds. */
  async close(mostMs = 2_000): Promise<void> {
    const end = performance.now() + mostMs
    while (this.#isSending && performance.now() < end) await pause(20)
    this.#isOver = true
  }

  async #work(): Promise<void> {
    this.#isSending = true
    for (let alert = this.#waiting.shift(); alert && !this.#isOver; alert = this.#waiting.shift()) {
      this.#onResult(alert, await this.#deliver(alert))
      await pause(LEAST_GAP_MS)
    }
    this.#isSending = false
  }

  async #deliver(alert: Alert): Promise<string | undefined> {
    let fault: string | undefined
    for (let tried = 0; tried < TRIES && !this.#isOver; tried++) {
      if (tried > 0) await pause(FIRST_RETRY_MS * 2 ** (tried - 1))
      try {
        const answer = await fetch(this.#target.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: redact(alertBody(alert, this.#target, this.#origin)),
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        })
        await answer.body?.cancel()
        if (answer.ok) return undefined
        fault = `the webhook answered ${answer.status}`
      } catch (cause) {
        // The message of a failed fetch may hold the address, and so a secret.
        fault =
          cause instanceof Error
            ? `the webhook was not reached (${cause.name})`
            : 'the webhook was not reached'
      }
    }
    return fault
  }
}

/** Tells an outside watcher that the session lives and writes: the watcher alarms when it hears nothing. */
export async function beat(
  url: string,
  body: Readonly<Record<string, unknown>>,
  ended: AbortSignal,
): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.any([ended, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
