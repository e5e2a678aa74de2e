/**
 * A market that never was: bars from a seed, the same bytes on every machine, to try things out and to
 * test with. Integers, + − × ÷ and √ only, so that no CPU rounds differently. Floor 3.
 *
 * It is set to moments of real one-minute bars of BTCUSDT, never to what some strategy earns on it.
 * Targets for a month, measured and tested beside the real ones in `README.md`:
 * - returns have a standard deviation of 0.05 to 0.11 % and fat tails (kurtosis 8 to 400);
 * - large moves follow large ones (GARCH), and jumps come every 1,500 bars or so;
 * - regimes of up to four days drift up, down or not at all, and are calm, normal or wild;
 * - range and volume follow the hour of the day, and volume follows the move;
 * - a bar opens where the last one closed (half of them) or one tick beside it; 1 in 100 does not move;
 * - the price is drawn home, so that years of bars stay within a few thousand to a few hundred thousand.
 */
import { newRandom } from '../engine/math/random.js'
import { BarColumns, ORIGINS } from '../engine/model/bars.js'
import { ConfigError } from '../engine/model/errors.js'
import { DAY_MS, type Interval, intervalMs, isOnGrid, nextOpenTime } from '../engine/model/time.js'

/** Symbol of the synthetic market: base SYNTH, quote USDT. */
export const SYNTHETIC_SYMBOL = 'SYNTHUSDT'

const START = Date.UTC(2020, 0, 1)
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const MAX_COUNT = 50_000_000
/** The last moment that a Date can say: 275760-09-13. */
const MAX_TIME = 8.64e15

/** Prices are whole ticks of 0.01, volumes whole lots of 0.00001. */
const TICKS_PER_UNIT = 100
const LOTS_PER_UNIT = 100_000

const HOME_TICKS = 2_500_000
/** Share of the way home that is gone in a minute: half of the way in 120 days. */
const PULL_PER_MINUTE = 4e-6

/** Standard deviation of a minute's return when nothing happens, a fraction. */
const QUIET_SIGMA = 0.000_52
/** The most that a bar of any interval may have: 21 of them, the largest shock, then leave a price above 0. */
const MAX_SIGMA = 0.035

/** GARCH(1,1) of the heat, 1 when nothing happens: what a shock adds, what is left of it, the most. */
const HEATING = 0.07
const COOLING = 0.915
const MAX_HEAT = 60

/** A regime lasts 1 to 5,760 bars. Trend in standard deviations a bar, volatility as a factor. */
const REGIME_BARS = 5760
const TRENDS = [-0.012, 0, 0.012] as const
const VOLATILITIES = [0.7, 1, 1.6] as const

/** Jumps are 1 to 3,000 bars apart and 4 to 16 standard deviations high. */
const JUMP_BARS = 3000
const MIN_JUMP = 4
const JUMP_RANGE = 12

/** A smaller shock, in standard deviations, leaves the price where it is. */
const STICKY_SHOCK = 0.012

const LOTS = 1_600_000

/** Ticks from a close to the next open, one of 16 alike. */
const BESIDE = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, -1, -1, -1, -1]

/** Volume of a UTC hour against the day's mean; BTCUSDT-1h of 2022-01 to 2026-04. Ranges go likewise. */
const HOURS = [
  0.98, 0.92, 0.86, 0.78, 0.73, 0.73, 0.78, 0.91, 0.92, 0.88, 0.85, 0.87, 1.08, 1.37, 1.67, 1.58, 1.35, 1.17,
  1.08, 1.05, 0.96, 0.79, 0.84, 0.84,
]

/**
 * `count` bars of the synthetic market from 2020-01-01T00:00:00Z on (1w: from the Monday after it),
 * without a gap, with flags 0 and origin `synthetic`: they fill orders as real ones do. Fewer bars of
 * a seed are the first of more. Regimes and jumps are counted in bars, whatever the interval.
 * Throws a ConfigError when `count` is not 1 to 50,000,000 or they end after the year 275760, a RangeError
 * on a seed that is no whole number.
 */
export function generateBars({
  seed,
  count,
  symbol = SYNTHETIC_SYMBOL,
  interval = '1m',
}: {
  readonly seed: number
  readonly count: number
  readonly symbol?: string
  readonly interval?: Interval
}): BarColumns {
  if (!Number.isSafeInteger(count) || count < 1 || count > MAX_COUNT) {
    throw new ConfigError(`synthetic bars must be a whole number from 1 to ${MAX_COUNT}, was ${count}`)
  }
  const stepMs = intervalMs(interval)
  if (START + count * stepMs > MAX_TIME) {
    throw new ConfigError(`synthetic bars must end before the year 275760, ${count} of ${interval} do not`)
  }
  const bars = new BarColumns({ symbol, interval, capacity: count })
  bars.length = count
  bars.origin.fill(ORIGINS.indexOf('synthetic'))

  const random = newRandom(seed)
  const minutes = stepMs / MINUTE_MS
  const sigma = QUIET_SIGMA * Math.sqrt(minutes)
  const pull = PULL_PER_MINUTE * minutes
  const { openTime, open, high, low, close, volume } = bars
  let time = firstOpenTime(interval)
  let price = HOME_TICKS
  let heat = 1
  let trend = 0
  let volatility = 1
  let barsToRegime = 1
  let barsToJump = JUMP_BARS
  for (let i = 0; i < count; i++) {
    if (--barsToRegime === 0) {
      barsToRegime = 1 + Math.floor(random.uniform() * REGIME_BARS)
      trend = oneOf(TRENDS, random.uniform())
      volatility = oneOf(VOLATILITIES, random.uniform())
    }
    let shock = random.normal()
    const isStuck = Math.abs(shock) < STICKY_SHOCK
    if (--barsToJump === 0) {
      barsToJump = 1 + Math.floor(random.uniform() * JUMP_BARS)
      const jump = MIN_JUMP + random.uniform() * JUMP_RANGE
      shock += random.uniform() < 0.5 ? jump : -jump
    }
    const activity = volatility * Math.sqrt(heat) * hourFactor(time)
    const deviation = price * Math.min(MAX_SIGMA, sigma * activity)
    heat = Math.min(MAX_HEAT, 1 - HEATING - COOLING + heat * (COOLING + HEATING * shock * shock))

    const bits = random.int32()
    const first = price + (BESIDE[bits & 15] ?? 0)
    const move = deviation * (shock + trend) + pull * (HOME_TICKS - price)
    const last = isStuck ? first : first + Math.floor(move + 0.5)
    // (a + b ± |a − b|) ÷ 2 is max and min without a branch that half the bars mispredict: 10 ns a bar.
    const body = Math.abs(last - first)
    const top = (first + last + body) / 2 + Math.floor(deviation * wick(bits >>> 4))
    const bottom = (first + last - body) / 2 - Math.floor(deviation * wick(bits >>> 15))
    const lots = LOTS * activity * (1 + Math.abs(shock)) * crowd(random.uniform())

    openTime[i] = time
    open[i] = first / TICKS_PER_UNIT
    high[i] = top / TICKS_PER_UNIT
    low[i] = bottom / TICKS_PER_UNIT
    close[i] = last / TICKS_PER_UNIT
    volume[i] = (1 + Math.floor(lots)) / LOTS_PER_UNIT
    price = last
    time = interval === '1M' ? nextOpenTime(time, interval) : time + stepMs
  }
  return bars
}

function firstOpenTime(interval: Interval): number {
  let time = START
  while (!isOnGrid(time, interval)) time += DAY_MS
  return time
}

function oneOf(choices: readonly [number, number, number], uniform: number): number {
  return uniform * 3 < 1 ? choices[0] : uniform * 3 < 2 ? choices[1] : choices[2]
}

/** `| 0` is Math.floor here, and the remainder of integers is the faster one. */
function hourFactor(openTime: number): number {
  return HOURS[((openTime / HOUR_MS) | 0) % 24] ?? 1
}

/** Length of a shadow in standard deviations, 0 to 1, none in a quarter of the cases. Uses bits 0 to 10. */
function wick(bits: number): number {
  const length = Math.max(0, (bits & 2047) - 512) / 1536
  return length * length
}

/** How many trade, from a fifth of the ordinary to three times as many; few more often than many. */
function crowd(uniform: number): number {
  const square = uniform * uniform
  return 0.2 + square * (0.7 + 2.1 * square * square)
}
