/**
 * Watches a main thread from another one: whose strategy never returns is halted, told, and ended. It works while the
 * main thread does nothing at all: it shares no lock, no handle and no queue with it. Floor 3.
 */
import { appendFileSync, writeSync } from 'node:fs'
import { Session } from 'node:inspector'
import { join } from 'node:path'
import { halt } from '../files/control-files.js'
import { FILES } from '../files/state-folder.js'
import type { Alert } from '../operations/alert-rules.js'
import { type AlertOrigin, AlertSender, type AlertTarget } from '../operations/alert-sender.js'
import { Pulse } from './pulse.js'
import { StallCount } from './stall-count.js'
import { stallReason } from './stall-text.js'

/** What a watchdog is started with; it passes between threads. */
export interface WatchdogParts {
  readonly memory: SharedArrayBuffer
  readonly folder: string
  readonly session: Omit<AlertOrigin, 'head'>
  /** Whether orders are on an exchange. */
  readonly hasOrders: boolean
  readonly alerts: readonly AlertTarget[]
  /** The main thread must come back within this, milliseconds. */
  readonly boundMs: number
}

/** Of the bound: each is counted for itself. */
const TICKS = 20
const ALERT_MS = 10_000
/** So long the process may take to end by itself. */
const END_MS = 2_000
/** As for any other halt. */
const EXIT_CODE = 7
const STDERR = 2

/** Begins to watch, until the thread ends. `headNow` is the ledger's last row that the main thread has told of. */
export function watch(parts: WatchdogParts, headNow: AlertOrigin['head']): void {
  const pulse = new Pulse(parts.memory)
  const stall = new StallCount(TICKS)
  let isEnding = false
  setInterval(() => {
    if (!stall.tick(pulse.count) || isEnding) return
    isEnding = true
    const stalledAt = pulse.count
    void announce(parts, pulse, headNow).then(() => {
      // Who has come back after all finds HALT, and does in order what it asks for.
      if (pulse.count === stalledAt) endProcess()
      isEnding = false
    })
  }, parts.boundMs / TICKS)
}

/** HALT first, for good; then whoever can be reached. */
async function announce(
  { folder, session, hasOrders, alerts, boundMs }: WatchdogParts,
  pulse: Pulse,
  head: AlertOrigin['head'],
): Promise<void> {
  const { strategy, mode } = session
  const open = hasOrders ? pulse.open : undefined
  const reason = stallReason({ strategy, folder, boundMs, work: pulse.work, open })
  const failed = [
    attempt('HALT', () => halt(folder, reason, Date.now())),
    attempt('the log', () => {
      const line = { level: 50, time: new Date().toISOString(), mode, strategy, pid: process.pid }
      appendFileSync(
        join(folder, FILES.log),
        `${JSON.stringify({ ...line, type: 'halt', msg: `halted: ${reason}` })}\n`,
      )
    }),
  ].filter((one) => one !== undefined)
  const text = [`halted: ${reason}`, ...failed].join('; ')
  // The thread's own stderr goes through the main thread, which does nothing any more.
  attempt('stderr', () => writeSync(STDERR, `${text}\n`))
  const alert: Alert = { key: 'halt', severity: 'page', text, isResolved: false }
  const senders = alerts.map((target) => new AlertSender(target, { ...session, head }, () => undefined))
  for (const sender of senders) sender.send(alert)
  await Promise.all(senders.map((sender) => sender.close(ALERT_MS)))
}

/** What could not be done, in words. */
function attempt(what: string, work: () => void): string | undefined {
  try {
    work()
    return undefined
  } catch (cause) {
    return `${what} could not be written: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}

/** A thread cannot end its process: the debugger breaks into the main thread's loop and exits there; else SIGKILL. */
function endProcess(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), END_MS)
  const session = new Session()
  session.connectToMainThread()
  session.post('Runtime.evaluate', { expression: `process.reallyExit(${EXIT_CODE})` })
}
