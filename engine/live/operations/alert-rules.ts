/** Which news wakes someone up, and which only makes a ticket. Pure. Floor 3. */
import { formatTime } from '../../model/time.js'
import type { LiveNews } from '../live-news.js'
import type { DifferenceKind, OrdersGlance } from '../orders/wire-news.js'

/** How urgent: `page` now, `ticket` in the morning; a `note` asks for nothing. */
export type Severity = 'page' | 'ticket' | 'note'

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
/** Of a risk limit. */
const HIGH_SHARE = 0.8
/** Key of a day's loss. */
const LOSS = 'daily loss'
const MOST_OFFSET_MS = 500
const MOST_UNKNOWN_MS = 30_000
const MOST_UNHEARD_MS = 60_000
/** The 95th percentile of what fills cost, in units of the model. */
const HIGH_SLIPPAGE = 2
/** Once may be chance; twice is a difference. */
const MOST_DIFFERENCES = 2
const MOST_UNHEARD_BEATS = 3
/** Reaching them is how they work: nothing is wrong, and nothing is closed. */
const BRAKES: ReadonlySet<string> = new Set([
  'MAX_ORDERS_PER_MINUTE',
  'MAX_ORDER_QUOTE',
  'MAX_VOLUME',
  'PRICE_COLLAR',
])

/** Turns news into alerts. It remembers what is needed to say that trouble is over. */
export class AlertRules {
  readonly #open = new Map<string, { readonly severity: Severity; readonly text: string }>()
  #reconnects: number[] = []
  #unheardSince: number | undefined
  #isLossHeld = false
  /** Looks at the account in a row that found orders or trades of which nobody had told. */
  #differing = 0
  #unheardBeats = 0

  /** Trouble that is not over, in words, the latest first. */
  get open(): readonly string[] {
    return [...this.#open.values()].map(({ severity, text }) => `${severity}: ${text}`).reverse()
  }

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
        return this.#endHalt(news.reason)
      case 'LOSS_LIMIT':
        return this.#holdLoss(news)
      case 'LOSS_CLEARED':
        this.#isLossHeld = false
        return this.#resolve(LOSS, news.reason)
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
        if (about === 'user stream' && !isOver)
          return [...this.#raise('orders user stream', 'ticket', message), ...this.#reconnected(now)]
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
      case 'RECONNECT':
        return this.#reconnected(now)
      case 'RECONCILED':
        return this.#reconciled(news.differences)
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

  /** Judges whether connections have held for a while. */
  judgeReconnects(now: number): readonly Alert[] {
    this.#reconnects = this.#reconnects.filter((time) => now - time < HOUR_MS)
    if (this.#reconnects.length > MOST_RECONNECTS) return []
    return this.#resolve('reconnects', 'connections hold again')
  }

  /** Judges what 95 % of the latest fills that took stayed within, in units of the model's slippage. */
  judgeSlippage(overModel: number | undefined): readonly Alert[] {
    if (overModel === undefined) return []
    if (overModel > HIGH_SLIPPAGE) {
      const what = `slippage is ${overModel.toFixed(1)} times the model's at the 95th percentile of the latest fills`
      return this.#raise(
        'slippage',
        'ticket',
        `${what}: the backtest was too kind, or the market has changed`,
      )
    }
    return this.#resolve('slippage', 'slippage is within twice the model again')
  }

  /** Judges whether a channel takes alerts; `fault` is why it did not. */
  judgeChannel(channel: string, fault: string | undefined): readonly Alert[] {
    const key = `channel ${channel}`
    if (fault === undefined) return this.#resolve(key, `alerts reach the ${channel} again`)
    return this.#raise(key, 'ticket', `alerts do not reach the ${channel}: ${fault}`)
  }

  /** Judges whether the outside watcher hears that the session lives. */
  judgeHeartbeat(isHeard: boolean): readonly Alert[] {
    this.#unheardBeats = isHeard ? 0 : this.#unheardBeats + 1
    if (isHeard) return this.#resolve('heartbeat', 'the heartbeat is heard again')
    if (this.#unheardBeats < MOST_UNHEARD_BEATS) return []
    return this.#raise(
      'heartbeat',
      'ticket',
      'the watcher in NEXTBAR_HEARTBEAT_URL does not take the heartbeat',
    )
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

  /** Judges how far the exchange's clock is from this machine's. */
  judgeClock(offsetMs: number): readonly Alert[] {
    if (Math.abs(offsetMs) > MOST_OFFSET_MS) {
      const seconds = (Math.abs(offsetMs) / 1000).toFixed(1)
      return this.#raise(
        'clock',
        'ticket',
        `this machine's clock is ${seconds} s from the exchange's: set it`,
      )
    }
    return this.#resolve('clock', "this machine's clock is right again")
  }

  /** Judges orders of which nobody knows anything, and an account that is not heard while orders are open. */
  judgeOrders({ isHeard, symbols }: OrdersGlance, now: number): readonly Alert[] {
    const unknown = symbols.flatMap(({ symbol, unknownMs }) => {
      const key = `unknown ${symbol}`
      if (unknownMs <= MOST_UNKNOWN_MS)
        return this.#resolve(key, `${symbol}: it is known again how all orders stand`)
      const text = `${symbol}: for ${Math.round(unknownMs / 1000)} s nobody knows what became of an order; look on the exchange`
      return this.#raise(key, 'page', text)
    })
    this.#unheardSince = isHeard ? undefined : (this.#unheardSince ?? now)
    const unheardMs = now - (this.#unheardSince ?? now)
    if (isHeard) return [...unknown, ...this.#resolve('unheard', "the account's events come again")]
    if (unheardMs <= MOST_UNHEARD_MS || symbols.every(({ open }) => open === 0)) return unknown
    const text = `the account's events have not come for ${Math.round(unheardMs / 1000)} s, and orders are open`
    return [...unknown, ...this.#raise('unheard', 'page', text)]
  }

  /** Judges how much of a risk limit is used. */
  judgeLimit(rule: string, share: number): readonly Alert[] {
    const used = `${Math.floor(100 * share)} % of ${rule} is used`
    // A loss that is held has been told, and is over only when it is acknowledged.
    const isHeld = rule === 'MAX_DAILY_LOSS' && this.#isLossHeld
    const over =
      share >= 1 && !BRAKES.has(rule) && !isHeld
        ? this.#raise(`limit ${rule}`, 'page', `${used}: nothing more is bought until it is less`)
        : share < HIGH_SHARE
          ? this.#resolve(`limit ${rule}`, `${rule} is free again`)
          : []
    const high =
      share >= HIGH_SHARE
        ? this.#raise(`high ${rule}`, 'ticket', used)
        : this.#resolve(`high ${rule}`, `less than ${100 * HIGH_SHARE} % of ${rule} is used again`)
    return [...over, ...high]
  }

  /** Each day that reaches it is told once, by whichever process. */
  #holdLoss({ reason, isNew }: { readonly reason: string; readonly isNew: boolean }): readonly Alert[] {
    this.#isLossHeld = true
    this.#open.delete(LOSS)
    const text = `${reason}. Nothing is bought before the next UTC day, nor until run-live.ts clear --reason "…"; sales go on`
    const alerts = this.#raise(LOSS, 'page', text)
    return isNew ? alerts : []
  }

  /** The halt may have been told of by the process before. */
  #endHalt(reason: string): readonly Alert[] {
    this.#open.delete('halt')
    return [{ key: 'halt', severity: 'page', text: `the halt was cleared: ${reason}`, isResolved: true }]
  }

  #reconnected(now: number): readonly Alert[] {
    this.#reconnects = [...this.#reconnects.filter((time) => now - time < HOUR_MS), now]
    const count = this.#reconnects.length
    if (count <= MOST_RECONNECTS) return []
    return this.#raise('reconnects', 'ticket', `${count} new connections within an hour`)
  }

  /** Balances that differ are told by who looked; orders and trades are here. */
  #reconciled(differences: Readonly<Record<DifferenceKind, number>> | undefined): readonly Alert[] {
    if (!differences) return []
    const { orders, trades } = differences
    this.#differing = orders + trades > 0 ? this.#differing + 1 : 0
    if (this.#differing === 0) return this.#resolve('differences', 'the account is as it was known again')
    if (this.#differing < MOST_DIFFERENCES) return []
    const text = `the account was not as it was known ${this.#differing} times in a row: ${orders} orders and ${trades} trades differed`
    return this.#raise('differences', 'page', text)
  }

  #raise(key: string, severity: Severity, text: string): readonly Alert[] {
    if (this.#open.has(key)) return []
    this.#open.set(key, { severity, text })
    return [{ key, severity, text, isResolved: false }]
  }

  #resolve(key: string, text: string): readonly Alert[] {
    const open = this.#open.get(key)
    if (!open) return []
    this.#open.delete(key)
    return [{ key, severity: open.severity, text, isResolved: true }]
  }
}
