/** What the desk needs of the exchange around it, and what its lists need of the desk. Floor 3. */
import type { Account } from '../accounts/account.js'
import type { Faults } from '../faults/fault-script.js'
import type { Journal } from '../journal.js'
import type { ListedSymbol } from '../listed-symbol.js'
import type { StepListener } from '../market/step-listener.js'
import type { RateLimits } from '../rest/rate-limits.js'
import type { WallClock } from '../wall-clock.js'
import type { ExchangeOrder, OrderSpec } from './exchange-order.js'
import type { Matcher } from './matcher.js'
import type { OrderArchive } from './order-archive.js'
import type { Reporter } from './reporter.js'

/** The exchange as the desk sees it. */
export interface DeskWorld {
  readonly clock: WallClock
  readonly limits: RateLimits
  readonly faults: Faults
  readonly journal: Journal
  readonly timeline: { readonly now: number }
  readonly accounts: readonly Account[]
  readonly allListed: readonly ListedSymbol[]
  listed(symbol: string): ListedSymbol | undefined
  /** Milliseconds of the machine's clock. */
  machineNow(): number
  listen(listener: StepListener): void
}

/** The desk as its lists see it. */
export interface ListParts {
  readonly archive: OrderArchive
  readonly reporter: Reporter
  readonly matcher: Matcher
  check(account: Account, listed: ListedSymbol, spec: OrderSpec): void
  make(account: Account, listed: ListedSymbol, spec: OrderSpec): ExchangeOrder
  checkEntry(order: ExchangeOrder): void
  enter(order: ExchangeOrder): void
  start(order: ExchangeOrder): void
  cancel(order: ExchangeOrder, cancelId: string): ExchangeOrder
  take(order: ExchangeOrder, cancelId: string): void
  settled(symbol: string): void
  newName(): string
}
