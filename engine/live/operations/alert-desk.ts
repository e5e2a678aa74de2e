/** Alerts of one session: judged, not told twice, and taken to every channel. Whatever fails here is told and forgotten. Floor 3. */
import { statfsSync } from 'node:fs'
import type { LiveNews } from '../live-news.js'
import { AlertFlow } from './alert-flow.js'
import { type Alert, AlertRules } from './alert-rules.js'
import { type AlertOrigin, AlertSender, type AlertTarget, channelOf } from './alert-sender.js'
import type { LiveLog } from './live-log.js'

/** What the alerts of a session are made of. */
export interface AlertDeskParts {
  readonly targets: readonly AlertTarget[]
  readonly origin: AlertOrigin
  readonly log: Pick<LiveLog, 'info'>
  /** A line for whoever looks at the terminal. */
  readonly note: (line: string) => void
  /** An alert of this severity went into a channel, or could not. */
  readonly onResult: (severity: string, channel: string, isDelivered: boolean) => void
  /** State folder: the room on its disk is looked at. */
  readonly folder: string
}

const DISK_MS = 60_000

/** One for each session. Close it when done. */
export class AlertDesk {
  readonly rules = new AlertRules()
  readonly #parts: AlertDeskParts
  readonly #flow = new AlertFlow()
  readonly #senders: readonly AlertSender[]
  #lookedAtDisk = Number.NEGATIVE_INFINITY

  constructor(parts: AlertDeskParts) {
    this.#parts = parts
    this.#senders = parts.targets.map((target) => {
      const channel = channelOf(target)
      return new AlertSender(target, parts.origin, (alert, fault) => this.#noteResult(channel, alert, fault))
    })
  }

  /** Takes news; `isNoted` when the terminal has it already. */
  hear(news: LiveNews, isNoted: boolean): void {
    this.#send(this.rules.judge(news, Date.now()), isNoted)
  }

  /** Takes what was judged otherwise, and tells what has waited. */
  tell(alerts: readonly Alert[]): void {
    this.#send(alerts, false)
    for (const alert of this.#flow.due(performance.now())) this.#deliver(alert, false)
  }

  /** Looks at the room on the disk, now and then. */
  lookAtDisk(): void {
    const now = performance.now()
    if (now - this.#lookedAtDisk < DISK_MS) return
    this.#lookedAtDisk = now
    const { bavail, bsize } = statfsSync(this.#parts.folder)
    this.tell(this.rules.judgeDisk(bavail * bsize))
  }

  /** Gives what waits a last chance. */
  async close(): Promise<void> {
    await Promise.all(this.#senders.map((sender) => sender.close()))
  }

  #send(alerts: readonly Alert[], isNoted: boolean): void {
    if (alerts.length === 0) return
    const { log } = this.#parts
    // The log has each of them; only what is told elsewhere is held back.
    for (const { key, severity, text, isResolved } of alerts)
      log.info({ type: 'alert', key, severity, resolved: isResolved }, text)
    for (const alert of this.#flow.pass(alerts, performance.now())) this.#deliver(alert, isNoted)
  }

  #deliver(alert: Alert, isNoted: boolean): void {
    const { severity, text, isResolved } = alert
    const { note, onResult } = this.#parts
    if (!isNoted) note(`${isResolved ? 'resolved' : severity}: ${text}`)
    for (const sender of this.#senders) sender.send(alert)
    if (!isResolved) onResult(severity, 'log', true)
  }

  #noteResult(channel: string, alert: Alert, fault: string | undefined): void {
    const { log, onResult } = this.#parts
    if (fault !== undefined || !alert.isResolved) onResult(alert.severity, channel, fault === undefined)
    if (fault !== undefined) log.info({ type: 'alert_failed', key: alert.key, channel }, fault)
    this.#send(this.rules.judgeChannel(channel, fault), false)
  }
}
