/** Subscriptions of one connection to what happens to accounts. Floor 3. */
import type { UserEvent } from '../../venue/user-event-wire.js'
import type { Account } from '../accounts/account.js'
import type { Exchange } from '../exchange.js'
import { Rejection } from '../rejection.js'
import { FrameFaults } from '../streams/frame-faults.js'

interface Subscription {
  readonly id: number
  readonly account: Account
  readonly apiKey: string
  readonly isSession: boolean
  readonly end: () => void
}

/** What a connection does with an event. */
export type SendUserEvent = (text: string | Readonly<Record<string, unknown>>) => void

/** The subscriptions of one connection: one for each account, numbered from 0. */
export class UserSubscriptions {
  readonly #exchange: Exchange
  readonly #send: SendUserEvent
  readonly #cut: (how: 'close' | 'cut') => void
  readonly #faults: FrameFaults
  #open: Subscription[] = []
  #nextId = 0

  constructor(
    exchange: Exchange,
    { send, cut }: { readonly send: SendUserEvent; readonly cut: (how: 'close' | 'cut') => void },
  ) {
    this.#exchange = exchange
    this.#send = send
    this.#cut = cut
    this.#faults = new FrameFaults(exchange)
  }

  /** Whether the session's own subscription is open. */
  get hasSession(): boolean {
    return this.#open.some(({ isSession }) => isSession)
  }

  /** Numbers of those that are open. */
  get ids(): readonly number[] {
    return this.#open.map(({ id }) => id)
  }

  /** Begins one. Throws −2035 when the account's is open already. */
  add(account: Account, apiKey: string, isSession: boolean): number {
    if (this.#open.some((one) => one.account === account)) {
      throw new Rejection(-2035, 'User Data Stream subscription is already active.')
    }
    const id = this.#nextId++
    const end = account.listen((event) => this.#hear(id, event))
    this.#open.push({ id, account, apiKey, isSession, end })
    return id
  }

  /** Ends one, or all that `which` names; each is told that it ends. */
  end(which: { readonly id?: number; readonly isSession?: true; readonly apiKey?: string } = {}): number {
    const ended = this.#open.filter(
      (one) =>
        (which.id === undefined || one.id === which.id) &&
        (which.isSession === undefined || one.isSession) &&
        (which.apiKey === undefined || one.apiKey === which.apiKey),
    )
    this.#open = this.#open.filter((one) => !ended.includes(one))
    for (const { id, end } of ended) {
      end()
      this.#hear(id, { e: 'eventStreamTerminated', E: this.#exchange.timeline.now })
    }
    return ended.length
  }

  /** The connection is gone: nothing is told any more. */
  drop(): void {
    for (const { end } of this.#open) end()
    this.#open = []
  }

  #hear(subscriptionId: number, event: UserEvent): void {
    const { frames, end } = this.#faults.alter(`user ${event.e}`, { ...event })
    for (const { payload, text, delayMs } of frames) {
      const send = (): void => this.#send(text ?? { subscriptionId, event: payload })
      if (delayMs === undefined) send()
      else setTimeout(send, delayMs)
    }
    if (end) this.#cut(end)
  }
}
