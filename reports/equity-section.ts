/** The equity chart, what it shows in a sentence, and its numbers as a table. Floor 4. */
import { worstDrawdowns } from '../engine/math/metrics/drawdown.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../engine/model/run-result.js'
import { equityChart, MAX_POINTS } from './equity-chart.js'
import { type EquityCurve, equityCurve, periodsOf } from './equity-curve.js'
import { formatDay, formatMoment, formatMonth } from './format-moment.js'
import { formatFixed, formatPercent } from './format-number.js'
import { type Html, html, named } from './html.js'
import { daysOf, formatMetric, moneyDecimals } from './print-metric.js'
import { renderChart } from './render-chart.js'
import { section, table } from './section.js'

/** Up to so many days the table has a row a day; beyond, a row a month. */
const DAILY_ROWS = 62

/** Equity, buy and hold, and drawdown. */
export async function equitySection(result: RunResult, metrics: Metrics): Promise<Html> {
  const curve = equityCurve(result)
  const chart = await renderChart(equityChart(curve), {
    label: 'Equity after costs and buy and hold over time, drawdown underneath',
    summaryId: 'equity-summary',
  })
  return section(
    'equity',
    'Equity and drawdown',
    html`<figure>
<ul class="legend"><li class="net">Equity, after costs</li><li class="hold">Buy and hold</li><li class="drawdown">Drawdown of equity</li></ul>
${chart}
<figcaption id="equity-summary">${summary(result, metrics, curve)}</figcaption>
</figure>
${twin(result, curve)}`,
  )
}

function summary(result: RunResult, { values }: Metrics, curve: EquityCurve): Html {
  const asset = named(result.rules.quoteAsset, 20)
  const money = (value: number) => formatMetric('quote', value, result)
  const drawdown = worstDrawdowns(result, 1)[0]
  const bars = curve.times.length - 1
  return html`Equity went from ${money(values.start_equity)} to ${money(values.end_equity)} ${asset} (${formatPercent(values.net_return)}), buy and hold ${formatPercent(values.buy_hold_return)}. ${
    drawdown === undefined
      ? 'There was no drawdown.'
      : `The deepest drawdown, ${formatPercent(drawdown.depth)}, began ${formatMoment(drawdown.peakTime)}, was lowest ${formatMoment(drawdown.valleyTime)} and ${
          drawdown.recoveryTime === undefined
            ? 'had not recovered at the end'
            : `had recovered ${formatMoment(drawdown.recoveryTime)}`
        } (UTC).`
  } ${daysOf(result) < 2 ? 'The run is shorter than two days: figures from daily returns are undefined (–) or hidden. ' : ''}${
    bars < MAX_POINTS
      ? 'Drawn at every bar close.'
      : `Drawn from ${formatFixed(bars, 0)} bar closes as the lowest and highest of each stretch, so that no extreme is lost.`
  }`
}

/** The chart's numbers. */
function twin(result: RunResult, curve: EquityCurve): Html {
  const by = daysOf(result) <= DAILY_ROWS ? 'days' : 'months'
  const decimals = moneyDecimals(result.settings.cash)
  const asset = result.rules.quoteAsset
  return html`<details>
<summary>The chart as a table</summary>
${table({
  caption: `Equity by ${by}`,
  columns: [
    { title: by === 'days' ? 'Day (UTC)' : 'Month (UTC)' },
    { title: `Equity at its end`, isNumber: true, hint: `In ${asset}` },
    { title: 'Buy and hold', isNumber: true, hint: `In ${asset}` },
    { title: 'Deepest drawdown', isNumber: true },
  ],
  rows: periodsOf(curve, by).map(({ time, equity, hold, drawdown }) => [
    by === 'days' ? formatDay(time) : formatMonth(time),
    formatFixed(equity, decimals),
    formatFixed(hold, decimals),
    formatPercent(-drawdown),
  ]),
})}
</details>`
}
