import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FillLog } from '../../engine/core/journal/fill-log.js'
import { OrderLog } from '../../engine/core/journal/order-log.js'
import type { Execution } from '../../engine/model/event.js'
import type { MarketOrder } from '../../engine/model/order.js'
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
})
