/** Which news wakes someone up, and which only makes a ticket. Pure. Floor 3. */
import { formatTime } from '../../model/time.js'
import type { LiveNews } from '../live-news.js'

/** How urgent: `page` now, `ticket` in the morning. */
export type Severity = 'page' | 'ticket'

/** Something that someone should know. */
export interface Alert {
  /** The same for the same trouble: it is told once until it is over. */
  readonly key: string
  readonly severity: Severity
  readonly text: string
  /** Whether the trouble is over. */
  readonly isResolved: boolean
}

const HOUR_MS = 3_600_000
const MOST_RECONNECTS = 5
const HIGH_WEIGHT = 0.7

/** Turns news into alerts. It remembers what is needed to say that trouble is over. */
export class AlertRules {
  readonly #open = new Map<string, Severity>()
  #reconnects: number[] = []

  /** Alerts that news leads to; `now` is this machine's time. */
  judge(news: LiveNews, now: number): readonly Alert[] {
    switch (news.kind) {
      case 'HALT':
        return this.#raise(
          'halt',
          'page',
          `halted: ${news.reason}. Nothing new is asked for; what is held stays held`,
        )
      case 'CLEAR':
        return this.#resolve('halt', `the halt was cleared: ${news.reason}`)
      case 'FAULT':
        return this.#raise(`fault ${news.message}`, 'page', news.message)
      case 'CONFLICT': {
        const time = formatTime(news.used.openTime)
        return this.#raise(
          `conflict ${news.symbol} ${time}`,
          'page',
          `${news.symbol} ${time} came in two forms`,
        )
      }
      case 'ORDERS': {
        const { about, urgency, message, isOver } = news
        if (isOver) return this.#resolve(`orders ${about}`, message)
        return urgency === 'note' ? [] : this.#raise(`orders ${about}`, urgency, message)
      }
      case 'REST_FAULT':
        return this.#raise(`rest ${news.symbol}`, 'ticket', `REST fails for ${news.symbol}: ${news.message}`)
      case 'BACKFILL':
        return this.#resolve(`rest ${news.symbol}`, `REST answers again for ${news.symbol}`)
      case 'GAP':
        return this.#raise(
          `gap ${news.symbol} ${news.before}`,
          'ticket',
          `${news.symbol}: the exchange has no ${news.bars} bars`,
        )
      case 'RECONNECT': {
        this.#reconnects = [...this.#reconnects.filter((time) => now - time < HOUR_MS), now]
        if (this.#reconnects.length <= MOST_RECONNECTS) return []
        return this.#raise(
          'reconnects',
          'ticket',
          `${this.#reconnects.length} new connections within an hour`,
        )
      }
      default:
        return []
    }
  }

  /** Judges what no news tells: that nothing comes. */
  judgeSilence(symbol: string, barsLate: number): readonly Alert[] {
    const key = `no bars ${symbol}`
    if (barsLate >= 2)
      return this.#raise(key, 'page', `${symbol}: no closed bar for ${Math.floor(barsLate)} intervals`)
    return this.#resolve(key, `${symbol}: bars come again`)
  }

  /** Judges the room on the disk. */
  judgeDisk(freeBytes: number): readonly Alert[] {
    const gigabytes = freeBytes / 2 ** 30
    if (gigabytes < 1)
      return this.#raise('disk', 'ticket', `only ${gigabytes.toFixed(2)} GiB are free for the ledger`)
    return this.#resolve('disk', 'there is room on the disk again')
  }

  /** Judges how much of what an address may ask is used, whoever uses it. */
  judgeWeight(share: number): readonly Alert[] {
    if (share > HIGH_WEIGHT) {
      const used = `${Math.round(100 * share)} % of the request weight of this address is used`
      return this.#raise('weight', 'ticket', `${used}: what can wait waits; a ban follows what is ignored`)
    }
    return this.#resolve('weight', 'the request weight of this address is low again')
  }

  #raise(key: string, severity: Severity, text: string): readonly Alert[] {
    if (this.#open.has(key)) return []
    this.#open.set(key, severity)
    return [{ key, severity, text, isResolved: false }]
  }

  #resolve(key: string, text: string): readonly Alert[] {
    const severity = this.#open.get(key)
    if (severity === undefined) return []
    this.#open.delete(key)
    return [{ key, severity, text, isResolved: true }]
  }
}
