/** Charts of closed trades: excursions, durations, streaks. Floor 4. */
import type { TopLevelSpec } from 'vega-lite'
import { gridCounts } from '../engine/math/histogram.js'
import type { StreakCount } from '../engine/math/metrics/trade-groups.js'
import { valueAt } from '../engine/model/bars.js'
import { HALF, shortNumber } from './chart-frame.js'
import { INK } from './chart-ink.js'

/** Up to so many trades each has a mark of its own; more are counted in cells. */
export const MAX_MARKS = 1000

/** A point a trade: columns of one length. */
export interface TradePoints {
  readonly x: Float64Array
  readonly y: Float64Array
  /** 1 for net > 0, 0 for the rest. */
  readonly hasWon: Float64Array
}

/** How an axis of a scatter is printed. */
export interface ScatterAxis {
  readonly format: string
  readonly title: string
}

/**
 * A mark a trade, ▲ for a win and ▽ for the rest; a cell's count as its darkness where there are too many. A dashed line
 * stands upright at `line`.
 */
export function scatterChart(
  { x, y, hasWon }: TradePoints,
  axes: { readonly x: ScatterAxis; readonly y: ScatterAxis },
  line?: number,
): TopLevelSpec {
  const axisOf = ({ format, title }: ScatterAxis) => ({ format, title, tickCount: 5 })
  // No mark lies half outside.
  const scale = { padding: 8, nice: false }
  // A layer without data of its own would be drawn as often as there is none: never.
  const data = { values: [{}] }
  const rules = [
    {
      data,
      mark: { type: 'rule' as const, stroke: INK.quiet, strokeOpacity: 0.7 },
      encoding: { y: { datum: 0 } },
    },
    ...(line === undefined
      ? []
      : [
          {
            data,
            mark: { type: 'rule' as const, stroke: INK.loss, strokeDash: [4, 3] },
            encoding: { x: { datum: line } },
          },
        ]),
  ]
  if (x.length > MAX_MARKS) {
    const { xStep, yStep, cells } = gridCounts(x, y)
    const most = cells.reduce((top, { count }) => Math.max(top, count), 0)
    const values = cells.map((cell) => ({
      x: shortNumber(cell.x),
      x2: shortNumber(cell.x + xStep),
      y: shortNumber(cell.y),
      y2: shortNumber(cell.y + yStep),
      n: cell.count,
      // The root, so that cells with few trades are seen beside full ones.
      o: shortNumber(0.12 + 0.88 * Math.sqrt(cell.count / most)),
    }))
    return {
      ...HALF,
      layer: [
        {
          data: { values },
          mark: { type: 'rect', fill: INK.gross },
          encoding: {
            x: { field: 'x', type: 'quantitative', axis: axisOf(axes.x) },
            x2: { field: 'x2' },
            y: { field: 'y', type: 'quantitative', axis: axisOf(axes.y) },
            y2: { field: 'y2' },
            fillOpacity: { field: 'o', type: 'quantitative', scale: null },
          },
        },
        ...rules,
      ],
    }
  }
  const values = Array.from(x, (_, i) => ({
    x: shortNumber(valueAt(x, i)),
    y: shortNumber(valueAt(y, i)),
    w: valueAt(hasWon, i),
  }))
  const won = { test: 'datum.w == 1' }
  return {
    ...HALF,
    layer: [
      {
        data: { values },
        mark: { type: 'point', size: values.length > 400 ? 18 : 34, strokeWidth: 1.2 },
        encoding: {
          x: { field: 'x', type: 'quantitative', scale, axis: axisOf(axes.x) },
          y: { field: 'y', type: 'quantitative', scale, axis: axisOf(axes.y) },
          shape: { condition: { ...won, value: 'triangle-up' }, value: 'triangle-down' },
          stroke: { condition: { ...won, value: INK.gain }, value: INK.loss },
          fill: { condition: { ...won, value: INK.gain }, value: 'transparent' },
          fillOpacity: { value: 0.6 },
        },
      },
      ...rules,
    ],
  }
}

/** Two bars a length: filled for winning streaks, hollow for losing ones. */
export function streakChart(streaks: readonly StreakCount[]): TopLevelSpec {
  const values = streaks.flatMap(({ length, wins, losses }) =>
    [
      { length, who: 'a', n: wins },
      { length, who: 'b', n: losses },
    ].filter(({ n }) => n > 0),
  )
  const stride = Math.ceil(streaks.length / 12)
  return {
    ...HALF,
    data: { values },
    mark: { type: 'bar', strokeWidth: 1.25, width: { band: 0.86 } },
    encoding: {
      x: {
        field: 'length',
        type: 'ordinal',
        scale: { domain: streaks.map(({ length }) => length) },
        axis: {
          labelAngle: 0,
          grid: false,
          title: 'Trades in a row',
          values: streaks.map(({ length }) => length).filter((length) => (length - 1) % stride === 0),
        },
      },
      xOffset: { field: 'who', type: 'nominal', scale: { domain: ['a', 'b'] } },
      y: { field: 'n', type: 'quantitative', axis: { tickCount: 5, tickMinStep: 1, format: ',d' } },
      fill: { condition: { test: "datum.who == 'b'", value: 'transparent' }, value: INK.gain },
      stroke: { condition: { test: "datum.who == 'b'", value: INK.loss }, value: INK.gain },
    },
  }
}
