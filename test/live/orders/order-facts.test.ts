/** What an exchange may say of orders and trades that it cannot mean: nothing of it is taken for a fact. */
import { describe, expect, it } from 'vitest'
import { leftPositions } from '../../../engine/live/orders/left-positions.js'
import { orderFacts, reportFacts, tradeFacts } from '../../../engine/live/orders/order-facts.js'
import { ONE } from '../../../engine/model/money.js'
import { parseExact } from '../../../engine/venue/signed-rest.js'

const ORDER =
  '{"symbol":"BTCUSDT","clientOrderId":"nb1","orderId":7,"status":"NEW","executedQty":"0.5","transactTime":1700000000000}'
const REPORT =
  '{"e":"executionReport","s":"BTCUSDT","c":"nb1","C":"","i":7,"x":"TRADE","X":"FILLED","z":"1","l":"1","L":"100","n":"0.1","N":"USDT","t":5,"T":1700000000000}'
const TRADE =
  '{"id":5,"orderId":7,"price":"100","qty":"1","quoteQty":"100","commission":"0.1","commissionAsset":"USDT","isMaker":true,"time":1700000000000}'

const read = (text: string, from: string, to: string): unknown => {
  expect(text).toContain(from)
  return parseExact(text.replace(from, to))
}

describe('numbers that no exchange means', () => {
  it.each([
    ['"executedQty":"0.5"', '"executedQty":"-0.5"'],
    ['"executedQty":"0.5"', '"executedQty":"5e-1"'],
    ['"executedQty":"0.5"', '"executedQty":0.5'],
    ['"executedQty":"0.5"', '"executedQty":"0.123456789"'],
    ['"orderId":7', '"orderId":7.5'],
    ['"orderId":7', '"orderId":1e20'],
    ['"status":"NEW",', ''],
    ['1700000000000', '1700000000000.5'],
    ['1700000000000', '-1'],
    ['1700000000000', '1e300'],
  ])('of an order: not %s but %s', (from, to) => {
    expect(orderFacts(parseExact(ORDER))?.order.executed).toBe(ONE / 2n)
    expect(orderFacts(read(ORDER, from, to))).toBeUndefined()
  })

  it.each([
    ['"L":"100"', '"L":"-100"'],
    ['"l":"1"', '"l":"-1"'],
    ['"T":1700000000000', '"T":0.5'],
  ])('of a report: not %s but %s', (from, to) => {
    expect(reportFacts(parseExact(REPORT))?.trades).toHaveLength(1)
    expect(reportFacts(read(REPORT, from, to))).toBeUndefined()
  })

  it.each([
    ['"qty":"1"', '"qty":"-1"'],
    ['"quoteQty":"100"', '"quoteQty":"1e2"'],
    ['1700000000000', '1700000000000.1'],
  ])('of a trade: not %s but %s', (from, to) => {
    expect(tradeFacts([parseExact(TRADE)])).toHaveLength(1)
    expect(tradeFacts([read(TRADE, from, to)])).toBeUndefined()
  })

  it('keep ids beyond 2^53 to the last digit, and commissions that are paid back', () => {
    const [trade] = tradeFacts([read(TRADE, '"id":5', '"id":9007199254740993')]) ?? []
    expect(trade?.tradeId).toBe('9007199254740993')
    expect(tradeFacts([read(TRADE, '"0.1"', '"-0.1"')])?.[0]?.commission).toBe(-ONE / 10n)
  })

  it('leave nobody to think that an earlier session has left nothing', async () => {
    const rows = new Map([
      ['/api/v3/allOrders', [{ orderId: 7, clientOrderId: 'nb1700000000-abcdef-x-1' }]],
      ['/api/v3/myTrades', [{ ...(parseExact(TRADE) as object), isBuyer: true, qty: '1E0' }]],
    ] as const)
    const line = {
      send: async ({ path }: { readonly path: string }) =>
        ({ kind: 'DONE', status: 200, json: [...rows].find(([at]) => at === path)?.[1] }) as const,
    }
    await expect(leftPositions(line, { symbol: 'BTCUSDT', baseAsset: 'BTC' })).rejects.toThrow(
      /must show \/api\/v3\/myTrades of BTCUSDT, did not/,
    )
  })
})
