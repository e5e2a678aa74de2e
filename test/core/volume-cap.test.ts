/** Purchases are cut to a share of what recent bars traded. */
import { describe, expect, it } from 'vitest'
import { NO_LIMITS, volumeCap } from '../../engine/core/risk-limits.js'
import { barsOf, run, scripted, units } from '../market.js'

const VOLUMES = [1000, 4, 6, 10, 50, 50]
const bars = barsOf(VOLUMES.map((volume) => [100, 101, 99, 100, volume]))
const settings = { atrPeriod: 1, limits: { ...NO_LIMITS, maxVolume: { share: 0.1, bars: 3 } } }

describe('the share of recent volume', () => {
  it('bounds nothing without a limit or without volumes, and everything where nothing was traded', () => {
    expect(volumeCap(NO_LIMITS, [1, 2])).toBeUndefined()
    expect(volumeCap({ maxVolume: { share: 0.5, bars: 2 } }, [1, Number.NaN])).toBeUndefined()
    expect(volumeCap({ maxVolume: { share: 0.5, bars: 2 } }, [1, 2])).toBe(1.5)
    expect(volumeCap({ maxVolume: { share: 0.5, bars: 2 } }, [0, 0])).toBe(0)
  })

  // At the close of bar 3 the last three bars have traded 4 + 6 + 10 = 20: a tenth is 2, worth 200 at 100.
  it.each([
    ['a target', ({ target }) => target(1), '2'],
    ['a purchase in quote', ({ buy }) => buy({ quote: 5000 }), '2'],
    ['a purchase in base', ({ buy }) => buy({ quantity: 2.5 }), '2'],
    ['a limit order', ({ buy }) => buy({ quantity: 2.5, type: 'LIMIT', price: 100 }), '2'],
    ['less than the share', ({ buy }) => buy({ quantity: 1.9 }), '1.9'],
    // A wish in quote is worth what it says at the limit, and the cap is one of base.
    ['a limit order in quote', ({ buy }) => buy({ quote: 150, type: 'LIMIT', price: 50 }), '0'],
  ] as const satisfies readonly (readonly [string, Parameters<typeof scripted>[0][number], string])[])(
    'cuts %s',
    (_, ask, bought) => {
      const { fills } = run({ strategy: scripted({ 3: ask }), bars, settings })
      expect(fills.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(units(bought))
    },
  )

  it('never cuts a sale', () => {
    const strategy = scripted({ 0: ({ buy }) => buy({ quantity: 50 }), 3: ({ close }) => close() })
    const { fills } = run({ strategy, bars, settings })
    // The first bar alone traded 1000: a tenth is 100.
    expect(fills.map(({ side, quantity }) => [side, quantity])).toEqual([
      ['BUY', units('50')],
      ['SELL', units('50')],
    ])
  })

  it('buys nothing where nothing was traded', () => {
    const quiet = barsOf([0, 0, 0, 10, 10].map((volume) => [100, 101, 99, 100, volume]))
    const strategy = scripted({ 2: ({ target }) => target(1) })
    expect(run({ strategy, bars: quiet, settings }).orders).toEqual([])
  })
})
