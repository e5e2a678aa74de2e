/** I5: the limits of a session, held against what the exchange accepted and did. */
import { expect } from 'vitest'
import type { JournalEntry } from '../../../engine/exchange/journal.js'
import type { Genesis } from '../../../engine/live/ledger/genesis.js'
import { ONE, parseUnits, type Units } from '../../../engine/model/money.js'
import type { RunSettings } from '../../../engine/model/settings.js'
import type { SeenRequest } from './requests.js'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Bars at which the loss of a day must have been there: a fill that is on its way is not known yet. */
const LAG_BARS = 3

/** Limits that a restless session with 10,000 of quote keeps. */
export const KEPT_LIMITS: NonNullable<RunSettings['limits']> = {
  maxOrderQuote: 9000n * ONE,
  maxPositionQuote: 9000n * ONE,
  maxDailyLoss: 9000n * ONE,
  maxOrdersPerMinute: 300,
}

/** The close of a bar, in whole numbers of 1e-8, at the moment from which it is known. */
export interface KnownClose {
  readonly time: number
  readonly price: Units
}

/** What the limits are held against. */
export interface LimitsTruth {
  readonly journal: readonly JournalEntry[]
  readonly genesis: Pick<Genesis, 'epoch' | 'settings' | 'symbols'>
  readonly requests: readonly SeenRequest[]
  /** When each process of the session began, on this process's own clock. */
  readonly lives: readonly number[]
  /** Of each symbol, in order. */
  readonly closes: ReadonlyMap<string, readonly KnownClose[]>
}

const units = (text: unknown) => parseUnits(String(text)) ?? 0n
const worth = (price: Units, quantity: Units) => (price * quantity) / ONE
/** A price may have moved since the close at which it was asked for. */
const allow = (limit: Units) => limit + limit / 50n

/**
 * No order of the session is larger than it may be; what is held, what is open and what comes on top is never more than it
 * may hold; nothing is bought once a day has lost what it may lose; and no more orders come within a minute than may.
 */
export function expectLimits(truth: LimitsTruth): void {
  const { journal, genesis } = truth
  const ours = journal.filter(({ clientOrderId }) => String(clientOrderId).startsWith(`nb${genesis.epoch}-`))
  for (const one of genesis.symbols) {
    const start = one.adopted?.quantity ?? 0n
    expectSizes(
      ours.filter(({ symbol }) => symbol === one.symbol),
      start,
      genesis.settings,
    )
  }
  expectLoss(ours, truth)
  expectRate(truth)
}

/** The amounts of one symbol. */
function expectSizes(journal: readonly JournalEntry[], start: Units, { limits }: Genesis['settings']): void {
  const { maxOrderQuote, maxPositionQuote } = limits ?? {}
  const open = new Map<unknown, { quantity: Units; price: Units; isBuy: boolean }>()
  let [held, last] = [start, 0n]
  for (const entry of journal) {
    const isBuy = entry.side === 'BUY'
    if (entry.kind === 'ORDER') {
      const price = units(entry.price) || last
      const quantity = units(entry.quantity)
      const quote = units(entry.quoteQuantity) || worth(price, quantity)
      open.set(entry.orderId, { quantity, price, isBuy })
      const all = [...open.values()]
        .filter((one) => one.isBuy)
        .reduce((sum, one) => sum + worth(one.price, one.quantity), worth(price, held))
      const what = String(entry.clientOrderId)
      if (isBuy && maxOrderQuote !== undefined)
        expect(quote, `I5: ${what}`).toBeLessThanOrEqual(allow(maxOrderQuote))
      if (isBuy && maxPositionQuote !== undefined)
        expect(all, `I5: held with ${what}`).toBeLessThanOrEqual(allow(maxPositionQuote))
    } else if (entry.kind === 'TRADE') {
      // A trade's amounts are whole numbers of 1e-8.
      const quantity = BigInt(String(entry.quantity))
      last = BigInt(String(entry.price))
      held += isBuy ? quantity : -quantity
      const one = open.get(entry.orderId)
      if (one) one.quantity -= quantity
      if (one && one.quantity <= 0n) open.delete(entry.orderId)
    } else open.delete(entry.orderId)
  }
}

/** Nothing is bought while the loss of the day, at the closes since it was known, is all that it may be. */
function expectLoss(ours: readonly JournalEntry[], { genesis, closes }: LimitsTruth): void {
  const { maxDailyLoss } = genesis.settings.limits ?? {}
  if (maxDailyLoss === undefined) return
  const marks = marksOf(ours, { genesis, closes })
  for (const { kind, side, time, clientOrderId } of ours) {
    if (kind !== 'ORDER' || side !== 'BUY') continue
    const day = time - (time % DAY_MS)
    const start = marks.findLast((mark) => mark.time <= day)?.equity ?? marks[0]?.equity ?? 0n
    const until = marks.findLastIndex((mark) => mark.time <= time)
    const since = marks.slice(Math.max(0, until + 1 - LAG_BARS), until + 1)
    if (since.length < LAG_BARS || since.some((mark) => mark.time <= day)) continue
    const losses = since.map(({ equity }) => start - equity)
    const least = losses.reduce((least, loss) => (loss < least ? loss : least))
    expect(least, `I5: lost that day before ${String(clientOrderId)}`).toBeLessThan(allow(maxDailyLoss))
  }
}

/** What cash and positions are worth at each moment at which a bar has closed, the first from before all orders. */
function marksOf(
  ours: readonly JournalEntry[],
  { genesis, closes }: Pick<LimitsTruth, 'genesis' | 'closes'>,
): readonly { readonly time: number; readonly equity: Units }[] {
  let cash: Units = genesis.settings.cash
  const held = new Map(genesis.symbols.map(({ symbol, adopted }) => [symbol, adopted?.quantity ?? 0n]))
  const assets = new Map(genesis.symbols.map(({ symbol, rules }) => [symbol, rules]))
  const prices = new Map<string, Units>()
  const trades = ours.filter(({ kind }) => kind === 'TRADE')
  const moments = [...closes]
    .flatMap(([symbol, all]) => all.map((close) => ({ symbol, ...close })))
    .toSorted((a, b) => a.time - b.time)
  let next = 0
  return moments.map(({ symbol, time, price }) => {
    for (let trade = trades[next]; trade && trade.time <= time; trade = trades[++next]) {
      const name = String(trade.symbol)
      const amount = (key: string) => BigInt(String(trade[key]))
      const sign = trade.side === 'BUY' ? 1n : -1n
      const { baseAsset, quoteAsset } = assets.get(name) ?? {}
      const paid = trade.commissionAsset === quoteAsset ? amount('commission') : 0n
      const given = trade.commissionAsset === baseAsset ? amount('commission') : 0n
      cash -= sign * amount('quote') + paid
      held.set(name, (held.get(name) ?? 0n) + sign * amount('quantity') - given)
    }
    prices.set(symbol, price)
    const values = [...held].map(([name, quantity]) => worth(prices.get(name) ?? 0n, quantity))
    return { time, equity: values.reduce((sum, value) => sum + value, cash) }
  })
}

/** The orders of a minute, of each process by itself: a market that runs fast has minutes of its own. */
function expectRate({ genesis, requests, lives }: LimitsTruth): void {
  const { maxOrdersPerMinute } = genesis.settings.limits ?? {}
  if (maxOrdersPerMinute === undefined) return
  const sent = requests
    .filter(({ epoch }) => epoch === genesis.epoch)
    .flatMap(({ orders, cameAt }) => Array.from({ length: orders }, () => cameAt))
  for (const [k, from] of lives.entries()) {
    const own = sent.filter((at) => at >= from && at < (lives[k + 1] ?? Number.POSITIVE_INFINITY))
    for (let first = 0, last = 0; last < own.length; last++) {
      while ((own[last] ?? 0) - (own[first] ?? 0) >= MINUTE_MS) first++
      expect(last - first + 1, 'I5: orders within a minute').toBeLessThanOrEqual(maxOrdersPerMinute)
    }
  }
}
