/**
 * What earlier sessions of Nextbar have left on an account, by the exchange's own record of their orders and trades: base
 * asset that they bought and never sold. Floor 3.
 */
import { z } from 'zod'
import { ExchangeError } from '../../model/errors.js'
import { parseUnits, type Units } from '../../model/money.js'
import type { SignedAnswer, SignedRequest } from '../../venue/signed-rest.js'

/** One session's rest of one symbol. */
export interface LeftPosition {
  readonly symbol: string
  /** Seconds since 1970 at which that session began. */
  readonly epoch: number
  /** Base asset, its commissions taken off. */
  readonly quantity: Units
  /** At which it traded last, in quote. */
  readonly price: Units
}

/** Whatever sends what is signed. */
export interface LeftLine {
  send(request: SignedRequest): Promise<SignedAnswer>
}

const PAGE = 1000
/** An account with more than this has a history that nobody reads at a start. */
const MOST_PAGES = 50

const id = z.union([z.int(), z.string().regex(/^\d+$/)]).transform(String)
const amount = z.string().transform((text, context) => {
  const units = parseUnits(text)
  if (units !== undefined) return units
  context.addIssue('must be a plain decimal of at most 8 digits')
  return z.NEVER
})
const ORDERS = z.array(z.object({ orderId: id, clientOrderId: z.string() }))
const TRADES = z.array(
  z.object({
    ...{ id, orderId: id, price: amount, qty: amount, commission: amount },
    ...{ commissionAsset: z.string(), isBuyer: z.boolean() },
  }),
)
const OURS = /^nb(\d+)-/

/**
 * What is left of a symbol, session by session, the oldest first. Throws an ExchangeError when the exchange does not show
 * its record, or it is too long to be read.
 */
export async function leftPositions(
  line: LeftLine,
  { symbol, baseAsset }: { readonly symbol: string; readonly baseAsset: string },
): Promise<readonly LeftPosition[]> {
  const epochs = new Map<string, number>()
  for await (const row of pages(line, { symbol, path: '/api/v3/allOrders', cursor: 'orderId' }, ORDERS)) {
    const [, epoch] = OURS.exec(row.clientOrderId) ?? []
    if (epoch !== undefined) epochs.set(row.orderId, Number(epoch))
  }
  if (epochs.size === 0) return []
  const left = new Map<number, Pick<LeftPosition, 'quantity' | 'price'>>()
  for await (const row of pages(line, { symbol, path: '/api/v3/myTrades', cursor: 'fromId' }, TRADES)) {
    const epoch = epochs.get(row.orderId)
    if (epoch === undefined) continue
    const fee = row.commissionAsset === baseAsset ? row.commission : 0n
    const quantity = (left.get(epoch)?.quantity ?? 0n) + (row.isBuyer ? row.qty : -row.qty) - fee
    left.set(epoch, { quantity, price: row.price })
  }
  return [...left]
    .filter(([, { quantity }]) => quantity > 0n)
    .toSorted(([a], [b]) => a - b)
    .map(([epoch, rest]) => ({ symbol, epoch, ...rest }))
}

/** All rows of a record, from the first on. */
async function* pages<Row extends { readonly orderId: string; readonly id?: string }>(
  line: LeftLine,
  { symbol, path, cursor }: { readonly symbol: string; readonly path: string; readonly cursor: string },
  schema: z.ZodType<readonly Row[]>,
): AsyncGenerator<Row> {
  let from = 0n
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await line.send({
      ...{ method: 'GET', path, weight: 20, canWait: true },
      params: { symbol, [cursor]: String(from), limit: PAGE },
    })
    const { success, data } = schema.safeParse(answer.kind === 'DONE' ? answer.json : undefined)
    if (!success) throw new ExchangeError(`the exchange must show ${path} of ${symbol}, did not`)
    yield* data
    const last = data.at(-1)
    if (!last || data.length < PAGE) return
    from = BigInt(last.id ?? last.orderId) + 1n
  }
  throw new ExchangeError(
    `${path} of ${symbol} must be short enough to be read (${MOST_PAGES * PAGE} rows), is longer: say what the session takes over by run-live.ts adopt`,
  )
}
