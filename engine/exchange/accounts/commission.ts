/** What a fill costs its owner: in what is received, or in BNB where the account pays so and has it. Floor 3. */
import { commissionOf, divideDown, toRate, toUnits, type Units } from '../../model/money.js'
import type { Side } from '../../model/order.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import type { Account } from './account.js'

/** A commission and its asset. */
export interface Commission {
  readonly amount: Units
  readonly asset: string
}

/** BNB pays three quarters of the standard commission. */
export const BNB_SHARE = 0.75

/** The commission of a fill. `bnbPrice` is BNB's price in an asset; undefined where there is none. */
export function commissionFor(
  account: Account,
  fill: { readonly side: Side; readonly quantity: Units; readonly quote: Units; readonly isMaker: boolean },
  rules: SymbolRules,
  bnbPrice: (asset: string) => number | undefined,
): Commission {
  const fraction = fill.isMaker ? account.rates.maker : account.rates.taker
  const received =
    fill.side === 'BUY'
      ? { amount: fill.quantity, asset: rules.baseAsset }
      : { amount: fill.quote, asset: rules.quoteAsset }
  if (account.paysInBnb) {
    const due = commissionOf(received.amount, toRate(fraction * BNB_SHARE))
    const price = received.asset === 'BNB' ? 1 : bnbPrice(received.asset)
    const inBnb = price === undefined ? undefined : price === 1 ? due : divideDown(due, toUnits(price))
    if (inBnb !== undefined && account.balance('BNB').free >= inBnb) return { amount: inBnb, asset: 'BNB' }
  }
  return { amount: commissionOf(received.amount, toRate(fraction)), asset: received.asset }
}

/** BNB's price in an asset, from the markets there are: straight, or over an asset that both are priced in. */
export function priceOfBnb(
  asset: string,
  priceOf: (symbol: string) => number | undefined,
): number | undefined {
  const straight = priceOf(`BNB${asset}`)
  if (straight !== undefined) return straight
  const [bnb, other] = [priceOf('BNBUSDT'), priceOf(`${asset}USDT`)]
  return bnb === undefined || other === undefined ? undefined : bnb / other
}
