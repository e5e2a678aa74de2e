/** One bar, explained: what the record says and what the backtester says stand side by side. */
import { describe, expect, it } from 'vitest'
import { explainBar } from '../../engine/promote/explain-bar.js'
import { recordedOrders } from '../../engine/promote/recorded-bodies.js'
import { noisySession } from './noisy-session.js'

const { record, code, bars } = noisySession({ seed: 4, isWild: false, alpha: 0.3, spread: 0 })
const [order] = recordedOrders(record)
if (!order) throw new Error('the session must have asked for something')
const explained = (time: number) => explainBar(record, code, { symbolIndex: 0, time })

describe('an explained bar', () => {
  it('has the inputs, the indicators, what was asked for, the order, its fill and why that price, on both sides', () => {
    const bar = explained(order.decisionTime)
    const i = [...bars.openTime].indexOf(order.decisionOpenTime)
    expect(bar?.inputs.close).toBe(bars.close[i])
    expect(bar?.closeTime).toBe(new Date(order.decisionTime).toISOString())
    // sma(close, 2) now and a bar before, by hand.
    const mean = (k: number) => ((bars.close[k] ?? 0) + (bars.close[k - 1] ?? 0)) / 2
    const [now, before] = bar?.replayed.readings?.mean ?? []
    expect(now).toBeCloseTo(mean(i), 8)
    expect(before).toBeCloseTo(mean(i - 1), 8)
    for (const side of [bar?.recorded, bar?.replayed]) {
      expect(side?.asks).toEqual(['{"kind":"TARGET","weight":0.8}'])
      expect(side?.orders).toHaveLength(1)
      expect(side?.orders[0]?.request).toMatch(
        /^POST \/api\/v3\/order\?symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=/,
      )
      expect(side?.orders[0]?.status).toBe('FILLED')
      expect(side?.orders[0]?.fills).toHaveLength(1)
    }
    expect(bar?.recorded.orders[0]?.request).toBe(bar?.replayed.orders[0]?.request)
    // The market of the record slips by 0.3 × ATR, the model by 0.5.
    expect(bar?.recorded.orders[0]?.fills[0]).toMatch(
      /the exchange's price, 0\.(29|30|3)\d* × ATR .* against a BUY from the open/,
    )
    expect(bar?.replayed.orders[0]?.fills[0]).toMatch(/the open \S+ \+ 0\.5 × ATR \S+, made a tick up/)
  })

  it('says that nothing was asked for where nothing was, and that a bar only warmed up', () => {
    const bar = explained(bars.openTime[3] ?? 0)
    expect([bar?.isWarmUp, bar?.recorded.asks, bar?.replayed.asks]).toEqual([true, [], []])
  })

  it('is none before the first bar and behind the last', () => {
    expect(explained((bars.openTime[0] ?? 0) - 1)).toBeUndefined()
    expect(explained((bars.openTime[bars.length - 1] ?? 0) + 60_000)).toBeUndefined()
    expect(explained((bars.openTime[bars.length - 1] ?? 0) + 59_999)).toBeDefined()
  })
})
