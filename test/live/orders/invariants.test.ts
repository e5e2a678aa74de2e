/** The checks themselves: each finds what it is there for, and lets pass what is as it must be. */
import { describe, expect, it } from 'vitest'
import { ONE } from '../../../engine/model/money.js'
import { genesisOf } from '../live-session.js'
import { expectSilence } from './invariants.js'
import { expectLimits, type LimitsTruth } from './limits-kept.js'
import type { SeenRequest } from './requests.js'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const START = 20_000 * DAY_MS
const ID = 'nb1800000000-ababab-1-1'

const at = (time: number, kind: string, what: Readonly<Record<string, unknown>>) => ({
  ...{ seq: 1, time, kind, symbol: 'BTCUSDT', clientOrderId: ID, orderId: time },
  ...what,
})
const asked = (minute: number, side: string, quantity: string) =>
  at(START + minute * MINUTE_MS, 'ORDER', { side, quantity, price: '100', quoteQuantity: '0' })
/** As `asked`, and filled at once for 100 each. */
const bought = (minute: number, quantity: string) => [
  asked(minute, 'BUY', quantity),
  at(START + minute * MINUTE_MS, 'TRADE', {
    ...{ side: 'BUY', price: String(100n * ONE), quantity: String(BigInt(quantity) * ONE) },
    ...{ quote: String(100n * BigInt(quantity) * ONE), commission: '0', commissionAsset: 'USDT' },
  }),
]
const post = (cameAt: number, what: Partial<SeenRequest> = {}): SeenRequest => ({
  ...{ verb: 'POST', path: '/api/v3/order', orders: 1, epoch: 1_800_000_000, cameAt, answeredAt: cameAt },
  ...{ status: 200, code: undefined, waitMs: 0 },
  ...what,
})

/** Ten bars that close at 100, ten that close at 90, then ten of the day that follows at 90. */
const closes = new Map([
  [
    'BTCUSDT',
    Array.from({ length: 30 }, (_, k) => ({
      time: START + (k < 20 ? k * MINUTE_MS : DAY_MS + (k - 20) * MINUTE_MS),
      price: (k < 10 ? 100n : 90n) * ONE,
    })),
  ],
])

const held = (truth: Partial<LimitsTruth>) => () => {
  const limits = {
    ...{ maxOrderQuote: 1000n * ONE, maxPositionQuote: 1500n * ONE },
    ...{ maxDailyLoss: 50n * ONE, maxOrdersPerMinute: 3 },
  }
  const genesis = genesisOf({ state: '', settings: { cash: 10_000n * ONE, limits } })
  expectLimits({ ...{ journal: [], genesis, requests: [], lives: [0], closes }, ...truth })
}

describe('the check of limits', () => {
  it('lets pass what keeps them', () => {
    const next = asked(DAY_MS / MINUTE_MS + 5, 'BUY', '5')
    const journal = [...bought(2, '10'), asked(15, 'SELL', '9'), next]
    expect(held({ journal })).not.toThrow()
    const requests = [0, 1, 2, 60_000].map((time) => post(time))
    expect(held({ requests })).not.toThrow()
    // A process that begins again counts anew.
    expect(held({ requests: [0, 1, 2, 3].map((time) => post(time)), lives: [0, 2] })).not.toThrow()
  })

  it.each([
    ['an order that is too large', { journal: [asked(2, 'BUY', '11')] }, 'I5: nb18'],
    ['more held than may be', { journal: [...bought(2, '10'), asked(3, 'BUY', '6')] }, 'I5: held with'],
    [
      'a purchase on a day that has lost enough',
      { journal: [...bought(2, '10'), asked(15, 'BUY', '1')] },
      'I5: lost that day',
    ],
    [
      'a fourth order within a minute',
      { requests: [0, 1, 2, 3].map((time) => post(time)) },
      'I5: orders within',
    ],
    [
      'a list of three behind one order',
      { requests: [post(0), post(1, { path: '/api/v3/orderList/otoco', orders: 3 })] },
      'I5: orders within',
    ],
  ] as const)('finds %s', (_, truth, words) => {
    expect(held(truth)).toThrow(words)
  })
})

describe('the check of silence', () => {
  const told = post(0, { status: 429, waitMs: 1000 })
  const look = (cameAt: number) => post(cameAt, { verb: 'GET', path: '/api/v3/account', orders: 0 })
  it.each<readonly [string, readonly SeenRequest[], boolean]>([
    ['nothing before Retry-After is over', [told, look(1001)], true],
    ['a look inside it', [told, look(500)], false],
    ['a frame of the WebSocket API inside it', [told, { ...look(500), verb: 'WS' }], false],
    ['a look while only orders wait', [{ ...told, code: -1015 }, look(500)], true],
    ['an order while orders wait', [{ ...told, code: -1015 }, post(500)], false],
    ['anything ever behind a 418', [{ ...told, status: 418 }, look(1e6)], false],
  ])('judges %s', (_, requests, passes) => {
    if (passes) expect(() => expectSilence(requests)).not.toThrow()
    else expect(() => expectSilence(requests)).toThrow('I11: silence behind')
  })
})
