/** A round trip that is under way: it gathers fills from flat until flat. Floor 2. */
import type { Adopted } from '../model/adopted.js'
import { type Amount, add, multiplyDown, numberOf, subtract, toAmount, unitsOf } from '../model/amount.js'
import type { Execution } from '../model/event.js'
import { ONE, toNumber } from '../model/money.js'
import type { MarketRules } from '../model/symbol-rules.js'
import { type EpochMs, toEpochMs } from '../model/time.js'
import type { Flows } from './account.js'
import { commissionInQuote } from './market/fees.js'

/**
 * A mean price by quantity, kept exactly: one price as long as all fills have the same, else the sum
 * of price × quantity, not rounded.
 */
export interface MeanPrice {
  price: Amount
  product: bigint | undefined
}

/** Sums of the fills so far; plain data. */
export interface OpenTrade {
  number: number
  symbolIndex: number
  entryTime: EpochMs
  entryBar: number
  entryTag: string
  /** Quote paid for what was bought, and base bought, before commissions. */
  paid: Amount
  bought: Amount
  /** Base sold. */
  sold: Amount
  /** Mean prices of what was bought and sold so far. */
  readonly entry: MeanPrice
  readonly exit: MeanPrice
  fees: Amount
  slippage: Amount
  /** Change of quote, commissions included, those in BNB by their worth. */
  net: Amount
  exitTime: EpochMs
  exitBar: number
  exitTag: string
  isAmbiguous: boolean
}

/** A trade that nothing has been written into. */
export function blankTrade(): OpenTrade {
  return {
    number: 0,
    symbolIndex: 0,
    entryTime: toEpochMs(0),
    entryBar: 0,
    entryTag: '',
    paid: 0,
    bought: 0,
    sold: 0,
    entry: { price: 0, product: undefined },
    exit: { price: 0, product: undefined },
    fees: 0,
    slippage: 0,
    net: 0,
    exitTime: toEpochMs(0),
    exitBar: 0,
    exitTag: '',
    isAmbiguous: false,
  }
}

/** Starts a trade at its first BUY, written over one that is over. */
export function startTrade(
  trade: OpenTrade,
  number: number,
  entry: Pick<Execution, 'symbolIndex' | 'time' | 'barIndex'>,
  tag: string,
): void {
  trade.number = number
  trade.symbolIndex = entry.symbolIndex
  trade.entryTime = entry.time
  trade.entryBar = entry.barIndex
  trade.entryTag = tag
  trade.paid = 0
  trade.bought = 0
  trade.sold = 0
  trade.entry.price = 0
  trade.entry.product = undefined
  trade.exit.price = 0
  trade.exit.product = undefined
  trade.fees = 0
  trade.slippage = 0
  trade.net = 0
  trade.exitTime = entry.time
  trade.exitBar = entry.barIndex
  trade.exitTag = ''
  trade.isAmbiguous = false
}

/** Puts in what was there before the session: paid for by its worth then, without a commission. */
export function addAdopted(trade: OpenTrade, { price, quantity }: Adopted): void {
  trade.entry.price = toAmount(price)
  trade.bought = toAmount(quantity)
  trade.paid = multiplyDown(trade.entry.price, trade.bought)
  trade.net = subtract(0, trade.paid)
}

/** Adds a fill's sums to the trade; `exitBar` is the first bar after it that a SELL is not exposed to. */
export function addToTrade(
  trade: OpenTrade,
  execution: Execution,
  flows: Flows,
  rules: MarketRules,
  tag: string,
  exitBar: number,
): void {
  if (execution.side === 'BUY') {
    addToMean(trade.entry, trade.bought, execution)
    trade.paid = add(trade.paid, execution.quote)
    trade.bought = add(trade.bought, execution.quantity)
  } else {
    addToMean(trade.exit, trade.sold, execution)
    trade.sold = add(trade.sold, execution.quantity)
    trade.exitTime = execution.time
    trade.exitBar = exitBar
    trade.exitTag = tag
  }
  trade.fees = add(trade.fees, commissionInQuote(execution, rules))
  if (execution.isAmbiguous) trade.isAmbiguous = true
  trade.slippage = add(trade.slippage, execution.slippage)
  trade.net = add(trade.net, flows.quote)
  trade.net = subtract(trade.net, flows.feeQuote)
}

/** Adds a fill to a mean over the quantity `before` it. */
function addToMean(mean: MeanPrice, before: Amount, { price, quantity }: Execution): void {
  if (!(before > 0)) mean.price = price
  else if (mean.product !== undefined) mean.product += unitsOf(price) * unitsOf(quantity)
  else if (price < mean.price || price > mean.price) {
    mean.product = unitsOf(mean.price) * unitsOf(before) + unitsOf(price) * unitsOf(quantity)
  }
}

/** A mean as a double, over all of its quantity. */
export function meanOf({ price, product }: MeanPrice, quantity: Amount, priceScale: number): number {
  if (product === undefined) return numberOf(price, priceScale)
  const units = unitsOf(quantity)
  const whole = toNumber(product / units, priceScale)
  const rest = Number(product % units) / Number(units) / Number(ONE)
  return whole + rest * priceScale
}
