/** The equity chart on two scales, what it shows in a sentence, and its numbers as a table. Floor 4. */
import type { Drawdown } from '../engine/math/metrics/drawdown.js'
import type { RunFalls } from '../engine/math/metrics/run-falls.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../engine/model/run-result.js'
import { type EquityLines, equityChart, equityLines, MAX_POINTS } from './equity-chart.js'
import { type CurvePeriod, CurvePeriods } from './equity-curve.js'
import { legend, specDetails } from './figure.js'
import { formatDay, formatMoment, formatMonth } from './format-moment.js'
import { formatFixed, formatPercent } from './format-number.js'
import { type Html, html, named } from './html.js'
import { daysOf, metricFigure, moneyDecimals } from './print-metric.js'
import { renderChart } from './render-chart.js'
import { section, table } from './section.js'

/** Up to so many days the table has a row a day; beyond, a row a month. */
const DAILY_ROWS = 62

/** Drawdowns that are marked in the chart. */
const BANDS = 5

/** Equity, before and after costs, buy and hold, and drawdown. */
export async function equitySection(
  result: RunResult,
  metrics: Metrics,
  { deepest }: RunFalls,
): Promise<Html> {
  const { worst, lines, bands, summaryText, asTable } = viewOf(result, metrics, deepest.slice(0, BANDS))
  const linear = equityChart(lines, { bands })
  const log = lines.range[0] > 0 ? equityChart(lines, { bands, scale: 'log' }) : undefined
  const label = 'Equity after costs, before costs, and buy and hold over time, drawdown underneath'
  const [chart, logChart] = await Promise.all([
    renderChart(linear, { label, summaryId: 'equity-summary' }),
    log && renderChart(log, { label: `${label}, on a logarithmic scale`, summaryId: 'equity-summary' }),
  ])
  return section(
    'equity',
    'Equity and drawdown',
    html`<figure id="equity-figure" class="full">
${
  logChart &&
  html`<input type="radio" name="equity-scale" id="equity-linear" checked><label for="equity-linear">Linear</label>
<input type="radio" name="equity-scale" id="equity-log"><label for="equity-log">Logarithmic</label>`
}
${legend([
  ['net', 'Equity, after costs'],
  ['gross', 'Before costs'],
  ['hold', 'Buy and hold'],
  ['drawdown', 'Drawdown of equity'],
  ...(worst.length === 0
    ? []
    : [
        [
          'band',
          `The ${worst.length === 1 ? 'deepest drawdown' : `${worst.length} deepest drawdowns, 1 the deepest`}`,
        ] as const,
      ]),
])}
<div class="drawing linear">${chart}</div>
${logChart && html`<div class="drawing log">${logChart}</div>`}
<figcaption id="equity-summary">${summaryText}</figcaption>
${asTable}
${specDetails(linear, label)}
</figure>`,
  )
}

/** All that is shown of the curve, in one pass over it. */
function viewOf(result: RunResult, metrics: Metrics, worst: readonly Drawdown[]) {
  const periods = new CurvePeriods(result, periodOf(result))
  const lines = equityLines(result, (stretch) => periods.take(stretch))
  return {
    worst,
    lines,
    bands: bandsOf(worst, lines),
    summaryText: summary(result, metrics, worst[0]),
    asTable: twin(result, periods.all),
  }
}

function periodOf(result: RunResult): 'days' | 'months' {
  return daysOf(result) <= DAILY_ROWS ? 'days' : 'months'
}

function bandsOf(worst: readonly Drawdown[], { span: [, end] }: EquityLines) {
  return worst.map(({ peakTime, recoveryTime = end }, i) => ({
    from: Number(peakTime),
    to: Number(recoveryTime),
    rank: i + 1,
  }))
}

function summary(result: RunResult, metrics: Metrics, worst: Drawdown | undefined): Html {
  const asset = named(result.rules.quoteAsset, 20)
  const bars = result.end - result.first
  return html`Equity went from ${metricFigure('start_equity', result, metrics)} to ${metricFigure('end_equity', result, metrics)} ${asset} (${metricFigure('net_return', result, metrics)}), buy and hold ${metricFigure('buy_hold_return', result, metrics)}. ${
    worst === undefined
      ? 'There was no drawdown.'
      : `The deepest drawdown, ${formatPercent(worst.depth)}, began ${formatMoment(worst.peakTime)}, was lowest ${formatMoment(worst.valleyTime)} and ${
          worst.recoveryTime === undefined
            ? 'had not recovered at the end'
            : `had recovered ${formatMoment(worst.recoveryTime)}`
        } (UTC).`
  } ${daysOf(result) < 2 ? 'The run is shorter than two days: figures from daily returns are undefined (–) or hidden. ' : ''}${
    bars < MAX_POINTS
      ? 'Drawn at every bar close.'
      : `Drawn from ${formatFixed(bars, 0)} bar closes as the lowest and highest of each stretch, so that no extreme is lost.`
  }`
}

/** The chart's numbers. */
function twin(result: RunResult, periods: readonly CurvePeriod[]): Html {
  const by = periodOf(result)
  const decimals = moneyDecimals(result.settings.cash)
  const asset = result.rules.quoteAsset
  return html`<details>
<summary>As a table</summary>
${table({
  caption: `Equity by ${by}`,
  columns: [
    { title: by === 'days' ? 'Day (UTC)' : 'Month (UTC)' },
    { title: `Equity at its end`, isNumber: true, hint: `In ${asset}` },
    { title: 'Before costs', isNumber: true, hint: `In ${asset}` },
    { title: 'Buy and hold', isNumber: true, hint: `In ${asset}` },
    { title: 'Deepest drawdown', isNumber: true },
  ],
  rows: periods.map(({ time, equity, gross, hold, drawdown }) => [
    by === 'days' ? formatDay(time) : formatMonth(time),
    formatFixed(equity, decimals),
    formatFixed(gross, decimals),
    formatFixed(hold, decimals),
    formatPercent(-drawdown),
  ]),
})}
</details>`
}
