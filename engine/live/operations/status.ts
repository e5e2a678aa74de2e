/** A live session at a glance: the status file, `/status` and the page show this. Floor 3. */
import { formatUnits } from '../../model/money.js'
import { formatTime } from '../../model/time.js'
import { readHolds } from '../files/control-files.js'
import { lossText } from '../files/loss-hold.js'
import type { ChainHead } from '../ledger/chain.js'
import type { LiveState } from '../live-news.js'
import type { LiveRunner } from '../live-runner.js'
import type { OrdersGlance } from '../orders/wire-news.js'
import type { LimitsUsed } from '../session/limits-used.js'

/** What the status file holds; its keys are for programs too. */
export interface LiveStatus {
  readonly schema: 'nextbar/status@1'
  readonly pid: number
  readonly mode: string
  readonly state: LiveState
  /** Why it is halted or paused. */
  readonly reason: string | null
  readonly strategy: string
  readonly strategyHash: string
  readonly params: Readonly<Record<string, unknown>>
  readonly interval: string
  readonly symbols: readonly {
    readonly symbol: string
    /** Exact, as text. */
    readonly quantity: string
    readonly lastClose: number
    readonly value: number
    readonly hasPending: boolean
    readonly lastBar: string | null
    readonly silenceMs: number | null
  }[]
  /** Shares of risk limits that are used, by rule. */
  readonly limits: LimitsUsed
  /** How orders on the exchange stand; null where none are sent. */
  readonly orders: OrdersGlance | null
  readonly cash: string
  readonly equity: number
  readonly counts: Readonly<Record<'decisions' | 'orders' | 'fills' | 'discarded', number>>
  readonly isConnected: boolean
  readonly isUpToDate: boolean
  readonly backlog: number
  readonly ledger: ChainHead
  readonly started: string
  readonly updated: string
}

/** What a status is made of besides its runner. */
export interface StatusView {
  readonly folder: string
  readonly started: number
  /** UTC milliseconds of this machine. */
  readonly now: number
  /** The market's time; this machine's unless given. */
  readonly marketNow?: number
  readonly orders?: OrdersGlance | undefined
}

/** How a runner stands now; undefined before its session has begun. */
export function statusOf(
  runner: LiveRunner,
  { folder, started, now, marketNow = now, orders: glance }: StatusView,
): LiveStatus | undefined {
  const { keeper, feed } = runner
  if (!keeper) return undefined
  const { session, genesis, head } = keeper
  const { halt, pause, loss, isKilled } = readHolds(folder)
  const paused = loss ? lossText(loss) : (pause?.reason ?? null)
  const { decisions, orders, fills } = session.journal
  return {
    schema: 'nextbar/status@1',
    pid: process.pid,
    mode: genesis.mode,
    state: runner.state,
    reason: halt?.reason ?? (isKilled ? 'KILL' : paused),
    strategy: genesis.strategy.name,
    strategyHash: genesis.strategy.sha256.slice(0, 12),
    params: genesis.params,
    interval: genesis.interval,
    symbols: session.holdings.map(({ symbol, quantity, lastClose, value, hasPending }, k) => {
      const last = session.lastOpenTime(k)
      const silence = feed.silenceOf(symbol)
      return {
        ...{ symbol, quantity: formatUnits(quantity), lastClose, value, hasPending },
        lastBar: last === undefined ? null : formatTime(last),
        silenceMs: silence === undefined ? null : Math.round(silence),
      }
    }),
    limits: session.limitsUsed(marketNow),
    orders: glance ?? null,
    cash: formatUnits(session.cash),
    equity: session.equity,
    counts: {
      decisions: decisions.length,
      orders: orders.length,
      fills: fills.length,
      discarded: session.discarded,
    },
    isConnected: feed.isConnected,
    isUpToDate: feed.isUpToDate,
    backlog: runner.backlog,
    ledger: head,
    started: formatTime(started),
    updated: formatTime(now),
  }
}
