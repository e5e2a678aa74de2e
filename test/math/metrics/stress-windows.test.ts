import { expect, it } from 'vitest'
import { stressResults } from '../../../engine/math/metrics/stress-windows.js'
import { DAY_MS, toEpochMs } from '../../../engine/model/time.js'
import { moment } from './run-fixture.js'

/** Marks a day apart; equity stays, and the close falls from 100 to 50 in the middle of the days. */
function marksFrom(start: string, days: number) {
  const times = Array.from({ length: days }, (_, i) => toEpochMs(moment(start) + i * DAY_MS))
  return {
    times,
    equity: new Float64Array(days).fill(7),
    close: Float64Array.from(times, (_, i) => (i < days / 2 ? 100 : 50)),
  }
}

it('a stress is told where its first and last midnight are marked', () => {
  const found = stressResults(marksFrom('2020-03-01', 32))
  expect(found).toHaveLength(1)
  expect(found[0]).toMatchObject({ return: 0, holdReturn: -0.5, drawdown: 0, holdDrawdown: 0.5 })
  expect(found[0]?.name).toContain('2020-03')
})

it('a stress that is covered in part is not told', () => {
  expect(stressResults(marksFrom('2020-03-02', 60))).toEqual([])
  expect(stressResults(marksFrom('2020-03-01', 31))).toEqual([])
})

it('years of marks hold all five', () => {
  expect(stressResults(marksFrom('2020-01-01', 366 * 5))).toHaveLength(5)
})
