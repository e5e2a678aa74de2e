/**
 * Faults of the order path as data: what goes wrong at the exchange, and what must be true afterwards besides the
 * invariants that `expectAgreement` checks for every row. `docs/faults.md` is made of this list.
 */
import { expect } from 'vitest'
import type { ExchangeOptions } from '../../../engine/exchange/start-exchange.js'
import { defineStrategy } from '../../../engine/index.js'
import { VENUE_PATIENCE } from '../../../engine/live/orders/venue-watch.js'
import { BarColumns, type Bars, barAt } from '../../../engine/model/bars.js'
import { parseUnits } from '../../../engine/model/money.js'
import { UNTIMELY } from '../../../engine/venue/signed-rest.js'
import { listing, someBars } from '../../exchange/started.js'
import { until } from '../live-command.js'
import { closeAndOpen, lowBids, maintain, type Scene } from './pauses.js'
import type { SeenRequest } from './requests.js'
import type { TradingSession, TradingWishes } from './trading-session.js'
import type { Agreed } from './truth.js'

/** A fault of the local exchange, as `/control/fault` takes it. */
type Fault = Readonly<Record<string, unknown>>

/** One row. */
export interface FaultRow {
  /** Its number in the catalogue. */
  readonly id: string
  readonly fault: string
  readonly must: string
  readonly faults: readonly Fault[]
  readonly wishes?: Partial<TradingWishes>
  readonly exchange?: Partial<ExchangeOptions>
  /** Only in a soak (NEXTBAR_SOAK=1): another row of `npm test` goes the same way. */
  readonly isSoak?: true
  /** What happens meanwhile; 24 bars unless said. */
  readonly through?: (scene: Scene) => Promise<void>
  /** How the session must stand at the end; ready unless said. */
  readonly state?: 'ready' | 'halted'
  /** Told besides. */
  readonly told?: readonly Parameters<TradingSession['told']>[0][]
  readonly check?: (session: TradingSession, agreed: Agreed, requests: readonly SeenRequest[]) => void
}

const POST = 'POST /api/v3/order'
const DELETE = 'DELETE /api/v3/order'
const AFTER = { on: POST, when: 'after-accept' }
/** Absence is proven soon: a test does not wait half a minute. */
const QUICK = { wait: { recvWindowMs: 1500 } }
const atMarket = { settings: { policy: undefined } }

const statusOf = ({ status }: Agreed, word: string) =>
  [...status.values()].filter((one) => one === word).length

const QUESTIONS = ['order', 'account', 'openOrders', 'myTrades'].map((name) => `GET /api/v3/${name}`)

/** Every order that was not kept back was sent once, so many again, and so many were refused for their time. */
function expectSent(
  { told }: TradingSession,
  { record }: Agreed,
  requests: readonly SeenRequest[],
  { again, refused }: { readonly again: number; readonly refused: number },
): void {
  const due = record.orders.length - told('kept back').length + again
  expect(requests.filter(({ orders }) => orders > 0).length).toBe(due)
  expect(told('refused').filter(({ message }) => message.includes(String(UNTIMELY))).length).toBe(refused)
}

const units = (text: string) => parseUnits(text) ?? 0n
/** In a soak maintenance takes its ten minutes, and the questions are as slow as on Binance. */
const soakPatience = process.env.NEXTBAR_SOAK ? { venue: VENUE_PATIENCE } : {}
const NO_LIMITS = {
  maxOrderQuote: undefined,
  maxPositionQuote: undefined,
  maxDailyLoss: undefined,
  maxOrdersPerMinute: undefined,
}

/** Two orders at a bar, far from the market, taken back two bars later. */
const twice = defineStrategy({
  name: 'twice',
  state: () => ({ bars: 0 }),
  onBar(_, { state, bars, buy, cancel }) {
    const price = bars.close.at(0)
    if (++state.bars % 4 === 3) cancel()
    if (state.bars % 4 !== 1) return
    buy({ type: 'LIMIT', price: price * 0.9, quantity: 0.01, tag: 'near' })
    buy({ type: 'LIMIT', price: price * 0.8, quantity: 0.01, tag: 'far' })
  },
})

/** Bars of which the exchange has none for an hour. */
function withoutAnHour(): Bars {
  const bars = someBars(4000, 'BTCUSDT', 7)
  const kept = new BarColumns({ symbol: bars.symbol, interval: bars.interval, capacity: bars.length })
  for (let i = 0; i < bars.length; i++) {
    // The session begins at 600, and the fault after six bars.
    if (i < 615 || i >= 675) kept.append(barAt(bars, i))
  }
  return kept
}

/** The rows that run in every `npm test`. */
export const FAULT_ROWS: readonly FaultRow[] = [
  {
    ...{
      id: 'F1',
      fault: 'an order is accepted and the reply lost',
      must: 'UNKNOWN, found by asking, never sent again',
    },
    ...{
      faults: [
        { ...AFTER, do: 'drop-reply', count: 2 },
        { on: 'user executionReport', do: 'drop', count: 6 },
      ],
    },
    told: ['unknown', 'resolved'],
  },
  {
    ...{
      id: 'F1',
      fault: 'of two orders of one bar the first is accepted and its reply lost',
      must: 'it is found; the other is sent, or kept back while nobody knows',
    },
    faults: [
      { ...AFTER, do: 'drop-reply', count: 1 },
      { on: 'user executionReport', do: 'drop', where: { x: 'NEW' }, count: 1 },
    ],
    wishes: { strategy: twice, settings: { policy: undefined } },
    told: ['unknown', 'resolved'],
    check: (_session, { record, accepted }) => expect(accepted).toBeGreaterThan(record.orders.length / 2),
  },
  {
    ...{
      id: 'F2',
      fault: 'an order is lost before it is accepted',
      must: 'absence is proven; then it is over',
    },
    ...{ faults: [{ on: POST, do: 'drop-request', count: 1 }], wishes: QUICK, told: ['unknown', 'resolved'] },
  },
  {
    ...{ id: 'F3', fault: 'a market order fills and the reply is lost', must: 'one fill, booked once' },
    ...{ faults: [{ ...AFTER, do: 'drop-reply', count: 2 }], wishes: atMarket },
  },
  {
    ...{ id: 'F4', fault: '−1007 behind an accepted order', must: 'as F1', told: ['unknown'] },
    wishes: QUICK,
    faults: [
      { ...AFTER, do: 'answer', status: 504, code: -1007, count: 2 },
      { on: 'user executionReport', do: 'drop', count: 6 },
    ],
  },
  ...[
    { do: 'answer', status: 500, code: -1000 },
    { do: 'answer', status: 502, body: '<html>Bad Gateway</html>' },
    { do: 'answer', status: 503, code: -1008 },
    { do: 'answer', status: 400, code: -1006 },
  ].map((answer) => ({
    id: 'F5',
    fault: `${answer.status} ${'code' in answer ? answer.code : 'in HTML'} behind an accepted order`,
    must: 'as F1',
    faults: [{ ...AFTER, ...answer, count: 1 }],
    ...(answer.status !== 502 && { isSoak: true as const }),
  })),
  {
    ...{ id: 'F6', fault: 'an answer that breaks off', must: 'UNKNOWN, found by asking' },
    faults: [{ on: POST, do: 'truncate', count: 2 }],
    wishes: QUICK,
  },
  {
    ...{
      id: 'F7',
      fault: 'a reply that comes too late',
      must: 'UNKNOWN or known by event; the late reply changes nothing',
    },
    ...{ faults: [{ on: POST, do: 'delay', ms: 1500, count: 1 }], wishes: { timeoutMs: 500 } },
  },
  {
    ...{ id: 'F8', fault: 'queries do not find an order for 1 s that is there', must: 'no false absence' },
    faults: [
      { ...AFTER, do: 'drop-reply', count: 1 },
      { on: 'GET /api/v3/order', do: 'answer', status: 400, code: -2013, count: 6 },
      { on: 'user executionReport', do: 'drop', count: 2 },
    ],
    // It fills at once: the list of open orders does not show it either.
    wishes: atMarket,
    check: (_session, agreed) => expect(statusOf(agreed, 'REJECTED')).toBeLessThanOrEqual(agreed.accepted),
  },
  {
    ...{
      id: 'F9',
      fault: 'an order is accepted while it is being asked what became of it',
      must: 'the event ends the asking; it was sent once',
    },
    ...{ faults: [{ on: POST, when: 'before-accept', do: 'delay', ms: 700, count: 1 }] },
    wishes: { ...QUICK, timeoutMs: 300 },
    told: ['unknown', 'resolved'],
    check: ({ told }, { record }, requests) =>
      expect(requests.filter(({ verb, path }) => `${verb} ${path}` === POST).length).toBe(
        record.orders.length - told('kept back').length,
      ),
  },
  {
    ...{
      isSoak: true,
      id: 'F10',
      fault: 'a fill event before the reply',
      must: 'one order; the late NEW is ignored',
    },
    ...{ faults: [{ on: POST, do: 'delay', ms: 200, count: 4 }], wishes: atMarket },
  },
  {
    ...{
      id: 'F12',
      fault: 'events come in the wrong order',
      must: 'all fills are booked, the state only grows',
    },
    ...{ faults: [{ on: 'user executionReport', do: 'reorder', size: 2, count: 4 }], wishes: atMarket },
  },
  {
    ...{ id: 'F13', fault: 'every event comes twice', must: 'booked once' },
    faults: [{ on: 'user executionReport', do: 'duplicate', count: 0 }],
  },
  {
    ...{
      id: 'F14',
      fault: 'events are lost, the stream stays healthy',
      must: 'found by looking at the account',
    },
    ...{ faults: [{ on: 'user executionReport', do: 'drop', count: 8 }], wishes: { reconcileMs: 300 } },
  },
  {
    ...{
      id: 'F15',
      fault: 'the user stream closes and cannot be opened for a while',
      must: 'no purchase meanwhile; then all is asked for',
    },
    faults: [
      { on: 'connect /ws-api*', do: 'refuse', count: 4 },
      { on: 'now', do: 'close-users' },
    ],
    told: ['stream'],
  },
  {
    ...{
      isSoak: true,
      id: 'F16',
      fault: 'the subscription is ended, twice',
      must: 'one new subscription each',
    },
    faults: [
      { on: 'now', do: 'terminate-users' },
      { on: 'now', do: 'terminate-users' },
    ],
    told: ['stream'],
  },
  {
    ...{
      isSoak: true,
      id: 'F17',
      fault: 'serverShutdown on all sockets',
      must: 'new sockets, no bar and no fill lost',
    },
    faults: [{ on: 'now', do: 'server-shutdown' }],
  },
  {
    ...{
      id: 'F27',
      fault: 'the exchange has no bars for an hour',
      must: 'a gap that is told; it goes on behind it',
    },
    ...{ faults: [], exchange: { symbols: [listing(withoutAnHour())] } },
    check: ({ news }, { record }) => {
      expect(news.flatMap((one) => (one.kind === 'GAP' ? [one.bars] : []))).toEqual([60])
      const times = record.events.flatMap((event) => (event.kind === 'BAR' ? [event.bar.openTime] : []))
      const steps = times.slice(1).map((time, i) => (time - (times[i] ?? 0)) / 60_000)
      expect(steps.filter((step) => step !== 1)).toEqual([61])
    },
  },
  {
    ...{
      id: 'F32',
      fault: "this machine's clock jumps back by an hour",
      must: 'told, measured again; it trades on',
    },
    ...{ faults: [], wishes: { wallMoves: (bars) => (bars < 12 ? 0 : -3_600_000), reconcileMs: 300 } },
    check: ({ news }) =>
      expect(news.flatMap((one) => (one.kind === 'CLOCK' ? [Math.round(one.jumpMs / 1000)] : []))).toEqual([
        -3600,
      ]),
  },
  {
    ...{
      id: 'F33',
      fault: 'the clocks drift 2 s apart between two measurements',
      must: '−1021 once; measured again, and the same order sent again',
    },
    ...{ faults: [{ on: 'now', do: 'clock', offsetMs: -2000 }], wishes: atMarket },
    check: (session, agreed, requests) => {
      expect(requests.filter(({ code }) => code === UNTIMELY).length).toBe(1)
      expectSent(session, agreed, requests, { again: 1, refused: 0 })
    },
  },
  {
    ...{
      id: 'F33',
      fault: "the clocks drift 2 s apart, and the account's stream must be opened anew",
      must: '−1021 once; measured again, and heard again',
    },
    faults: [
      { on: 'now', do: 'clock', offsetMs: -2000 },
      { on: 'now', do: 'close-users' },
    ],
    wishes: atMarket,
    through: async ({ session }) => {
      const reasons = () => session.told('stream').map(({ message }) => message)
      await until(() => reasons().some((one) => one.includes(String(UNTIMELY))), 'a refusal')
      await until(() => session.orders.glance().isHeard, 'heard again')
      expect(reasons().filter((one) => one.includes(String(UNTIMELY))).length).toBe(1)
    },
  },
  {
    ...{
      id: 'F84',
      fault: "this machine's clock is set by 2 s at each close, forth and back",
      must: 'each bar once',
    },
    ...{ faults: [], wishes: { wallMoves: (bars) => (bars % 2) * 2000 } },
  },
  {
    ...{ id: 'F34', fault: '−1021 on an order', must: 'the clock is measured, and the order sent once more' },
    faults: [{ on: POST, do: 'answer', status: 400, code: UNTIMELY, count: 1 }],
    check: (session, agreed, requests) => expectSent(session, agreed, requests, { again: 1, refused: 0 }),
  },
  {
    ...{
      id: 'F34',
      fault: '−1021 on an order, and again',
      must: 'refused for certain; a third time it is not sent',
    },
    faults: [{ on: POST, do: 'answer', status: 400, code: UNTIMELY, count: 2 }],
    check: (session, agreed, requests) => expectSent(session, agreed, requests, { again: 1, refused: 1 }),
  },
  {
    ...{ id: 'F34', fault: '−1021 in a 504 behind an accepted order', must: 'as F1' },
    faults: [
      { ...AFTER, do: 'answer', status: 504, code: UNTIMELY, count: 1 },
      { on: 'user executionReport', do: 'drop', count: 6 },
    ],
    told: ['unknown'],
    check: (session, agreed, requests) => expectSent(session, agreed, requests, { again: 0, refused: 0 }),
  },
  {
    ...{
      id: 'F34',
      fault: '−1021 on a cancel, and on every question',
      must: 'each is sent once more, at once',
    },
    faults: [
      ...[DELETE, ...QUESTIONS].map((on) => ({ on, do: 'answer', status: 400, code: UNTIMELY, count: 1 })),
      // Orders of which nothing is heard are asked for.
      { ...AFTER, do: 'drop-reply', count: 5 },
      { on: 'user executionReport', do: 'drop', count: 10 },
    ],
    wishes: { reconcileMs: 300 },
    through: async ({ session, requests }) => {
      const isDue = () => requests.filter(({ code }) => code === UNTIMELY).length <= QUESTIONS.length
      for (let k = 0; k < 100 && isDue(); k++) await session.advance(1)
    },
    check: ({ told }, _agreed, requests) => {
      const late = requests.filter(({ code }) => code === UNTIMELY)
      const routes = late.map(({ verb, path }) => `${verb} ${path}`)
      expect(routes.toSorted()).toEqual([DELETE, ...QUESTIONS].toSorted())
      for (const { verb, path, answeredAt } of late) {
        const again = requests.find(
          (one) => one.verb === verb && one.path === path && one.cameAt > answeredAt,
        )
        expect((again?.cameAt ?? Number.POSITIVE_INFINITY) - answeredAt, `${verb} ${path}`).toBeLessThan(250)
      }
      expect(told('reconcile').filter(({ message }) => message.includes('must show'))).toEqual([])
    },
  },
  {
    ...{ isSoak: true, id: 'F35', fault: 'the exchange says that it is ten minutes later', must: 'a halt' },
    state: 'halted',
    faults: [
      { on: 'now', do: 'clock', reportedOffsetMs: 600_000 },
      { on: POST, do: 'answer', status: 400, code: -1021, count: 1 },
    ],
  },
  {
    ...{ isSoak: true, id: 'F36', fault: 'a part fills while it is taken back', must: 'the rest is exact' },
    faults: [{ on: DELETE, do: 'fill', quantity: '0.001', count: 2 }],
  },
  {
    ...{
      id: 'F37',
      fault: 'the order fills while it is taken back: −2011',
      must: 'FILLED, no order for the rest',
    },
    faults: [{ on: DELETE, do: 'fill', count: 2 }],
  },
  {
    ...{ id: 'F38', fault: 'the reply to a cancel is lost', must: 'found by asking' },
    faults: [
      { on: DELETE, when: 'after-accept', do: 'drop-reply', count: 2 },
      { on: 'user executionReport', do: 'drop', where: { x: 'CANCELED' }, count: 2 },
    ],
  },
  {
    ...{ id: 'F39', fault: '−2011 though the order is open', must: 'asked, and taken back again' },
    faults: [{ on: DELETE, do: 'answer', status: 400, code: -2011, count: 2 }],
  },
  {
    ...{ id: 'F41', fault: 'an IOC fills in part and expires', must: 'the fills are booked' },
    ...{ faults: [{ on: 'book BTCUSDT', do: 'thin', quantity: '0.002', count: 4 }] },
    wishes: { settings: { policy: { postTimeoutMs: 60_000, escalate: 'ioc' } } },
  },
  {
    ...{ isSoak: true, id: 'F42', fault: 'a market order finds no liquidity', must: 'not taken for filled' },
    ...{ faults: [{ on: 'book BTCUSDT', do: 'thin', quantity: '0.002', count: 4 }], wishes: atMarket },
  },
  {
    ...{ id: 'F43', fault: 'a status that is not known', must: 'told, looked at as open, asked again' },
    faults: [{ on: 'user executionReport', do: 'replace', set: { X: 'PONDERING' }, count: 3 }],
    told: ['status'],
  },
  {
    ...{
      id: 'F44',
      fault: 'commissions in BNB until there is none, then in what is received',
      must: 'cash and holdings exact',
    },
    faults: [],
    ...{ wishes: atMarket },
    exchange: {
      symbols: [listing(someBars(4000, 'BTCUSDT', 7)), listing(someBars(4000, 'BNBUSDT', 8))],
      bnbDiscount: true,
      balances: new Map([
        ['USDT', units('100000')],
        ['BTC', units('1')],
        ['BNB', units('0.0006')],
      ]),
    },
    check: (_session, { record }) => {
      const fills = record.events.flatMap((event) => (event.kind === 'FILL' ? [event.execution] : []))
      const assets = new Set(fills.map(({ commissionAsset }) => commissionAsset))
      expect(assets).toEqual(new Set(['BNB', 'BTC', 'USDT']))
    },
  },
  {
    ...{
      id: 'F45',
      fault: 'the smallest quantity, its step and the tick grow while it trades',
      must: 'the refused order is over, the change is told and in the ledger, the next orders are sized to it',
    },
    faults: [
      {
        on: 'now',
        do: 'set-symbol',
        set: {
          filters: [
            { filterType: 'LOT_SIZE', minQty: '0.1', maxQty: '9000.0', stepSize: '0.1' },
            { filterType: 'PRICE_FILTER', minPrice: '0.5', maxPrice: '1000000.0', tickSize: '0.5' },
          ],
        },
      },
    ],
    wishes: { followsRules: true },
    check: ({ told }, { record }) => {
      const filtered = told('refused').filter(({ message }) => message.includes('-1013')).length
      // A wish that was under way may ask once more for what is left of it.
      expect([1, 2]).toContain(filtered)
      const change = /PRICE_FILTER tickSize 0.01 → 0.5.* LOT_SIZE stepSize 0.00001 → 0.1, LOT_SIZE minQty/
      expect(told('rules').some(({ message, urgency }) => urgency === 'ticket' && change.test(message))).toBe(
        true,
      )
      const at = record.events.findLastIndex(({ kind }) => kind === 'RULES')
      expect(record.events.slice(at).filter(({ kind }) => kind === 'FILL').length).toBeGreaterThan(3)
    },
  },
  {
    ...{
      id: 'F47',
      fault: '−2010 insufficient balance without end',
      must: 'a halt after three',
      state: 'halted',
    },
    faults: [
      {
        on: POST,
        do: 'answer',
        status: 400,
        code: -2010,
        msg: 'Account has insufficient balance for requested action.',
        count: 0,
      },
    ],
    check: ({ told }) => expect(told('refused').length).toBeLessThanOrEqual(4),
  },
  {
    ...{
      id: 'F48',
      fault: 'a deposit, and an order by another hand (a withdrawal: `account-book.test.ts`)',
      must: 'told, never adopted',
      told: ['external'],
    },
    faults: [
      { on: 'now', do: 'deposit', asset: 'USDT', amount: '500' },
      {
        on: 'now',
        do: 'order',
        set: {
          symbol: 'BTCUSDT',
          side: 'BUY',
          type: 'MARKET',
          quantity: '0.01',
          newClientOrderId: 'by-hand',
        },
      },
    ],
  },
  {
    ...{ id: 'F49', fault: '429 with Retry-After', must: 'silence as long as it says, then on' },
    faults: [{ on: POST, do: 'answer', status: 429, code: -1003, headers: { 'retry-after': '1' }, count: 1 }],
  },
  {
    ...{
      id: 'F49',
      fault: '429 on a look at the account, orders waiting and the user stream closing meanwhile',
      must: 'silence everywhere, the WebSocket API too, as long as it says; then on',
    },
    faults: [
      { on: 'connect /ws-api*', do: 'refuse', count: 5 },
      { on: 'now', do: 'close-users' },
      {
        ...{ on: 'GET /api/v3/openOrders', do: 'answer', status: 429, code: -1003 },
        headers: { 'retry-after': '2' },
      },
    ],
    wishes: { ...atMarket, reconcileMs: 100 },
    through: async ({ session, requests }) => {
      // All of its bars may pass before the first look.
      const isSilenced = () => requests.some(({ status }) => status === 429)
      for (let k = 0; k < 24 || !isSilenced(); k++) await session.advance(1)
    },
    told: ['stream', 'reconcile'],
    // A check that sees no Retry-After judges nothing.
    check: (_session, _agreed, requests) =>
      expect(requests.map(({ status, waitMs }) => (status === 429 ? waitMs : 0))).toContain(2000),
  },
  {
    ...{ isSoak: true, id: 'F50', fault: '429 without a header', must: 'silence, twice as long each time' },
    faults: [{ on: POST, do: 'answer', status: 429, code: -1003, count: 2 }],
    check: ({ limiter }) => expect(limiter.counts.hits[429]).toBe(2),
  },
  {
    ...{
      isSoak: true,
      id: 'F50',
      fault: '−1015 four times',
      must: 'new orders wait, cancels do not; no halt',
    },
    faults: [{ on: POST, do: 'answer', status: 429, code: -1015, headers: { 'retry-after': '1' }, count: 4 }],
    told: ['refused'],
    check: ({ limiter }) => expect(limiter.counts.hits[429]).toBe(4),
  },
  {
    ...{
      id: 'F51',
      fault: '418',
      must: 'a halt that outlives the process, and no request any more',
      state: 'halted',
    },
    faults: [
      { on: POST, do: 'answer', status: 418, code: -1003, headers: { 'retry-after': '120' }, count: 1 },
    ],
  },
  {
    ...{ isSoak: true, id: 'F52', fault: '403 with HTML', must: 'a halt, no loop', state: 'halted' },
    faults: [{ on: POST, do: 'answer', status: 403, body: '<html>Forbidden</html>', count: 1 }],
  },
  {
    ...{ id: 'F54', fault: '−2015', must: 'a halt, once', state: 'halted' },
    faults: [{ on: POST, do: 'answer', status: 401, code: -2015, count: 1 }],
    check: ({ count }) => expect(count('HALT')).toBe(1),
  },
  {
    ...{
      id: 'F55',
      fault: 'the symbol is BREAK, HALT, CANCEL_ONLY, or has a word that nobody knows',
      must: 'paused: no new order, cancels go; ready by itself when it is TRADING',
      faults: [],
    },
    ...{ through: closeAndOpen, wishes: { strategy: lowBids }, told: ['venue'] },
  },
  {
    ...{
      id: 'F56',
      fault: 'maintenance: REST answers 503 to everything, then the symbol takes cancels alone',
      must: 'paused with slow questions; the account is settled, then ready',
      faults: [],
    },
    through: (scene) => maintain(scene, process.env.NEXTBAR_SOAK ? 600_000 : 500),
    ...{ wishes: { ...QUICK, reconcileMs: 300, ...soakPatience }, told: ['venue'] },
  },
  {
    ...{ id: 'F72', fault: 'an order of a session with another epoch', must: 'both halt', state: 'halted' },
    told: ['external'],
    faults: [
      {
        on: 'now',
        do: 'order',
        set: {
          symbol: 'BTCUSDT',
          side: 'BUY',
          type: 'MARKET',
          quantity: '0.01',
          newClientOrderId: 'nb1700000000-abcdef-x-1',
        },
      },
    ],
  },
  {
    ...{
      id: 'F74',
      fault: 'a strategy asks at every bar',
      must: 'no more orders a minute than it may',
    },
    faults: [],
    wishes: { settings: { policy: undefined, limits: { ...NO_LIMITS, maxOrdersPerMinute: 3 } } },
    // Two minutes of the clock on the wall may be touched.
    check: (_session, { accepted }) => expect(accepted).toBeLessThanOrEqual(6),
  },
  {
    ...{
      id: 'F78',
      fault: 'a signed call is redirected to another host',
      must: 'not followed; a halt',
      state: 'halted',
    },
    faults: [
      { on: POST, do: 'answer', status: 302, headers: { location: 'http://127.0.0.1:9/steal' }, count: 1 },
    ],
  },
  ...[
    { what: 'a giant frame', fault: { on: 'user executionReport', do: 'giant', bytes: 3 << 20 } },
    {
      what: 'JSON 100,000 deep',
      fault: { on: 'user executionReport', do: 'raw', text: '['.repeat(100_000) },
    },
    {
      what: '100,000 small frames at once',
      fault: { on: 'user executionReport', do: 'flood', size: 100_000 },
    },
    { what: 'an answer of 200 MB', fault: { on: 'GET /api/v3/account', do: 'giant', bytes: 200 << 20 } },
  ].map(({ what, fault }) => ({
    ...{ isSoak: true as const, id: 'F80', fault: what, must: 'bounded memory; what is missed is asked for' },
    faults: [{ ...fault, count: 1 }],
    wishes: { reconcileMs: 300 },
    check: () => expect(process.memoryUsage().heapUsed).toBeLessThan(2 ** 30),
  })),
]

/** Rows that other tests run, and where. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  F11: 'in every row: an order that the exchange has must be in the ledger (`truth.ts`)',
  F18: '`live-runner.test.ts`: a connection that grows old',
  F19: '`live-runner.test.ts`: a mute stream',
  F20: '`live-runner.test.ts`: a mute stream',
  F22: '`live-runner.test.ts`: lost closes',
  F23: '`live-runner.test.ts`: a close that is contradicted',
  F24: '`live-runner.test.ts`: closes in the wrong order',
  F25: '`live-runner.test.ts`: a session that was away',
  F26: '`live-runner.test.ts`: REST that fails',
  F21: '`real-faults.test.ts`: the process of the exchange is stopped, and goes on',
  F28: '`bar-sequence.test.ts`',
  F29: '`live-runner.test.ts`: bars that are none',
  F31: '`fault-rows.test.ts`: the exchange is 90 s ahead',
  F30: '`gate.test.ts`: the price collar',
  F40: '`trading.test.ts`: posts that would cross are refused and escalated',
  F46: '`filters.test.ts`: each bound, and one step beyond; a strategy that asks for it',
  F65: '`fault-rows.test.ts`: a disk that is full; `real-faults.test.ts`: no file may grow any more',
  F66: '`fault-rows.test.ts`: a disk that fails; `real-faults.test.ts`: a write that is cut short',
  F83: '`real-faults.test.ts`: no file and no connection may be opened any more',
  F53: '`limits.test.ts`: what can wait stops',
  F57: '`real-faults.test.ts`: kill −9 when the ledger has the order and nothing is sent',
  F58: '`real-faults.test.ts`: kill −9 when it is sent and nothing came back',
  F59: '`real-faults.test.ts`: kill −9 when the answer came and is not in the ledger',
  F60: '`trading-kills.test.ts`: kill −9 while it trades',
  F61: '`trading-kills.test.ts`: kill −9 while it starts and recovers',
  F62: '`real-faults.test.ts`: SIGSTOP while an order waits to be sent, for 6 s (90 s in a soak), then SIGCONT',
  F63: '`trading-command.test.ts`: SIGTERM with nothing left open',
  F64: '`ledger.test.ts`: a disk that is full',
  F67: '`ledger.test.ts`: a ledger that is cut; `fault-rows.test.ts`: one whose end is lost',
  F68: '`ledger.test.ts`: a ledger that is changed',
  F69: '`fault-rows.test.ts`: the ledger is deleted, then the whole folder; `adoption.test.ts`: what it held is refused, then adopted',
  F70: '`ledger.test.ts`: the ledger of another session',
  F71: '`two-sessions.test.ts`; `account-lock.test.ts`',
  F73: '`fault-rows.test.ts`: it throws, or wishes what is no number or too large; `real-faults.test.ts`: it never returns, with an order open',
  F75: '`gate-matrix.test.ts`: every combination of the conditions, by the exchange’s journal',
  F76: '`fault-rows.test.ts`: KILL',
  F77: '`daily-loss.test.ts`: a gap; no purchase before the next day and a person’s word, sales go on',
  F79: '`allowed-hosts.test.ts`',
  F81: '`secret.test.ts`, and `canary.test.ts`: every byte of a program, its HTTP answers and alerts',
  F82: '`operations.test.ts`: alerts that do not arrive',
}

/** Rows that no test runs, and why. */
export const NOT_RUN: Readonly<Record<string, string>> = {}
