/** Lists of orders: what one order's fate does to the others. */
import { describe, expect, it } from 'vitest'
import { type Client, started } from './started.js'

async function near(client: Client) {
  const { body } = await client.get('/api/v3/ticker/price', { symbol: 'BTCUSDT' })
  return (factor: number): string => (Number(body.price) * factor).toFixed(2)
}

const trade = (client: Client, price: string, quantity = '0.00001') =>
  client.control('POST', '/fault', { on: 'now', do: 'trade', price, quantity })

async function statuses(client: Client): Promise<readonly string[]> {
  const { body } = await client.signed('GET', '/api/v3/allOrders', { symbol: 'BTCUSDT' })
  return body.map(({ status }: { status: string }) => status)
}

async function bitcoin(client: Client): Promise<readonly [string, string]> {
  const { body } = await client.signed('GET', '/api/v3/account')
  const { free, locked } = body.balances.find(({ asset }: { asset: string }) => asset === 'BTC')
  return [free, locked]
}

async function sellPair(client: Client) {
  const at = await near(client)
  const { body } = await client.signed('POST', '/api/v3/orderList/oco', {
    ...{ symbol: 'BTCUSDT', side: 'SELL', quantity: '0.4', listClientOrderId: 'pair' },
    ...{ aboveType: 'LIMIT_MAKER', abovePrice: at(1.05), aboveClientOrderId: 'gain' },
    ...{
      belowType: 'STOP_LOSS_LIMIT',
      belowStopPrice: at(0.95),
      belowPrice: at(0.94),
      belowTimeInForce: 'GTC',
    },
  })
  return { body, at }
}

describe('an OCO', () => {
  it('holds its quantity once, and is told as a list', async () => {
    const { client } = await started()
    const { body } = await sellPair(client)
    expect(body).toMatchObject({
      ...{ contingencyType: 'OCO', listStatusType: 'EXEC_STARTED', listOrderStatus: 'EXECUTING' },
      listClientOrderId: 'pair',
    })
    expect(body.orders).toHaveLength(2)
    expect(body.orderReports.map(({ type, status }: Record<string, string>) => [type, status])).toEqual([
      ['LIMIT_MAKER', 'NEW'],
      ['STOP_LOSS_LIMIT', 'NEW'],
    ])
    expect(await bitcoin(client)).toEqual(['0.60000000', '0.40000000'])
  })

  it('ends the stop when the limit trades, and lets go of what it held', async () => {
    const { client } = await started()
    const { at } = await sellPair(client)
    await trade(client, at(1.06))
    expect(await statuses(client)).toEqual(['FILLED', 'EXPIRED'])
    expect(await bitcoin(client)).toEqual(['0.60000000', '0.00000000'])
    const [list] = (await client.signed('GET', '/api/v3/allOrderList')).body
    expect(list.listOrderStatus).toBe('ALL_DONE')
  })

  it('ends the limit when the stop is set off', async () => {
    const { client } = await started()
    const { at } = await sellPair(client)
    await trade(client, at(0.95))
    const [first, second] = await statuses(client)
    expect(first).toBe('EXPIRED')
    expect(second).toBe('FILLED')
  })

  it('is canceled as a whole', async () => {
    const { client } = await started()
    const { body } = await sellPair(client)
    const canceled = await client.signed('DELETE', '/api/v3/order', {
      symbol: 'BTCUSDT',
      orderId: body.orders[0].orderId,
    })
    expect(canceled.body.orderReports).toHaveLength(2)
    expect(await statuses(client)).toEqual(['CANCELED', 'CANCELED'])
    expect(await bitcoin(client)).toEqual(['1.00000000', '0.00000000'])
  })

  it('must lie around the price', async () => {
    const { client } = await started()
    const at = await near(client)
    const { body } = await client.signed('POST', '/api/v3/orderList/oco', {
      ...{ symbol: 'BTCUSDT', side: 'SELL', quantity: '0.4', aboveType: 'LIMIT_MAKER', abovePrice: at(1.05) },
      ...{ belowType: 'STOP_LOSS', belowStopPrice: at(1.02) },
    })
    expect(body.code).toBe(-2010)
  })

  it('can be asked for in the older form', async () => {
    const { client } = await started()
    const at = await near(client)
    const { body } = await client.signed('POST', '/api/v3/order/oco', {
      ...{ symbol: 'BTCUSDT', side: 'SELL', quantity: '0.4', price: at(1.05), stopPrice: at(0.95) },
      ...{ stopLimitPrice: at(0.94), stopLimitTimeInForce: 'GTC' },
    })
    expect(body.orderReports.map(({ type }: Record<string, string>) => type)).toEqual([
      ...['LIMIT_MAKER', 'STOP_LOSS_LIMIT'],
    ])
  })
})

describe('an OTO and an OTOCO', () => {
  it('bring the others in when the first is wholly filled', async () => {
    const { client } = await started()
    const at = await near(client)
    const { body } = await client.signed('POST', '/api/v3/orderList/otoco', {
      ...{ symbol: 'BTCUSDT', workingType: 'LIMIT', workingSide: 'BUY', workingPrice: at(0.99) },
      ...{ workingQuantity: '0.2', workingTimeInForce: 'GTC', pendingSide: 'SELL', pendingQuantity: '0.19' },
      ...{ pendingAboveType: 'LIMIT_MAKER', pendingAbovePrice: at(1.05) },
      ...{ pendingBelowType: 'STOP_LOSS', pendingBelowStopPrice: at(0.9) },
    })
    expect(body.contingencyType).toBe('OTO')
    expect(body.orderReports.map(({ status }: Record<string, string>) => status)).toEqual([
      ...['NEW', 'PENDING_NEW', 'PENDING_NEW'],
    ])
    await trade(client, at(0.99), '0.1')
    expect(await statuses(client)).toEqual(['PARTIALLY_FILLED', 'PENDING_NEW', 'PENDING_NEW'])
    await trade(client, at(0.98))
    expect(await statuses(client)).toEqual(['FILLED', 'NEW', 'NEW'])
    // 1 + 0.2 − 0.1 % of it, of which 0.19 are held.
    expect(await bitcoin(client)).toEqual(['1.00980000', '0.19000000'])
    await trade(client, at(1.06))
    expect(await statuses(client)).toEqual(['FILLED', 'FILLED', 'EXPIRED'])
  })

  it('end the others with the first', async () => {
    const { client } = await started()
    const at = await near(client)
    const { body } = await client.signed('POST', '/api/v3/orderList/oto', {
      ...{ symbol: 'BTCUSDT', workingType: 'LIMIT_MAKER', workingSide: 'BUY', workingPrice: at(0.99) },
      ...{ workingQuantity: '0.2', pendingType: 'MARKET', pendingSide: 'SELL', pendingQuantity: '0.19' },
    })
    await client.signed('DELETE', '/api/v3/orderList', { symbol: 'BTCUSDT', orderListId: body.orderListId })
    expect(await statuses(client)).toEqual(['CANCELED', 'CANCELED'])
  })
})

describe('a trailing stop', () => {
  it('follows the market and is set off by the way back', async () => {
    const { client } = await started()
    const at = await near(client)
    await client.signed('POST', '/api/v3/order', {
      ...{ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_LOSS', quantity: '0.1', trailingDelta: 100 },
    })
    await trade(client, at(1.05))
    await trade(client, at(1.045))
    expect(await statuses(client)).toEqual(['NEW'])
    await trade(client, at(1.039))
    expect(await statuses(client)).toEqual(['FILLED'])
  })
})
