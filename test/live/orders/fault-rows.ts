/**
 * Faults of the order path as data: what goes wrong at the exchange, and what must be true afterwards besides the
 * invariants that `expectAgreement` checks for every row. `docs/faults.md` is made of this list.
 */
import { expect } from 'vitest'
import { defineStrategy } from '../../../engine/index.js'
import { VENUE_PATIENCE } from '../../../engine/live/orders/venue-watch.js'
import { BarColumns, type Bars, barAt } from '../../../engine/model/bars.js'
import { parseUnits } from '../../../engine/model/money.js'
import { listing, someBars } from '../../exchange/started.js'
import { CLOCK_ROWS } from './clock-fault-rows.js'
import { AFTER, AT_MARKET, DELETE, type FaultRow, POST } from './fault-row.js'
import { closeAndOpen, lowBids, maintain } from './pauses.js'
import type { Agreed } from './truth.js'

/** Absence is proven soon: a test does not wait half a minute. */
const QUICK = { wait: { recvWindowMs: 1500 } }

const statusOf = ({ status }: Agreed, word: string) =>
  [...status.values()].filter((one) => one === word).length

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
    ...{ faults: [{ ...AFTER, do: 'drop-reply', count: 2 }], wishes: AT_MARKET },
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
    wishes: AT_MARKET,
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
    ...{ faults: [{ on: POST, do: 'delay', ms: 200, count: 4 }], wishes: AT_MARKET },
  },
  {
    ...{
      id: 'F12',
      fault: 'events come in the wrong order',
      must: 'all fills are booked, the state only grows',
    },
    ...{ faults: [{ on: 'user executionReport', do: 'reorder', size: 2, count: 4 }], wishes: AT_MARKET },
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
  ...CLOCK_ROWS,
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
    ...{ faults: [{ on: 'book BTCUSDT', do: 'thin', quantity: '0.002', count: 4 }], wishes: AT_MARKET },
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
    ...{ wishes: AT_MARKET },
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
    wishes: { ...AT_MARKET, reconcileMs: 100 },
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
