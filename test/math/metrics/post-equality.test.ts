/** Posts that the market meets at their very price. */
import { describe, expect, it } from 'vitest'
import { postEquality } from '../../../engine/math/metrics/post-equality.js'
import { barsOf, run, scripted } from '../../market.js'

describe('the share of posts that an open meets at their price', () => {
  const post = (price: number) =>
    scripted({ 0: ({ buy }) => buy({ quantity: 1, type: 'LIMIT_MAKER', price }) })
  const bars = barsOf([
    [100, 101, 99, 100],
    // Fills nothing: the open that counts is the next bar's.
    [98, 98, 98, 98, 0],
    [99, 101, 98.5, 100],
  ])

  it.each([
    [99, 1],
    [98.99, 0],
    // Above the open it is refused, and was a post all the same.
    [99.01, 0],
    // The open of a bar without trades meets nothing.
    [98, 0],
  ])('counts one at %d as %d', (price, equal) => {
    expect(postEquality(run({ strategy: post(price), bars, settings: { atrPeriod: 1 } }))).toEqual({
      posts: 1,
      equal,
      share: equal,
    })
  })

  it('counts no exit of a pair, nothing a limit has stopped, nothing behind the last bar', () => {
    const strategy = scripted({
      0: ({ bracket }) => bracket({ quantity: 1, stop: 50, takeProfit: 99 }),
      1: ({ buy }) => buy({ quote: 200, type: 'LIMIT_MAKER', price: 99 }),
      2: ({ buy }) => buy({ quote: 10, type: 'LIMIT_MAKER', price: 99 }),
    })
    const limits = {
      maxOrderQuote: 150n * 10n ** 8n,
      maxPositionQuote: undefined,
      maxDailyLoss: undefined,
      maxOrdersPerMinute: undefined,
    }
    const { posts, share } = postEquality(run({ strategy, bars, settings: { limits, atrPeriod: 1 } }))
    expect([posts, share]).toEqual([0, Number.NaN])
  })
})
