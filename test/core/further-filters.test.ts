/** Filters beyond price and lot: each at its bound, and one step beyond it. */
import { describe, expect, it } from 'vitest'
import {
  type FilterView,
  furtherFault,
  furtherMarketFault,
} from '../../engine/core/market/further-filters.js'
import type { Order } from '../../engine/model/order.js'
import { toEpochMs } from '../../engine/model/time.js'
import { rulesFromExchangeInfo } from '../../engine/venue/exchange-info.js'
import { barsOf, rulesOf, run, scripted, units } from '../market.js'

const VIEW: FilterView = { reference: units('100'), openOrders: 0, openStops: 0, position: 0n }

const common = {
  number: 1,
  symbolIndex: 0,
  decisionTime: toEpochMs(0),
  decisionOpenTime: toEpochMs(0),
  tag: '',
}
const limit = (side: 'BUY' | 'SELL', price: string): Order => ({
  ...common,
  side,
  type: 'LIMIT',
  timeInForce: 'GTC',
  price: units(price),
  quantity: units('1'),
})
const trailing = (side: 'BUY' | 'SELL', trailingDelta: number): Order => ({
  ...common,
  side,
  type: 'STOP_LOSS',
  trailingDelta,
  quantity: units('1'),
})

/** As an exchangeInfo answer has them. */
const FILTERS = [
  { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '1000000', tickSize: '0.01' },
  { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '9000', stepSize: '0.001' },
  {
    filterType: 'PERCENT_PRICE_BY_SIDE',
    bidMultiplierUp: '1.2',
    bidMultiplierDown: '0.5',
    askMultiplierUp: '2',
    askMultiplierDown: '0.8',
    avgPriceMins: 5,
  },
  {
    filterType: 'TRAILING_DELTA',
    minTrailingAboveDelta: 10,
    maxTrailingAboveDelta: 2000,
    minTrailingBelowDelta: 20,
    maxTrailingBelowDelta: 1000,
  },
  { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 2 },
  { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 1 },
  { filterType: 'MAX_POSITION', maxPosition: '3' },
  { filterType: 'ICEBERG_PARTS', limit: 100 },
]

const RULES = rulesFromExchangeInfo(
  { symbols: [{ symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT', filters: FILTERS }] },
  'BTCUSDT',
)
const fault = (order: Order, view: Partial<FilterView> = {}) =>
  furtherFault(RULES.further ?? {}, order, { ...VIEW, ...view })

describe('filters beyond price and lot', () => {
  it.each([
    ['BUY', '120', undefined],
    ['BUY', '120.01', 'PERCENT_PRICE_BY_SIDE'],
    ['BUY', '50', undefined],
    ['BUY', '49.99', 'PERCENT_PRICE_BY_SIDE'],
    ['SELL', '200', undefined],
    ['SELL', '200.01', 'PERCENT_PRICE_BY_SIDE'],
    ['SELL', '80', undefined],
    ['SELL', '79.99', 'PERCENT_PRICE_BY_SIDE'],
  ] as const)('hold a %s limit of %s against the last price of 100', (side, price, expected) => {
    expect(fault(limit(side, price))).toBe(expected)
  })

  it('bound a trailing trigger above the market apart from one below', () => {
    expect([9, 10, 2000, 2001].map((delta) => fault(trailing('BUY', delta)))).toEqual([
      'TRAILING_DELTA',
      undefined,
      undefined,
      'TRAILING_DELTA',
    ])
    expect([19, 20, 1000, 1001].map((delta) => fault(trailing('SELL', delta)))).toEqual([
      'TRAILING_DELTA',
      undefined,
      undefined,
      'TRAILING_DELTA',
    ])
  })

  it('count orders, stops among them, and what purchases may add', () => {
    expect(fault(limit('BUY', '100'), { openOrders: 1 })).toBeUndefined()
    expect(fault(limit('BUY', '100'), { openOrders: 2 })).toBe('MAX_NUM_ORDERS')
    expect(fault(trailing('SELL', 100), { openStops: 1 })).toBe('MAX_NUM_ALGO_ORDERS')
    expect(fault(limit('BUY', '100'), { position: units('2') })).toBeUndefined()
    expect(fault(limit('BUY', '100'), { position: units('2.00000001') })).toBe('MAX_POSITION')
    expect(fault(limit('SELL', '100'), { position: units('9') })).toBeUndefined()
  })

  it('reject in a run by the name of the filter', () => {
    const { orders } = run({
      strategy: scripted({
        0: ({ buy }) => {
          buy({ quantity: 1, type: 'LIMIT', price: 49 })
          for (let k = 0; k < 3; k++) buy({ quantity: 0.5, type: 'LIMIT', price: 90 })
        },
      }),
      bars: barsOf(Array.from({ length: 6 }, () => [100, 101, 99, 100])),
      rules: rulesOf({ ...RULES }),
    })
    expect(orders.map(({ status, reason }) => `${status} ${reason}`)).toEqual([
      'REJECTED PERCENT_PRICE_BY_SIDE',
      'EXPIRED END_OF_RANGE',
      'EXPIRED END_OF_RANGE',
      'REJECTED MAX_NUM_ORDERS',
    ])
  })

  it.each([
    ['BUY', '120', '1', undefined],
    ['BUY', '120.01', '1', 'PERCENT_PRICE_BY_SIDE'],
    ['SELL', '80', '1', undefined],
    ['SELL', '79.99', '1', 'PERCENT_PRICE_BY_SIDE'],
    ['BUY', '100', '3', undefined],
    ['BUY', '100', '3.001', 'MAX_POSITION'],
    ['SELL', '100', '3.001', undefined],
  ] as const)('judge a market %s that fills at %s, of %s', (side, price, quantity, expected) => {
    const fill = { side, price: units(price), quantity: units(quantity) }
    expect(furtherMarketFault(RULES.further ?? {}, fill, VIEW)).toBe(expected)
  })

  it('reject an order at market in a run, also where the volume lets only a part through', () => {
    const settings = { participation: 0.5, atrPeriod: 1 }
    const bars = barsOf([
      [100, 101, 99, 100, 10],
      [100, 101, 99, 100, 2],
      [100, 101, 99, 100, 10],
      // It opens a fifth and more above the last close.
      [121, 122, 120, 121, 10],
    ])
    const strategy = scripted({
      0: ({ buy }) => buy({ quantity: 3.001 }),
      1: ({ buy }) => buy({ quantity: 3 }),
      2: ({ buy }) => buy({ quantity: 0.1 }),
    })
    const { orders } = run({ strategy, bars, settings, rules: rulesOf({ ...RULES }) })
    expect(orders.map(({ status, reason }) => `${status} ${reason}`)).toEqual([
      'REJECTED MAX_POSITION',
      'FILLED ',
      'REJECTED PERCENT_PRICE_BY_SIDE',
    ])
  })

  it('keep what an answer says of iceberg orders', () => {
    expect(RULES.further?.icebergParts).toBe(100)
  })
})
