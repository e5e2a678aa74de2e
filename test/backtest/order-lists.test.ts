/**
 * OTO and OTOCO lists by hand. Ask 0 is made at the close of bar 2 and meets the market at bar 3. Bars are of open
 * 100, high 101, low 99, close 100; without costs, unless a case says so.
 */
import { describe, expect, it } from 'vitest'
import type { Context, OtocoList, OtoList } from '../../engine/core/context.js'
import type { ParamSpecs, ParamValues } from '../../engine/core/params.js'
import type { PlainState } from '../../engine/core/strategy.js'
import { orderLists } from '../../engine/math/metrics/order-lists.js'
import { formatUnits } from '../../engine/model/money.js'
import { rulesOf, run, runStream, traceOf, units } from '../market.js'
import { quietRun } from './quiet-bars.js'

function trade(...asked: Parameters<typeof quietRun>) {
  const result = run(quietRun(...asked))
  return {
    result,
    fills: result.fills.map(
      ({ barIndex, side, type, price }) => `${barIndex} ${side} ${type} ${formatUnits(price)}`,
    ),
    orders: result.orders.map(({ order, status, reason }) => `${order.type} ${status} ${reason}`.trim()),
    lists: orderLists(result.orders).map(
      ({ contingencyType, listStatusType, listOrderStatus, orders }) =>
        `${contingencyType} ${listStatusType} ${listOrderStatus} ${orders.join(',')}`,
    ),
  }
}

/** Buys at 98; sells at 103, or by a stop at 95. */
const OTOCO: OtocoList = {
  working: { side: 'BUY', quantity: 1, type: 'LIMIT', price: 98 },
  pending: {
    side: 'SELL',
    quantity: 1,
    above: { type: 'LIMIT_MAKER', price: 103 },
    below: { type: 'STOP_LOSS', stopPrice: 95 },
  },
}

/** Buys at 98, then sells at 103. */
const OTO: OtoList = {
  working: { side: 'BUY', quantity: 1, type: 'LIMIT', price: 98 },
  pending: { side: 'SELL', quantity: 1, type: 'LIMIT', price: 103 },
}

const oto = { 0: ({ oto: send }: Context<ParamValues<ParamSpecs>, PlainState>) => send(OTO) }
const otoco = { 0: ({ otoco: send }: Context<ParamValues<ParamSpecs>, PlainState>) => send(OTOCO) }

describe('an OTO list', () => {
  it('keeps what waits off the book until the working order is filled', () => {
    // Bar 4 trades through 103 and fills nothing: the sale waits. Bar 6 fills the purchase, bar 8 the sale.
    const { fills, orders, lists } = trade(oto, {
      4: [100, 104, 99, 100],
      6: [100, 101, 97, 100],
      8: [100, 104, 99, 100],
    })
    expect(fills).toEqual(['6 BUY LIMIT 98', '8 SELL LIMIT 103'])
    expect(orders).toEqual(['LIMIT FILLED', 'LIMIT FILLED'])
    expect(lists).toEqual(['OTO ALL_DONE ALL_DONE 1,2'])
  })

  it('shows what waits as PENDING_NEW, holding nothing', () => {
    const seen: string[] = []
    const { result } = trade({
      ...oto,
      1: ({ cash, position }) => seen.push(`${cash} ${position.hasPending} ${position.isFlat}`),
    })
    // 10,000 less the 98 that the purchase holds.
    expect(seen).toEqual(['9902 true false'])
    expect(result.orders.map(({ status, reason }) => `${status} ${reason}`)).toEqual([
      'EXPIRED END_OF_RANGE',
      'EXPIRED OTO_PHASE_ONE_EXPIRED',
    ])
  })

  it('brings nothing in for a part of the working order', () => {
    // Half of the bar's volume of 1 a bar: 0.5 at bar 6, and 0.5 at bar 7. Bar 6 goes on to 104.
    const low = [100, 104, 97, 100]
    const { fills } = trade(
      oto,
      { 6: low, 7: low, 9: [100, 104, 99, 100], 10: [100, 104, 99, 100] },
      { participation: 0.5 },
    )
    expect(fills).toEqual(['6 BUY LIMIT 98', '7 BUY LIMIT 98', '9 SELL LIMIT 103', '10 SELL LIMIT 103'])
  })

  it('ends what waits when the working order expires, and when it is taken back', () => {
    const ioc = { ...OTO, working: { ...OTO.working, timeInForce: 'IOC' } } as OtoList
    expect(trade({ 0: ({ oto: send }) => send(ioc) }).orders).toEqual([
      'LIMIT EXPIRED UNFILLED_IOC_QUANTITY_EXPIRED',
      'LIMIT EXPIRED OTO_PHASE_ONE_EXPIRED',
    ])
    const canceled = trade({ ...oto, 2: ({ cancel }) => cancel() })
    expect(canceled.orders).toEqual(['LIMIT CANCELED', 'LIMIT CANCELED'])
    expect(canceled.lists).toEqual(['OTO ALL_DONE ALL_DONE 1,2'])
  })

  it('is refused as a whole: for the working order, and for a filter that what waits fails', () => {
    const poor = { ...OTO, working: { ...OTO.working, quantity: 1000 } } as OtoList
    const { orders, lists } = trade({ 0: ({ oto: send }) => send(poor) })
    expect(orders).toEqual(['LIMIT REJECTED INSUFFICIENT_BALANCE', 'LIMIT REJECTED INSUFFICIENT_BALANCE'])
    expect(lists).toEqual(['OTO RESPONSE REJECT 1,2'])
    const rules = rulesOf({ maxPrice: units('102') })
    expect(trade(oto, {}, {}, rules).orders).toEqual([
      'LIMIT REJECTED PRICE_FILTER',
      'LIMIT REJECTED PRICE_FILTER',
    ])
  })

  it('expires what cannot be paid when it comes in: a commission in base is missing', () => {
    const { orders } = trade(oto, { 6: [100, 101, 97, 100] }, { makerFee: 0.001 })
    expect(orders).toEqual(['LIMIT FILLED', 'LIMIT EXPIRED REJECTED'])
  })

  it('sends an order at market when the working one is filled', () => {
    const both: OtoList = {
      working: { side: 'BUY', quantity: 1, type: 'LIMIT', price: 98 },
      pending: { side: 'SELL', quantity: 1 },
    }
    // Filled inside bar 6 at 98, and sold from there; filled at the open of bar 6 at 98, and sold at that open.
    expect(trade({ 0: ({ oto: send }) => send(both) }, { 6: [100, 101, 97, 100] }).fills).toEqual([
      '6 BUY LIMIT 98',
      '6 SELL MARKET 98',
    ])
    expect(trade({ 0: ({ oto: send }) => send(both) }, { 6: [96, 101, 95, 100] }).fills).toEqual([
      '6 BUY LIMIT 98',
      '6 SELL MARKET 96',
    ])
  })

  it('buys back after a sale: a purchase that comes in inside a bar acts behind it', () => {
    const back: OtoList = {
      working: { side: 'SELL', quantity: 1, type: 'LIMIT_MAKER', price: 102 },
      pending: { side: 'BUY', quantity: 1, type: 'LIMIT', price: 98 },
    }
    const { fills } = trade(
      { 0: ({ buy }) => buy({ quantity: 1 }), 1: ({ oto: send }) => send(back) },
      { 6: [100, 103, 97, 100], 8: [100, 101, 97, 100] },
    )
    expect(fills).toEqual(['3 BUY MARKET 100', '6 SELL LIMIT_MAKER 102', '8 BUY LIMIT 98'])
    const cash: number[] = []
    trade({
      0: ({ buy }) => buy({ quantity: 1 }),
      1: ({ oto: send }) => send(back),
      3: (context) => cash.push(context.cash),
    })
    // 10,000 less the 100 that were spent: the purchase that waits holds nothing.
    expect(cash).toEqual([9900])
  })

  it('is stopped whole by a risk limit', () => {
    const none = undefined
    const others = { maxPositionQuote: none, maxDailyLoss: none, maxOrdersPerMinute: none }
    const limits = { maxOrderQuote: units('50'), ...others }
    const { orders } = trade(oto, {}, { limits })
    expect(new Set(orders).size).toBe(1)
    expect(orders[0]).toMatch(/^LIMIT REJECTED /)
  })
})

describe('an OTOCO list', () => {
  it('brings in a pair of which one ends the other', () => {
    const low = { 6: [100, 101, 97, 100] }
    const up = trade(otoco, { ...low, 8: [100, 104, 99, 100] })
    expect(up.fills).toEqual(['6 BUY LIMIT 98', '8 SELL LIMIT_MAKER 103'])
    expect(up.orders).toEqual(['LIMIT FILLED', 'STOP_LOSS EXPIRED OCO_TRIGGER', 'LIMIT_MAKER FILLED'])
    expect(up.lists).toEqual(['OTO ALL_DONE ALL_DONE 1,2,3'])
    const down = trade(otoco, { ...low, 8: [100, 101, 94, 100] })
    expect(down.fills).toEqual(['6 BUY LIMIT 98', '8 SELL STOP_LOSS 95'])
  })

  it('takes the worse outcome where the bar of the entry reaches an exit', () => {
    const { fills, result } = trade(otoco, { 6: [100, 104, 94, 100] })
    expect(fills).toEqual(['6 BUY LIMIT 98', '6 SELL STOP_LOSS 95'])
    expect(result.fills[1]?.isAmbiguous).toBe(true)
  })

  it('holds the sale once, and gives its exits up to a sale of all', () => {
    const { fills, orders } = trade({ ...otoco, 6: ({ close }) => close() }, { 6: [100, 101, 97, 100] })
    expect(fills).toEqual(['6 BUY LIMIT 98', '9 SELL MARKET 100'])
    expect(orders).toEqual(['LIMIT FILLED', 'STOP_LOSS CANCELED', 'LIMIT_MAKER CANCELED', 'MARKET FILLED'])
  })

  it('mirrors the pair for a purchase', () => {
    const short: OtocoList = {
      working: { side: 'SELL', quantity: 1, type: 'LIMIT', price: 102 },
      pending: {
        side: 'BUY',
        quantity: 1,
        above: { type: 'STOP_LOSS', stopPrice: 105 },
        below: { type: 'LIMIT_MAKER', price: 97 },
      },
    }
    const { fills, orders } = trade(
      { 0: ({ buy }) => buy({ quantity: 1 }), 1: ({ otoco: send }) => send(short) },
      { 6: [100, 103, 99, 100], 8: [100, 106, 99, 100] },
    )
    expect(fills).toEqual(['3 BUY MARKET 100', '6 SELL LIMIT 102', '8 BUY STOP_LOSS 105'])
    expect(orders.at(-2)).toBe('LIMIT_MAKER EXPIRED OCO_TRIGGER')
  })

  it('refuses a pair that the exchange would not take', () => {
    const wrong = { ...OTOCO, pending: { ...OTOCO.pending, side: 'BUY' as const } }
    expect(() => trade({ 0: ({ otoco: send }) => send(wrong) })).toThrow(
      /above of a pair must be a STOP_LOSS or STOP_LOSS_LIMIT, was LIMIT_MAKER/,
    )
  })
})

describe('an OCO pair', () => {
  it('is refused as a whole when one of them is reached already', () => {
    const { orders, lists } = trade({
      0: ({ buy }) => buy({ quantity: 1 }),
      2: ({ oco }) =>
        oco({ above: { type: 'LIMIT_MAKER', price: 103 }, below: { type: 'STOP_LOSS', stopPrice: 100.5 } }),
    })
    const reason = 'REJECTED STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY'
    expect(orders).toEqual(['MARKET FILLED', `STOP_LOSS ${reason}`, `LIMIT_MAKER ${reason}`])
    expect(lists).toEqual(['OCO RESPONSE REJECT 2,3'])
  })
})

describe('lists', () => {
  it('come out the same bar by bar', async () => {
    const changes = { 5: [100, 104, 97, 100], 6: [100, 101, 97, 100], 8: [100, 104, 94, 100] }
    for (const asks of [oto, otoco]) {
      const one = quietRun(asks, changes, { makerFee: 0.0005, participation: 0.7 })
      expect(traceOf(await runStream(one))).toBe(traceOf(run(one)))
    }
  })
})
