/**
 * Equity after and before costs and buy and hold as lines, with the drawdown of equity underneath on the
 * same days; bands mark the deepest drawdowns. Floor 4.
 */
import type { TopLevelSpec } from 'vega-lite'
import { barEnd } from '../engine/math/metrics/daily-marks.js'
import { openTimeAt } from '../engine/model/bars.js'
import type { RunResult } from '../engine/model/run-result.js'
import {
  amountAxis,
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
import { type CurveStretch, curveOf } from './equity-curve.js'
import { SeriesThinner } from './thin-series.js'

/** Most points of a line; longer series keep the extremes of each stretch. */
export const MAX_POINTS = 900

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

/** A point of a line. */
interface Point {
  /** UTC milliseconds. */
  readonly t: number
  readonly v: number
}

/** What is drawn of a curve: a few points of each line, its extremes among them. */
export interface EquityLines {
  readonly span: readonly [from: number, to: number]
  readonly equity: readonly Point[]
  readonly gross: readonly Point[]
  readonly hold: readonly Point[]
  readonly drawdown: readonly Point[]
  /** Lowest and highest amount of the three. */
  readonly range: readonly [low: number, high: number]
}

/** The lines of a run's curve, for a chart on any scale. `onStretch` sees each stretch of the curve on the way. */
export function equityLines(result: RunResult, onStretch?: (stretch: CurveStretch) => void): EquityLines {
  const { bars, first, end } = result
  const thinner = () => new SeriesThinner(end - first + 1, MAX_POINTS)
  const kept = { equity: thinner(), gross: thinner(), hold: thinner(), drawdown: thinner() }
  for (const stretch of curveOf(result)) {
    kept.equity.take(stretch.equity)
    kept.gross.take(stretch.gross)
    kept.hold.take(stretch.hold)
    kept.drawdown.take(stretch.drawdown)
    onStretch?.(stretch)
  }
  const timeOf = (i: number): number => (i === 0 ? openTimeAt(bars, first) : barEnd(bars, first + i - 1))
  const line = ({ kept: { indices, values } }: SeriesThinner): readonly Point[] =>
    indices.map((i, k) => ({ t: timeOf(i), v: shortNumber(values[k] ?? Number.NaN) }))
  const lines = {
    equity: line(kept.equity),
    gross: line(kept.gross),
    hold: line(kept.hold),
    drawdown: line(kept.drawdown),
  }
  const amounts = [...lines.equity, ...lines.gross, ...lines.hold]
  return {
    ...lines,
    span: [timeOf(0), timeOf(end - first)],
    range: rangeOf(Float64Array.from(amounts, ({ v }) => v)),
  }
}

/** The chart's Vega-Lite spec; `log` needs amounts above 0. */
export function equityChart(
  { span, equity, gross, hold, drawdown, range: [low, high] }: EquityLines,
  {
    scale = 'linear',
    bands = [],
  }: { readonly scale?: 'linear' | 'log'; readonly bands?: readonly Band[] } = {},
): TopLevelSpec {
  const money = moneyDomain(low, high, { scale, isStripped: bands.length > 0 })
  const deepest = drawdown.reduce((lowest, { v }) => Math.min(lowest, v), 0)
  const depth = Math.min(deepest, -0.01) * (1 + MARGIN)
  const y = (domain: readonly [number, number], axis: object, type: 'linear' | 'log' = 'linear') => ({
    field: 'v',
    type: 'quantitative' as const,
    scale: { type, domain: [...domain], nice: false, ...(type === 'log' ? {} : { zero: false }) },
    axis: { minExtent: LABEL_WIDTH, maxExtent: LABEL_WIDTH, ...axis },
  })
  const moneyAxis = {
    ...amountAxis(money[1]),
    ...(scale === 'log' ? { values: [...logTicks(...money)] } : { tickCount: 5 }),
  }
  const line = (points: readonly Point[], mark: object) => ({
    data: { values: [...points] },
    mark: { type: 'line' as const, strokeJoin: 'round' as const, ...mark },
    // Not on the layers of bands: Vega-Lite sees another domain in the same one with a second end.
    encoding: { x: timeAxis(span, { hasLabels: false }) },
  })
  return {
    padding: FULL_PADDING,
    spacing: 16,
    vconcat: [
      {
        width: FULL_WIDTH,
        height: EQUITY_HEIGHT,
        encoding: { y: y(money, moneyAxis, scale) },
        layer: [
          ...(bands.length === 0 ? [] : bandLayers(bands, span)),
          line(hold, { stroke: INK.hold, strokeWidth: 1 }),
          line(gross, { stroke: INK.gross, strokeWidth: 1, strokeDash: [5, 3] }),
          line(equity, { stroke: INK.gain, strokeWidth: 1.75 }),
        ],
      },
      {
        width: FULL_WIDTH,
        height: DRAWDOWN_HEIGHT,
        data: { values: [...drawdown] },
        encoding: {
          x: timeAxis(span),
          y: y([depth, 0], {
            format: depth < -0.02 || deepest === 0 ? '.0%' : '.1%',
            ...(deepest === 0 ? { values: [0] } : { tickCount: 2 }),
          }),
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

/** Amounts from bottom to top; where bands have their strip, no line runs through it. */
function moneyDomain(
  low: number,
  high: number,
  { scale, isStripped }: { readonly scale: 'linear' | 'log'; readonly isStripped: boolean },
): readonly [number, number] {
  const [bottom, top] = scale === 'log' ? [low * 0.97, high * 1.03] : padded(low, high)
  if (!isStripped) return [bottom, top]
  const share = STRIP_HEIGHT / (EQUITY_HEIGHT - STRIP_HEIGHT)
  return [bottom, scale === 'log' ? top * (top / bottom) ** share : top + (top - bottom) * share]
}

/** Height of the darker strip in which a band's rank stands. */
const STRIP_HEIGHT = 17

/** Each band as a faint rectangle over the whole height, its rank in a strip at its top. */
function bandLayers(bands: readonly Band[], span: readonly [number, number]) {
  const at = (field: string) => ({ field, type: 'temporal' as const })
  const data = {
    values: bands.map(({ from, to, rank }) => ({
      t: from,
      u: to,
      m: (from + to) / 2,
      rank: to - from > LABELLED * (span[1] - span[0]) ? String(rank) : '',
    })),
  }
  const rect = (fillOpacity: number, height: number) => ({
    data,
    mark: {
      type: 'rect' as const,
      fill: INK.loss,
      fillOpacity,
      stroke: INK.loss,
      strokeOpacity: 0.25,
      strokeWidth: 0.5,
    },
    encoding: { x: at('t'), x2: { field: 'u' }, y: { value: 0 }, y2: { value: height } },
  })
  return [
    rect(0.05, EQUITY_HEIGHT),
    rect(0.2, STRIP_HEIGHT),
    {
      data,
      mark: { type: 'text' as const, fill: INK.loss, baseline: 'top' as const, fontSize: 12 },
      encoding: {
        x: at('m'),
        y: { value: 3 },
        text: { field: 'rank', type: 'nominal' as const },
      },
    },
  ]
}
