/** What the fills of a round trip add up to, from flat until flat. Floor 2. */
import type { Adopted } from '../model/adopted.js'
import { type Amount, add, multiplyDown, numberOf, subtract, toAmount, unitsOf } from '../model/amount.js'
import type { Execution } from '../model/event.js'
import { slippageOf } from '../model/fill.js'
import { ONE, toNumber } from '../model/money.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import type { EpochMs } from '../model/time.js'
import { flowsOf } from './account.js'
import { commissionInQuote } from './market/fees.js'

/**
 * A mean price by quantity, kept exactly: one price as long as all fills have the same, else the sum
 * of price × quantity, not rounded.
 */
export interface MeanPrice {
  price: Amount
  product: bigint | undefined
}

/** Sums over fills; plain data. */
export interface TradeSums {
  readonly number: number
  readonly symbolIndex: number
  readonly entryTime: EpochMs
  readonly entryBar: number
  readonly entryTag: string
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

/** A trade of which nothing is added up yet. */
export function newSums(
  { number, symbolIndex, entryTag }: Pick<TradeSums, 'number' | 'symbolIndex' | 'entryTag'>,
  { time, barIndex }: Pick<Execution, 'time' | 'barIndex'>,
): TradeSums {
  return {
    number,
    symbolIndex,
    entryTime: time,
    entryBar: barIndex,
    entryTag,
    paid: 0,
    bought: 0,
    sold: 0,
    entry: { price: 0, product: undefined },
    exit: { price: 0, product: undefined },
    fees: 0,
    slippage: 0,
    net: 0,
    exitTime: time,
    exitBar: barIndex,
    exitTag: '',
    isAmbiguous: false,
  }
}

/** Puts in what was there before the session: paid for by its worth then, without a commission. */
export function addAdopted(sums: TradeSums, { price, quantity }: Adopted): void {
  sums.entry.price = toAmount(price)
  sums.bought = toAmount(quantity)
  sums.paid = multiplyDown(sums.entry.price, sums.bought)
  sums.net = subtract(0, sums.paid)
}

/** Adds a fill of the trade. */
export function addFill(
  sums: TradeSums,
  execution: Execution,
  rules: Pick<SymbolRules, 'baseAsset' | 'quoteAsset'>,
): void {
  const { price, quantity, quote, referencePrice, side, time } = execution
  const flows = flowsOf(execution, rules)
  if (side === 'BUY') {
    addToMean(sums.entry, sums.bought, execution)
    sums.paid = add(sums.paid, quote)
    sums.bought = add(sums.bought, quantity)
  } else {
    addToMean(sums.exit, sums.sold, execution)
    sums.sold = add(sums.sold, quantity)
    sums.exitTime = time
    sums.exitBar = exitBarOf(execution)
  }
  sums.fees = add(sums.fees, commissionInQuote(execution, rules))
  if (execution.isAmbiguous) sums.isAmbiguous = true
  sums.slippage = add(sums.slippage, slippageOf(price, referencePrice, quantity))
  sums.net = subtract(add(sums.net, flows.quote), flows.feeQuote)
}

/** The first bar that a sale is not exposed to: one at the very close that asked for it was, to all of its bar. */
function exitBarOf({ time, decisionTime, barIndex }: Execution): number {
  return time === decisionTime ? barIndex + 1 : barIndex
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
