/** Limits and BNB commissions: what is counted, what follows, and what a discount costs. */
import { describe, expect, it } from 'vitest'
import { STATED_LIMITS } from '../../engine/exchange/rest/rate-limits.js'
import { ONE } from '../../engine/model/money.js'
import { listing, someBars, started } from './started.js'

const limited = (kind: string, limit: number) =>
  STATED_LIMITS.map((one) => (one.rateLimitType === kind ? { ...one, limit } : one))

// 10 s into a minute and into a day that begins with it.
const NOW = Date.UTC(2026, 4, 5, 0, 0, 10)

describe('request weight', () => {
  it('is counted in the minute of the clock, refused beyond it, and banned when that is ignored', async () => {
    let now = NOW
    const { client } = await started({ limits: limited('REQUEST_WEIGHT', 41), now: () => now })
    expect((await client.get('/api/v3/exchangeInfo')).headers.get('x-mbx-used-weight-1m')).toBe('20')
    expect((await client.get('/api/v3/exchangeInfo')).headers.get('x-mbx-used-weight-1m')).toBe('40')
    expect((await client.get('/api/v3/ping')).status).toBe(200)
    const refused = await client.get('/api/v3/ping')
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      429,
      -1003,
      '50',
    ])
    now += 50_000
    expect((await client.get('/api/v3/ping')).headers.get('x-mbx-used-weight-1m')).toBe('1')
    for (let k = 0; k < 145; k++) await client.get('/api/v3/ping')
    const banned = await client.get('/api/v3/ping')
    expect([banned.status, banned.headers.get('retry-after')]).toEqual([418, '120'])
    expect(banned.body.msg).toContain(`IP banned until ${now + 120_000}.`)
  })

  it('costs nothing for an order that is taken, and something for one that is not', async () => {
    const { client } = await started()
    const params = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.001' }
    expect((await client.signed('POST', '/api/v3/order', params)).headers.get('x-mbx-used-weight-1m')).toBe(
      '0',
    )
    const refused = await client.signed('POST', '/api/v3/order', { ...params, quantity: '900' })
    expect([refused.status, refused.headers.get('x-mbx-used-weight-1m')]).toEqual([400, '1'])
  })
})

describe('orders', () => {
  it('are counted in ten seconds of the clock, and fills take them back', async () => {
    const now = NOW
    const { client } = await started({ limits: limited('ORDERS', 3), now: () => now })
    const { body } = await client.get('/api/v3/ticker/price', { symbol: 'BTCUSDT' })
    const rest = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01' }
    const place = () =>
      client.signed('POST', '/api/v3/order', { ...rest, price: (body.price * 0.9).toFixed(2) })
    await client.signed('POST', '/api/v3/order', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.001',
    })
    for (let k = 0; k < 3; k++) expect((await place()).status).toBe(200)
    const refused = await place()
    expect([refused.status, refused.body]).toEqual([
      429,
      { code: -1015, msg: 'Too many new orders; current limit is 3 orders per 10 SECOND.' },
    ])
    expect(refused.headers.get('retry-after')).toBe('10')
    // Cancels go on.
    expect((await client.signed('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' })).status).toBe(200)
  })
})

describe('a commission in BNB', () => {
  it('is three quarters of the standard one, at the price of BNB', async () => {
    const { client } = await started({
      bnbDiscount: true,
      symbols: [listing(someBars()), listing(someBars(400, 'BNBUSDT', 9))],
      balances: new Map([
        ['BTC', ONE],
        ['BNB', 10n * ONE],
      ]),
    })
    const bnb = Number((await client.get('/api/v3/ticker/price', { symbol: 'BNBUSDT' })).body.price)
    const { body } = await client.signed('POST', '/api/v3/order', {
      ...{ symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.01' },
    })
    const [fill] = body.fills
    expect(fill.commissionAsset).toBe('BNB')
    const due = (Number(fill.price) * Number(fill.qty) * 0.001 * 0.75) / bnb
    expect(Number(fill.commission)).toBeCloseTo(due, 7)
    const { balances } = (await client.signed('GET', '/api/v3/account')).body
    const usdt = balances.find(({ asset }: { asset: string }) => asset === 'USDT')
    // Nothing is taken from what is received.
    expect(usdt.free).toBe(body.cummulativeQuoteQty)
  })
})
