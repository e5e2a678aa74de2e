/** Charts of returns: by year, by size, by hour of the week, and over rolling windows. Floor 4. */
import type { TopLevelSpec } from 'vega-lite'
import type { Histogram } from '../engine/math/histogram.js'
import type { HourOfWeek } from '../engine/math/metrics/hourly-profile.js'
import type { RollingRatios } from '../engine/math/metrics/rolling-ratios.js'
import { normalDensity } from '../engine/math/normal.js'
import { valueAt } from '../engine/model/bars.js'
import { FULL_PADDING, FULL_WIDTH, HALF, LABEL_WIDTH, shortNumber, timeAxis } from './chart-frame.js'
import { INK } from './chart-ink.js'
import { thinToExtremes } from './thin-series.js'

/** A year beside buy and hold's. */
export interface YearPair {
  readonly year: number
  readonly run: number
  readonly hold: number
}

/** Two bars a year: filled for the run, hollow for buy and hold. */
export function yearlyChart(years: readonly YearPair[]): TopLevelSpec {
  const values = years.flatMap(({ year, run, hold }) => [
    { year: String(year), who: 'a', v: shortNumber(run) },
    { year: String(year), who: 'b', v: shortNumber(hold) },
  ])
  return {
    ...HALF,
    data: { values },
    encoding: {
      x: { field: 'year', type: 'ordinal', axis: { labelAngle: 0, grid: false } },
      y: { field: 'v', type: 'quantitative', axis: { format: '.0%', tickCount: 5 } },
    },
    layer: [
      {
        mark: { type: 'bar', strokeWidth: 1.5, width: { band: 0.9 } },
        encoding: {
          xOffset: { field: 'who', type: 'nominal', scale: { paddingOuter: 0.6 } },
          fill: {
            condition: [
              { test: "datum.who == 'b'", value: 'transparent' },
              { test: 'datum.v < 0', value: INK.loss },
            ],
            value: INK.gain,
          },
          stroke: {
            condition: [
              { test: "datum.who == 'b'", value: INK.hold },
              { test: 'datum.v < 0', value: INK.loss },
            ],
            value: INK.gain,
          },
        },
      },
      {
        mark: { type: 'rule', stroke: INK.quiet },
        encoding: { x: { value: 0 }, x2: { value: 'width' }, y: { datum: 0 } },
      },
    ],
  }
}

/** Where a histogram is marked: a value, and the words at the mark. */
export interface HistogramMark {
  readonly value: number
  readonly words: string
}

/** Room for so many bars, at least. */
const LEAST_BINS = 11

/** Bars of counts, losses lighter than gains; over them the normal curve of the same mean and spread, and marks. */
export function histogramChart(
  { start, step, counts }: Histogram,
  {
    normal,
    marks = [],
    axis,
    title,
  }: {
    readonly normal?: { readonly mean: number; readonly deviation: number }
    readonly marks?: readonly HistogramMark[]
    /** How the values are labelled. */
    readonly axis: { readonly format: string } | { readonly labelExpr: string }
    readonly title: string
  },
): TopLevelSpec {
  const bars = counts.map((n, i) => ({
    a: shortNumber(start + i * step),
    b: shortNumber(start + (i + 1) * step),
    n,
  }))
  const total = counts.reduce((sum, n) => sum + n, 0)
  // A few bars must not be a wall of colour.
  const beside = Math.max(0, Math.ceil((LEAST_BINS - counts.length) / 2)) * step
  const domain = [start - beside, start + counts.length * step + beside]
  const x = {
    field: 'a',
    type: 'quantitative' as const,
    scale: { domain, nice: false as const, zero: false },
    axis: { ...axis, tickCount: 5, grid: false, title },
  }
  const curve = normal === undefined ? [] : normalCurve(domain, normal, total * step)
  return {
    ...HALF,
    layer: [
      {
        data: { values: bars },
        mark: { type: 'bar', binSpacing: counts.length > 80 ? 0 : 1 },
        encoding: {
          x,
          x2: { field: 'b' },
          y: { field: 'n', type: 'quantitative', axis: { tickCount: 5, tickMinStep: 1, format: ',d' } },
          y2: { datum: 0 },
          fill: { condition: { test: 'datum.a < 0', value: INK.loss }, value: INK.gain },
          fillOpacity: { condition: { test: 'datum.a < 0', value: 0.55 }, value: 0.9 },
        },
      },
      ...(curve.length === 0
        ? []
        : [
            {
              data: { values: curve },
              mark: { type: 'line' as const, stroke: INK.gross, strokeWidth: 1.5 },
              encoding: {
                x: { ...x, field: 'x' },
                y: { field: 'n', type: 'quantitative' as const },
              },
            },
          ]),
      ...(marks.length === 0 ? [] : markLayers(marks, x)),
    ],
  }
}

function normalCurve(
  [low = 0, high = 0]: readonly number[],
  { mean, deviation }: { readonly mean: number; readonly deviation: number },
  area: number,
): { readonly x: number; readonly n: number }[] {
  if (!(deviation > 0)) return []
  return Array.from({ length: 81 }, (_, i) => {
    const x = low + ((high - low) * i) / 80
    return {
      x: shortNumber(x),
      n: shortNumber((area * normalDensity((x - mean) / deviation)) / deviation),
    }
  })
}

/** Dashed rules over the whole height, their words at the top, one line below the other. */
function markLayers(marks: readonly HistogramMark[], x: { readonly field: string }) {
  return marks.flatMap(({ value, words }, i) => {
    const data = { values: [{ x: shortNumber(value), words }] }
    const at = { ...x, field: 'x', type: 'quantitative' as const }
    return [
      {
        data,
        mark: { type: 'rule' as const, stroke: INK.ink, strokeDash: [4, 3] },
        encoding: { x: at, y: { value: i * 15 }, y2: { value: 'height' as const } },
      },
      {
        data,
        mark: {
          type: 'text' as const,
          align: 'right' as const,
          baseline: 'top' as const,
          dx: -4,
        },
        encoding: { x: at, y: { value: i * 15 }, text: { field: 'words', type: 'nominal' as const } },
      },
    ]
  })
}

/** Days of the week, Monday first. */
export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

/** 7 × 24 cells shaded by the mean return of their hour, which stands in them in basis points. */
export function hourChart(hours: readonly HourOfWeek[]): TopLevelSpec {
  const most = hours.reduce((top, { mean }) => Math.max(top, Math.abs(mean) || 0), 0)
  const values = hours
    .filter(({ count }) => count > 0)
    .map(({ weekday, hour, mean }) => ({
      day: WEEKDAYS[weekday] ?? '',
      hour,
      bps: shortNumber(mean * 1e4),
      // What is printed as 0.0 has no colour.
      share: Math.abs(mean) * 1e4 < 0.05 ? 0 : shortNumber(mean / most),
    }))
  return {
    width: FULL_WIDTH,
    height: 210,
    padding: { left: 0, top: 4, right: 4, bottom: 4 },
    data: { values },
    encoding: {
      x: {
        field: 'hour',
        type: 'ordinal',
        axis: { labelAngle: 0, grid: false, title: 'Hour of the day (UTC)' },
        scale: { paddingInner: 0.06, domain: Array.from({ length: 24 }, (_, hour) => hour) },
      },
      y: {
        field: 'day',
        type: 'nominal',
        sort: [...WEEKDAYS],
        axis: { grid: false },
        scale: { paddingInner: 0.08, domain: [...WEEKDAYS] },
      },
    },
    layer: [
      {
        mark: 'rect',
        encoding: {
          fill: {
            field: 'share',
            type: 'quantitative',
            legend: null,
            scale: {
              type: 'threshold',
              domain: [-0.5, -0.2, -1e-9, 1e-9, 0.2, 0.5],
              range: [
                INK['loss-3'],
                INK['loss-2'],
                INK['loss-1'],
                'transparent',
                INK['gain-1'],
                INK['gain-2'],
                INK['gain-3'],
              ],
            },
          },
        },
      },
      {
        mark: { type: 'text', fontSize: 10.5 },
        encoding: { text: { field: 'bps', type: 'quantitative', format: '.1f' } },
      },
    ],
  }
}

/** Look of each window's line: the middle one leads. */
const WINDOW_LINES: readonly { stroke: string; strokeWidth: number; strokeDash?: number[] }[] = [
  { stroke: INK.hold, strokeWidth: 1 },
  { stroke: INK.gain, strokeWidth: 1.75 },
  { stroke: INK.gross, strokeWidth: 1.5, strokeDash: [6, 3] },
]

/** Most points of a rolling line. */
const MAX_LINE_POINTS = 300

/** Three panels on one scale of days: Sharpe, volatility, beta; a line a window. */
export function rollingChart(times: readonly number[], rolling: readonly RollingRatios[]): TopLevelSpec {
  const span = [times[0] ?? 0, times.at(-1) ?? 0] as const
  const panel = (pick: 'sharpe' | 'volatility' | 'beta', format: string, isLast: boolean) => ({
    width: FULL_WIDTH,
    height: 110,
    layer: [
      {
        data: { values: [{ t: span[0], v: 0 }] },
        mark: { type: 'rule' as const, stroke: INK.quiet, strokeOpacity: 0.6 },
        encoding: { y: { field: 'v', type: 'quantitative' as const } },
      },
      ...rolling.map((one, k) => ({
        data: { values: pointsOf(times, one[pick]) },
        mark: { type: 'line' as const, ...WINDOW_LINES[k] },
        encoding: {
          x: timeAxis(span, { hasLabels: isLast }),
          y: {
            field: 'v',
            type: 'quantitative' as const,
            scale: { nice: true },
            axis: { format, tickCount: 4, minExtent: LABEL_WIDTH, maxExtent: LABEL_WIDTH },
          },
        },
      })),
    ],
  })
  return {
    padding: FULL_PADDING,
    spacing: 22,
    vconcat: [
      { ...panel('sharpe', '.1f', false), title: panelTitle('Sharpe') },
      { ...panel('volatility', '.0%', false), title: panelTitle('Volatility a year') },
      { ...panel('beta', '.2~f', true), title: panelTitle('Beta against hold') },
    ],
  }
}

function panelTitle(text: string) {
  return {
    text,
    anchor: 'start' as const,
    color: INK.quiet,
    fontSize: 12,
    fontWeight: 'normal' as const,
    offset: 4,
  }
}

/** The defined values of a column at their times, thinned so that no extreme is lost. */
function pointsOf(times: readonly number[], values: Float64Array) {
  const start = Math.max(
    0,
    values.findIndex((value) => !Number.isNaN(value)),
  )
  return thinToExtremes(values.subarray(start), MAX_LINE_POINTS)
    .map((i) => ({ t: times[start + i] ?? 0, v: shortNumber(valueAt(values, start + i)) }))
    .filter(({ v }) => Number.isFinite(v))
}
