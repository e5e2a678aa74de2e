/** How much a strategy asks for, as amounts. Throws a RangeError for less than 0 and for what is no number. Floor 2. */
import { type Amount, roundToAmount } from '../model/amount.js'
import type { MarketRules } from '../model/symbol-rules.js'
import type { BuySize } from './context.js'
import type { Size } from './sizing.js'

/** The size of a purchase, in base or in quote, rounded down. */
export function askedSize(wish: BuySize, rules: MarketRules): Size {
  if ('quote' in wish && 'quantity' in wish) {
    throw new RangeError('a purchase must give its quantity or its quote, gives both')
  }
  if (!('quote' in wish)) return { quantity: askedQuantity(wish.quantity, rules), quoteQuantity: undefined }
  const quoteScale = rules.priceScale * rules.quantityScale
  const quoteQuantity = roundToAmount(checkAmount('quote', wish.quote), 'down', quoteScale)
  return { quantity: undefined, quoteQuantity }
}

/** A quantity of base, rounded down. */
export function askedQuantity(quantity: number, { quantityScale }: MarketRules): Amount {
  return roundToAmount(checkAmount('quantity', quantity), 'down', quantityScale)
}

function checkAmount(name: string, amount: number): number {
  if (Number.isFinite(amount) && amount >= 0) return amount
  throw new RangeError(`${name} must be a number of at least 0, was ${amount}`)
}
