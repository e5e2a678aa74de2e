/** F46: what one of the exchange's filters is certain to refuse never reaches it. */
import { describe, expect, it } from 'vitest'
import type { BuySize, OrderTerms } from '../../../engine/core/context.js'
import { symbolEntry } from '../../../engine/exchange/listed-symbol.js'
import { defineStrategy } from '../../../engine/index.js'
import { filterFault } from '../../../engine/live/orders/filter-fault.js'
import { ONE, parseUnits } from '../../../engine/model/money.js'
import type { MarketOrder, Order } from '../../../engine/model/order.js'
import { toEpochMs } from '../../../engine/model/time.js'
import { rulesOf } from '../../market.js'
import { stateFolder, stillExchange } from '../live-session.js'
import { requestsOf } from './requests.js'
import { startedTrading } from './trading-session.js'
import { expectAgreement } from './truth.js'

const units = (text: string) => parseUnits(text) ?? 0n

/** Rules with every filter, and what an order of theirs is near each bound. */
const RULES = rulesOf({
  ...{ tickSize: units('0.01'), minPrice: units('100'), maxPrice: units('100000') },
  ...{ stepSize: units('0.001'), minQuantity: units('0.01'), maxQuantity: units('50') },
  ...{ marketMinQuantity: units('0.02'), marketMaxQuantity: units('20'), marketStepSize: units('0.002') },
  ...{
    minNotional: units('10'),
    maxNotional: units('1000000'),
    applyMinToMarket: true,
    applyMaxToMarket: true,
  },
})
// The price at which all bounds of quantity and worth can be met apart.
const ENTRY = symbolEntry(RULES)

const COMMON: Omit<MarketOrder, 'type' | 'quantity' | 'quoteQuantity'> = {
  number: 1,
  symbolIndex: 0,
  side: 'BUY',
  tag: '',
  decisionTime: toEpochMs(0),
  decisionOpenTime: toEpochMs(0),
}
const limit = (price: string, quantity: string): Order => ({
  ...COMMON,
  type: 'LIMIT',
  timeInForce: 'GTC',
  price: units(price),
  quantity: units(quantity),
})
const market = (quantity: string): Order => ({ ...COMMON, type: 'MARKET', quantity: units(quantity) })
const spend = (quote: string): Order => ({ ...COMMON, type: 'MARKET', quoteQuantity: units(quote) })

describe('a filter', () => {
  it.each([
    ['PRICE_FILTER', limit('100', '1'), limit('99.99', '1')],
    ['PRICE_FILTER', limit('100000', '1'), limit('100000.01', '1')],
    ['PRICE_FILTER', limit('2000.01', '1'), limit('2000.001', '1')],
    ['LOT_SIZE', limit('2000', '0.01'), limit('2000', '0.009')],
    ['LOT_SIZE', limit('2000', '50'), limit('2000', '50.001')],
    ['LOT_SIZE', limit('2000', '1.001'), limit('2000', '1.0001')],
    ['MARKET_LOT_SIZE', market('0.02'), market('0.019')],
    ['MARKET_LOT_SIZE', market('20'), market('20.001')],
    ['MARKET_LOT_SIZE', market('1.002'), market('1.001')],
    ['NOTIONAL', limit('100', '0.1'), limit('100', '0.099')],
    ['NOTIONAL', limit('20000', '50'), limit('20000.01', '50')],
    // Two hundredths of it, and a step less.
    ['MARKET_LOT_SIZE', spend('40'), spend('39.99999999')],
    ['NOTIONAL', spend('1000000'), spend('1000000.00000001')],
  ])('%s lets the bound itself go, and not one step beyond', (name, inside, beyond) => {
    const view = { lastPrice: 2000n * ONE, open: [] }
    expect(ENTRY.filters.map(({ filterType }) => filterType)).toContain(name)
    expect(filterFault(RULES, inside, view)).toBeUndefined()
    expect(filterFault(RULES, beyond, view)?.filter).toBe(name)
  })

  it('NOTIONAL judges a purchase in quote by the whole steps that it buys, a sale with room for the mean price', () => {
    const rules = { ...RULES, minQuantity: 0n, marketMinQuantity: 0n }
    const view = { lastPrice: 2000n * ONE, open: [] }
    // Steps of 0.002 are worth 4: twelve buy three.
    expect(filterFault(rules, spend('12'), view)).toBeUndefined()
    expect(filterFault(rules, spend('11.99'), view)).toEqual({ filter: 'NOTIONAL', isTooSmall: true })
    // 9.9 may be 10 at the mean; 9.6 is too far from it.
    expect(filterFault(rules, market('0.006'), { ...view, lastPrice: 1650n * ONE })).toBeUndefined()
    expect(filterFault(rules, market('0.006'), { ...view, lastPrice: 1600n * ONE })?.filter).toBe('NOTIONAL')
  })

  it('tells what is too small, which a wish may be at every bar, from what is wrong', () => {
    const view = { lastPrice: 2000n * ONE, open: [] }
    const fault = (order: Order) => filterFault(RULES, order, view)?.isTooSmall
    expect([limit('2000', '0.009'), market('0.019'), spend('39'), limit('100', '0.099')].map(fault)).toEqual(
      Array(4).fill(true),
    )
    expect([limit('2000', '50.001'), limit('2000', '1.0001'), limit('99.99', '1')].map(fault)).toEqual(
      Array(3).fill(false),
    )
  })

  it('of what counts beside an order is kept too: distance, trail, and the number of those that are open', () => {
    const further = {
      percentPrice: {
        name: 'PERCENT_PRICE_BY_SIDE',
        bidUp: 5n * ONE,
        bidDown: ONE / 5n,
        askUp: ONE,
        askDown: 0n,
      },
      trailingDelta: { above: [10, 2000], below: [10, 2000] },
      ...{ maxNumOrders: 2, maxNumAlgoOrders: 1 },
    } as const
    const rules = { ...RULES, further }
    const view = { lastPrice: 1000n * ONE, open: [] as Order[] }
    const trail = (trailingDelta: number): Order => ({
      ...COMMON,
      side: 'SELL',
      type: 'STOP_LOSS',
      quantity: ONE,
      trailingDelta,
    })
    expect(filterFault(rules, limit('5000', '1'), view)).toBeUndefined()
    expect(filterFault(rules, limit('5200', '1'), view)?.filter).toBe('PERCENT_PRICE_BY_SIDE')
    expect([trail(10), trail(9), trail(2001)].map((one) => filterFault(rules, one, view)?.filter)).toEqual([
      ...[undefined, 'TRAILING_DELTA', 'TRAILING_DELTA'],
    ])
    const one = { ...view, open: [trail(10)] }
    expect(filterFault(rules, trail(10), one)?.filter).toBe('MAX_NUM_ALGO_ORDERS')
    expect(
      filterFault(rules, limit('1000', '1'), { ...one, open: [trail(10), limit('1000', '1')] })?.filter,
    ).toBe('MAX_NUM_ORDERS')
  })

  it('F46, asked for one step beyond each filter by a strategy, keeps the order from the exchange', async () => {
    const asks: readonly ((price: number) => BuySize & OrderTerms)[] = [
      (price) => ({ type: 'LIMIT', price: price * 0.9, quantity: Math.floor(4e5 / price) / 1e5 }),
      (price) => ({ type: 'LIMIT_MAKER', price: price * 0.99, quantity: Math.floor(4e5 / price) / 1e5 }),
    ]
    const strategy = defineStrategy({
      name: 'beyond',
      state: () => ({ asked: 0 }),
      onBar: (_indicators, { state, bars, buy, target }) => {
        const ask = asks[Math.floor(state.asked / 2)]
        if (state.asked++ % 2 === 1) target(state.asked % 4 === 0 ? 0.5 : 0)
        else if (ask) buy(ask(bars.close.at(0)))
      },
    })
    const exchange = await stillExchange()
    const requests = requestsOf(exchange)
    const state = stateFolder()
    const session = await startedTrading(exchange, { state, strategy, settings: { policy: undefined } })
    await session.advance(8)
    await session.stop()
    const { record, status } = await expectAgreement(exchange, state, strategy)
    const posts = requests.filter(({ verb, path }) => `${verb} ${path}` === 'POST /api/v3/order')
    expect(posts.map((one) => one.status)).toEqual(posts.map(() => 200))
    expect([...status.values()].filter((one) => one === 'REJECTED').length).toBe(asks.length)
    expect(posts.length).toBe(record.orders.length - asks.length)
    expect(session.told('refused')).toEqual([])
    expect(session.told('kept back').map(({ message }) => message)).toEqual(
      asks.map(() => expect.stringMatching(/too small for NOTIONAL, nothing was sent/)),
    )
  })
})
