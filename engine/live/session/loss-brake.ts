/**
 * When a day has lost as much as it may, nothing is bought until the next UTC day and a person's word. It stands beside
 * the session, where orders go to an exchange: what a limit means for a strategy's decisions is the same in every mode. The
 * ledger is what it remembers by; the file LOSS is where people see it and answer. Floor 3.
 */
import type { Intervention } from '../../model/event.js'
import { formatUnits, type Units } from '../../model/money.js'
import { toEpochMs } from '../../model/time.js'
import { forgetLoss, holdLoss, readLossHold } from '../files/loss-hold.js'
import type { NewsListener } from '../live-news.js'
import type { LiveSession } from './live-session.js'
import { acknowledgedReason, lossOf, lossReason } from './loss-record.js'

/** What a brake works with. */
export interface LossBrakeParts {
  readonly folder: string
  /** What a day may lose, in quote. */
  readonly most: Units
  /** Puts an intervention into the session's queue. */
  readonly push: (event: Intervention, onDone: () => void) => void
  /** Purchases that wait on the exchange are taken back. */
  readonly takeBackPurchases: () => void
  readonly tell: NewsListener
  /** The market's time. */
  readonly marketNow: () => number
  /** This machine's time. */
  readonly now: () => number
}

/** What it looks at of a session. */
type SeenSession = Pick<LiveSession, 'dayLoss' | 'lossRecord'>

/** One for each session that sends orders and has the limit. */
export class LossBrake {
  readonly #parts: LossBrakeParts
  /** What was pushed has not been applied yet. */
  #isWaiting = false

  constructor(parts: LossBrakeParts) {
    this.#parts = parts
  }

  /** Whether nothing may be bought. */
  isOn(session: SeenSession): boolean {
    return this.#isWaiting || session.lossRecord?.isHeld === true
  }

  /** Looks what the day of a moment of the market has lost by it. */
  look(session: SeenSession, time: number): void {
    const { most } = this.#parts
    const lost = session.dayLoss(toEpochMs(time))
    const day = new Date(time).toISOString().slice(0, 10)
    if (this.#isWaiting || lost === undefined || lost < most || session.lossRecord?.day === day) return
    const reason = lossReason(day, formatUnits(lost), formatUnits(most))
    this.#hold({ day, reason })
    this.#parts.tell({ kind: 'LOSS_LIMIT', reason, isNew: true })
    this.#parts.takeBackPurchases()
  }

  /** A session goes on with its ledger: whoever ran before may have died between the loss and the word of it. */
  begin(session: SeenSession, lastClose: number | undefined): void {
    const { lossRecord } = session
    if (lossRecord?.isHeld) this.#parts.tell({ kind: 'LOSS_LIMIT', reason: lossRecord.reason, isNew: false })
    if (lastClose !== undefined) this.look(session, lastClose)
  }

  /** Looks at the file: puts back what was removed, and follows an acknowledgement once its day is over. */
  follow(session: SeenSession): void {
    if (this.#isWaiting) return
    const { folder, marketNow, now } = this.#parts
    const { lossRecord } = session
    const held = readLossHold(folder)
    if (!lossRecord?.isHeld) {
      // What the ledger holds no more is over; what it does not hold yet is told to it.
      if (!held) return
      if (held.acknowledged && held.day === lossRecord?.day) forgetLoss(folder)
      else {
        const loss = lossOf(held)
        if (loss) this.#hold(loss)
      }
      return
    }
    const { day, reason } = lossRecord
    if (held?.day !== day) {
      holdLoss(folder, { day, reason }, now())
      return
    }
    if (!held.acknowledged || new Date(marketNow()).toISOString().slice(0, 10) <= day) return
    const words = acknowledgedReason(day, held.acknowledged.reason)
    this.#push('RESUME', words, () => {
      forgetLoss(folder)
      this.#parts.tell({ kind: 'LOSS_CLEARED', reason: words })
    })
  }

  #hold({ day, reason }: { readonly day: string; readonly reason: string }): void {
    const { folder, now } = this.#parts
    holdLoss(folder, { day, reason }, now())
    this.#push('PAUSE', reason, () => undefined)
  }

  #push(kind: 'PAUSE' | 'RESUME', reason: string, onDone: () => void): void {
    this.#isWaiting = true
    this.#parts.push({ kind, time: toEpochMs(this.#parts.now()), reason }, () => {
      this.#isWaiting = false
      onDone()
    })
  }
}
