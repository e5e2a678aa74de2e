/** Fills and trades: one execution, and one round trip from flat to flat. Floor 0. */
import { type Amount, multiplyDown, subtract } from './amount.js'
import type { Units } from './money.js'
import type { OrderNumber, OrderType, Side } from './order.js'
import type { EpochMs } from './time.js'

/** Whether a fill took liquidity or gave it. */
export type Liquidity = 'MAKER' | 'TAKER'

/** One execution of an order. */
export interface Fill {
  readonly orderNumber: OrderNumber
  readonly symbolIndex: number
  readonly side: Side
  readonly type: OrderType
  readonly liquidity: Liquidity
  /** Open time of the bar that filled it, or the moment inside it where finer data tell. */
  readonly time: EpochMs
  /** Index of the bar that filled it. */
  readonly barIndex: number
  readonly decisionTime: EpochMs
  readonly price: Units
  readonly quantity: Units
  /** price × quantity, rounded down. */
  readonly quote: Units
  readonly commission: Units
  readonly commissionAsset: string
  /** Worth of the commission in quote at the fill's time, where the BNB stock paid it; undefined where it did not. */
  readonly commissionQuote?: Units | undefined
  /** What a fill without slippage would have paid: the bar's open, a stop's trigger, a maker's own limit. */
  readonly referencePrice: Units
  /** The average true range of the settings at the bar that priced it, in quote, whatever alpha is. */
  readonly atr: number
  /** |price − reference| × quantity in quote, rounded down. */
  readonly slippage: Units
  /** Whether the price lies outside its bar's low..high. */
  readonly isOutsideBar: boolean
  /** Whether the bar's prices allowed another outcome: which came first inside it is not known. */
  readonly isAmbiguous: boolean
  /** Trade it belongs to, counted from 1: the row of the trades table, once that trade is closed. */
  readonly tradeNumber: number
}

/** |price − reference| × quantity in quote, rounded down. */
export function slippageOf(price: Amount, reference: Amount, quantity: Amount): Amount {
  return multiplyDown(price > reference ? subtract(price, reference) : subtract(reference, price), quantity)
}

/** One round trip, flat to flat. Amounts in quote unless said. */
export interface Trade {
  /** Counted from 1 in order of entry. */
  readonly number: number
  readonly symbolIndex: number
  readonly entryTime: EpochMs
  readonly exitTime: EpochMs
  readonly entryBar: number
  /** Bar at whose open it ended; one past the last bar for a sale on the last close. */
  readonly exitBar: number
  /** Mean price of what was bought, by quantity. */
  readonly entryPrice: number
  /** Mean price of what was sold, by quantity. */
  readonly exitPrice: number
  /** Base bought. */
  readonly quantity: Units
  /** net + fees + slippage. */
  readonly gross: Units
  /** Commissions, a BUY's valued at its fill's price. */
  readonly fees: Units
  readonly slippage: Units
  /** Change of quote between flat and flat. */
  readonly net: Units
  /** net ÷ quote paid; a fraction. */
  readonly return: number
  /** Bars from the entry's to the one before the exit's, both included. */
  readonly bars: number
  /** Deepest fall below the entry price while held, a fraction ≤ 0. */
  readonly mae: number
  /** Highest rise above the entry price while held, a fraction ≥ 0. */
  readonly mfe: number
  /** Whether a fill of it was ambiguous. */
  readonly isAmbiguous: boolean
  readonly entryTag: string
  readonly exitTag: string
}
