import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeskAsk } from '../../engine/core/desk-ask.js'
import { DecisionLog } from '../../engine/core/journal/decision-log.js'
import { FillLog } from '../../engine/core/journal/fill-log.js'
import { OrderLog } from '../../engine/core/journal/order-log.js'
import type { Execution } from '../../engine/model/event.js'
import type { MarketOrder, Order } from '../../engine/model/order.js'
import { toEpochMs } from '../../engine/model/time.js'

const small = fc.integer({ min: 0, max: 4095 })
/** Amounts on both sides of a double's and of a machine word's bounds. */
const amount = fc.bigInt({ min: 0n, max: 2n ** 80n })
const time = fc.integer({ min: 0, max: 4e12 }).map((ms) => toEpochMs(ms))
const side = fc.constantFrom('BUY' as const, 'SELL' as const)

const executions: fc.Arbitrary<Execution> = fc
  .record({
    orderNumber: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    symbolIndex: small,
    side,
    type: fc.constantFrom('MARKET' as const, 'LIMIT' as const, 'STOP_LOSS_LIMIT' as const),
    liquidity: fc.constantFrom('MAKER' as const, 'TAKER' as const),
    time,
    barIndex: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    decisionTime: time,
    price: amount,
    quantity: amount,
    quote: amount,
    commission: amount,
    commissionAsset: fc.constantFrom('BTC', 'USDT', 'BNB'),
    referencePrice: amount,
    atr: fc.double({ noNaN: true }),
    isOutsideBar: fc.boolean(),
    isAmbiguous: fc.boolean(),
  })
  .map((fill) => {
    const distance = fill.price - fill.referencePrice
    const slippage = ((distance < 0n ? -distance : distance) * fill.quantity) / 100_000_000n
    return { ...fill, slippage }
  })

describe('the journal', () => {
  it('gives back every fill as it was written, whatever its amounts', () => {
    fc.assert(
      fc.property(fc.array(executions, { maxLength: 20 }), (fills) => {
        const log = new FillLog()
        for (const [k, fill] of fills.entries()) log.add(fill, k + 1)
        expect(Array.from({ length: log.length }, (_, row) => log.at(row))).toEqual(
          fills.map((fill, k) => ({ ...fill, tradeNumber: k + 1 })),
        )
      }),
    )
  })

  it('gives back every order with its last status, whatever its amounts', () => {
    const orders = fc.record({ side, tag: fc.string(), symbolIndex: small, size: amount, executed: amount })
    fc.assert(
      fc.property(fc.array(orders, { maxLength: 20 }), fc.boolean(), (wishes, isInBase) => {
        const log = new OrderLog()
        const expected = wishes.map(({ side, tag, symbolIndex, size, executed }, k) => {
          const order: MarketOrder = {
            number: k + 1,
            symbolIndex,
            side,
            type: 'MARKET',
            decisionTime: toEpochMs(60_000 * k + 59_999),
            decisionOpenTime: toEpochMs(60_000 * k),
            tag,
            ...(isInBase ? { quantity: size } : { quoteQuantity: size }),
          }
          const status = k % 2 === 0 ? ('PARTIALLY_FILLED' as const) : ('CANCELED' as const)
          const time = toEpochMs(60_000 * k + 120_000)
          const change = { status, executedQuantity: executed, reason: 'why' }
          log.update(log.add(order), { ...change, time })
          return { order, ...change, ...(status === 'CANCELED' && { endTime: time }) }
        })
        expect(Array.from({ length: log.length }, (_, row) => log.at(row))).toEqual(expected)
      }),
    )
  })

  it('gives back every order that rests or belongs to a list, and every ask, as it was written', () => {
    const none = undefined
    const prices = fc.oneof(
      fc.record({
        type: fc.constant('LIMIT' as const),
        price: amount,
        timeInForce: fc.constantFrom('GTC', 'IOC', 'FOK'),
      }),
      fc.record({ type: fc.constant('LIMIT_MAKER' as const), price: amount }),
      fc.record({ type: fc.constantFrom('STOP_LOSS', 'TAKE_PROFIT'), stopPrice: amount }),
      fc.record({ type: fc.constantFrom('STOP_LOSS', 'TAKE_PROFIT'), trailingDelta: small }),
      fc.record({
        type: fc.constantFrom('STOP_LOSS_LIMIT', 'TAKE_PROFIT_LIMIT'),
        price: amount,
        timeInForce: fc.constantFrom('GTC', 'IOC', 'FOK'),
        stopPrice: amount,
        trailingDelta: small,
      }),
    )
    const exits = fc.oneof(
      fc.record({ stop: amount }),
      fc.record({ takeProfit: amount, trailingDelta: small }),
      fc.record({ stop: amount, takeProfit: amount }),
    )
    const place = fc.constantFrom(
      {},
      { list: 7 },
      { list: 7, listRole: 'WORKING' },
      { list: 7, listRole: 'PENDING' },
    )
    const wishes = fc.record({
      side,
      size: amount,
      prices,
      exits,
      place,
      cancels: fc.array(small, { maxLength: 2 }),
    })
    const termsOf = (given: object) => ({
      ...{ price: none, timeInForce: none, stopPrice: none, trailingDelta: none },
      ...given,
    })
    fc.assert(
      fc.property(fc.array(wishes, { maxLength: 20 }), (all) => {
        const orders = new OrderLog()
        const decisions = new DecisionLog()
        const expected = all.map(({ side, size, prices, exits, place, cancels }, k) => {
          const [time, openTime] = [toEpochMs(60_000 * k + 59_999), toEpochMs(60_000 * k)]
          const common = { symbolIndex: 0, decisionTime: time, decisionOpenTime: openTime, tag: '' }
          const order = { number: k + 1, ...common, side, quantity: size, ...prices, ...place } as Order
          orders.add(order)
          const all = { stop: none, takeProfit: none, trailingDelta: none, ...exits }
          const asked = [
            { kind: 'ORDER', side, quantity: size, quoteQuantity: none, prices: termsOf(prices), exits: all },
            { kind: 'ORDER', side, quantity: none, quoteQuantity: size, prices: none, exits: none },
            { kind: 'EXITS', exits: all },
            { kind: 'OCO', quantity: size, below: termsOf(prices), above: termsOf(prices) },
            { kind: 'TARGET', weight: 0.25 },
            { kind: 'CLOSE' },
          ] as readonly DeskAsk[]
          const told = [
            { kind: 'ORDER', side, quantity: size, ...prices, exits },
            { kind: 'ORDER', side, quoteQuantity: size },
            { kind: 'EXITS', exits },
            { kind: 'OCO', quantity: size, below: prices, above: prices },
            { kind: 'TARGET', weight: 0.25 },
            { kind: 'CLOSE' },
          ]
          const words = { time, symbolIndex: 0, tag: '', cancels, orderNumber: k + 1 }
          const ask = asked[k % asked.length] ?? { kind: 'CANCEL' }
          decisions.add({ ...words, ask })
          return { order, decision: { ...words, ask: told[k % told.length] } }
        })
        const rows = expected.map((_, row) => row)
        expect(rows.map((row) => orders.at(row).order)).toEqual(expected.map(({ order }) => order))
        expect(rows.map((row) => decisions.at(row))).toEqual(expected.map(({ decision }) => decision))
      }),
    )
  })
})
