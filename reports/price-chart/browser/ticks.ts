/** Where the lines of a grid lie. Floor 4. */

/** A line across time. */
export interface TimeTick {
  readonly time: number
  readonly label: string
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY_LENGTH = 24 * HOUR
const MONTH = 30 * DAY_LENGTH

const STEPS = [
  ...[1, 5, 10, 15, 30].map((n) => n * 1000),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 4, 7, 14].map((n) => n * DAY_LENGTH),
]
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120, 240]

/** At most about `count` round moments of a stretch, UTC. */
export function timeTicks(from: number, to: number, count: number): readonly TimeTick[] {
  const wanted = (to - from) / Math.max(1, count)
  const step = STEPS.find((one) => one >= wanted)
  return step === undefined ? monthTicks(from, to, wanted) : evenTicks(from, to, step)
}

function evenTicks(from: number, to: number, step: number): readonly TimeTick[] {
  const ticks: TimeTick[] = []
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    const text = new Date(time).toISOString()
    const isDay = time % DAY_LENGTH === 0
    const clock = step < MINUTE ? text.slice(11, 19) : text.slice(11, 16)
    ticks.push({ time, label: isDay ? text.slice(5, 10) : clock })
  }
  return ticks
}

function monthTicks(from: number, to: number, wanted: number): readonly TimeTick[] {
  const step = MONTH_STEPS.find((months) => months * MONTH >= wanted) ?? 480
  const start = new Date(from)
  const ticks: TimeTick[] = []
  const first = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step
  for (let month = first; ; month += step) {
    const time = Date.UTC(Math.floor(month / 12), month % 12, 1)
    if (time > to) return ticks
    const text = new Date(time).toISOString()
    if (time >= from) ticks.push({ time, label: month % 12 === 0 ? text.slice(0, 4) : text.slice(0, 7) })
  }
}

/** Round values from `low` to `high`, at most about `count`, and the decimals they need. */
export function valueTicks(
  low: number,
  high: number,
  count: number,
): { readonly values: readonly number[]; readonly decimals: number } {
  const wanted = (high - low) / Math.max(1, count)
  if (!(wanted > 0) || !Number.isFinite(wanted)) return { values: [low], decimals: 2 }
  let exponent = Math.floor(Math.log10(wanted))
  const lead = wanted / 10 ** exponent
  const digit = lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10
  const step = digit * 10 ** exponent
  if (digit === 10) exponent++
  const values: number[] = []
  const last = Math.floor(high / step)
  for (let k = Math.ceil(low / step); k <= last; k++) values.push(k * step)
  return { values, decimals: Math.max(0, -exponent) }
}
