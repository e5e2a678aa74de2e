/** Orders of a session that can still trade, and what they hold. Floor 2. */
import { type Amount, add, multiplyDown, subtract } from '../model/amount.js'
import { InvariantError } from '../model/errors.js'
import { isSecondOfPair, type OrderNumber, type Replaced } from '../model/order.js'
import type { SentOrder } from '../model/sent-order.js'
import type { EpochMs } from '../model/time.js'
import type { ExitTerms } from './order-terms.js'
import type { MakerFirst } from './policy/maker-first-state.js'
import { putIn, takeOut } from './short-list.js'
import type { OrderWords } from './sized-order.js'
import type { SizedOrder } from './sizing.js'

/** An order that can still trade, and its row in the journal. */
export interface OpenOrder extends SentOrder {
  row: number
  /** Whether it is a position's exit: it stands until the position is gone. */
  isExit: boolean
  /** Whether it waits for the first order of its list, and holds nothing yet. */
  isPending: boolean
  /** What to place when this purchase is done. */
  exits: ExitTerms | undefined
  executed: Amount
  /** Quote traded, where it serves a wish. */
  spent: Amount
  /** Base that came in, commission taken off. */
  received: Amount
  /** Whether it was asked to be taken back. */
  isLeaving: boolean
  /** Whether another is on its way to take its place: what it holds is the other's. */
  isReplaced: boolean
  /** The maker-first wish that it serves. */
  wish: MakerFirst | undefined
}

/** Where an order stands in its session, in its list, and with its position. */
export interface OrderPlace {
  readonly number: OrderNumber
  readonly symbolIndex: number
  readonly isExit: boolean
  readonly list: OrderNumber | undefined
  readonly listRole: 'WORKING' | 'PENDING' | undefined
  readonly replaces: Replaced | undefined
}

/** Terms of an order without prices. */
const AT_MARKET = {
  type: 'MARKET',
  price: undefined,
  timeInForce: undefined,
  stopPrice: undefined,
  trailingDelta: undefined,
} as const

/** An order that has just been asked for. */
export function newOpenOrder(
  { side, quantity, quoteQuantity, prices }: SizedOrder,
  { tag, decisionTime, decisionOpenTime }: OrderWords,
  { number, symbolIndex, isExit, list, listRole, replaces }: OrderPlace,
): OpenOrder {
  // All is read before the record is made: in between, its memory would have to be filled twice.
  const { type, price, timeInForce, stopPrice, trailingDelta } = prices ?? AT_MARKET
  const isPending = list !== undefined && listRole === 'PENDING'
  return {
    number,
    symbolIndex,
    side,
    type,
    decisionTime,
    decisionOpenTime,
    tag,
    quantity,
    quoteQuantity,
    price,
    timeInForce,
    stopPrice,
    trailingDelta,
    list,
    listRole,
    replaces,
    row: 0,
    isExit,
    isPending,
    exits: undefined,
    executed: 0,
    spent: 0,
    received: 0,
    isLeaving: false,
    isReplaced: false,
    wish: undefined,
  }
}

/** What is remembered of an open order; plain data. */
export type OpenOrderState = Omit<OpenOrder, 'row'>

/** The open orders of one symbol, oldest first. */
export class OpenOrders {
  #orders: OpenOrder[] = []
  #exitCount = 0

  /** Whether an order waits that is no exit. */
  get hasPending(): boolean {
    return this.#orders.length > this.#exitCount
  }

  /** Whether a position has an exit on the book. */
  get hasExits(): boolean {
    return this.#exitCount > 0
  }

  /** Numbers of the exits, or of all others. */
  numbers(isExit: boolean): readonly OrderNumber[] {
    const numbers: OrderNumber[] = []
    for (const open of this.#orders) if (open.isExit === isExit) numbers.push(open.number)
    return numbers
  }

  /** The youngest purchase that waits and is no exit. */
  get entry(): OpenOrder | undefined {
    return this.#orders.findLast(({ side, isExit, isPending }) => side === 'BUY' && !isExit && !isPending)
  }

  /** The youngest order of a tag that is no exit and stays. */
  named(tag: string): OpenOrder | undefined {
    return this.#orders.findLast(
      (open) => open.tag === tag && !open.isExit && !open.isLeaving && !open.isReplaced,
    )
  }

  /** What was to take an order's place has ended: where the order is still there, it stays. */
  keep(number: OrderNumber): void {
    for (const open of this.#orders) if (open.number === number) open.isReplaced = false
  }

  /** Quote that resting purchases hold. */
  get lockedQuote(): Amount {
    let locked: Amount = 0
    for (const { side, type, price, stopPrice, quantity, executed, isPending, isReplaced } of this.#orders) {
      if (side === 'SELL' || type === 'MARKET' || isPending || isReplaced) continue
      locked = add(locked, multiplyDown(price ?? stopPrice ?? 0, subtract(quantity ?? 0, executed)))
    }
    return locked
  }

  /** Quote that all purchases hold which stay; one at market that is sized in base is valued at `price`. */
  heldQuote(price: Amount): Amount {
    let held = this.lockedQuote
    for (const open of this.#orders) {
      const { quantity, quoteQuantity = 0, executed, isLeaving, isPending, isReplaced } = open
      if (isLeaving || isPending || isReplaced || open.side === 'SELL' || open.type !== 'MARKET') continue
      held = add(
        held,
        quantity === undefined ? quoteQuantity : multiplyDown(price, subtract(quantity, executed)),
      )
    }
    return held
  }

  /** Whether a sale at market waits that stays. */
  get isSelling(): boolean {
    return this.#orders.some(
      ({ side, type, isLeaving, isPending, isReplaced, wish }) =>
        !isLeaving && !isPending && !isReplaced && side === 'SELL' && (wish || type === 'MARKET'),
    )
  }

  /** Base that exits hold; two of one list hold it once. */
  get lockedByExits(): Amount {
    let locked: Amount = 0
    for (const open of this.#orders) {
      if (open.isExit && !isSecondOfPair(open)) {
        locked = add(locked, subtract(open.quantity ?? 0, open.executed))
      }
    }
    return locked
  }

  /** Base that sales hold; two of one list hold it once. */
  get lockedBase(): Amount {
    let locked = this.lockedByExits
    for (const { side, quantity, executed, isExit, isPending } of this.#orders) {
      if (isExit || isPending || side === 'BUY' || quantity === undefined) continue
      locked = add(locked, subtract(quantity, executed))
    }
    return locked
  }

  /** When the first of the posted orders has rested long enough. */
  get deadline(): number {
    let first = Number.POSITIVE_INFINITY
    for (const { wish } of this.#orders) {
      if (wish?.deadline !== undefined && !wish.isTimedOut && wish.deadline < first) first = wish.deadline
    }
    return first
  }

  /** Orders whose time is up. */
  dueAt(time: EpochMs): readonly OpenOrder[] {
    return this.#orders.filter(
      ({ wish }) => wish?.deadline !== undefined && !wish.isTimedOut && wish.deadline <= time,
    )
  }

  add(open: OpenOrder): void {
    putIn(this.#orders, open)
    if (open.isExit) this.#exitCount++
  }

  has(number: OrderNumber): boolean {
    return this.#orders.some((open) => open.number === number)
  }

  /** The order of a number. Throws an InvariantError when it is not open. */
  find(number: OrderNumber): OpenOrder {
    for (const open of this.#orders) if (open.number === number) return open
    throw new InvariantError(`an event must name an open order, ${number} is none`)
  }

  /** What waited for another order of its list works now; a sale is an exit of what that one bought. */
  bringIn(open: OpenOrder): void {
    open.isPending = false
    if (open.side === 'BUY' || open.isExit) return
    open.isExit = true
    this.#exitCount++
  }

  remove(open: OpenOrder): void {
    if (open.isExit) this.#exitCount--
    takeOut(this.#orders, open)
  }

  snapshot(): readonly OpenOrderState[] {
    return this.#orders.map(({ row: _, ...state }) => state)
  }

  /** Takes up what `snapshot` gave; `rowOf` says where in the journal an order stands. */
  restore(states: readonly OpenOrderState[], rowOf: (state: OpenOrderState) => number): void {
    this.#orders = states.map((state) => ({ ...state, row: rowOf(state) }))
    this.#exitCount = states.filter(({ isExit }) => isExit).length
  }
}
