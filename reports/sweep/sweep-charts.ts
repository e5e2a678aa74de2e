/** Charts of a sweep: its course, its trade-offs, each parameter, walk-forward equity, and luck. Floor 4. */
import type { TopLevelSpec } from 'vega-lite'
import { gridCounts } from '../../engine/math/histogram.js'
import { valueAt } from '../../engine/model/bars.js'
import { FULL_PADDING, FULL_WIDTH, HALF, LABEL_WIDTH, shortNumber, timeAxis } from '../chart-frame.js'
import { INK } from '../chart-ink.js'
import { thinToExtremes } from '../thin-series.js'

/** Up to so many points each has a mark; more are counted in cells, or thinned to their extremes. */
const MAX_POINTS = 800

const axis = (title: string, format = '~g') => ({ title, format, tickCount: 5 })

const zeroRule = (channel: 'x' | 'y') => ({
  // A layer without data of its own would be drawn as often as there is none: never.
  data: { values: [{}] },
  mark: { type: 'rule' as const, stroke: INK.quiet, strokeOpacity: 0.7 },
  encoding: { [channel]: { datum: 0 } },
})

/** The objective trial by trial, and the best so far as a line. */
export function historyChart(
  trials: Float64Array,
  values: Float64Array,
  bestSoFar: readonly { readonly trial: number; readonly value: number }[],
): TopLevelSpec {
  const shown = thinToExtremes(values, MAX_POINTS)
  const last = trials.at(-1) ?? 1
  const steps = [...bestSoFar, ...bestSoFar.slice(-1).map(({ value }) => ({ trial: last, value }))]
  const x = { field: 'x', type: 'quantitative' as const, axis: { ...axis('Trial', ',d'), grid: false } }
  const y = { field: 'y', type: 'quantitative' as const, scale: { zero: false }, axis: axis('Objective') }
  return {
    ...HALF,
    layer: [
      {
        data: {
          values: shown.map((i) => ({
            x: valueAt(trials, i),
            y: shortNumber(valueAt(values, i)),
          })),
        },
        mark: { type: 'point', size: 14, stroke: INK.hold, strokeWidth: 1, strokeOpacity: 0.8 },
        encoding: { x, y },
      },
      {
        data: { values: steps.map(({ trial, value }) => ({ x: trial, y: shortNumber(value) })) },
        mark: { type: 'line', interpolate: 'step-after', stroke: INK.gain, strokeWidth: 2 },
        encoding: { x, y },
      },
    ],
  }
}

/** A trial of the Pareto front. */
export interface FrontPoint {
  readonly drawdown: number
  readonly netReturn: number
  /** 0 for the third with the lowest turnover of the front, 2 for the highest. */
  readonly turnoverThird: number
}

/** All trials in grey, the front in teal, larger for more turnover. */
export function frontChart(
  drawdowns: Float64Array,
  returns: Float64Array,
  front: readonly FrontPoint[],
): TopLevelSpec {
  const x = {
    field: 'x',
    type: 'quantitative' as const,
    scale: { zero: false },
    axis: { ...axis('Max drawdown', '.0%'), grid: true },
  }
  const y = {
    field: 'y',
    type: 'quantitative' as const,
    scale: { zero: false },
    axis: axis('Net return', '.0%'),
  }
  return {
    ...HALF,
    layer: [
      drawdowns.length > MAX_POINTS
        ? { ...cells(drawdowns, returns, INK.hold), encoding: cellEncoding(x, y) }
        : {
            data: {
              values: Array.from(drawdowns, (drawdown, i) => ({
                x: shortNumber(drawdown),
                y: shortNumber(valueAt(returns, i)),
              })),
            },
            mark: { type: 'point' as const, size: 14, stroke: INK.hold, strokeWidth: 1 },
            encoding: { x, y },
          },
      {
        data: {
          values: front.map(({ drawdown, netReturn, turnoverThird }) => ({
            x: shortNumber(drawdown),
            y: shortNumber(netReturn),
            s: 30 + 60 * turnoverThird,
          })),
        },
        mark: { type: 'point', stroke: INK.gain, fill: INK.gain, fillOpacity: 0.35, strokeWidth: 1.5 },
        encoding: { x, y, size: { field: 's', type: 'quantitative', scale: null } },
      },
      zeroRule('y'),
    ],
  }
}

/** One value of a parameter, or one bin of them, with the objectives found there. */
export interface SliceBin {
  readonly at: number
  readonly low: number
  readonly median: number
  readonly high: number
  readonly best: number
}

/** The middle half of the objectives as a bar, the median as a line, the best as a mark. */
export function sliceChart(
  bins: readonly SliceBin[],
  { isWord }: { readonly isWord: boolean },
): TopLevelSpec {
  const values = bins.map(({ at, low, median, high, best }) => ({
    x: shortNumber(at),
    a: shortNumber(low),
    b: shortNumber(high),
    m: shortNumber(median),
    t: shortNumber(best),
  }))
  const first = bins[0]?.at ?? 0
  const last = bins.at(-1)?.at ?? 0
  const margin = (last - first) * 0.06 || 1
  const x = {
    field: 'x',
    type: 'quantitative' as const,
    scale: { domain: [first - margin, last + margin], nice: false, zero: false },
    axis: {
      grid: false,
      format: '~r',
      ...(isWord || bins.length <= 8 ? { values: values.map((one) => one.x) } : { tickCount: 6 }),
    },
  }
  const y = (field: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { zero: false },
    axis: axis('Objective'),
  })
  const width = Math.max(4, Math.min(22, 300 / Math.max(1, bins.length)))
  return {
    ...HALF,
    data: { values },
    layer: [
      {
        mark: { type: 'bar', fill: INK['gain-3'], width },
        encoding: { x, y: y('a'), y2: { field: 'b' } },
      },
      {
        // Words have no order that a line could follow.
        mark: isWord
          ? { type: 'tick', stroke: INK.gain, thickness: 3, width: 2 * width, orient: 'horizontal' }
          : { type: 'line', stroke: INK.gain, strokeWidth: 2 },
        encoding: { x, y: y('m') },
      },
      {
        mark: { type: 'point', shape: 'triangle-up', size: 32, stroke: INK.ink, strokeWidth: 1.2 },
        encoding: { x, y: y('t') },
      },
    ],
  }
}

/** Equity over the test windows, alternate ones shaded; `folds` are their first moments, in order. */
export function stitchedChart(
  times: Float64Array,
  equity: Float64Array,
  folds: readonly (readonly [from: number, to: number])[],
): TopLevelSpec {
  const span = [valueAt(times, 0), valueAt(times, times.length - 1)] as const
  const x = timeAxis(span)
  const inside = folds
    .map(([from, to]) => ({ t: Math.max(from, span[0]), u: Math.min(to, span[1]) }))
    .filter((_, i) => i % 2 === 1)
  return {
    width: FULL_WIDTH,
    height: 240,
    padding: FULL_PADDING,
    layer: [
      {
        data: { values: inside },
        mark: { type: 'rect', fill: INK.grid, fillOpacity: 0.6 },
        encoding: { x: { field: 't', type: 'temporal' }, x2: { field: 'u' } },
      },
      {
        data: {
          values: thinToExtremes(equity, MAX_POINTS).map((i) => ({
            t: valueAt(times, i),
            v: shortNumber(valueAt(equity, i)),
          })),
        },
        mark: { type: 'line', stroke: INK.gain, strokeWidth: 1.75 },
        encoding: {
          x,
          y: {
            field: 'v',
            type: 'quantitative',
            scale: { zero: false },
            axis: { format: ',~r', tickCount: 5, minExtent: LABEL_WIDTH, maxExtent: LABEL_WIDTH },
          },
        },
      },
    ],
  }
}

/** In sample against out of sample, as cells whose darkness counts splits, with the line of least squares. */
export function degradationChart(
  inSample: Float64Array,
  outOfSample: Float64Array,
  line: { readonly slope: number; readonly intercept: number },
): TopLevelSpec {
  const low = inSample.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = inSample.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const x = {
    field: 'x',
    type: 'quantitative' as const,
    scale: { zero: false },
    axis: axis('Sharpe in sample', '.1~f'),
  }
  const y = {
    field: 'y',
    type: 'quantitative' as const,
    scale: { zero: false },
    axis: axis('Sharpe out of sample', '.1~f'),
  }
  const ends = Number.isFinite(line.slope)
    ? [low, high].map((at) => ({ x: shortNumber(at), y: shortNumber(line.intercept + line.slope * at) }))
    : []
  return {
    ...HALF,
    layer: [
      { ...cells(inSample, outOfSample, INK.gross), encoding: cellEncoding(x, y) },
      zeroRule('y'),
      {
        data: { values: ends },
        mark: { type: 'line', stroke: INK.ink, strokeWidth: 1.75, strokeDash: [5, 3] },
        encoding: { x, y },
      },
    ],
  }
}

const GRID = 28

function cells(xs: Float64Array, ys: Float64Array, fill: string) {
  const { xStep, yStep, cells: counted } = gridCounts(xs, ys, GRID)
  const most = counted.reduce((top, { count }) => Math.max(top, count), 0)
  return {
    data: {
      values: counted.map(({ x, y, count }) => ({
        x: shortNumber(x),
        x2: shortNumber(x + xStep),
        y: shortNumber(y),
        y2: shortNumber(y + yStep),
        o: Number((0.12 + 0.88 * Math.sqrt(count / most)).toFixed(3)),
      })),
    },
    mark: { type: 'rect' as const, fill },
  }
}

function cellEncoding<X, Y>(x: X, y: Y) {
  return {
    x,
    x2: { field: 'x2' },
    y,
    y2: { field: 'y2' },
    fillOpacity: { field: 'o', type: 'quantitative' as const, scale: null },
  }
}
