/** What an input did to a session, told to those who watch it. Floor 3. */
import { BAR_FLAG, type Bar } from '../../model/bars.js'
import type { Fill } from '../../model/fill.js'
import type { Order, OrderRecord, SessionIdentity } from '../../model/order.js'
import { failpoint } from '../failpoint.js'
import { ageOf } from '../feed/bar-feed.js'
import type { MarketClock } from '../feed/market-clock.js'
import type { Genesis } from '../ledger/genesis.js'
import type { NewsListener } from '../live-news.js'
import { blockedLine, orderLine, unsignedRequestLine } from './order-line.js'
import { isSentBefore } from './request-line.js'
import type { SessionKeeper } from './session-keeper.js'

/** Tells of a session's outcomes, each thing once. */
export class OutcomeNews {
  readonly #genesis: Genesis
  readonly #clock: MarketClock
  readonly #tell: NewsListener
  #discarded = 0

  /** `genesis` is the session that was asked for; its epoch is the ledger's to say. */
  constructor(genesis: Genesis, clock: MarketClock, tell: NewsListener) {
    this.#genesis = genesis
    this.#clock = clock
    this.#tell = tell
  }

  /** What was not followed before now was told by whoever ran then. */
  begin({ session }: Pick<SessionKeeper, 'session'>): void {
    this.#discarded = session.discarded
  }

  /** Orders, before they are on their way. */
  tellOrders(orders: readonly Order[], keeper: Pick<SessionKeeper, 'genesis'>): void {
    const { mode } = this.#genesis
    for (const order of orders) {
      const terms = this.#terms(order.symbolIndex, keeper)
      const { symbol } = terms
      this.#tell({ kind: 'ORDER', symbol, order, line: orderLine(order, terms) })
      if (mode === 'dry-run' && !isSentBefore(order, orders))
        this.#tell({ kind: 'UNSIGNED_REQUEST', line: unsignedRequestLine(order, orders, terms) })
      failpoint('after-order-line')
    }
  }

  /** Orders that a limit stopped. */
  tellBlocked(blocked: readonly OrderRecord[], keeper: Pick<SessionKeeper, 'genesis'>): void {
    for (const record of blocked) {
      const terms = this.#terms(record.order.symbolIndex, keeper)
      const line = blockedLine(record, terms)
      this.#tell({ kind: 'RISK_BLOCK', symbol: terms.symbol, rule: record.reason, line })
    }
  }

  tellFills(fills: readonly Fill[]): void {
    for (const fill of fills) this.#tell({ kind: 'FILL', symbol: this.#symbol(fill.symbolIndex), fill })
  }

  /** A moment's bars, by symbol, and how old each is. */
  tellBars(bars: readonly (Bar | undefined)[]): void {
    for (const [k, bar] of bars.entries()) {
      if (!bar) continue
      this.#tell({
        kind: 'BAR',
        symbol: this.#symbol(k),
        bar,
        ageMs: ageOf(bar, this.#genesis.interval, this.#clock.now()),
        isLate: ((bar.flags ?? 0) & BAR_FLAG.late) !== 0,
      })
    }
  }

  /** How many asks were not followed since this was last told. */
  tellDiscarded({ session }: Pick<SessionKeeper, 'session'>): void {
    const { discarded, isHalted, isPaused } = session
    if (discarded <= this.#discarded) return
    const reason = isHalted ? 'halted' : isPaused ? 'paused' : 'the bar came too late'
    this.#tell({ kind: 'DISCARDED', count: discarded - this.#discarded, reason })
    this.#discarded = discarded
  }

  #symbol(symbolIndex: number): string {
    return this.#genesis.symbols[symbolIndex]?.symbol ?? ''
  }

  #terms(symbolIndex: number, { genesis }: Pick<SessionKeeper, 'genesis'>) {
    const { epoch, strategy } = genesis
    const identity: SessionIdentity = { epoch, hash6: strategy.sha256.slice(0, 6) }
    return { symbol: this.#symbol(symbolIndex), mode: this.#genesis.mode, identity }
  }
}
