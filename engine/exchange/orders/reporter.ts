/** Tells what happens: to the journal, and to whoever listens to an account. Floor 3. */
import type { ExecutionType } from '../../venue/user-event-wire.js'
import type { Account } from '../accounts/account.js'
import type { Journal } from '../journal.js'
import type { ExchangeOrder, OrderList } from './exchange-order.js'
import { accountPosition, type ExecutionDetail, executionReport, listStatusEvent } from './order-events.js'

/** The one mouth of the desk. */
export class Reporter {
  readonly #journal: Journal
  readonly #now: () => number
  #executionId = 0
  readonly #touched = new Map<Account, Set<string>>()

  constructor(journal: Journal, now: () => number) {
    this.#journal = journal
    this.#now = now
  }

  /** Market time. */
  get now(): number {
    return this.#now()
  }

  /** Something happened to an order. Gives the number of the report. */
  order(
    order: ExchangeOrder,
    type: ExecutionType,
    detail: Omit<ExecutionDetail, 'executionId' | 'time'> = {},
  ): number {
    const executionId = ++this.#executionId
    order.account.tell(executionReport(order, type, { ...detail, executionId, time: this.now }))
    return executionId
  }

  list(list: OrderList): void {
    list.account.tell(listStatusEvent(list, this.now))
  }

  note(kind: string, what: Readonly<Record<string, unknown>>): void {
    this.#journal.add(kind, this.now, what)
  }

  /** An asset of an account may have changed. */
  touch(account: Account, ...assets: readonly string[]): void {
    const touched = this.#touched.get(account) ?? new Set()
    for (const asset of assets) touched.add(asset)
    this.#touched.set(account, touched)
    account.updateTime = this.now
  }

  /** Tells the balances that have changed, once for all that happened together. */
  flush(): void {
    for (const [account, assets] of this.#touched) account.tell(accountPosition(account, assets, this.now))
    this.#touched.clear()
  }
}
