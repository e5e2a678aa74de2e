/**
 * What an exchange says of orders and trades, whichever door it came through: answers, queries and events of the user
 * data stream all become the same two kinds of facts. Fields that are not known are let pass, words that are not known
 * are kept. Floor 3.
 */
import { z } from 'zod'
import { multiplyDown, parseUnits, type Units } from '../../model/money.js'

/** An order as it stood when this was said. */
export interface OrderFact {
  readonly symbol: string
  /** Client order id: never that of a cancel. */
  readonly clientOrderId: string
  readonly orderId: string
  /** As on the wire; new words come without notice. */
  readonly status: string
  /** Base traded in all. */
  readonly executed: Units
  readonly reason: string
  /** UTC milliseconds of the exchange; 0 where the answer has none. */
  readonly time: number
}

/** One execution. */
export interface TradeFact {
  readonly tradeId: string
  readonly orderId: string
  readonly price: Units
  readonly quantity: Units
  readonly quote: Units
  readonly commission: Units
  readonly commissionAsset: string
  readonly isMaker: boolean
  readonly time: number
}

/** What one message says. */
export interface Facts {
  readonly order: OrderFact
  readonly trades: readonly TradeFact[]
}

/** Ids beyond 2^53 come as texts (`parseExact`). */
const id = z.union([z.int(), z.string().regex(/^\d+$/)]).transform(String)
/** Commissions may be paid back; nothing else is less than nothing. */
const signed = z.string().transform((text, context) => {
  const units = parseUnits(text)
  if (units !== undefined) return units
  context.addIssue('must be a plain decimal of at most 8 digits')
  return z.NEVER
})
const amount = signed.refine((units) => units >= 0n)
const time = z.int().nonnegative().default(0)

const ORDER = z.object({
  symbol: z.string(),
  clientOrderId: z.string(),
  origClientOrderId: z.string().optional(),
  orderId: id,
  status: z.string(),
  executedQty: amount,
  expiryReason: z.string().default(''),
  transactTime: time,
  updateTime: time,
  fills: z
    .array(
      z.object({ price: amount, qty: amount, commission: signed, commissionAsset: z.string(), tradeId: id }),
    )
    .default([]),
})

const REPORT = z.object({
  s: z.string(),
  c: z.string(),
  C: z.string().default(''),
  i: id,
  x: z.string(),
  X: z.string(),
  r: z.string().default('NONE'),
  eR: z.string().default(''),
  z: amount,
  l: amount,
  L: amount,
  Y: amount.optional(),
  n: z.union([signed, z.null()]).default(0n),
  N: z.union([z.string(), z.null()]).default(null),
  t: z.union([z.int(), z.string().regex(/^-?\d+$/)]).transform(String),
  m: z.boolean().default(false),
  T: time,
})

const TRADES = z.array(
  z.object({
    id,
    orderId: id,
    price: amount,
    qty: amount,
    quoteQty: amount,
    commission: signed,
    commissionAsset: z.string(),
    isMaker: z.boolean(),
    time,
  }),
)

/** An order in an answer of REST: of a placement in full, of a cancel, or of a query. Undefined where it is none. */
export function orderFacts(json: unknown): Facts | undefined {
  const { success, data } = ORDER.safeParse(json)
  if (!success) return undefined
  const told = data.transactTime || data.updateTime
  const order: OrderFact = {
    symbol: data.symbol,
    // A cancel's answer has its own id in `clientOrderId` and the order's in the other.
    clientOrderId: data.origClientOrderId ?? data.clientOrderId,
    orderId: data.orderId,
    status: data.status,
    executed: data.executedQty,
    reason: data.expiryReason,
    time: told,
  }
  const trades = data.fills.map(({ tradeId, price, qty, commission, commissionAsset }) => ({
    ...{ tradeId, orderId: data.orderId, price, quantity: qty, quote: multiplyDown(price, qty) },
    ...{ commission, commissionAsset, time: told },
    // What an answer holds was traded at once.
    isMaker: false,
  }))
  return { order, trades }
}

/** Several orders in an answer; those that are none are left out. */
export function ordersFacts(json: unknown): readonly Facts[] {
  return Array.isArray(json) ? json.flatMap((one) => orderFacts(one) ?? []) : []
}

/** An `executionReport`. On a cancel `c` is the cancel's id and `C` the order's. Undefined where it is none. */
export function reportFacts(json: unknown): Facts | undefined {
  const { success, data } = REPORT.safeParse(json)
  if (!success) return undefined
  const order: OrderFact = {
    symbol: data.s,
    clientOrderId: data.C === '' ? data.c : data.C,
    orderId: data.i,
    status: data.X,
    executed: data.z,
    reason: data.r !== 'NONE' ? data.r : data.eR,
    time: data.T,
  }
  if (data.x !== 'TRADE' || data.t.startsWith('-')) return { order, trades: [] }
  const trade: TradeFact = {
    tradeId: data.t,
    orderId: data.i,
    price: data.L,
    quantity: data.l,
    quote: data.Y ?? multiplyDown(data.L, data.l),
    commission: data.n ?? 0n,
    commissionAsset: data.N ?? '',
    isMaker: data.m,
    time: data.T,
  }
  return { order, trades: [trade] }
}

const LIST = z.object({
  /** EXEC_STARTED, UPDATED, ALL_DONE, RESPONSE. */
  l: z.string(),
  /** EXECUTING, ALL_DONE, REJECT. */
  L: z.string(),
  O: z.array(z.object({ c: z.string() })),
})

/** A `listStatus`: whether the list is over, and its orders' client ids. Undefined where it is none. */
export function listFacts(
  json: unknown,
): { readonly isOver: boolean; readonly ids: readonly string[] } | undefined {
  const { success, data } = LIST.safeParse(json)
  if (!success) return undefined
  return { isOver: data.L !== 'EXECUTING', ids: data.O.map(({ c }) => c) }
}

/** Rows of `myTrades`; undefined where the answer is none. */
export function tradeFacts(json: unknown): readonly TradeFact[] | undefined {
  const { success, data } = TRADES.safeParse(json)
  if (!success) return undefined
  return data.map(({ id: tradeId, qty, quoteQty, ...rest }) => ({
    ...rest,
    tradeId,
    quantity: qty,
    quote: quoteQty,
  }))
}
