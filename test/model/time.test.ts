import { describe, expect, it } from 'vitest'
import {
  barsBetween,
  closeTimeOf,
  formatTime,
  INTERVALS,
  intervalMs,
  isInterval,
  isOnGrid,
  nextOpenTime,
  parseTime,
  toEpochMs,
} from '../../engine/model/time.js'

const at = (text: string) => Date.parse(text)

describe('a time as text', () => {
  it.each([
    ['2024-01-01', '2024-01-01T00:00:00.000Z'],
    ['2024-01-01T12:30', '2024-01-01T12:30:00.000Z'],
    ['2024-01-01 12:30:15', '2024-01-01T12:30:15.000Z'],
    ['2024-01-01T12:30:15.5Z', '2024-01-01T12:30:15.500Z'],
    ['2024-03-31T02:30+02:00', '2024-03-31T00:30:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('%s is UTC unless it says otherwise', (text, expected) => {
    expect(formatTime(parseTime(text) ?? 0)).toBe(expected)
  })

  it.each([
    '',
    '2024',
    '2024-02-30',
    '2024-13-01',
    '2024-01-01T24:00',
    '2024-01-01T10:61',
    '01/02/2024',
    '1704067200000',
  ])('%j is none', (text) => {
    expect(parseTime(text)).toBeUndefined()
  })

  it('must be whole milliseconds', () => {
    expect(() => toEpochMs(1.5)).toThrow('a time must be whole milliseconds, was 1.5')
    expect(() => toEpochMs(Number.NaN)).toThrow(RangeError)
  })
})

describe('an interval', () => {
  it('is one of the exchange’s', () => {
    expect(INTERVALS.every(isInterval)).toBe(true)
    expect(isInterval('7m')).toBe(false)
    expect(
      INTERVALS.slice(0, -1).every(
        (one, i) => i === 0 || intervalMs(one) > intervalMs(INTERVALS[i - 1] ?? '1s'),
      ),
    ).toBe(true)
  })

  it('ends one millisecond before the next begins; a month has the days it has', () => {
    expect(formatTime(closeTimeOf(at('2024-01-01'), '1m'))).toBe('2024-01-01T00:00:59.999Z')
    expect(formatTime(closeTimeOf(at('2024-02-01'), '1M'))).toBe('2024-02-29T23:59:59.999Z')
    expect(formatTime(nextOpenTime(at('2023-12-01'), '1M'))).toBe('2024-01-01T00:00:00.000Z')
  })

  it.each([
    ['2024-01-01T00:05:00Z', '5m', true],
    ['2024-01-01T00:06:00Z', '5m', false],
    ['2024-01-01T00:00:00Z', '1w', true],
    ['2024-01-02T00:00:00Z', '1w', false],
    ['2024-02-01T00:00:00Z', '1M', true],
    ['2024-02-02T00:00:00Z', '1M', false],
    ['2017-08-17T00:00:00Z', '3d', true],
    ['2018-02-10T09:28:14.789Z', '1h', false],
  ] as const)('at %s opens a bar of %s: %s', (time, interval, expected) => {
    expect(isOnGrid(at(time), interval)).toBe(expected)
  })

  it('counts the bars between two open times', () => {
    expect(barsBetween(at('2024-01-01'), at('2024-01-02'), '1h')).toBe(24)
    expect(barsBetween(at('2023-11-01'), at('2024-02-01'), '1M')).toBe(3)
  })
})
