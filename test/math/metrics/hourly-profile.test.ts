import { describe, expect, it } from 'vitest'
import { hourlyProfile } from '../../../engine/math/metrics/hourly-profile.js'
import { fixtureRun, moment } from './run-fixture.js'

/** A position bought at the first open, so that equity moves with the close. */
const HELD = { bar: 0, side: 'BUY', price: '100', quantity: '10' } as const

describe('hourlyProfile', () => {
  it('takes an hour from the last close before it to its own last close', () => {
    // Half-hour bars from Monday 2024-01-01 00:00: the hour at 01:00 goes from 110 to 121.
    const hours = hourlyProfile(
      fixtureRun({ interval: '30m', closes: [105, 110, 200, 121], opens: [100], fills: [HELD] }),
    )
    expect(hours).toHaveLength(168)
    expect(hours[1]).toMatchObject({ weekday: 0, hour: 1, count: 1 })
    expect(hours[1]?.mean).toBeCloseTo(0.1, 12)
    expect(hours.filter(({ count }) => count > 0)).toHaveLength(1)
  })

  it('averages the same hour of two weeks, and counts no hour without a bar', () => {
    const week = 7 * 24 * 3_600_000
    const start = moment('2024-01-03T05:00')
    const openTimes = [start, start + 3_600_000, start + week, start + week + 3_600_000]
    const hours = hourlyProfile(
      fixtureRun({ openTimes, closes: [100, 110, 110, 143], opens: [100], fills: [HELD] }),
    )
    // Wednesday 06:00: +10 % and +30 %; 05:00 of the second week: no change since the bar before.
    const wednesday = hours.filter(({ weekday, count }) => weekday === 2 && count > 0)
    expect(wednesday.map(({ hour, count, mean }) => [hour, count, Number(mean.toFixed(9))])).toEqual([
      [5, 1, 0],
      [6, 2, 0.2],
    ])
  })

  it('has nothing to say of bars longer than an hour', () => {
    expect(hourlyProfile(fixtureRun({ interval: '4h', closes: [1, 2, 3] }))).toEqual([])
  })
})
