/** The market that a live session meets: simulated from its own bars, or the exchange's. Floor 3. */

import type { Account } from '../../core/account.js'
import { SimBroker } from '../../core/market/sim-broker.js'
import { type Amount, add } from '../../model/amount.js'
import { type Bars, type Column, valueAt } from '../../model/bars.js'
import { InvariantError } from '../../model/errors.js'
import type { BrokerEvent } from '../../model/event.js'
import type { Broker, BrokerListener } from '../../model/ports.js'
import type { RunSettings } from '../../model/settings.js'
import type { SymbolRules } from '../../model/symbol-rules.js'

/** Takes orders, and lets bars pass. */
export interface LiveMarket {
  readonly broker: Broker
  /** Whether it fills orders by the session's own bars; then time is what those bars say. */
  readonly isSimulated: boolean
  /** Bar `now[k]` of symbol k has closed, −1 where it has none: what it fills is told at once. */
  pass(now: readonly number[]): void
  /** Tells of what was taken back between two bars. */
  answer(): void
  /** An event of an order is in the ledger and about to be applied; a simulated market has made it itself. */
  note(event: BrokerEvent): void
}

/** One symbol as a market sees it. */
export interface MarketSeat {
  readonly bars: Bars
  readonly rules: SymbolRules
  readonly account: Readonly<Account>
  /** The average true range; it moves when it grows. */
  readonly range: { readonly values: Column }
  /** The last bar that the session has seen. */
  readonly bar: () => number
}

/** What a market is made of. */
export interface MarketWiring {
  readonly seats: readonly MarketSeat[]
  readonly settings: RunSettings
  readonly listen: BrokerListener
}

/** Makes the market of a session. */
export type CreateMarket = (wiring: MarketWiring) => LiveMarket

/** Paper and dry-run: orders fill in bar time, by the rules of a backtest. */
export function simulatedMarket({ seats, settings, listen }: MarketWiring): LiveMarket {
  const brokers: readonly SimBroker[] = seats.map(
    (seat, k) =>
      new SimBroker({
        bars: seat.bars,
        rules: seat.rules,
        settings,
        account: seat.account,
        listen,
        bar: seat.bar,
        atr: { at: (bar) => valueAt(seat.range.values, bar) },
        lockedBeside: () =>
          brokers.reduce<Amount>((sum, other, o) => (o === k ? sum : add(sum, other.lockedQuote)), 0),
      }),
  )
  return {
    isSimulated: true,
    note: () => undefined,
    broker: {
      submit(order) {
        const broker = brokers[order.symbolIndex]
        if (!broker) throw new InvariantError(`an order must be of a symbol, ${order.symbolIndex} is none`)
        broker.submit(order)
      },
      cancel(number) {
        for (const broker of brokers) broker.cancel(number)
      },
    },
    pass(now) {
      for (const broker of brokers) broker.answerCancels()
      for (const [k, broker] of brokers.entries()) if ((now[k] ?? -1) >= 0) broker.openBar(now[k] ?? -1)
      while (brokers.map((broker) => broker.takeNew()).includes(true));
      for (const broker of brokers) broker.passInside()
    },
    answer() {
      for (const broker of brokers) broker.answerCancels()
    },
  }
}
