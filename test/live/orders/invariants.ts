/**
 * What must hold in every scenario besides the agreement of ledger and journal (`truth.ts`): limits, bars, liveness,
 * silence when told to be silent, alerts.
 */
import { expect } from 'vitest'
import type { JournalEntry } from '../../../engine/exchange/journal.js'
import type { Genesis } from '../../../engine/live/ledger/genesis.js'
import type { LiveNews } from '../../../engine/live/live-news.js'
import { AlertRules } from '../../../engine/live/operations/alert-rules.js'
import { parseUnits, type Units } from '../../../engine/model/money.js'
import type { RunSettings } from '../../../engine/model/settings.js'
import type { readRecord } from '../../../engine/promote/read-record.js'
import type { StillExchange } from '../live-session.js'
import type { SeenRequest } from './requests.js'

const MINUTE_MS = 60_000
const units = (text: unknown) => parseUnits(String(text)) ?? 0n

/**
 * I5: no order of the session is larger than it may be, and what is held, what is open and what comes on top is never
 * more than it may hold, at the price of each moment; all of it by the exchange's journal.
 */
export function expectLimits(
  journal: readonly JournalEntry[],
  { epoch, settings }: Pick<Genesis, 'epoch' | 'settings'>,
  requests: readonly SeenRequest[],
): void {
  const { maxOrderQuote, maxPositionQuote, maxOrdersPerMinute } = settings.limits ?? {}
  const open = new Map<unknown, { quantity: bigint; price: bigint; isBuy: boolean }>()
  let held = 0n
  let last = 0n
  for (const entry of journal) {
    if (!String(entry.clientOrderId).startsWith(`nb${epoch}-`)) continue
    const isBuy = entry.side === 'BUY'
    if (entry.kind === 'ORDER') {
      const price = units(entry.price) || last
      const quantity = units(entry.quantity)
      const quote = units(entry.quoteQuantity) || (price * quantity) / 10n ** 8n
      open.set(entry.orderId, { quantity, price, isBuy })
      const worth = [...open.values()]
        .filter((one) => one.isBuy)
        .reduce((sum, one) => sum + (one.price * one.quantity) / 10n ** 8n, (held * price) / 10n ** 8n)
      // A price may have moved since the close at which it was asked for.
      const allow = (limit: Units) => limit + limit / 50n
      if (isBuy && maxOrderQuote !== undefined)
        expect(quote, `I5: ${String(entry.clientOrderId)}`).toBeLessThanOrEqual(allow(maxOrderQuote))
      if (isBuy && maxPositionQuote !== undefined)
        expect(worth, `I5: held with ${String(entry.clientOrderId)}`).toBeLessThanOrEqual(
          allow(maxPositionQuote),
        )
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
  if (maxOrdersPerMinute === undefined) return
  const sent = requests
    .filter(({ verb, path }) => verb === 'POST' && path.startsWith('/api/v3/order'))
    .map(({ cameAt }) => cameAt)
  for (const [k, at] of sent.entries())
    expect(
      sent.slice(k).filter((time) => time - at < MINUTE_MS).length,
      'I5: orders within a minute',
    ).toBeLessThanOrEqual(maxOrdersPerMinute)
}

/** I9: the ledger has each closed bar once, in order, as REST has it; what lacks is what was told to lack. */
export async function expectBars(
  exchange: Pick<StillExchange, 'client'>,
  { events, genesis }: ReturnType<typeof readRecord>,
): Promise<void> {
  // A symbol that is closed shows no bars.
  await exchange.client.control('POST', '/fault', { on: 'now', do: 'set-symbol', set: { status: 'TRADING' } })
  for (const [k, { symbol }] of genesis.symbols.entries()) {
    const bars = events.flatMap((event) =>
      event.kind === 'BAR' && event.symbolIndex === k ? [event.bar] : [],
    )
    const [first, last] = [bars[0]?.openTime ?? 0, bars.at(-1)?.openTime ?? 0]
    const params = { symbol, interval: genesis.interval, startTime: first, endTime: last, limit: 1000 }
    const { body } = await exchange.client.get('/api/v3/klines', params)
    const rows: readonly (readonly unknown[])[] = body
    expect(
      bars.map(({ openTime, open, high, low, close, volume }) => [openTime, open, high, low, close, volume]),
      'I9: the bars of the ledger are those of REST, each once',
    ).toEqual(rows.map((row) => row.slice(0, 6).map(Number)))
  }
}

/** I11: nothing was asked while the exchange had said to wait, and nothing at all behind a 418 or a 403. */
export function expectSilence(requests: readonly SeenRequest[]): void {
  for (const told of requests) {
    const isEnd = told.status === 418 || told.status === 403
    if (!isEnd && told.status !== 429) continue
    // What was on the wire already when the word came is nobody's fault; a timer may come a little early.
    const [from, to] = [
      told.answeredAt + 20,
      isEnd ? Number.POSITIVE_INFINITY : told.answeredAt + told.waitMs - 20,
    ]
    const inside = requests.filter(({ cameAt }) => cameAt > from && cameAt < to)
    expect(
      inside.map(
        ({ verb, path, cameAt }) => `${verb} ${path} ${Math.round(cameAt - told.answeredAt)} ms behind`,
      ),
      `I11: silence behind ${told.status}`,
    ).toEqual([])
  }
}

/** I14: a halt is told once, as one that wakes someone; without one nothing says that there was. */
export function expectAlerts(news: readonly LiveNews[], isHalted: boolean): void {
  const rules = new AlertRules()
  const halts = news.flatMap((one) => rules.judge(one, 0)).filter(({ key }) => key === 'halt')
  expect(
    halts.map(({ severity, isResolved }) => [severity, isResolved]),
    'I14: one alert for each halt',
  ).toEqual(isHalted ? [['page', false]] : [])
}

/** Limits that a restless session with 10,000 of quote keeps. */
export const KEPT_LIMITS: NonNullable<RunSettings['limits']> = {
  maxOrderQuote: units('9000'),
  maxPositionQuote: units('9000'),
  maxDailyLoss: units('9000'),
  maxOrdersPerMinute: 300,
}
