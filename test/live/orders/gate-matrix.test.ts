/** Every combination of the gate's conditions, over a real exchange: its journal says what came through. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { Gate, type GateTerms } from '../../../engine/live/gate/gate.js'
import { writeArm } from '../../../engine/live/gate/permits.js'
import { toApiKey } from '../../../engine/live/keys/api-key.js'
import { ExchangeMarket } from '../../../engine/live/orders/exchange-market.js'
import { LiveOrders } from '../../../engine/live/orders/live-orders.js'
import type { OrderNews } from '../../../engine/live/orders/order-news.js'
import { VenueClock } from '../../../engine/live/orders/venue-clock.js'
import type { MarketSeat } from '../../../engine/live/session/live-market.js'
import type { LiveSession } from '../../../engine/live/session/live-session.js'
import type { BrokerEvent } from '../../../engine/model/event.js'
import { ONE, parseUnits, type Units } from '../../../engine/model/money.js'
import type { Order } from '../../../engine/model/order.js'
import { toEpochMs } from '../../../engine/model/time.js'
import { Limiter } from '../../../engine/venue/limiter.js'
import { SignedRest } from '../../../engine/venue/signed-rest.js'
import { barsOf, rulesOf } from '../../market.js'
import { until } from '../live-command.js'
import { genesisOf, type StillExchange, stateFolder, stillExchange } from '../live-session.js'
import { journalOf } from './truth.js'

const TERMS = 'c0ffee'
const LIMITS = {
  maxOrderQuote: 1000n * ONE,
  maxPositionQuote: 2000n * ONE,
  maxDailyLoss: 100n * ONE,
  maxOrdersPerMinute: 3,
}

/** What opens the gate, kept in files and settings: each can be taken away, and given back. */
interface Keys {
  readonly folder: string
  terms: GateTerms
}

/** A condition: `isThere` gives it, or takes it away. */
type Condition = readonly [name: string, set: (keys: Keys, isThere: boolean) => void]

const file = (name: string, write: (at: string) => void, isMadeToOpen: boolean): Condition => [
  isMadeToOpen ? name : `no ${name}`,
  ({ folder }, isThere) => {
    const at = path.join(folder, name)
    if (isThere === isMadeToOpen) write(at)
    else rmSync(at)
  },
]
const LIMIT_NAMES = ['maxOrderQuote', 'maxPositionQuote', 'maxDailyLoss', 'maxOrdersPerMinute'] as const
let turn = 0

const KEPT: readonly Condition[] = [
  [
    'NEXTBAR_LIVE',
    (keys, isThere) => {
      keys.terms = { ...keys.terms, permit: isThere ? 'BTCUSDT' : undefined }
    },
  ],
  file(
    'promotion.json',
    (at) =>
      writeFileSync(at, JSON.stringify({ schema: 'nextbar/promotion@1', isPromoted: true, terms: TERMS })),
    true,
  ),
  file(
    'arm.json',
    (at) =>
      writeArm(at, {
        ...{ terms: TERMS, account: 'any', priceCollar: 0.02, armed: new Date().toISOString() },
        expires: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    true,
  ),
  file('HALT', (at) => writeFileSync(at, '{"reason":"test","time":""}'), false),
  file('KILL', (at) => writeFileSync(at, ''), false),
  [
    'every limit',
    (keys, isThere) => {
      // Each of the four in turn is the one that is missing.
      const name = LIMIT_NAMES[turn++ % LIMIT_NAMES.length] ?? 'maxOrderQuote'
      keys.terms = { ...keys.terms, limits: isThere ? LIMITS : { ...LIMITS, [name]: undefined } }
    },
  ],
  [
    '--price-collar',
    (keys, isThere) => {
      keys.terms = { ...keys.terms, priceCollar: isThere ? 0.02 : undefined }
    },
  ],
]
const ALL = 2 ** KEPT.length

/** The way to the exchange as a live session has it, without a strategy above it. */
async function openWay(exchange: StillExchange) {
  const { address, client } = exchange
  const folder = stateFolder()
  mkdirSync(folder, { recursive: true })
  const keys: Keys = {
    folder,
    terms: {
      ...{ mode: 'live', symbols: ['BTCUSDT'], folder, promotion: path.join(folder, 'promotion.json') },
      ...{ terms: TERMS, permit: undefined, limits: undefined, priceCollar: undefined },
    },
  }
  for (const [name, set] of KEPT) if (!name.startsWith('no ')) set(keys, true)
  const price = parseUnits((await client.get('/api/v3/ticker/price', { symbol: 'BTCUSDT' })).body.price) ?? 0n
  const close = Number(price) / 1e8
  const signer = toApiKey({ apiKey: address.apiKey, secret: address.secret }, 'file')
  const clock = new VenueClock(async () => (await client.get('/api/v3/time')).body.serverTime)
  // What an order may cost is another test's: here nothing waits.
  const limiter = new Limiter({ limits: [], now: Date.now, sleep: () => Promise.resolve() })
  const rest = new SignedRest({ url: address.rest, signer, limiter, now: () => clock.now() })
  const market = new ExchangeMarket(['BTCUSDT'], 'ababab')
  market.begin(1_800_000_000)
  const seat = {
    ...{
      bars: barsOf([
        [close, close, close, close],
        [close, close, close, close],
      ]),
      rules: rulesOf(),
    },
    ...{ range: { values: [1, 1] }, bar: () => 1 },
  } as unknown as MarketSeat
  const { broker, note } = market.create({
    seats: [seat],
    settings: genesisOf({ state: '' }).settings,
    listen: () => undefined,
  })
  const events: BrokerEvent[] = []
  const news: OrderNews[] = []
  const books: { held: Record<string, Units> } = { held: { USDT: ONE } }
  const gate = () => {
    const own = new Gate(keys.terms)
    own.setAccount('any')
    return own
  }
  const orders = new LiveOrders({
    ...{ genesis: genesisOf({ state: '' }), market, rest, signer, userUrl: address.wsApi, clock },
    gate: {
      missing: () => gate().missing(),
      forbids: (group, view) => gate().forbids(group, view),
      collarUsed: undefined,
    },
    ask: async (symbol) => (await client.get('/api/v3/exchangeInfo', { symbol })).body,
    followsRules: false,
    tell: (one) => void (one.kind === 'ORDERS' && news.push(one)),
    reconcileMs: 300,
    stream: { firstBackoffMs: 20, silenceMs: 60_000 },
  })
  onTestFinished(() => orders.close())
  orders.attach({
    session: () => ({ balances: books.held, rulesOf: () => rulesOf() }) as unknown as LiveSession,
    emit(event) {
      events.push(event)
      note(event)
    },
    halt: (reason) => expect.fail(reason),
    changeRules: () => undefined,
    now: () => toEpochMs(Math.trunc(clock.now())),
    lastRanAt: () => undefined,
    backlog: () => 0,
  })
  await orders.start()
  let number = 0
  /** Asks for a purchase that would rest; gives the reason when the gate keeps it back. */
  const wish = async (): Promise<string | undefined> => {
    const order = {
      ...{
        number: ++number,
        symbolIndex: 0,
        side: 'BUY',
        type: 'LIMIT_MAKER',
        tag: '',
        quantity: ONE / 100n,
      },
      price: ((price * 99n) / 100n / 1_000_000n) * 1_000_000n,
      ...{ decisionTime: toEpochMs(1_800_000_000_000), decisionOpenTime: toEpochMs(1_800_000_000_000) },
    } as unknown as Order
    broker.submit(order)
    orders.take()
    const before = events.length
    while (events.length === before) await new Promise((resolve) => setImmediate(resolve))
    const [event] = events.slice(before)
    return event?.kind === 'ORDER' && event.status === 'REJECTED' ? event.reason : undefined
  }
  const heard = (urgency: string, words: RegExp, from: number) =>
    until(
      () => news.slice(from).some((one) => one.urgency === urgency && words.test(one.message)),
      String(words),
    )
  return { keys, books, news, wish, heard }
}

it(`of ${4 * ALL} combinations of ${KEPT.length + 2} conditions one lets an order to the exchange, while it trades`, async () => {
  const exchange = await stillExchange()
  const way = await openWay(exchange)
  const { keys, books, news } = way
  const passed: string[] = []
  /** Whether each of `KEPT` is there: one of them changes at a time (Gray's code), from all to all. */
  let there = ALL - 1
  const tryAll = async (outside: string) => {
    for (let k = 1; k <= ALL; k++) {
      const isOpen = there === ALL - 1
      expect(new Gate(keys.terms).missing().length === 0, 'a start is refused unless all is there').toBe(
        isOpen,
      )
      const reason = await way.wish()
      if (reason === undefined) passed.push(`${outside} ${there.toString(2)}`)
      else expect(reason, 'why it is kept back').toMatch(/^GATE: ./)
      const next = (ALL - 1) ^ (k % ALL) ^ ((k % ALL) >> 1)
      const bit = Math.log2(there ^ next)
      KEPT[bit]?.[1](keys, (next & (1 << bit)) !== 0)
      there = next
    }
  }
  await tryAll('reconciled, heard:')
  let from = news.length
  await exchange.client.control('POST', '/fault', [
    { on: 'connect /ws-api*', do: 'refuse', count: 0 },
    { on: 'now', do: 'close-users' },
  ])
  await way.heard('ticket', /is not heard/, from)
  await tryAll('reconciled:')
  from = news.length
  books.held = { USDT: 1_000_000n * ONE }
  await way.heard('page', /must hold the 1000000/, from)
  await tryAll('neither:')
  from = news.length
  await exchange.client.control('DELETE', '/fault')
  await way.heard('note', /is heard/, from)
  await tryAll('heard:')
  expect(passed).toEqual([`reconciled, heard: ${(ALL - 1).toString(2)}`])
  const orders = (await journalOf(exchange)).filter(({ kind }) => kind === 'ORDER')
  expect(orders.map(({ side, type, quantity }) => [side, type, Number(quantity)])).toEqual([
    ['BUY', 'LIMIT_MAKER', 0.01],
  ])
})
