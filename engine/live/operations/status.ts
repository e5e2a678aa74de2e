/** A live session at a glance: the status file, `/status` and the page show this. Floor 3. */
import { formatUnits } from '../../model/money.js'
import { formatTime, nextOpenTime } from '../../model/time.js'
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
    /** When its last bar opened, and milliseconds since it closed, in the market's time. */
    readonly lastBar: string | null
    readonly barAgeMs: number | null
    readonly silenceMs: number | null
  }[]
  /** Shares of risk limits that are used, by rule. */
  readonly limits: LimitsUsed
  /** How orders on the exchange stand; null where none are sent. */
  readonly orders: OrdersGlance | null
  readonly cash: string
  readonly equity: number
  /** Change of equity since 00:00 UTC, fees in it; null before the session has begun. */
  readonly pnlDay: number | null
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
  /** Equity at 00:00 UTC, or at the session's start on this day. */
  readonly dayEquity?: number | undefined
}

/** What pauses it where no person does: the exchange lets nothing in. */
function pausedBy({ state, reason }: LiveRunner): string | null {
  return state === 'paused' && reason !== '' ? reason : null
}

/** How a runner stands now; undefined before its session has begun. */
export function statusOf(
  runner: LiveRunner,
  { folder, started, now, marketNow = now, orders: glance, dayEquity }: StatusView,
): LiveStatus | undefined {
  const { keeper, feed } = runner
  if (!keeper) return undefined
  const { session, genesis, head } = keeper
  const { halt, pause, loss, isKilled } = readHolds(folder)
  const paused = loss ? lossText(loss) : (pause?.reason ?? pausedBy(runner))
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
        barAgeMs: last === undefined ? null : Math.max(0, marketNow - nextOpenTime(last, genesis.interval)),
        silenceMs: silence === undefined ? null : Math.round(silence),
      }
    }),
    limits: {
      ...session.limitsUsed(marketNow),
      ...(glance?.collarUsed !== undefined && { PRICE_COLLAR: glance.collarUsed }),
    },
    orders: glance ?? null,
    cash: formatUnits(session.cash),
    equity: session.equity,
    pnlDay: dayEquity === undefined ? null : session.equity - dayEquity,
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
