import { expect, it } from 'vitest'
import { formatDay, formatMoment, formatMonth } from '../../reports/format-moment.js'

it.each([
  [Date.UTC(2024, 0, 1), '2024-01-01 00:00'],
  [Date.UTC(2024, 11, 31, 23, 59, 7), '2024-12-31 23:59:07'],
  [Date.UTC(2024, 1, 29, 23, 59, 59, 999), '2024-02-29 23:59:59.999'],
])('a moment is printed in UTC, as short as it is exact: %d', (time, text) => {
  expect(formatMoment(time)).toBe(text)
})

it('days and months are those of UTC', () => {
  const time = Date.UTC(2024, 1, 29, 23, 59)
  expect([formatDay(time), formatMonth(time)]).toEqual(['2024-02-29', '2024-02'])
})
