/**
 * The gate before the wire, below the strategy: asked for every order at the last moment, closed unless every condition
 * holds; the orders of a list go together or not at all. Floor 3.
 */
import { join } from 'node:path'
import { multiplyDown, toNumber, type Units } from '../../model/money.js'
import type { Order } from '../../model/order.js'
import type { RiskLimits } from '../../model/settings.js'
import type { SignedMode } from '../../venue/allowed-hosts.js'
import { readHolds } from '../files/control-files.js'
import { armFault, promotionFault } from './permits.js'

/** What opens the gate, besides what is looked up. */
export interface GateTerms {
  readonly mode: SignedMode
  readonly symbols: readonly string[]
  /** State folder: HALT, KILL and `arm.json` are looked for there. */
  readonly folder: string
  readonly promotion: string
  /** `termsDigest` of the session. */
  readonly terms: string
  /** The value of NEXTBAR_LIVE. */
  readonly permit: string | undefined
  readonly limits: RiskLimits | undefined
  /** How far an order's price may be from the last one known; a fraction. */
  readonly priceCollar: number | undefined
}

/** How things stand while the session runs. */
export interface GateView {
  readonly isReconciled: boolean
  /** Whether the account's events are heard. */
  readonly isHeard: boolean
  /** Closes of the symbol's last two bars, newest first. */
  readonly closes: readonly number[]
  /** Price of its last trade; undefined before the first. */
  readonly lastPrice: number | undefined
}

/** Limits that a live session must have. */
type RequiredLimit = Exclude<keyof RiskLimits, 'maxVolume'>

const NAMES: readonly RequiredLimit[] = [
  'maxOrderQuote',
  'maxPositionQuote',
  'maxDailyLoss',
  'maxOrdersPerMinute',
]
const FLAGS: Readonly<Record<RequiredLimit, string>> = {
  maxOrderQuote: '--max-order-quote',
  maxPositionQuote: '--max-position-quote',
  maxDailyLoss: '--max-daily-loss',
  maxOrdersPerMinute: '--max-orders-per-minute',
}
const MINUTE_MS = 60_000
/** A price exactly at the collar is inside, whatever the last bit of its quotient says. */
const NOISE = 1e-12

/** One for each session. */
export class Gate {
  readonly #terms: GateTerms
  readonly #now: () => number
  #account: string | undefined
  #wasArmed = false
  #sent: number[] = []
  #collarUsed: number | undefined

  /** `now` is UTC milliseconds; counted steadily it keeps a minute a minute. */
  constructor(terms: GateTerms, now: () => number = Date.now) {
    this.#terms = terms
    this.#now = now
  }

  /** Says whose account it stands before, by `accountDigest`: an arming of another one opens nothing. */
  setAccount(digest: string): void {
    this.#account = digest
  }

  /** How much of the price collar the last order that was judged has used; undefined without a collar, or an order. */
  get collarUsed(): number | undefined {
    return this.#collarUsed
  }

  /** What is missing before anything may be sent; reconciliation apart, which needs the exchange. */
  missing(): readonly string[] {
    const { halt, isKilled } = readHolds(this.#terms.folder)
    return [
      ...(halt ? [`no HALT may be in the state folder, there is one: ${halt.reason}`] : []),
      ...(isKilled ? ['no KILL may be in the state folder, there is one'] : []),
      ...this.#missingLive(),
    ]
  }

  /**
   * Why orders of one symbol that go together, one or those of a list, may not be sent; undefined lets all of them go, and
   * counts them.
   */
  forbids(orders: readonly Order[], view: GateView): string | undefined {
    const isEntry = orders.some(({ side }) => side === 'BUY')
    const { halt, isKilled, loss } = readHolds(this.#terms.folder)
    if (isKilled) return 'KILL'
    if (halt) return 'HALT'
    if (isEntry && loss) return 'MAX_DAILY_LOSS'
    if (!view.isReconciled) return 'RECONCILIATION'
    if (isEntry && !view.isHeard) return 'USER_STREAM'
    const [missing] = this.#missingLive(!isEntry && this.#wasArmed)
    if (missing !== undefined) return missing
    if (this.#terms.mode === 'live' && this.#account === undefined)
      return 'ACCOUNT: it is not known whose it is'
    const fault = this.#rateFault(orders.length) ?? this.#firstFault(orders, view)
    if (fault !== undefined) return fault
    this.#wasArmed = true
    this.#sent.push(...orders.map(() => this.#now()))
    return undefined
  }

  /** What `live` needs besides; the other modes trade with money that is none. */
  #missingLive(isArmed = false): readonly string[] {
    const { mode, symbols, permit, promotion, terms, folder, limits, priceCollar } = this.#terms
    if (mode !== 'live') return []
    const permitted = (permit ?? '').split(',').filter((one) => one !== '')
    const isPermitted = symbols.every((one) => permitted.includes(one)) && permitted.length === symbols.length
    const faults = [
      isPermitted
        ? undefined
        : `NEXTBAR_LIVE must be ${symbols.join(',')}, ${permit === undefined ? 'is not set' : `was ${permit}`}`,
      ...NAMES.map((name) => (isBound(limits?.[name]) ? undefined : `${FLAGS[name]} must be given`)),
      isBound(priceCollar) ? undefined : '--price-collar must be given',
      promotionFault(promotion, terms),
      isArmed
        ? undefined
        : armFault(join(folder, 'arm.json'), {
            terms,
            account: this.#account,
            priceCollar,
            now: this.#now(),
          }),
    ]
    return faults.filter((fault) => fault !== undefined)
  }

  /** So many more orders within a minute: the limit again, where nothing can go around it. */
  #rateFault(count: number): string | undefined {
    const { maxOrdersPerMinute } = this.#terms.limits ?? {}
    const now = this.#now()
    this.#sent = this.#sent.filter((time) => now - time < MINUTE_MS)
    return maxOrdersPerMinute !== undefined && this.#sent.length + count > maxOrdersPerMinute
      ? 'MAX_ORDERS_PER_MINUTE'
      : undefined
  }

  #firstFault(orders: readonly Order[], view: GateView): string | undefined {
    for (const order of orders) {
      const fault = this.#worthFault(order, view) ?? this.#collarFault(order, view)
      if (fault !== undefined) return fault
    }
    return undefined
  }

  #worthFault(order: Order, { closes }: GateView): string | undefined {
    const { maxOrderQuote } = this.#terms.limits ?? {}
    if (order.side === 'SELL' || maxOrderQuote === undefined) return undefined
    return quoteOf(order, closes[0] ?? 0) > maxOrderQuote ? 'MAX_ORDER_QUOTE' : undefined
  }

  /** A price far from the last trade's, or a last close far from the one before it, is no price to trade at. */
  #collarFault(order: Order, { closes, lastPrice }: GateView): string | undefined {
    const { priceCollar } = this.#terms
    if (priceCollar === undefined) return undefined
    const [close, before] = closes
    if (close === undefined) return 'PRICE_COLLAR: no price is known'
    const price = 'price' in order ? toNumber(order.price) : close
    const references = [lastPrice ?? close, before ?? close]
    // A target waits above the market: kept back, it would take the stop beside it along.
    const isTarget = order.side === 'SELL' && order.list !== undefined && 'price' in order
    const distanceOf = (one: number) => (isTarget ? 1 - price / one : Math.abs(price / one - 1))
    this.#collarUsed = Math.max(0, ...references.map(distanceOf)) / priceCollar
    const far = references.find((one) => !(distanceOf(one) <= priceCollar + NOISE))
    return far === undefined ? undefined : `PRICE_COLLAR: ${price} is too far from ${far}`
  }
}

function isBound(limit: Units | number | undefined): boolean {
  return limit !== undefined && limit > 0 && (typeof limit === 'bigint' || Number.isFinite(limit))
}

function quoteOf(order: Order, close: number): Units {
  if (order.quantity === undefined) return order.quoteQuantity
  const price = 'price' in order ? order.price : BigInt(Math.round(close * 1e8))
  return multiplyDown(price, order.quantity)
}
