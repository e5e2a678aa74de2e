/** Takes alerts to a channel. It never blocks and never throws: trading goes on whatever becomes of it. Floor 3. */
import { spawn } from 'node:child_process'
import { redact } from '../keys/secret.js'
import type { Alert } from './alert-rules.js'

/** How a webhook wants to be spoken to. */
export type AlertFormat = 'generic' | 'slack' | 'telegram'

/** Where alerts go. What it holds may be secret: it is shown nowhere. */
export type AlertTarget = WebhookTarget | CommandTarget

/** A command of this machine: a shell runs it, and it reads the alert as JSON. */
export interface CommandTarget {
  readonly command: string
}

/** An address that takes an alert as a POST. */
export interface WebhookTarget {
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
  { format, chat }: Pick<WebhookTarget, 'format' | 'chat'>,
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

/** Name of a target's channel, as metrics and people know it. */
export function channelOf(target: AlertTarget): 'webhook' | 'command' {
  return 'url' in target ? 'webhook' : 'command'
}

/** Sends alerts to one target, one after the other, each a few times. */
export class AlertSender {
  readonly #target: AlertTarget
  readonly #origin: AlertOrigin
  readonly #onResult: (alert: Alert, fault: string | undefined) => void
  readonly #firstRetryMs: number
  readonly #waiting: Alert[] = []
  #isSending = false
  #isOver = false

  /**
   * `onResult` is told what became of each alert, in words without the address. It waits `firstRetryMs` before it tries
   * again, and each time twice as long.
   */
  constructor(
    target: AlertTarget,
    origin: AlertOrigin,
    onResult: (alert: Alert, fault: string | undefined) => void,
    firstRetryMs = FIRST_RETRY_MS,
  ) {
    this.#firstRetryMs = firstRetryMs
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
      if (tried > 0) await pause(this.#firstRetryMs * 2 ** (tried - 1))
      fault = await ('url' in this.#target
        ? post(this.#target, alert, this.#origin)
        : run(this.#target, alert, this.#origin))
      if (fault === undefined) return undefined
    }
    return fault
  }
}

/** Gives what went wrong, without the address. */
async function post(target: WebhookTarget, alert: Alert, origin: AlertOrigin): Promise<string | undefined> {
  try {
    const answer = await fetch(target.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: redact(alertBody(alert, target, origin)),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await answer.body?.cancel()
    return answer.ok ? undefined : `the webhook answered ${answer.status}`
  } catch (cause) {
    // The message of a failed fetch may hold the address, and so a secret.
    return cause instanceof Error
      ? `the webhook was not reached (${cause.name})`
      : 'the webhook was not reached'
  }
}

/** Gives what went wrong, without the command. It sees nothing of this process's environment but where programs are. */
function run({ command }: CommandTarget, alert: Alert, origin: AlertOrigin): Promise<string | undefined> {
  return new Promise((resolve) => {
    const { PATH = '', HOME = '' } = process.env
    const child = spawn('/bin/sh', ['-c', command], {
      env: { PATH, HOME },
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    })
    child.on('error', () => resolve('the command could not be started'))
    child.on('close', (code, signal) =>
      resolve(code === 0 ? undefined : `the command ended with ${code ?? signal ?? 'nothing'}`),
    )
    // One that ends without reading has closed its end.
    child.stdin.on('error', () => undefined)
    child.stdin.end(`${redact(alertBody(alert, { format: 'generic' }, origin))}\n`)
  })
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
