import { expect, it } from 'vitest'
import { formatDay, formatMoment, formatMonth, formatSpan } from '../../reports/format-moment.js'

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

it.each([
  [0, '0 s'],
  [999, '1 s'],
  [59_000, '59 s'],
  [90_000, '1.5 min'],
  [3_600_000, '1 h'],
  [36 * 3_600_000, '1.5 d'],
  [1100.14 * 86_400_000, '1,100.1 d'],
])('a length of %d ms is printed in its largest unit', (ms, text) => {
  expect(formatSpan(ms)).toBe(text)
})
