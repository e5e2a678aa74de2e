/**
 * Equity after and before costs and buy and hold as lines, with the drawdown of equity underneath on the
 * same days; bands mark the deepest drawdowns. Floor 4.
 */
import type { TopLevelSpec } from 'vega-lite'
import { valueAt } from '../engine/model/bars.js'
import {
  FULL_PADDING,
  FULL_WIDTH,
  LABEL_WIDTH,
  logTicks,
  MARGIN,
  padded,
  rangeOf,
  shortNumber,
  timeAxis,
} from './chart-frame.js'
import { INK } from './chart-ink.js'
import type { EquityCurve } from './equity-curve.js'
import { thinToExtremes } from './thin-series.js'

/** Most points of a line; longer series keep the extremes of each stretch. */
export const MAX_POINTS = 1600

const EQUITY_HEIGHT = 270
const DRAWDOWN_HEIGHT = 90

/** Share of the chart's width from which a band has room for its rank. */
const LABELLED = 0.02

/** A stretch of time with its rank, drawn as a band. */
export interface Band {
  readonly from: number
  readonly to: number
  readonly rank: number
}

/** The chart's Vega-Lite spec; `log` needs values above 0. */
export function equityChart(
  curve: EquityCurve,
  {
    scale = 'linear',
    bands = [],
  }: { readonly scale?: 'linear' | 'log'; readonly bands?: readonly Band[] } = {},
): TopLevelSpec {
  const span = [valueAt(curve.times, 0), valueAt(curve.times, curve.times.length - 1)] as const
  const [low, high] = rangeOf(curve.equity, curve.gross, curve.hold)
  const money = scale === 'log' ? ([low * 0.97, high * 1.03] as const) : padded(low, high)
  const depth = Math.min(rangeOf(curve.drawdown)[0], -0.01) * (1 + MARGIN)
  const y = (domain: readonly [number, number], axis: object, type: 'linear' | 'log' = 'linear') => ({
    field: 'v',
    type: 'quantitative' as const,
    scale: { type, domain: [...domain], nice: false, ...(type === 'log' ? {} : { zero: false }) },
    axis: { minExtent: LABEL_WIDTH, maxExtent: LABEL_WIDTH, ...axis },
  })
  const moneyAxis = {
    format: money[1] >= 10_000 ? '~s' : ',~f',
    ...(scale === 'log' ? { values: [...logTicks(...money)] } : { tickCount: 4 }),
  }
  const line = (values: Float64Array, mark: object) => ({
    data: { values: thinned(curve.times, values) },
    mark: { type: 'line' as const, strokeJoin: 'round' as const, ...mark },
  })
  const time = timeAxis(span, { hasLabels: false })
  return {
    padding: FULL_PADDING,
    spacing: 16,
    vconcat: [
      {
        width: FULL_WIDTH,
        height: EQUITY_HEIGHT,
        encoding: { x: time, y: y(money, moneyAxis, scale) },
        layer: [
          ...(bands.length === 0 ? [] : bandLayers(bands, time, span)),
          line(curve.hold, { stroke: INK.hold, strokeWidth: 1 }),
          line(curve.gross, { stroke: INK.gross, strokeWidth: 1, strokeDash: [5, 3] }),
          line(curve.equity, { stroke: INK.gain, strokeWidth: 1.75 }),
        ],
      },
      {
        width: FULL_WIDTH,
        height: DRAWDOWN_HEIGHT,
        data: { values: thinned(curve.times, curve.drawdown) },
        encoding: {
          x: timeAxis(span),
          y: y([depth, 0], { format: depth < -0.02 ? '.0%' : '.1%', tickCount: 2 }),
        },
        mark: {
          type: 'area',
          fill: INK.loss,
          fillOpacity: 0.25,
          line: { stroke: INK.loss, strokeWidth: 1.5 },
        },
      },
    ],
  }
}

/** Each band as a rectangle over the whole height with its rank at its top. */
function bandLayers(
  bands: readonly Band[],
  time: ReturnType<typeof timeAxis>,
  span: readonly [number, number],
) {
  const data = {
    values: bands.map(({ from, to, rank }) => ({
      t: from,
      u: to,
      m: (from + to) / 2,
      rank: to - from > LABELLED * (span[1] - span[0]) ? String(rank) : '',
    })),
  }
  return [
    {
      data,
      mark: { type: 'rect' as const, fill: INK.loss, fillOpacity: 0.08 },
      encoding: { x: time, x2: { field: 'u' }, y: { value: 0 }, y2: { value: EQUITY_HEIGHT } },
    },
    {
      data,
      mark: { type: 'text' as const, fill: INK.loss, baseline: 'top' as const, fontSize: 12 },
      encoding: {
        x: { ...time, field: 'm' },
        y: { value: 2 },
        text: { field: 'rank', type: 'nominal' as const },
      },
    },
  ]
}

function thinned(times: Float64Array, values: Float64Array): { readonly t: number; readonly v: number }[] {
  return thinToExtremes(values, MAX_POINTS).map((i) => ({
    t: valueAt(times, i),
    v: shortNumber(valueAt(values, i)),
  }))
}
