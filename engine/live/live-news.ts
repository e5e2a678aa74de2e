/** What a live session tells those who watch it: log, metrics, alerts, pages. They can do nothing to it. Floor 3. */
import type { Bar } from '../model/bars.js'
import type { Fill } from '../model/fill.js'
import type { Order } from '../model/order.js'
import type { FeedNews } from './feed/bar-feed.js'
import type { ChainHead } from './ledger/chain.js'
import type { OrderNews } from './orders/order-news.js'
import type { WireNews } from './orders/wire-news.js'

/** How a session stands. */
export type LiveState = 'starting' | 'reconciling' | 'ready' | 'paused' | 'halted' | 'stopped'

/** Something that has happened; what it tells of is on the disk already. */
export type LiveNews =
  | FeedNews
  | OrderNews
  | WireNews
  | { readonly kind: 'STATE'; readonly state: LiveState; readonly reason: string }
  | {
      readonly kind: 'BAR'
      readonly symbol: string
      readonly bar: Bar
      /** Milliseconds after its close, in the market's time. */
      readonly ageMs: number
      readonly isLate: boolean
    }
  | { readonly kind: 'ORDER'; readonly symbol: string; readonly order: Order; readonly line: string }
  /** A limit stopped an order. */
  | { readonly kind: 'RISK_BLOCK'; readonly symbol: string; readonly rule: string; readonly line: string }
  | { readonly kind: 'UNSIGNED_REQUEST'; readonly line: string }
  | { readonly kind: 'FILL'; readonly symbol: string; readonly fill: Fill }
  /** Asks that were not followed. */
  | { readonly kind: 'DISCARDED'; readonly count: number; readonly reason: string }
  /** An input is in the ledger. */
  | { readonly kind: 'COMMIT'; readonly ms: number; readonly head: ChainHead }
  | { readonly kind: 'HALT'; readonly reason: string }
  | { readonly kind: 'CLEAR'; readonly reason: string }
  /** A day has lost as much as it may; `isNew` unless whoever ran before has told of it. */
  | { readonly kind: 'LOSS_LIMIT'; readonly reason: string; readonly isNew: boolean }
  /** A person has acknowledged it, and its day is over. */
  | { readonly kind: 'LOSS_CLEARED'; readonly reason: string }
  | { readonly kind: 'WARM_UP'; readonly symbol: string; readonly bars: number }
  /** This machine's clock was set, or the machine slept: so far from where the process has counted itself to. */
  | { readonly kind: 'CLOCK'; readonly jumpMs: number }
  | { readonly kind: 'RESUMED'; readonly rows: number; readonly ms: number }
  | { readonly kind: 'FAULT'; readonly message: string }

/** Takes news. It must not throw, and must not wait. */
export type NewsListener = (news: LiveNews) => void
