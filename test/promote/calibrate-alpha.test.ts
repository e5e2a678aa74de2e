/** Calibration: a slippage that was planted is found again, within its interval. */
import { describe, expect, it } from 'vitest'
import { calibrateAlpha } from '../../engine/promote/calibrate-alpha.js'
import { slippageSamples } from '../../engine/promote/slippage-samples.js'
import { noisySession } from './noisy-session.js'

const PLANTED = 0.3

describe('the calibration', () => {
  it('finds a planted alpha of 0.3 within its interval, and not the 0.5 of the model', () => {
    const seeds = Array.from({ length: 10 }, (_, k) => k + 1)
    const found = seeds.map((seed) => {
      const { record } = noisySession({ seed, bars: 700, alpha: PLANTED, spread: 0.4, isWild: false })
      return calibrateAlpha(slippageSamples(record), 1)
    })
    // Of ten intervals of 95 % one may miss.
    const isInside = found.filter(({ market: { low, high } }) => low <= PLANTED && PLANTED <= high)
    expect(isInside.length).toBeGreaterThanOrEqual(9)
    for (const { market, proposed } of found) {
      expect(market.orders).toBeGreaterThan(100)
      expect(market.high).toBeLessThan(0.5)
      expect(Math.abs((proposed ?? 0) - PLANTED)).toBeLessThan(0.06)
    }
  })

  it('has the same numbers for the same seed, groups by type and hour, and counts every order once', () => {
    const { record } = noisySession({ seed: 3, bars: 700, alpha: PLANTED, spread: 0.4, isWild: false })
    const samples = slippageSamples(record)
    const calibration = calibrateAlpha(samples, 7)
    expect(calibrateAlpha(samples, 7)).toEqual(calibration)
    expect(calibration.byHour.map(({ orders }) => orders).reduce((a, b) => a + b)).toBe(samples.length)
    expect(calibration.byType.map(({ name }) => name)).toEqual(['MARKET'])
    expect(calibration.byHour.length).toBeGreaterThan(3)
  })

  it('proposes nothing without an order at market, and never less than 0', () => {
    expect(calibrateAlpha([], 1).proposed).toBeUndefined()
    const { record } = noisySession({ seed: 3, bars: 300, alpha: -0.4, spread: 0.1, isWild: false })
    expect(calibrateAlpha(slippageSamples(record), 1).proposed).toBe(0)
  })
})
