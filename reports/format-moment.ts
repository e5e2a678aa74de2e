/** Moments as a page prints them, in UTC. Floor 4. */
import { formatTime } from '../engine/model/time.js'
import { formatFixed } from './format-number.js'

/** A moment as `2024-01-01 00:00`, with seconds and milliseconds where it has any. */
export function formatMoment(time: number): string {
  const text = formatTime(time).replace('T', ' ').replace('Z', '')
  if (text.endsWith(':00.000')) return text.slice(0, -7)
  return text.endsWith('.000') ? text.slice(0, -4) : text
}

/** The UTC day of a moment as `2024-01-01`. */
export function formatDay(time: number): string {
  return formatTime(time).slice(0, 10)
}

/** The UTC month of a moment as `2024-01`. */
export function formatMonth(time: number): string {
  return formatTime(time).slice(0, 7)
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const

/** A length of time in its largest unit, with a decimal where it has one: `1.5 d`, `20 min`, `0 s`. */
export function formatSpan(ms: number): string {
  const [size, name] = UNITS.find(([unit]) => ms >= unit) ?? [1000, 's']
  const count = formatFixed(ms / size, 1).replace('.0', '')
  return `${count} ${name}`
}
