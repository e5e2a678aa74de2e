/**
 * An order in the place of another, by hand. Ask 0 is made at the close of bar 2 and meets the market at bar 3. Bars
 * are of open 100, high 101, low 99, close 100; without costs, unless a case says so.
 *
 * What is expected follows Binance Spot's cancelReplace: filters are looked at before anything is taken back, what is
 * refused afterwards leaves the first order canceled, and with STOP_ON_FAILURE nothing is sent where there is nothing
 * to take back.
 */
import { expect, it } from 'vitest'
import { formatUnits } from '../../engine/model/money.js'
import { rulesOf, run, runStream, traceOf, units } from '../market.js'
import { type Asks, quietRun } from './quiet-bars.js'

function trade(...asked: Parameters<typeof quietRun>) {
  const result = run(quietRun(...asked))
  return {
    result,
    fills: result.fills.map(
      ({ barIndex, side, price, quantity }) =>
        `${barIndex} ${side} ${formatUnits(quantity)} at ${formatUnits(price)}`,
    ),
    orders: result.orders.map(({ order, status, reason }) =>
      `${order.type} ${'price' in order ? formatUnits(order.price) : ''} ${status} ${reason}`.trim(),
    ),
  }
}

/** Buys one at 90, which no bar reaches. */
const entry: Asks[number] = ({ buy }) => buy({ type: 'LIMIT', price: 90, quantity: 1, tag: 'entry' })
/** The same at 98 in its place. */
const nearer: Asks[number] = ({ replace }) =>
  replace('entry', { side: 'BUY', type: 'LIMIT', price: 98, quantity: 1 })
/** Trades down to 97. */
const LOW = [100, 101, 97, 100]

it('takes the first order back and sends the other, which the next bar may fill', () => {
  const { result, fills, orders } = trade({ 0: entry, 1: nearer }, { 4: LOW })
  expect(orders).toEqual(['LIMIT 90 CANCELED', 'LIMIT 98 FILLED'])
  expect(fills).toEqual(['4 BUY 1 at 98'])
  expect(result.decisions[1]).toMatchObject({
    ask: { kind: 'REPLACE', mode: 'STOP_ON_FAILURE', side: 'BUY', price: units('98') },
    tag: 'entry',
    cancels: [1],
    orderNumber: 2,
  })
})

it('sends nothing for an order that was filled in the bar before the decision, unless failure is allowed', () => {
  const at98: Asks[number] = ({ buy }) => buy({ type: 'LIMIT', price: 98, quantity: 1, tag: 'entry' })
  const lower: Asks[number] = ({ replace }) =>
    replace('entry', { side: 'BUY', type: 'LIMIT', price: 97.5, quantity: 1 })
  // Bar 3 fills the first order; the decision at its close knows.
  const stopped = trade({ 0: at98, 1: lower }, { 3: LOW, 5: LOW })
  expect(stopped.orders).toEqual(['LIMIT 98 FILLED'])
  expect(stopped.result.decisions).toHaveLength(1)
  const allowed = trade(
    {
      0: at98,
      1: ({ replace }) =>
        replace('entry', { side: 'BUY', type: 'LIMIT', price: 97.5, quantity: 1, mode: 'ALLOW_FAILURE' }),
    },
    { 3: LOW, 5: LOW },
  )
  expect(allowed.fills).toEqual(['3 BUY 1 at 98', '5 BUY 1 at 97.5'])
})

it('leaves the first order as it is where a filter stops the other', () => {
  const rules = rulesOf({ minPrice: units('50') })
  const tooLow: Asks[number] = ({ replace }) =>
    replace('entry', { side: 'BUY', type: 'LIMIT', price: 40, quantity: 1 })
  // Bar 5 falls to 89: the first order is still there to be filled, and can be replaced again before.
  const { orders, fills } = trade({ 0: entry, 1: tooLow }, { 5: [100, 101, 89, 100] }, {}, rules)
  expect(orders).toEqual(['LIMIT 90 FILLED', 'LIMIT 40 REJECTED PRICE_FILTER'])
  expect(fills).toEqual(['5 BUY 1 at 90'])
  expect(trade({ 0: entry, 1: tooLow, 2: nearer }, { 5: LOW }, {}, rules).orders).toEqual([
    'LIMIT 90 CANCELED',
    'LIMIT 40 REJECTED PRICE_FILTER',
    'LIMIT 98 FILLED',
  ])
})

it('loses the first order where the market refuses the other as it comes in', () => {
  const crossing: Asks[number] = ({ replace }) =>
    replace('entry', { side: 'BUY', type: 'LIMIT_MAKER', price: 105, quantity: 1 })
  expect(trade({ 0: entry, 1: crossing }, { 5: [100, 101, 89, 100] }).orders).toEqual([
    'LIMIT 90 CANCELED',
    'LIMIT_MAKER 105 REJECTED WOULD_MATCH_IMMEDIATELY',
  ])
})

it('gives the other what the first one held, and the strategy sees it so', () => {
  const cash: number[] = []
  const { fills } = trade(
    {
      0: ({ buy }) => buy({ type: 'LIMIT', price: 90, quote: 9_900, tag: 'entry' }),
      1: (context) => {
        context.replace('entry', { side: 'BUY', type: 'LIMIT', price: 98, quote: 9_800 })
        cash.push(context.cash)
      },
    },
    { 4: LOW },
  )
  expect(fills).toEqual(['4 BUY 100 at 98'])
  // 10,000 less the 9,800 of the other alone.
  expect(cash).toEqual([200])
})

it('buys no more than is asked for when a part of the first one was filled', () => {
  // Half a unit a bar: bar 3 fills 0.5 of the first at 98; its rest is taken back.
  const { orders, fills } = trade(
    {
      0: ({ buy }) => buy({ type: 'LIMIT', price: 98, quantity: 2, tag: 'entry' }),
      1: ({ replace, position }) =>
        replace('entry', { side: 'BUY', type: 'LIMIT', price: 99.5, quantity: 2 - position.quantity }),
    },
    { 3: LOW },
    { participation: 0.5 },
  )
  expect(orders).toEqual(['LIMIT 98 CANCELED', 'LIMIT 99.5 FILLED'])
  expect(fills).toEqual(['3 BUY 0.5 at 98', '4 BUY 0.5 at 99.5', '5 BUY 0.5 at 99.5', '6 BUY 0.5 at 99.5'])
})

it('takes the exits of a purchase along', () => {
  const { fills } = trade(
    {
      0: ({ bracket }) =>
        bracket({ type: 'LIMIT', price: 90, quantity: 1, stop: 80, takeProfit: 103, tag: 'entry' }),
      1: nearer,
    },
    { 4: LOW, 6: [100, 104, 99, 100] },
  )
  expect(fills).toEqual(['4 BUY 1 at 98', '6 SELL 1 at 103'])
})

it('is stopped by a limit as any order is, and counts the first one no longer', () => {
  const limits = {
    maxPositionQuote: units('100'),
    maxOrderQuote: undefined,
    maxDailyLoss: undefined,
    maxOrdersPerMinute: undefined,
  }
  const dearer: Asks[number] = ({ replace }) =>
    replace('entry', { side: 'BUY', type: 'LIMIT', price: 98, quantity: 2 })
  expect(trade({ 0: entry, 1: nearer }, { 4: LOW }, { limits }).orders).toEqual([
    'LIMIT 90 CANCELED',
    'LIMIT 98 FILLED',
  ])
  expect(trade({ 0: entry, 1: dearer }, {}, { limits }).orders).toEqual([
    'LIMIT 90 EXPIRED END_OF_RANGE',
    'LIMIT 98 REJECTED MAX_POSITION_QUOTE',
  ])
})

it('ends a wish that maker-first is about, whose order it names', () => {
  const policy = { postTimeoutMs: 5 * 60_000, escalate: 'market' } as const
  const { orders } = trade(
    { 0: ({ buy }) => buy({ quantity: 1, tag: 'entry' }), 1: nearer },
    { 3: [101, 102, 100.5, 101], 5: LOW },
    { policy },
  )
  expect(orders.at(-1)).toBe('LIMIT 98 FILLED')
  expect(orders[0]).toContain('CANCELED')
})

it('comes to the same in a stream of bars', async () => {
  const asked = quietRun({ 0: entry, 1: nearer }, { 4: LOW })
  expect(traceOf(await runStream(asked))).toEqual(traceOf(run(asked)))
})
