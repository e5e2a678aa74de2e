/** What a session's own fills say of the slippage model: alpha, by type of order and by hour, with intervals. Floor 4. */
import { bootstrapMean, type MeanInterval } from '../math/metrics/stationary-bootstrap.js'
import { newRandom } from '../math/random.js'
import type { SlippageSample } from './slippage-samples.js'

/** One group of orders: slippage in units of ATR, above 0 against the trader. */
export interface SlippageGroup {
  readonly name: string
  readonly orders: number
  readonly mean: number
  /** Interval of the mean, 95 %; NaN below two orders. */
  readonly low: number
  readonly high: number
}

/** What was found. */
export interface Calibration {
  readonly byType: readonly SlippageGroup[]
  /** Orders at market, by the UTC hour of their first fill; hours without one are left out. */
  readonly byHour: readonly SlippageGroup[]
  /** All orders at market. */
  readonly market: SlippageGroup
  /** The mean of orders at market, at least 0; undefined without one. */
  readonly proposed: number | undefined
}

/** Orders below which an interval says little. */
export const FEW_ORDERS = 30

/** Calibrates. The intervals are of the stationary bootstrap: neighbouring orders meet the same market. */
export function calibrateAlpha(samples: readonly SlippageSample[], seed: number): Calibration {
  const atMarket = samples.filter(({ type }) => type === 'MARKET')
  const group = (name: string, own: readonly SlippageSample[]): SlippageGroup => {
    const values = Float64Array.from(own, ({ slippage }) => slippage)
    const { count, mean, low, high }: MeanInterval = bootstrapMean(values, { random: newRandom(seed) })
    return { name, orders: count, mean, low, high }
  }
  const byType = Map.groupBy(samples, ({ type }) => type)
  const byHour = Map.groupBy(atMarket, ({ time }) => new Date(time).getUTCHours())
  const market = group('MARKET', atMarket)
  return {
    byType: [...byType].map(([type, own]) => group(type, own)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    byHour: [...byHour]
      .sort(([a], [b]) => a - b)
      .map(([hour, own]) => group(`${String(hour).padStart(2, '0')}:00`, own)),
    market,
    proposed: atMarket.length === 0 ? undefined : Math.max(0, market.mean),
  }
}
