/** A ledger held against what the exchange says it did: the invariants of every scenario. */
import path from 'node:path'
import { expect } from 'vitest'
import type { Strategy } from '../../../engine/core/strategy.js'
import { strategyParams } from '../../../engine/core/strategy.js'
import type { JournalEntry } from '../../../engine/exchange/journal.js'
import { lastKnownHead } from '../../../engine/live/files/state-folder.js'
import type { Genesis } from '../../../engine/live/ledger/genesis.js'
import { fromLedgerJson } from '../../../engine/live/ledger/ledger-json.js'
import { verifyLedger } from '../../../engine/live/ledger/verify-ledger.js'
import { formatUnits } from '../../../engine/model/money.js'
import type { Order } from '../../../engine/model/order.js'
import { proveReplay } from '../../../engine/promote/prove-replay.js'
import { readRecord } from '../../../engine/promote/read-record.js'
import { smaCross } from '../../../strategies/sma-cross.js'
import type { StillExchange } from '../live-session.js'

/** Everything that an exchange accepted and did, in order. */
export async function journalOf(exchange: Pick<StillExchange, 'client'>): Promise<readonly JournalEntry[]> {
  return (await exchange.client.control('GET', '/journal')).body.entries
}

/** One execution, in the same words from both sides. */
const tradeWords = (
  id: unknown,
  trade: unknown,
  price: unknown,
  quantity: unknown,
  fee: unknown,
  asset: unknown,
) => [id, trade, price, quantity, fee, asset].map(String).join(' ')

/** What the ledger and the exchange's journal agree upon. */
export interface Agreed {
  /** Orders that the exchange accepted of this session. */
  readonly accepted: number
  readonly trades: number
  /** Orders of the ledger that are not over. */
  readonly open: readonly string[]
  readonly record: ReturnType<typeof readRecord>
  readonly status: ReadonlyMap<string, string>
}

/** Both sides of the same session. */
export interface BothSides {
  readonly record: ReturnType<typeof readRecord>
  /** Ids of the orders that the exchange accepted, of this session alone. */
  readonly accepted: readonly string[]
  /** Ids of the orders in the ledger. */
  readonly known: ReadonlySet<string>
  /** Every execution in the same words: as the exchange has it, and as the ledger has booked it. */
  readonly truth: readonly string[]
  readonly booked: readonly string[]
  /** The last status of each order in the ledger, by id. */
  readonly status: ReadonlyMap<string, string>
}

/**
 * Fails unless the ledger is whole and its books add up (I4, I8), every order that the exchange accepted is one of the
 * ledger's, once (I2, I7), and no trade is booked that is not the exchange's, nor twice. Holds at any moment, also for
 * what a killed process has left.
 */
export function expectWhole(journal: readonly JournalEntry[], state: string): BothSides {
  const ledger = path.join(state, 'ledger.sqlite')
  verifyLedger(ledger, lastKnownHead(state))
  const record = readRecord(ledger)
  const ours = `nb${record.genesis.epoch}-`
  const isOurs = ({ clientOrderId }: JournalEntry) => String(clientOrderId).startsWith(ours)
  const orders = record.orders.map(
    ({ body }) => fromLedgerJson(body) as { readonly id: string; readonly order: Order },
  )
  const idOf = new Map(orders.map(({ id, order }) => [order.number, id]))
  const accepted = journal
    .filter((entry) => entry.kind === 'ORDER' && isOurs(entry))
    .map((one) => String(one.clientOrderId))
  expect(new Set(accepted).size, 'no order twice').toBe(accepted.length)
  const known = new Set(orders.map(({ id }) => id))
  expect(
    accepted.filter((id) => !known.has(id)),
    'every order was in the ledger first',
  ).toEqual([])
  const truth = journal
    .filter((entry) => entry.kind === 'TRADE' && isOurs(entry))
    .map((one) =>
      tradeWords(
        one.clientOrderId,
        one.tradeId,
        one.price,
        one.quantity,
        one.commission,
        one.commissionAsset,
      ),
    )
  const booked = record.events.flatMap((event) =>
    event.kind === 'FILL'
      ? [
          tradeWords(
            idOf.get(event.execution.orderNumber),
            event.tradeId,
            event.execution.price,
            event.execution.quantity,
            event.execution.commission,
            event.execution.commissionAsset,
          ),
        ]
      : [],
  )
  expect(new Set(booked).size, 'no trade is booked twice').toBe(booked.length)
  const there = new Set(truth)
  expect(
    booked.filter((one) => !there.has(one)),
    'no trade is booked that was not made',
  ).toEqual([])
  const status = new Map<string, string>(orders.map(({ id }) => [id, '']))
  for (const event of record.events) {
    if (event.kind === 'ORDER') status.set(idOf.get(event.orderNumber) ?? '', event.status)
    if (event.kind === 'FILL' && event.isFinal)
      status.set(idOf.get(event.execution.orderNumber) ?? '', 'FILLED')
  }
  return { record, accepted, known, truth, booked, status }
}

const OVER: ReadonlySet<string> = new Set(['FILLED', 'CANCELED', 'REJECTED', 'EXPIRED', 'EXPIRED_IN_MATCH'])

/**
 * As `expectWhole`, and besides: the trades of both are the same to the last unit (I3), every order that is over ended
 * in the ledger as it did on the exchange (I1), and the recorded events through a fresh session give the same orders
 * (proof A).
 */
export async function expectAgreement(
  exchange: Pick<StillExchange, 'client'>,
  state: string,
  strategy: Strategy = smaCross,
): Promise<Agreed> {
  const journal = await journalOf(exchange)
  const { record, accepted, truth, booked, status } = expectWhole(journal, state)
  expect(booked.toSorted(), 'the ledger has the trades of the exchange').toEqual(truth.toSorted())
  expect(verifyLedger(path.join(state, 'ledger.sqlite'), lastKnownHead(state)).balances, 'I4').toEqual(
    booksOf(record.genesis, journal),
  )
  const isOver = (id: string) => OVER.has(status.get(id) ?? '')
  const there = await statusesOf(
    exchange,
    record.genesis.symbols.map(({ symbol }) => symbol),
  )
  const ends = (of: ReadonlyMap<string, string>) => accepted.filter(isOver).map((id) => `${id} ${of.get(id)}`)
  expect(ends(status), 'each order ended as it did on the exchange').toEqual(ends(there))
  const code = { strategy, params: strategyParams(strategy, record.genesis.params) }
  const { difference, fault } = proveReplay(record, code)
  expect([difference, fault], 'proof A').toEqual([undefined, undefined])
  const open = [...status.keys()].filter((id) => !isOver(id))
  return { accepted: accepted.length, trades: truth.length, open, record, status }
}

/**
 * What the session must own by the exchange's journal alone: its cash and what it took over, what its trades brought and
 * took, less every commission in what it owns.
 */
function booksOf({ epoch, settings, symbols }: Genesis, journal: readonly JournalEntry[]) {
  const quoteAsset = symbols[0]?.rules.quoteAsset ?? ''
  const owned = new Map<string, bigint>([[quoteAsset, settings.cash]])
  for (const { rules, adopted } of symbols) owned.set(rules.baseAsset, adopted?.quantity ?? 0n)
  // The journal's amounts are whole numbers of 1e-8.
  const add = (asset: string, text: unknown, sign: bigint) => {
    const held = owned.get(asset)
    if (held !== undefined) owned.set(asset, held + sign * BigInt(String(text)))
  }
  for (const entry of journal) {
    if (entry.kind !== 'TRADE' || !String(entry.clientOrderId).startsWith(`nb${epoch}-`)) continue
    const base = symbols.find(({ symbol }) => symbol === entry.symbol)?.rules.baseAsset ?? ''
    const sign = entry.side === 'BUY' ? 1n : -1n
    add(base, entry.quantity, sign)
    add(quoteAsset, entry.quote, -sign)
    add(String(entry.commissionAsset), entry.commission, -1n)
  }
  return Object.fromEntries([...owned].map(([asset, amount]) => [asset, formatUnits(amount)]))
}

/** How the exchange says each of its orders stands, by client order id. */
async function statusesOf(
  { client }: Pick<StillExchange, 'client'>,
  symbols: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const statuses = new Map<string, string>()
  for (const symbol of symbols) {
    for (let orderId = 1; ; ) {
      const { body } = await client.signed('GET', '/api/v3/allOrders', { symbol, orderId, limit: 1000 })
      for (const one of body) {
        statuses.set(one.clientOrderId, one.status)
        orderId = one.orderId + 1
      }
      if (body.length < 1000) break
    }
  }
  return statuses
}
