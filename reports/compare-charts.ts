/** Charts of a comparison: equity indexed to 100 with drawdowns underneath, and return differences. Floor 4. */
import type { TopLevelSpec } from 'vega-lite'
import { valueAt } from '../engine/model/bars.js'
import {
  FULL_PADDING,
  FULL_WIDTH,
  LABEL_WIDTH,
  MARGIN,
  padded,
  shortNumber,
  timeAxis,
} from './chart-frame.js'
import { INK, RUN_INK } from './chart-ink.js'
import { RUN_DASHES } from './compare-style.js'
import { prepend } from './prepend.js'
import type { StoredRun } from './stored-run.js'
import { thinToExtremes } from './thin-series.js'

/** Most points of a line; longer series keep the extremes of each stretch. */
const MAX_POINTS = 1200

const EQUITY_HEIGHT = 270
const DRAWDOWN_HEIGHT = 110
/** Pixels between the letters at the ends of lines. */
const LETTER_HEIGHT = 17

/** Rows of one run, from where curves begin: equity as percent of its value there. */
export interface IndexedCurve {
  readonly times: Float64Array
  /** 100 at the start. */
  readonly index: Float64Array
  /** As in `equity.csv`, as a fraction of at most 0. */
  readonly drawdown: Float64Array
}

/** The rows of a run within a range, both ends included, indexed to 100 at its beginning. */
export function indexedCurve(run: StoredRun, { from, to }: { from: number; to: number }): IndexedCurve {
  const { times, equity, drawdown } = run.rows
  let base = run.metrics.start_equity
  let baseDrawdown = 0
  let first = 0
  for (; first < times.length && valueAt(times, first) <= from; first++) {
    base = valueAt(equity, first)
    baseDrawdown = valueAt(drawdown, first)
  }
  let end = first
  while (end < times.length && valueAt(times, end) <= to) end++
  return {
    times: prepend(from, times.subarray(first, end)),
    index: prepend(
      100,
      equity.subarray(first, end).map((value) => (value / base) * 100),
    ),
    drawdown: prepend(
      -baseDrawdown,
      drawdown.subarray(first, end).map((value) => -value),
    ),
  }
}

/** Both panes on one scale of time. */
export function curvesChart(curves: readonly { label: string; curve: IndexedCurve }[]): TopLevelSpec {
  const all = (of: (curve: IndexedCurve) => Float64Array) => curves.map(({ curve }) => of(curve))
  const span = [low(all((c) => c.times)), high(all((c) => c.times))] as const
  const index = padded(low(all((c) => c.index)), high(all((c) => c.index)))
  const depth = Math.min(low(all((c) => c.drawdown)), -0.01) * (1 + MARGIN)
  const heights = spread(
    curves.map(({ curve }) => valueAt(curve.index, curve.index.length - 1)),
    ((index[1] - index[0]) * LETTER_HEIGHT) / EQUITY_HEIGHT,
  )
  const pane = (of: (curve: IndexedCurve) => Float64Array) =>
    curves.map(({ curve }, place) => line(place, curve.times, of(curve)))
  const letters = curves.map(({ label, curve }, place) => ({
    data: { values: [{ t: valueAt(curve.times, curve.times.length - 1), v: heights[place] ?? 0 }] },
    mark: {
      type: 'text' as const,
      text: label,
      fill: RUN_INK[place] ?? INK.ink,
      dx: 9,
      fontWeight: 'bold' as const,
      fontSize: 13,
    },
  }))
  return {
    padding: FULL_PADDING,
    spacing: 16,
    vconcat: [
      {
        width: FULL_WIDTH,
        height: EQUITY_HEIGHT,
        encoding: { x: timeAxis(span, { hasLabels: false }), y: valueAxis(index, ',~r', 5) },
        layer: [...pane((curve) => curve.index), ...letters],
      },
      {
        width: FULL_WIDTH,
        height: DRAWDOWN_HEIGHT,
        encoding: { x: timeAxis(span), y: valueAxis([depth, 0], depth < -0.02 ? '.0%' : '.1%', 3) },
        layer: pane((curve) => curve.drawdown),
      },
    ],
  }
}

function line(place: number, times: Float64Array, values: Float64Array) {
  return {
    data: {
      values: thinToExtremes(values, MAX_POINTS).map((i) => ({
        t: valueAt(times, i),
        v: shortNumber(valueAt(values, i)),
      })),
    },
    mark: {
      type: 'line' as const,
      stroke: RUN_INK[place] ?? INK.ink,
      strokeWidth: 1.6,
      strokeDash: [...(RUN_DASHES[place] ?? [])],
    },
  }
}

/** The values moved up where they lie closer than `gap` to the one below, so that letters at them are told apart. */
function spread(values: readonly number[], gap: number): readonly number[] {
  const moved = [...values]
  let below = Number.NEGATIVE_INFINITY
  for (const place of values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))) {
    below = Math.max(values[place] ?? 0, below + gap)
    moved[place] = below
  }
  return moved
}

/** A bar of a histogram: values from `from` up to and without `to`, the last one with it. */
export interface Bin {
  readonly from: number
  readonly to: number
  readonly count: number
}

const FEWEST_BINS = 8
const MOST_BINS = 40

/** Equal bins from the lowest to the highest value, about √n of them; a single one where all are equal. */
export function binsOf(values: Float64Array): readonly Bin[] {
  if (values.length === 0) return []
  const [from, to] = [low([values]), high([values])]
  if (from === to) return [{ from, to, count: values.length }]
  const bins = Math.min(MOST_BINS, Math.max(FEWEST_BINS, Math.ceil(Math.sqrt(values.length))))
  const counts = new Array<number>(bins).fill(0)
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor(((value - from) / (to - from)) * bins))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const edge = (bin: number): number => from + ((to - from) * bin) / bins
  return counts.map((count, bin) => ({ from: edge(bin), to: edge(bin + 1), count }))
}

/** Differences as bars, 0 as a line, the mean as a dashed line inside the band of its interval. */
export function differenceChart(
  bins: readonly Bin[],
  { place, mean, low: lower, high: upper }: { place: number; mean: number; low: number; high: number },
): TopLevelSpec {
  const domain = padded(Math.min(bins[0]?.from ?? 0, 0), Math.max(bins.at(-1)?.to ?? 0, 0))
  const x = {
    field: 'a',
    type: 'quantitative' as const,
    scale: { domain: [...domain], nice: false, zero: false },
    axis: { format: '.1~%', tickCount: 6, grid: false, labelFlush: false },
  }
  const rule = (value: number, stroke: string, strokeDash: number[]) => ({
    data: { values: [{ a: value }] },
    mark: { type: 'rule' as const, stroke, strokeWidth: 1.75, strokeDash },
    encoding: { x },
  })
  return {
    padding: FULL_PADDING,
    width: FULL_WIDTH,
    height: 180,
    layer: [
      {
        data: {
          values: bins.map(({ from, to, count }) => ({ a: shortNumber(from), b: shortNumber(to), n: count })),
        },
        mark: {
          type: 'bar',
          binSpacing: 1,
          fill: RUN_INK[place] ?? INK.ink,
          fillOpacity: 0.55,
        },
        encoding: {
          x,
          x2: { field: 'b' },
          y2: { datum: 0 },
          y: {
            field: 'n',
            type: 'quantitative',
            axis: { tickCount: 4, minExtent: LABEL_WIDTH, maxExtent: LABEL_WIDTH },
          },
        },
      },
      {
        data: { values: [{ a: lower, b: upper }] },
        mark: { type: 'rect', fill: INK.quiet, fillOpacity: 0.22 },
        encoding: { x, x2: { field: 'b' } },
      },
      rule(0, INK.quiet, []),
      rule(mean, INK.ink, [5, 3]),
    ],
  }
}

function valueAxis(domain: readonly [number, number], format: string, tickCount: number) {
  return {
    field: 'v',
    type: 'quantitative' as const,
    scale: { domain: [...domain], nice: false, zero: false },
    axis: { format, tickCount, minExtent: LABEL_WIDTH, maxExtent: LABEL_WIDTH },
  }
}

function low(columns: readonly Float64Array[]): number {
  return columns.reduce(
    (least, column) => column.reduce((a, b) => Math.min(a, b), least),
    Number.POSITIVE_INFINITY,
  )
}

function high(columns: readonly Float64Array[]): number {
  return columns.reduce(
    (most, column) => column.reduce((a, b) => Math.max(a, b), most),
    Number.NEGATIVE_INFINITY,
  )
}
