/** What a desk is asked for, in amounts, and the same as others are told of it. Pure. Floor 2. */
import { type Amount, unitsOf } from '../model/amount.js'
import type { Ask, Exits, ListOrder, OrderPrices } from '../model/decision.js'
import type { ReplaceMode, Side } from '../model/order.js'
import type { ExitTerms, PriceTerms } from './order-terms.js'
import { inUnits } from './sized-order.js'
import type { Size, SizedOrder } from './sizing.js'

/** An order that was asked for, with the exits that are to follow it. */
export interface OrderAsk extends Size {
  readonly kind: 'ORDER'
  readonly side: Side
  readonly prices: PriceTerms | undefined
  readonly exits: ExitTerms | undefined
}

/** An ask in amounts. */
export type DeskAsk =
  | OrderAsk
  | { readonly kind: 'EXITS'; readonly exits: ExitTerms }
  | {
      readonly kind: 'OCO'
      readonly quantity: Amount
      readonly below: PriceTerms
      readonly above: PriceTerms
    }
  | { readonly kind: 'OTO'; readonly working: SizedOrder; readonly pending: readonly SizedOrder[] }
  | ({
      readonly kind: 'REPLACE'
      readonly mode: ReplaceMode
      readonly side: Side
      readonly prices: PriceTerms | undefined
    } & Size)
  | Extract<Ask, { readonly kind: 'TARGET' | 'CLOSE' | 'CANCEL' }>

/** The ask in units, with the fields that mean something alone. */
export function toAsk(ask: DeskAsk): Ask {
  switch (ask.kind) {
    case 'ORDER': {
      const { kind, side, prices, exits } = ask
      return {
        kind,
        side,
        ...inUnits(ask),
        ...(prices && toPrices(prices)),
        ...(exits && { exits: toExits(exits) }),
      }
    }
    case 'EXITS':
      return { kind: ask.kind, exits: toExits(ask.exits) }
    case 'OCO': {
      const { kind, quantity, below, above } = ask
      return { kind, quantity: unitsOf(quantity), below: toPrices(below), above: toPrices(above) }
    }
    case 'OTO':
      return { kind: ask.kind, working: toListOrder(ask.working), pending: ask.pending.map(toListOrder) }
    case 'REPLACE': {
      const { kind, mode, side, prices } = ask
      return { kind, mode, side, ...inUnits(ask), ...(prices && toPrices(prices)) }
    }
    case 'TARGET':
    case 'CLOSE':
    case 'CANCEL':
      return ask
  }
}

function toListOrder({ side, quantity = 0, prices }: SizedOrder): ListOrder {
  return { side, quantity: unitsOf(quantity), ...(prices && toPrices(prices)) }
}

function toPrices({ type, price, timeInForce, stopPrice, trailingDelta }: PriceTerms): OrderPrices {
  return {
    type,
    ...(price !== undefined && { price: unitsOf(price) }),
    ...(timeInForce !== undefined && { timeInForce }),
    ...(stopPrice !== undefined && { stopPrice: unitsOf(stopPrice) }),
    ...(trailingDelta !== undefined && { trailingDelta }),
  }
}

function toExits({ stop, takeProfit, trailingDelta }: ExitTerms): Exits {
  return {
    ...(stop !== undefined && { stop: unitsOf(stop) }),
    ...(takeProfit !== undefined && { takeProfit: unitsOf(takeProfit) }),
    ...(trailingDelta !== undefined && { trailingDelta }),
  }
}
