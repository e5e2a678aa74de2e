/** Orders over REST: what is answered, booked and refused. Amounts are worked out by hand from fee and step. */
import { describe, expect, it } from 'vitest'
import { ONE } from '../../engine/model/money.js'
import { type Client, ed25519Of, newClient, started } from './started.js'

/** A price some percent from the last one, on the tick. */
async function priceAt(client: Client, factor: number): Promise<string> {
  const { body } = await client.get('/api/v3/ticker/price', { symbol: 'BTCUSDT' })
  return (Number(body.price) * factor).toFixed(2)
}

async function balances(client: Client): Promise<Record<string, readonly [free: string, locked: string]>> {
  const { body } = await client.signed('GET', '/api/v3/account')
  return Object.fromEntries(
    body.balances.map(({ asset, free, locked }: Record<string, string>) => [asset, [free, locked]]),
  )
}

const LIMIT = { symbol: 'BTCUSDT', type: 'LIMIT', timeInForce: 'GTC' } as const

describe('a limit order', () => {
  it('rests, locks what it needs, and gives it back when it is canceled', async () => {
    const { client } = await started()
    const price = await priceAt(client, 0.9)
    const placed = await client.signed('POST', '/api/v3/order', {
      ...{ ...LIMIT, side: 'BUY', quantity: '0.5', price, newClientOrderId: 'mine-1' },
    })
    expect(placed.status).toBe(200)
    expect(placed.body).toMatchObject({
      symbol: 'BTCUSDT',
      orderListId: -1,
      clientOrderId: 'mine-1',
      price: `${price}000000`,
      origQty: '0.50000000',
      executedQty: '0.00000000',
      cummulativeQuoteQty: '0.00000000',
      status: 'NEW',
      selfTradePreventionMode: 'EXPIRE_MAKER',
      fills: [],
    })
    expect(placed.headers.get('x-mbx-order-count-10s')).toBe('1')
    const locked = (Number(price) * 0.5).toFixed(8)
    expect((await balances(client)).USDT).toEqual([(100_000 - Number(locked)).toFixed(8), locked])
    const open = await client.signed('GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' })
    expect(open.body).toHaveLength(1)
    expect(open.body[0]).toMatchObject({ orderId: placed.body.orderId, isWorking: true, status: 'NEW' })
    const canceled = await client.signed('DELETE', '/api/v3/order', {
      symbol: 'BTCUSDT',
      orderId: placed.body.orderId,
      newClientOrderId: 'the-cancel',
    })
    expect(canceled.body).toMatchObject({
      origClientOrderId: 'mine-1',
      clientOrderId: 'the-cancel',
      status: 'CANCELED',
    })
    expect((await balances(client)).USDT).toEqual(['100000.00000000', '0.00000000'])
    const again = await client.signed('DELETE', '/api/v3/order', {
      symbol: 'BTCUSDT',
      origClientOrderId: 'mine-1',
    })
    expect([again.status, again.body]).toEqual([400, { code: -2011, msg: 'Unknown order sent.' }])
  })

  it('is filled at its price when a trade goes through it, in parts when trades touch it', async () => {
    const { client } = await started()
    const price = await priceAt(client, 0.99)
    await client.signed('POST', '/api/v3/order', { ...LIMIT, side: 'BUY', quantity: '0.3', price })
    const trade = (at: string, quantity: string) =>
      client.control('POST', '/fault', { on: 'now', do: 'trade', price: at, quantity })
    await trade(price, '0.1')
    const [open] = (await client.signed('GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' })).body
    expect(open).toMatchObject({ status: 'PARTIALLY_FILLED', executedQty: '0.10000000' })
    await trade((Number(price) - 1).toFixed(2), '0.00001')
    const { body } = await client.signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', orderId: open.orderId })
    expect(body).toMatchObject({ status: 'FILLED', executedQty: '0.30000000' })
    const trades = (await client.signed('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' })).body
    expect(
      trades.map(({ qty, commission, commissionAsset, isMaker }: Record<string, string>) => [
        qty,
        commission,
        commissionAsset,
        isMaker,
      ]),
    ).toEqual([
      ['0.10000000', '0.00010000', 'BTC', true],
      ['0.20000000', '0.00020000', 'BTC', true],
    ])
    // 1 BTC + 0.3 − 0.1 % of it.
    expect((await balances(client)).BTC).toEqual(['1.29970000', '0.00000000'])
    expect((await balances(client)).USDT?.[1]).toBe('0.00000000')
  })

  it('takes what the book offers up to its price, and IOC lets go of the rest', async () => {
    const { client } = await started()
    const price = await priceAt(client, 1.00002)
    const fok = await client.signed('POST', '/api/v3/order', {
      ...{ ...LIMIT, timeInForce: 'FOK', side: 'BUY', quantity: '3.5', price },
    })
    expect(fok.body).toMatchObject({ status: 'EXPIRED', executedQty: '0.00000000', fills: [] })
    const { body } = await client.signed('POST', '/api/v3/order', {
      ...{ ...LIMIT, timeInForce: 'IOC', side: 'BUY', quantity: '3.5', price },
    })
    expect(body.status).toBe('EXPIRED')
    expect(body.expiryReason).toBe('UNFILLED_IOC_QUANTITY_EXPIRED')
    expect(Number(body.executedQty)).toBeGreaterThan(0)
    expect(Number(body.executedQty)).toBeLessThan(3.5)
    for (const fill of body.fills) expect(Number(fill.price)).toBeLessThanOrEqual(Number(price))
    const sum = body.fills.reduce((total: number, { qty }: { qty: string }) => total + Number(qty), 0)
    expect(sum).toBeCloseTo(Number(body.executedQty), 8)
  })
})

describe('a market order', () => {
  it('pays the offers, and its commission comes out of what it gets', async () => {
    const { client } = await started()
    const { body } = await client.signed('POST', '/api/v3/order', {
      ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quoteOrderQty: '1000' },
    })
    expect(body).toMatchObject({
      status: 'FILLED',
      origQuoteOrderQty: '1000.00000000',
      origQty: body.executedQty,
    })
    expect(Number(body.cummulativeQuoteQty)).toBeLessThanOrEqual(1000)
    expect(Number(body.cummulativeQuoteQty)).toBeGreaterThan(999)
    const commission = body.fills.reduce(
      (sum: number, fill: { commission: string }) => sum + Number(fill.commission),
      0,
    )
    expect(commission).toBeCloseTo(Number(body.executedQty) * 0.001, 7)
    const after = await balances(client)
    expect(Number(after.BTC?.[0])).toBeCloseTo(1 + Number(body.executedQty) - commission, 8)
    expect(Number(after.USDT?.[0])).toBeCloseTo(100_000 - Number(body.cummulativeQuoteQty), 8)
    // What was bought cannot all be sold: the commission is gone.
    const all = await client.signed('POST', '/api/v3/order', {
      ...{
        symbol: 'BTCUSDT',
        side: 'SELL',
        type: 'MARKET',
        quantity: (1 + Number(body.executedQty)).toFixed(5),
      },
    })
    expect(all.body).toEqual({ code: -2010, msg: 'Account has insufficient balance for requested action.' })
  })

  it('expires with what it got when the book is at its end', async () => {
    const { client } = await started()
    await client.control('POST', '/fault', { on: 'book BTCUSDT', do: 'thin', quantity: '0.02' })
    const { body } = await client.signed('POST', '/api/v3/order', {
      ...{ symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.5' },
    })
    expect(body).toMatchObject({
      status: 'EXPIRED',
      executedQty: '0.02000000',
      expiryReason: 'INSUFFICIENT_LIQUIDITY',
    })
  })

  it('pays in BNB at a quarter less, and in what it gets when there is too little', async () => {
    const { client } = await started({
      bnbDiscount: true,
      balances: new Map([
        ['USDT', 100_000n * ONE],
        ['BNB', 1n],
      ]),
    })
    const { body } = await client.signed('POST', '/api/v3/order', {
      ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.001' },
    })
    expect(body.fills[0].commissionAsset).toBe('BTC')
  })
})

describe('refusals', () => {
  it('are those of the exchange, in its words', async () => {
    const { client } = await started()
    const order = { ...LIMIT, side: 'BUY', quantity: '0.01', price: await priceAt(client, 0.95) }
    const ask = async (changes: Record<string, string | number>, without: readonly string[] = []) => {
      const params = Object.fromEntries(
        Object.entries({ ...order, ...changes }).filter(([name]) => !without.includes(name)),
      )
      const { status, body } = await client.signed('POST', '/api/v3/order', params)
      return [status, body.code, body.msg]
    }
    expect(await ask({ symbol: 'NOSUCH' })).toEqual([400, -1121, 'Invalid symbol.'])
    expect(await ask({ side: 'HOLD' })).toEqual([400, -1117, 'Invalid side.'])
    expect(await ask({ type: 'HOPE' })).toEqual([400, -1116, 'Invalid orderType.'])
    expect(await ask({ timeInForce: 'GTX' })).toEqual([400, -1115, 'Invalid timeInForce.'])
    expect((await ask({}, ['timeInForce']))[1]).toBe(-1102)
    expect((await ask({ stopPrice: '1' }))[1]).toBe(-1106)
    expect((await ask({ quantity: '1e-7' }))[1]).toBe(-1100)
    expect((await ask({ quantity: '0,01' }))[1]).toBe(-1100)
    expect((await ask({ quantity: '0.000000001' }))[1]).toBe(-1111)
    expect((await ask({ newClientOrderId: 'a.b' }))[1]).toBe(-1100)
    expect((await ask({ newClientOrderId: 'x'.repeat(37) }))[1]).toBe(-1100)
    expect((await ask({ foo: 'bar' }))[1]).toBe(-1104)
    expect(await ask({ quantity: '0.000015' })).toEqual([400, -1013, 'Filter failure: LOT_SIZE'])
    expect(await ask({ price: '20000.001' })).toEqual([400, -1013, 'Filter failure: PRICE_FILTER'])
    expect(await ask({ price: '100' })).toEqual([400, -1013, 'Filter failure: PERCENT_PRICE_BY_SIDE'])
    expect(await ask({ quantity: '0.0001' })).toEqual([400, -1013, 'Filter failure: NOTIONAL'])
    expect(await ask({ quantity: '50' })).toEqual([
      ...[400, -2010, 'Account has insufficient balance for requested action.'],
    ])
    expect(await ask({ type: 'LIMIT_MAKER', price: await priceAt(client, 1.01) }, ['timeInForce'])).toEqual([
      ...[400, -2010, 'Order would immediately match and take.'],
    ])
    expect(
      await ask({ type: 'STOP_LOSS', side: 'SELL', stopPrice: await priceAt(client, 1.01) }, [
        'timeInForce',
        'price',
      ]),
    ).toEqual([400, -2010, 'Order would trigger immediately.'])
    await ask({ newClientOrderId: 'once' })
    expect(await ask({ newClientOrderId: 'once' })).toEqual([400, -2010, 'Duplicate order sent.'])
  })

  it('tell a wrong key, signature or time from each other', async () => {
    const running = await started()
    const { client, exchange } = running
    const wrong = newClient(running, { key: { kind: 'HMAC', secret: 'nonsense' } })
    expect((await wrong.signed('GET', '/api/v3/account')).body.code).toBe(-1022)
    const unknown = newClient(running, { apiKey: 'A'.repeat(64) })
    expect((await unknown.signed('GET', '/api/v3/account')).body.code).toBe(-2015)
    expect((await client.get('/api/v3/account')).body.code).toBe(-2014)
    const at = (timestamp: number, recvWindow = '5000') =>
      client.signed('GET', '/api/v3/account', { timestamp, recvWindow })
    const now = exchange.clock.now()
    expect((await at(now - 6000)).body.msg).toBe('Timestamp for this request is outside of the recvWindow.')
    expect((await at(now + 5000)).body.msg).toBe(
      "Timestamp for this request was 1000ms ahead of the server's time.",
    )
    expect((await at(now - 6000, '8000.5')).status).toBe(200)
    expect((await at(now, '60001')).body.code).toBe(-1131)
    expect((await at(now * 1000)).status).toBe(200)
  })

  it('of a symbol that does not trade say so, and cancels go on', async () => {
    const { client } = await started()
    const order = { ...LIMIT, side: 'BUY', quantity: '0.01', price: await priceAt(client, 0.95) }
    const { body } = await client.signed('POST', '/api/v3/order', order)
    for (const status of ['HALT', 'BREAK', 'CANCEL_ONLY', 'SOME_NEW_WORD']) {
      await client.control('POST', '/fault', { on: 'now', do: 'set-symbol', set: { status } })
      expect((await client.signed('POST', '/api/v3/order', order)).body.msg).toBe('Market is closed.')
    }
    expect((await client.get('/api/v3/exchangeInfo', { symbol: 'BTCUSDT' })).body.symbols[0].status).toBe(
      'SOME_NEW_WORD',
    )
    const canceled = await client.signed('DELETE', '/api/v3/order', {
      symbol: 'BTCUSDT',
      orderId: body.orderId,
    })
    expect(canceled.status).toBe(200)
  })
})

describe('several accounts', () => {
  it('trade with each other by price and time, and each is charged its own rates', async () => {
    const running = await started()
    const { client } = running
    const opened = await client.control('POST', '/account', {
      balances: { BTC: '2' },
      makerFee: 0,
      takerFee: 0,
    })
    const other = newClient(running, {
      apiKey: opened.body.apiKey,
      key: { kind: 'HMAC', secret: opened.body.secret },
    })
    const price = await priceAt(client, 1.002)
    const first = await client.signed('POST', '/api/v3/order', {
      ...LIMIT,
      side: 'SELL',
      quantity: '0.1',
      price,
    })
    const second = await other.signed('POST', '/api/v3/order', {
      ...LIMIT,
      side: 'SELL',
      quantity: '0.1',
      price,
    })
    const { body } = await client.signed('POST', '/api/v3/order', {
      ...{ ...LIMIT, side: 'BUY', quantity: '60', price, selfTradePreventionMode: 'NONE' },
    })
    expect(body.code).toBe(-2010)
    await client.control('POST', '/fault', { on: 'now', do: 'deposit', asset: 'USDT', amount: '9000000' })
    const taken = await client.signed('POST', '/api/v3/order', {
      ...{ ...LIMIT, side: 'BUY', quantity: '60', price, selfTradePreventionMode: 'NONE' },
    })
    const status = async (who: Client, orderId: number) =>
      (await who.signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', orderId })).body.status
    expect(taken.body.status).toBe('PARTIALLY_FILLED')
    expect(await status(client, first.body.orderId)).toBe('FILLED')
    expect(await status(other, second.body.orderId)).toBe('FILLED')
    const [sold] = (await other.signed('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' })).body
    expect(sold.commission).toBe('0.00000000')
    const bought = (await client.signed('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT', limit: 1000 })).body
    expect(bought.some(({ id }: { id: number }) => id === sold.id)).toBe(true)
    // One account never sees another's orders.
    expect(await status(other, first.body.orderId)).toBeUndefined()
  })

  it.each([
    ['EXPIRE_MAKER', 'EXPIRED_IN_MATCH', 'PARTIALLY_FILLED|NEW'],
    ['EXPIRE_TAKER', 'NEW', 'EXPIRED_IN_MATCH'],
    ['EXPIRE_BOTH', 'EXPIRED_IN_MATCH', 'EXPIRED_IN_MATCH'],
    ['DECREMENT', 'EXPIRED_IN_MATCH', 'PARTIALLY_FILLED|NEW'],
  ])('keep their own orders apart under %s', async (mode, makerStatus, takerStatus) => {
    const { client } = await started({
      balances: new Map([
        ['USDT', 10_000_000n * ONE],
        ['BTC', ONE],
      ]),
    })
    const price = await priceAt(client, 1.0005)
    const maker = await client.signed('POST', '/api/v3/order', {
      ...LIMIT,
      side: 'SELL',
      quantity: '0.1',
      price,
    })
    const taker = await client.signed('POST', '/api/v3/order', {
      ...{ ...LIMIT, side: 'BUY', quantity: '50', price, selfTradePreventionMode: mode },
    })
    const { body } = await client.signed('GET', '/api/v3/order', {
      symbol: 'BTCUSDT',
      orderId: maker.body.orderId,
    })
    expect(body.status).toBe(makerStatus)
    expect(takerStatus.split('|')).toContain(taker.body.status)
    expect(body.executedQty).toBe('0.00000000')
    const { body: matches } = await client.signed('GET', '/api/v3/myPreventedMatches', {
      symbol: 'BTCUSDT',
      orderId: maker.body.orderId,
    })
    expect(matches).toHaveLength(1)
    expect(matches[0]).toMatchObject({ selfTradePreventionMode: mode, makerOrderId: maker.body.orderId })
  })
})

describe('a price range', () => {
  it('expires what would trade outside of it', async () => {
    const { client } = await started()
    const filter = { filterType: 'PRICE_RANGE', bidLimitMultUp: '1.0000001', bidLimitMultDown: '0.9' }
    await client.control('POST', '/fault', { on: 'now', do: 'set-symbol', set: { filters: [filter] } })
    const { body } = await client.signed('POST', '/api/v3/order', {
      ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '1' },
    })
    expect(body).toMatchObject({ status: 'EXPIRED', expiryReason: 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED' })
  })
})

describe('replacements', () => {
  it('answer for each half', async () => {
    const { client } = await started()
    const order = { ...LIMIT, side: 'BUY', quantity: '0.1', price: await priceAt(client, 0.95) }
    const placed = await client.signed('POST', '/api/v3/order', order)
    const replace = (changes: Record<string, string | number>) =>
      client.signed('POST', '/api/v3/order/cancelReplace', {
        ...order,
        cancelReplaceMode: 'STOP_ON_FAILURE',
        ...changes,
      })
    const both = await replace({ cancelOrderId: placed.body.orderId, quantity: '0.2' })
    expect([both.status, both.body.cancelResult, both.body.newOrderResult]).toEqual([
      200,
      'SUCCESS',
      'SUCCESS',
    ])
    const stopped = await replace({ cancelOrderId: placed.body.orderId })
    expect([stopped.status, stopped.body.code]).toEqual([400, -2022])
    expect(stopped.body.data).toEqual({
      cancelResult: 'FAILURE',
      newOrderResult: 'NOT_ATTEMPTED',
      cancelResponse: { code: -2011, msg: 'Unknown order sent.' },
      newOrderResponse: null,
    })
    const partly = await replace({ cancelOrderId: placed.body.orderId, cancelReplaceMode: 'ALLOW_FAILURE' })
    expect([partly.status, partly.body.code, partly.body.data.newOrderResult]).toEqual([
      409,
      -2021,
      'SUCCESS',
    ])
    const failed = await replace({
      cancelOrderId: placed.body.orderId,
      cancelReplaceMode: 'ALLOW_FAILURE',
      quantity: '90',
    })
    expect([failed.status, failed.body.code]).toEqual([400, -2022])
  })

  it('with ONLY_NEW leave a partly filled order alone', async () => {
    const { client } = await started()
    const price = await priceAt(client, 0.99)
    const placed = await client.signed('POST', '/api/v3/order', {
      ...LIMIT,
      side: 'BUY',
      quantity: '0.3',
      price,
    })
    await client.control('POST', '/fault', { on: 'now', do: 'trade', price, quantity: '0.1' })
    const { body } = await client.signed('POST', '/api/v3/order/cancelReplace', {
      ...{ ...LIMIT, side: 'BUY', quantity: '0.3', price },
      ...{
        cancelReplaceMode: 'STOP_ON_FAILURE',
        cancelOrderId: placed.body.orderId,
        cancelRestrictions: 'ONLY_NEW',
      },
    })
    expect(body.data.cancelResponse.msg).toBe('Order was not canceled due to cancel restrictions.')
  })

  it('keep the place of an order that is only made smaller', async () => {
    const { client } = await started()
    const price = await priceAt(client, 0.99)
    const placed = await client.signed('POST', '/api/v3/order', {
      ...LIMIT,
      side: 'BUY',
      quantity: '0.3',
      price,
      newClientOrderId: 'a',
    })
    const amend = (newQty: string, newClientOrderId = 'b') =>
      client.signed('PUT', '/api/v3/order/amend/keepPriority', {
        symbol: 'BTCUSDT',
        orderId: placed.body.orderId,
        newQty,
        newClientOrderId,
      })
    const { body } = await amend('0.2')
    expect(body.amendedOrder).toMatchObject({
      origClientOrderId: 'a',
      clientOrderId: 'b',
      qty: '0.20000000',
      cumulativeQuoteQty: '0.00000000',
    })
    expect((await balances(client)).USDT?.[1]).toBe((Number(price) * 0.2).toFixed(8))
    expect((await amend('0.25')).body.code).toBe(-2038)
    const rows = (
      await client.signed('GET', '/api/v3/order/amendments', {
        symbol: 'BTCUSDT',
        orderId: placed.body.orderId,
      })
    ).body
    expect(rows).toMatchObject([{ origQty: '0.30000000', newQty: '0.20000000' }])
  })
})

describe('other keys', () => {
  it('of Ed25519 sign for the same account', async () => {
    const running = await started()
    const client = newClient(running, ed25519Of(running))
    expect(
      (await client.signed('GET', '/api/v3/account', { omitZeroBalances: 'true' })).body.balances,
    ).toHaveLength(2)
  })

  it('of old listen keys find the door closed', async () => {
    const { address } = await started()
    const response = await fetch(`${address.rest}/api/v3/userDataStream`, { method: 'POST' })
    expect(response.status).toBe(410)
  })
})
