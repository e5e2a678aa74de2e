/**
 * Who trades with whom: takers with the book and with each other's resting orders, by price and then by
 * time; resting orders with the trades of the public market. Floor 3.
 */
import { beginsToTrail, matchOpen, waitsToTrail } from '../../core/market/matching.js'
import { trail } from '../../core/market/working-order.js'
import { divideDown, floorTo, multiplyDown, toUnits, type Units } from '../../model/money.js'
import type { ExpiryReason } from '../../venue/order-wire.js'
import { commissionFor } from '../accounts/commission.js'
import type { Book } from '../market/book.js'
import { type ExchangeOrder, isResting, isWaitingStop, leftOf, type OrderFill } from './exchange-order.js'
import { byPriority, type Offer, offersFor, priceRange } from './offers.js'
import type { OrderArchive } from './order-archive.js'
import type { Reporter } from './reporter.js'
import { type PreventedMatch, SelfTrades } from './self-trades.js'
import { givenAsset, gottenAsset, release, settleFill } from './settlement.js'

/** A trade that meets resting orders: of the public market, or made up. */
export interface PassingTrade {
  readonly price: number
  /** Base in whole 1e−8; orders at this very price share it. */
  readonly units: Units
  /** Which side took; undefined meets both. */
  readonly isBuyerMaker: boolean | undefined
}

/** What the matcher works with. */
export interface MatcherParts {
  readonly archive: OrderArchive
  readonly reporter: Reporter
  readonly bookOf: (symbol: string) => Book
  /** Most that the book of a side offers; undefined is all of it. */
  readonly bookLimit: (symbol: string) => Units | undefined
  readonly bnbPrice: (asset: string) => number | undefined
  /** Told of each fill, when the order's own state has changed. */
  readonly onFill: (order: ExchangeOrder, isFirst: boolean) => void
  /** Told of an order that has ended otherwise than by being filled or canceled. */
  readonly onEnd: (order: ExchangeOrder) => void
  /** Told of a stop that has been set off, before it trades. */
  readonly onSetOff: (order: ExchangeOrder) => void
}

/** Matches orders of all symbols. */
export class Matcher {
  readonly #parts: MatcherParts
  readonly #tradeIds = new Map<string, number>()
  readonly #selfTrades: SelfTrades

  constructor(parts: MatcherParts) {
    this.#parts = parts
    this.#selfTrades = new SelfTrades(parts.reporter, parts.onEnd)
  }

  get prevented(): readonly PreventedMatch[] {
    return this.#selfTrades.matches
  }

  /** The price at which an order of the other side would be met first; undefined when there is none. */
  bestAgainst(order: ExchangeOrder): Units | undefined {
    return this.#nextOffer(order, undefined)?.price
  }

  /** What a taker would pay, or get, as things stand: base and quote, and the last price. */
  preview(order: ExchangeOrder): { readonly quantity: Units; readonly quote: Units } {
    let [quantity, quote] = [0n, 0n]
    const want = leftOf(order)
    for (const { price, units } of offersFor(
      order,
      this.#parts.archive.open(order.listed.symbol),
      this.#parts.bookOf(order.listed.symbol),
    )) {
      const take = want - quantity < units ? want - quantity : units
      quantity += take
      quote += multiplyDown(price, take)
      if (quantity >= want) break
    }
    return { quantity, quote }
  }

  /** Takes what an arriving order may take; then it is over, or rests. */
  take(order: ExchangeOrder): void {
    const { spec, listed } = order
    const limit = spec.price > 0n ? spec.price : undefined
    if (limit !== undefined && spec.timeInForce === 'FOK' && this.preview(order).quantity < leftOf(order)) {
      this.expire(order, 'UNFILLED_FOK_ORDER_EXPIRED')
      return
    }
    const range = priceRange(listed.filter('PRICE_RANGE'), spec.side, toUnits(listed.market.lastPrice))
    let offered = this.#parts.bookLimit(listed.symbol)
    while (order.status === 'NEW' || order.status === 'PARTIALLY_FILLED') {
      const offer = this.#nextOffer(order, offered)
      if (offer === undefined) break
      if (offer.price > range.most || offer.price < range.least) {
        this.expire(order, 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED')
        return
      }
      if (offer.kind === 'ORDER' && this.#selfTrades.prevents(order, offer.maker)) continue
      const quantity = this.#affordable(order, offer)
      if (quantity === 0n) break
      const tradeId = this.#nextTradeId(listed.symbol)
      if (offer.kind === 'BOOK') {
        this.#parts.bookOf(listed.symbol).take(offer.price, quantity)
        if (offered !== undefined) offered -= quantity
      } else this.fill(offer.maker, { price: offer.price, quantity, isMaker: true, tradeId })
      this.fill(order, { price: offer.price, quantity, isMaker: false, tradeId })
    }
    this.#endTaking(order)
  }

  /** A trade of the market passes: resting orders are filled, stops are set off. */
  pass(symbol: string, trade: PassingTrade): void {
    const open = this.#parts.archive.open(symbol)
    if (open.length === 0) return
    let left = trade.units
    const resting = open.filter(isResting).sort(byPriority)
    for (const order of resting) {
      if (!isResting(order)) continue
      if (matchOpen(order.working, trade.price, 'touch')?.kind !== 'MAKE') continue
      const isBeyond = trade.price !== order.working.limit
      const isHit = trade.isBuyerMaker === undefined || trade.isBuyerMaker === (order.spec.side === 'BUY')
      if (!isBeyond && !isHit) continue
      const whole = leftOf(order)
      const quantity = isBeyond || whole < left ? whole : floorTo(left, order.listed.rules.stepSize)
      if (quantity <= 0n) continue
      left -= quantity
      if (left < 0n) left = 0n
      this.fill(order, {
        price: order.spec.price,
        quantity,
        isMaker: true,
        tradeId: this.#nextTradeId(symbol),
      })
    }
    for (const order of open.filter((one) => isWaitingStop(one) && one.status === 'NEW')) {
      if (order.status !== 'NEW') continue
      if (matchOpen(order.working, trade.price, 'touch') !== undefined) this.setOff(order)
      else this.#trail(order, trade.price)
    }
  }

  /** A stop has been reached: from now on it is the order behind it. */
  setOff(order: ExchangeOrder): void {
    const { reporter, onSetOff } = this.#parts
    order.working.isTriggered = true
    order.workingTime = reporter.now
    order.updateTime = reporter.now
    onSetOff(order)
    reporter.order(order, 'NEW')
    this.take(order)
  }

  /** Fills an order, at most what is left of it. */
  fill(
    order: ExchangeOrder,
    {
      price,
      quantity,
      isMaker,
      tradeId = this.#nextTradeId(order.listed.symbol),
    }: {
      readonly price: Units
      readonly quantity: Units
      readonly isMaker: boolean
      readonly tradeId?: number
    },
  ): void {
    const { reporter, bnbPrice, onFill } = this.#parts
    const { account, listed, spec } = order
    const quote = multiplyDown(price, quantity)
    const commission = commissionFor(
      account,
      { side: spec.side, quantity, quote, isMaker },
      listed.rules,
      bnbPrice,
    )
    const fill: OrderFill = {
      tradeId,
      price,
      quantity,
      quote,
      commission: commission.amount,
      commissionAsset: commission.asset,
      time: reporter.now,
      isMaker,
    }
    const isFirst = order.fills.length === 0
    order.fills.push(fill)
    order.executed += quantity
    order.quote += quote
    order.updateTime = reporter.now
    settleFill(order, fill)
    order.status = this.#isFilled(order, price) ? 'FILLED' : 'PARTIALLY_FILLED'
    if (order.status === 'FILLED') {
      if (spec.quoteQuantity > 0n) order.quantity = order.executed
      release(order)
    }
    reporter.touch(account, givenAsset(order), gottenAsset(order), commission.asset)
    reporter.note('TRADE', {
      account: account.uid,
      symbol: listed.symbol,
      orderId: order.id,
      clientOrderId: order.clientOrderId,
      tradeId,
      side: spec.side,
      price: price.toString(),
      quantity: quantity.toString(),
      quote: quote.toString(),
      commission: commission.amount.toString(),
      commissionAsset: commission.asset,
      isMaker,
    })
    reporter.order(order, 'TRADE', { fill })
    onFill(order, isFirst)
  }

  /** Ends what is left of an order. */
  expire(order: ExchangeOrder, reason: ExpiryReason): void {
    const { reporter, onEnd } = this.#parts
    order.status = 'EXPIRED'
    order.expiryReason = reason
    order.updateTime = reporter.now
    if (order.spec.quoteQuantity > 0n) order.quantity = order.executed
    release(order)
    reporter.touch(order.account, givenAsset(order))
    reporter.note('EXPIRED', {
      orderId: order.id,
      symbol: order.listed.symbol,
      clientOrderId: order.clientOrderId,
      reason,
    })
    reporter.order(order, 'EXPIRED')
    onEnd(order)
  }

  #endTaking(order: ExchangeOrder): void {
    if (order.status !== 'NEW' && order.status !== 'PARTIALLY_FILLED') return
    const { spec } = order
    if (spec.price === 0n) this.expire(order, 'INSUFFICIENT_LIQUIDITY')
    else if (spec.timeInForce === 'IOC') this.expire(order, 'UNFILLED_IOC_QUANTITY_EXPIRED')
    else if (spec.timeInForce === 'FOK') this.expire(order, 'UNFILLED_FOK_ORDER_EXPIRED')
    else order.listed.market.touchBook()
  }

  /** An order in quote is filled when what is left of it buys no more than nothing. */
  #isFilled(order: ExchangeOrder, price: Units): boolean {
    const { spec, listed } = order
    if (spec.quoteQuantity === 0n) return leftOf(order) === 0n
    return floorTo(divideDown(spec.quoteQuantity - order.quote, price), listed.rules.stepSize) === 0n
  }

  /** How much of an offer an order takes: what is left of it, and what its owner can give. */
  #affordable(order: ExchangeOrder, { price, units }: Offer): Units {
    const { spec, listed } = order
    const want =
      spec.quoteQuantity > 0n
        ? floorTo(divideDown(spec.quoteQuantity - order.quote, price), listed.rules.stepSize)
        : leftOf(order)
    const quantity = want < units ? want : units
    const { free } = order.account.balance(givenAsset(order))
    const have = free + order.locked
    const most = spec.side === 'SELL' ? have : divideDown(have, price)
    return quantity <= most ? quantity : floorTo(most, listed.rules.stepSize)
  }

  #nextOffer(order: ExchangeOrder, offered: Units | undefined): Offer | undefined {
    for (const offer of offersFor(
      order,
      this.#parts.archive.open(order.listed.symbol),
      this.#parts.bookOf(order.listed.symbol),
    )) {
      if (offer.kind === 'ORDER' || offered === undefined || offer.units <= offered) return offer
      if (offered > 0n) return { ...offer, units: offered }
    }
    return undefined
  }

  #trail(order: ExchangeOrder, price: number): void {
    const { working, spec } = order
    if (spec.trailingDelta === undefined) return
    if (waitsToTrail(working) && !beginsToTrail(working, price)) return
    if (order.trailingTime < 0) order.trailingTime = this.#parts.reporter.now
    trail(working, price, order.listed.rules)
  }

  #nextTradeId(symbol: string): number {
    const id = (this.#tradeIds.get(symbol) ?? 0) + 1
    this.#tradeIds.set(symbol, id)
    return id
  }
}
