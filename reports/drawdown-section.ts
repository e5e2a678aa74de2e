/** Drawdowns: the deepest ones, how far under water and for how long, and the weeks in which markets broke. Floor 4. */
import type { TopLevelSpec } from 'vega-lite'
import { originAt } from '../engine/math/metrics/provenance.js'
import type { RunFalls } from '../engine/math/metrics/run-falls.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import { stressResults } from '../engine/math/metrics/stress-windows.js'
import { ORIGINS, valueAt } from '../engine/model/bars.js'
import type { RunResult } from '../engine/model/run-result.js'
import { DAY_MS } from '../engine/model/time.js'
import { FULL_PADDING, FULL_WIDTH, HALF, LABEL_WIDTH, shortNumber, timeAxis } from './chart-frame.js'
import { INK } from './chart-ink.js'
import { figure, legend } from './figure.js'
import { formatDay, formatMoment, formatMonth, formatSpan } from './format-moment.js'
import { formatCount, formatFixed, formatPercent } from './format-number.js'
import { type Html, html } from './html.js'
import { signed } from './months-table.js'
import { metricFigure } from './print-metric.js'
import { section, table } from './section.js'
import { thinToExtremes } from './thin-series.js'

/** Most points of a line under water. */
const MAX_POINTS = 800

/** The section; a sentence for a run without a drawdown. */
export async function drawdownSection(
  result: RunResult,
  metrics: Metrics,
  { deepest, lengths }: RunFalls,
): Promise<Html> {
  if (lengths.length === 0) {
    return section('drawdowns', 'Drawdowns', html`<p class="quiet">There was no drawdown.</p>`)
  }
  const [underwater, times] = await Promise.all([
    metrics.marks.times.length > 2 ? underwaterFigure(result, metrics) : undefined,
    lengthFigure(lengths),
  ])
  return section(
    'drawdowns',
    'Drawdowns',
    html`${table({
      caption: 'The deepest drawdowns',
      columns: [
        { title: '#', isNumber: true },
        { title: 'Depth', isNumber: true },
        { title: 'Peak (UTC)' },
        { title: 'Lowest (UTC)' },
        { title: 'Recovered (UTC)' },
        { title: 'Length', isNumber: true, hint: 'From the peak to the recovery, or to the end' },
        { title: 'To the lowest', isNumber: true, hint: 'From the peak' },
      ],
      rows: deepest.map(({ depth, peakTime, valleyTime, recoveryTime, days }, i) => {
        return [
          formatFixed(i + 1, 0),
          formatPercent(depth),
          formatMoment(peakTime),
          formatMoment(valleyTime),
          recoveryTime === undefined ? 'not by the end' : formatMoment(recoveryTime),
          formatSpan(days * DAY_MS),
          formatSpan(valleyTime - peakTime),
        ]
      }),
    })}
${underwater}
<div class="grid">${times}${stress(result, metrics)}</div>`,
  )
}

function underwaterFigure(result: RunResult, metrics: Metrics): Promise<Html> {
  const { times, equity, close } = metrics.marks
  const run = depthsOf(equity)
  const hold = depthsOf(close)
  const span = [times[0] ?? 0, times.at(-1) ?? 0] as const
  const points = (depths: Float64Array) =>
    thinToExtremes(depths, MAX_POINTS).map((i) => ({ t: times[i] ?? 0, v: shortNumber(valueAt(depths, i)) }))
  const spec: TopLevelSpec = {
    padding: FULL_PADDING,
    width: FULL_WIDTH,
    height: 180,
    encoding: {
      x: timeAxis(span),
      y: {
        field: 'v',
        type: 'quantitative',
        axis: { format: '.0%', tickCount: 4, minExtent: LABEL_WIDTH, maxExtent: LABEL_WIDTH },
      },
    },
    layer: [
      {
        data: { values: points(run) },
        mark: {
          type: 'area',
          fill: INK.loss,
          fillOpacity: 0.25,
          line: { stroke: INK.loss, strokeWidth: 1.5 },
        },
      },
      {
        data: { values: points(hold) },
        mark: { type: 'line', stroke: INK.hold, strokeWidth: 1.25, strokeDash: [5, 3] },
      },
    ],
  }
  const under = run.reduce((n, depth) => n + (depth < 0 ? 1 : 0), 0)
  return figure({
    id: 'underwater',
    title: 'Under water, at each midnight',
    label: 'Distance of equity and of buy and hold below their highest midnight so far',
    legend: legend([
      ['drawdown', 'Equity, after costs'],
      ['dash', 'Buy and hold'],
    ]),
    summary: html`Equity stood below an earlier midnight on ${formatPercent(under / run.length, 0)} of the days. Over bar closes the max drawdown was ${metricFigure('max_drawdown', result, metrics)} and the Ulcer index ${metricFigure('ulcer_index', result, metrics)}.`,
    spec,
    twin: {
      caption: 'Under water at the end of each month',
      columns: [
        { title: 'At (UTC)' },
        { title: 'Equity', isNumber: true },
        { title: 'Buy and hold', isNumber: true },
      ],
      rows: times.flatMap((time, i) => {
        const next = times[i + 1]
        if (next !== undefined && formatMonth(next - 1) === formatMonth(time - 1)) return []
        return [[formatDay(time), formatPercent(valueAt(run, i)), formatPercent(valueAt(hold, i))]]
      }),
    },
  })
}

function depthsOf(marks: Float64Array): Float64Array {
  let peak = 0
  return marks.map((mark) => {
    peak = Math.max(peak, mark)
    return mark / peak - 1
  })
}

/** Upper bounds of the classes of time under water, days, and their names. */
const LENGTHS: readonly (readonly [days: number, name: string])[] = [
  [1 / 24, '≤ 1 h'],
  [1, '≤ 1 d'],
  [7, '≤ 7 d'],
  [30, '≤ 30 d'],
  [90, '≤ 90 d'],
  [365, '≤ 1 y'],
  [Number.POSITIVE_INFINITY, '> 1 y'],
]

/** A share in few digits; one that is there is never 0. */
function shareText(share: number): string {
  if (share < 0.0005) return '< 0.1%'
  return formatPercent(share, share < 0.01 ? 1 : 0)
}

function lengthFigure(lengths: readonly number[]): Promise<Html> {
  const classes = LENGTHS.map(([days, name], k) => {
    const above = LENGTHS[k - 1]?.[0] ?? 0
    const inside = lengths.filter((length) => length > above && length <= days)
    return { name, count: inside.length, days: inside.reduce((sum, length) => sum + length, 0) }
  })
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const long = classes.slice(3).reduce((sum, { days }) => sum + days, 0)
  return figure({
    id: 'time-under-water',
    title: 'Share of the time under water, by length of the drawdown',
    look: 'half',
    label: 'Share of the days under water by the length of the drawdown they belong to',
    summary: `${formatCount(lengths.length, 'drawdown')} of bar closes in all; those longer than 7 days make up ${formatPercent(long / total, 0)} of the time under water.`,
    spec: {
      ...HALF,
      data: {
        values: classes.map(({ name, days, count }) => ({
          name,
          share: shortNumber(days / total),
          words: count === 0 ? '' : shareText(days / total),
        })),
      },
      encoding: {
        x: { field: 'name', type: 'nominal', sort: null, axis: { labelAngle: 0, grid: false } },
        y: { field: 'share', type: 'quantitative', axis: { format: '.0%', tickCount: 5 } },
      },
      layer: [
        { mark: { type: 'bar', fill: INK.loss, fillOpacity: 0.55 } },
        {
          mark: { type: 'text', dy: -7 },
          encoding: { text: { field: 'words', type: 'nominal' } },
        },
      ],
    },
    twin: {
      caption: 'Time under water by length of the drawdown',
      columns: [
        { title: 'Length' },
        { title: 'Drawdowns', isNumber: true },
        { title: 'Days in all', isNumber: true },
        { title: 'Share of the time', isNumber: true },
      ],
      rows: classes.map(({ name, count, days }) => [
        name,
        formatFixed(count, 0),
        formatFixed(days, 1),
        formatPercent(days / total, 1),
      ]),
    },
  })
}

/** What the run did while markets broke; a sentence where it covers none of those weeks, or on bars that are made up. */
function stress({ bars, first }: RunResult, { marks }: Metrics): Html {
  if (originAt(bars, first) === ORIGINS.indexOf('synthetic')) {
    return html`<div><h3>Stress of the market</h3>
<p class="quiet">The bars are made up: of what befell the market on these days they know nothing.</p></div>`
  }
  const results = stressResults(marks)
  if (results.length === 0) {
    return html`<div><h3>Stress of the market</h3>
<p class="quiet">The run covers none of the dated stresses: 2020-03, 2021-05, 2022-05 and 06, 2022-11, 2024-08.</p></div>`
  }
  return html`<div><h3>Stress of the market</h3>
${table({
  caption: 'The run while markets broke',
  columns: [
    { title: 'When' },
    { title: 'Run', isNumber: true },
    { title: 'Hold', isNumber: true },
    { title: 'Drawdown', isNumber: true, hint: 'At midnights inside the window' },
    { title: 'Of hold', isNumber: true, hint: 'At midnights inside the window' },
  ],
  rows: results.map((one) => [
    one.name,
    signed(one.return),
    signed(one.holdReturn),
    formatPercent(one.drawdown),
    formatPercent(one.holdDrawdown),
  ]),
})}</div>`
}
