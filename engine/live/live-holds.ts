/**
 * What holds a live session, and the state in which that leaves it: files that people write, a day's loss, an exchange
 * that lets nothing in. The session itself hears of it through the queue. Floor 3.
 */
import type { Intervention } from '../model/event.js'
import { toEpochMs } from '../model/time.js'
import type { PublicRest } from '../venue/public-rest.js'
import type { MarketClock } from './feed/market-clock.js'
import { forgetCleared, halt, readHolds } from './files/control-files.js'
import { redact } from './keys/secret.js'
import type { Genesis } from './ledger/genesis.js'
import type { LiveState, NewsListener } from './live-news.js'
import type { LiveOrders } from './orders/live-orders.js'
import type { LiveSession } from './session/live-session.js'
import { LossBrake } from './session/loss-brake.js'

/** What holds work with. */
export interface HoldsParts {
  /** Path of the state folder. */
  readonly folder: string
  readonly genesis: Genesis
  readonly clock: MarketClock
  readonly rest: PublicRest
  readonly orders: LiveOrders | undefined
  readonly tell: NewsListener
  /** UTC milliseconds of this machine. */
  readonly wall: () => number
  /** Gives the session an intervention; `onDone` is called behind it. */
  readonly push: (event: Intervention, onDone?: () => void) => void
}

const HOLDS_MS = 250

/** One for each session. `begin` when it takes inputs, `stop` when it takes no more. */
export class LiveHolds {
  readonly #parts: HoldsParts
  /** Where orders go to an exchange and a day may lose only so much. */
  readonly #brake: LossBrake | undefined
  #session: LiveSession | undefined
  #timer: NodeJS.Timeout | undefined
  #state: LiveState = 'starting'
  /** Why, where a reason was given. */
  #reason = ''
  /** Why the session itself is paused; undefined while it is not. */
  #pausedBy: string | undefined
  /** What halted it before it had started. */
  #haltedFor: string | undefined

  constructor(parts: HoldsParts) {
    this.#parts = parts
    const most = parts.genesis.settings.limits?.maxDailyLoss
    const { orders } = parts
    if (!orders || most === undefined) return
    this.#brake = new LossBrake({
      ...{ folder: parts.folder, most, tell: parts.tell, now: parts.wall },
      marketNow: () => parts.clock.now(),
      push: (event, onDone) => this.#pushLoss(event, onDone),
      takeBackPurchases: () => orders.takeBackPurchases(),
    })
  }

  get state(): LiveState {
    return this.#state
  }

  /** Why it is halted or paused, as far as it was told. */
  get reason(): string {
    return this.#reason
  }

  /** Whether the session has begun to take inputs. */
  get hasBegun(): boolean {
    return this.#session !== undefined
  }

  /** The session takes inputs from now on: what halted it on the way holds. `lastClose` is that of its last bar. */
  begin(session: LiveSession, lastClose: number | undefined): void {
    this.#session = session
    if (this.#haltedFor !== undefined) this.#queueHalt(this.#haltedFor)
    if (session.isPaused) this.#pausedBy = ''
    const held = this.#heldBy
    if (this.#haltedFor === undefined) this.#setState(held === undefined ? 'ready' : 'paused', held ?? '')
    this.#follow(session)
    this.#timer = setInterval(() => this.#follow(session), HOLDS_MS)
    this.#brake?.begin(session, lastClose)
  }

  /** Files are looked at no more. */
  stop(): void {
    clearInterval(this.#timer)
  }

  /** The session is over, in order. */
  end(): void {
    this.#setState('stopped', '')
  }

  /** Halts the session for good, until a person clears it. */
  halt(why: string): void {
    const { folder, tell, wall } = this.#parts
    const reason = redact(why)
    try {
      halt(folder, reason, wall())
    } catch (cause) {
      tell({ kind: 'FAULT', message: `HALT could not be written: ${String(cause)}` })
    }
    this.#pushHalt(reason)
  }

  /** At a moment at which something may have been lost. */
  look(session: LiveSession, time: number): void {
    this.#brake?.look(session, time)
  }

  /** Does as the files say by which people hold the session. */
  #follow(session: LiveSession): void {
    const { halt: held, isKilled, pause, cleared } = readHolds(this.#parts.folder)
    if (this.#state === 'halted') {
      if (held || isKilled) return
      if (!cleared) this.halt('HALT was removed without a reason: only clear ends a halt')
      else this.#clear(cleared.reason)
      return
    }
    if (isKilled) this.halt('the file KILL is there')
    else if (held) this.#pushHalt(held.reason)
    else if (pause && this.#pausedBy === undefined) this.#pushPause('PAUSE', pause.reason)
    else if (!pause && this.#pausedBy !== undefined && !this.#brake?.isOn(session))
      this.#pushPause('RESUME', 'resumed')
    else this.#brake?.follow(session)
    this.#showPause()
  }

  #pushHalt(reason: string): void {
    if (this.#state === 'halted' || this.#state === 'stopped') return
    if (this.hasBegun) this.#queueHalt(reason)
    else this.#haltedFor = reason
    this.#setState('halted', reason)
    this.#parts.tell({ kind: 'HALT', reason })
  }

  #queueHalt(reason: string): void {
    this.#parts.push({ kind: 'HALT', time: this.#now(), reason })
  }

  #clear(reason: string): void {
    const { folder, orders, push, rest, tell } = this.#parts
    push({ kind: 'CLEAR', time: this.#now(), reason }, () => forgetCleared(folder))
    rest.clear()
    orders?.clear()
    this.#setState(this.#pausedBy === undefined ? 'ready' : 'paused', reason)
    tell({ kind: 'CLEAR', reason })
  }

  /** A day's loss holds purchases, or does so no more; a pause that a person asked for stays. */
  #pushLoss(event: Intervention, onDone: () => void): void {
    this.#parts.push(event, onDone)
    const isPause = event.kind === 'PAUSE'
    const reason = 'reason' in event ? event.reason : ''
    this.#pausedBy = isPause ? reason : undefined
    const { pause } = readHolds(this.#parts.folder)
    if (!isPause && pause) this.#pushPause('PAUSE', pause.reason)
    else this.#showPause(reason)
  }

  #pushPause(kind: 'PAUSE' | 'RESUME', reason: string): void {
    this.#parts.push({ kind, time: this.#now(), reason })
    this.#pausedBy = kind === 'PAUSE' ? reason : undefined
    this.#showPause(reason)
  }

  /** The session is told of its own pauses; while the exchange lets nothing in, the gate keeps orders back. */
  #showPause(reason = 'resumed'): void {
    if (this.#state !== 'ready' && this.#state !== 'paused') return
    const held = this.#heldBy
    this.#setState(held === undefined ? 'ready' : 'paused', held ?? reason)
  }

  get #heldBy(): string | undefined {
    return this.#pausedBy ?? this.#parts.orders?.heldReason
  }

  #setState(state: LiveState, reason: string): void {
    if (this.#state === state && (state !== 'paused' || this.#reason === reason)) return
    this.#state = state
    this.#reason = reason
    this.#parts.tell({ kind: 'STATE', state, reason })
  }

  #now() {
    return toEpochMs(this.#parts.wall())
  }
}
