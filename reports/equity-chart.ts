/** Equity and buy and hold as lines, with the drawdown of equity underneath on the same days. Floor 4. */
import type { TopLevelSpec } from 'vega-lite'
import { valueAt } from '../engine/model/bars.js'
import { DAY_MS } from '../engine/model/time.js'
import type { EquityCurve } from './equity-curve.js'
import { thinToExtremes } from './thin-series.js'

/** Most points of a line; longer series keep the extremes of each stretch. */
export const MAX_POINTS = 2000

const WIDTH = 860
const EQUITY_HEIGHT = 270
const DRAWDOWN_HEIGHT = 90
const LABEL_WIDTH = 68

/** Share of its range by which a scale goes beyond the values. */
const MARGIN = 0.04

/** One point of a line: time and value. */
interface Point {
  readonly t: number
  readonly v: number
}

/** The chart's Vega-Lite spec. */
export function equityChart(curve: EquityCurve): TopLevelSpec {
  const span = [valueAt(curve.times, 0), valueAt(curve.times, curve.times.length - 1)] as const
  const line = (values: Float64Array) => thinned(curve.times, values)
  const money = padded(lowest(curve.equity, curve.hold), highest(curve.equity, curve.hold))
  const depth = Math.min(lowest(curve.drawdown), -0.01) * (1 + MARGIN)
  const y = (domain: readonly [number, number], format: string, tickCount: number) => ({
    field: 'v',
    type: 'quantitative' as const,
    scale: { domain: [...domain], nice: false, zero: false },
    axis: { format, tickCount, minExtent: LABEL_WIDTH, maxExtent: LABEL_WIDTH },
  })
  const x = (hasLabels: boolean) => ({
    field: 't',
    type: 'temporal' as const,
    scale: { type: 'utc' as const, domain: [...span], nice: false },
    axis: {
      format: dayFormat(span[1] - span[0]),
      tickCount: 4,
      labels: hasLabels,
      labelFlush: false,
      labelPadding: 18,
    },
  })
  return {
    padding: { left: 0, top: 8, right: 32, bottom: 8 },
    spacing: 16,
    vconcat: [
      {
        width: WIDTH,
        height: EQUITY_HEIGHT,
        encoding: { x: x(false), y: y(money, money[1] >= 10_000 ? '~s' : ',~f', 4) },
        layer: [
          {
            data: { values: line(curve.hold) },
            mark: { type: 'line', stroke: 'var(--hold)', strokeWidth: 1 },
          },
          {
            data: { values: line(curve.equity) },
            mark: { type: 'line', stroke: 'var(--gain)', strokeWidth: 1.75, strokeJoin: 'round' },
          },
        ],
      },
      {
        width: WIDTH,
        height: DRAWDOWN_HEIGHT,
        data: { values: line(curve.drawdown) },
        encoding: { x: x(true), y: y([depth, 0], depth < -0.02 ? '.0%' : '.1%', 2) },
        mark: {
          type: 'area',
          fill: 'var(--loss)',
          fillOpacity: 0.25,
          line: { stroke: 'var(--loss)', strokeWidth: 1.5 },
        },
      },
    ],
  }
}

function thinned(times: Float64Array, values: Float64Array): Point[] {
  return thinToExtremes(values, MAX_POINTS).map((i) => ({ t: valueAt(times, i), v: valueAt(values, i) }))
}

function lowest(...columns: readonly Float64Array[]): number {
  let low = Number.POSITIVE_INFINITY
  for (const column of columns) for (const value of column) if (value < low) low = value
  return low
}

function highest(...columns: readonly Float64Array[]): number {
  let high = Number.NEGATIVE_INFINITY
  for (const column of columns) for (const value of column) if (value > high) high = value
  return high
}

/** A domain a little wider than the values, so that a flat line lies inside it. */
function padded(low: number, high: number): readonly [number, number] {
  const margin = (high - low) * MARGIN || Math.abs(high) * MARGIN || 1
  return [low - margin, high + margin]
}

/** Ticks in digits alone, no longer than their spacing needs. */
function dayFormat(span: number): string {
  if (span > 150 * DAY_MS) return '%Y-%m'
  if (span > 8 * DAY_MS) return '%m-%d'
  return span > 2 * DAY_MS ? '%d %H:%M' : '%H:%M'
}
