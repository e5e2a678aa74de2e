/** What the rooms of a symbol's order desk share. Floor 2. */
import type { Cursor } from '../math/series.js'
import { type Amount, roundToAmount } from '../model/amount.js'
import { type Bars, closeTimeAt, openTimeAt, valueAt } from '../model/bars.js'
import type { Broker } from '../model/ports.js'
import type { RunSettings } from '../model/settings.js'
import type { MarketRules } from '../model/symbol-rules.js'
import type { Account } from './account.js'
import type { Journal } from './journal/journal.js'
import type { Numbers } from './numbers.js'
import type { Permission } from './permission.js'
import type { Pool } from './pool.js'
import type { RiskGuard } from './risk-guard.js'
import type { OrderWords } from './sized-order.js'

/** The books it reads, the market it sends to, and what it writes down. */
export interface DeskParts {
  readonly symbolIndex: number
  readonly bars: Bars
  readonly cursor: Cursor
  readonly rules: MarketRules
  readonly settings: RunSettings
  readonly account: Readonly<Account>
  readonly broker: Broker
  readonly journal: Journal
  readonly numbers: Numbers
  readonly pool: Pool
  readonly permission: Readonly<Permission>
  readonly risk: RiskGuard | undefined
}

/** The close at which the desk is asked. */
export function closeOf({ bars, cursor }: Pick<DeskParts, 'bars' | 'cursor'>): number {
  return valueAt(bars.close, cursor.index)
}

/** The same as an amount. */
export function closeAmountOf(parts: Pick<DeskParts, 'bars' | 'cursor' | 'rules'>): Amount {
  return roundToAmount(closeOf(parts), 'nearest', parts.rules.priceScale)
}

/** What an order says of a decision at this close. */
export function wordsOf({ bars, cursor }: Pick<DeskParts, 'bars' | 'cursor'>, tag: string): OrderWords {
  return {
    tag,
    decisionTime: closeTimeAt(bars, cursor.index),
    decisionOpenTime: openTimeAt(bars, cursor.index),
  }
}
