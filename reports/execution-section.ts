/** How orders were executed: what filled, how fast, at what slippage, and what did not. Floor 4. */
import { histogramOf } from '../engine/math/histogram.js'
import { type ExecutionQuality, executionQuality } from '../engine/math/metrics/execution-quality.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../engine/model/run-result.js'
import { figure } from './figure.js'
import { formatSpan } from './format-moment.js'
import { formatFixed, formatPercent, UNDEFINED_MARK } from './format-number.js'
import { type Html, html, named } from './html.js'
import { metricFigure } from './print-metric.js'
import { histogramChart } from './return-charts.js'
import { facts, section, table } from './section.js'

/** The section; a sentence for a run without an order. */
export async function executionSection(result: RunResult, metrics: Metrics): Promise<Html> {
  if (result.orders.length === 0 && result.fills.length === 0) {
    return section('execution', 'Execution', html`<p class="quiet">No order was sent.</p>`)
  }
  const quality = executionQuality(result)
  const span = (ms: number) => (Number.isNaN(ms) ? UNDEFINED_MARK : formatSpan(ms))
  return section(
    'execution',
    'Execution',
    html`${facts([
      ['Orders', metricFigure('orders', result, metrics)],
      ['Filled of the orders', formatPercent(quality.fillRatio)],
      ['Rejected', metricFigure('rejected', result, metrics)],
      ['Fills', metricFigure('fills', result, metrics)],
      ['As maker, of the fills', formatPercent(quality.makerShare)],
      ['As maker, of the quote traded', formatPercent(quality.makerQuoteShare)],
      ['From decision to fill, median', span(quality.medianWaitMs)],
      ['From decision to fill, longest', span(quality.longestWaitMs)],
      ['Fills outside their bar', metricFigure('outside_bar_share', result, metrics)],
      ['Mean alpha · ATR', html`${bps(quality.meanAlphaAtr)} bps`],
      ['Ambiguous trades', metricFigure('ambiguous_trades', result, metrics)],
    ])}
<div class="grid">${await slippageFigure(quality)}${orderTable(quality)}</div>`,
  )
}

function bps(fraction: number): string {
  return formatFixed(fraction * 1e4, 2)
}

function slippageFigure({ slippages }: ExecutionQuality): Promise<Html> | undefined {
  const inBps = slippages.map((slippage) => slippage * 1e4)
  const histogram = histogramOf(inBps)
  if (!histogram) return undefined
  const mean = inBps.reduce((sum, value) => sum + value, 0) / inBps.length
  const most = inBps.reduce((top, value) => Math.max(top, value), 0)
  return figure({
    id: 'slippage',
    title: 'Assumed slippage of fills',
    look: 'half',
    label: 'How many fills had which assumed slippage, in basis points of their reference price',
    summary: `Mean ${formatFixed(mean, 2)} bps, at most ${formatFixed(most, 2)} bps of the open of the bar that filled. It is what the model charges, not what a market did.`,
    spec: histogramChart(histogram, { format: ',~f', title: 'Basis points' }),
    twin: {
      caption: 'Fills by slippage, basis points',
      columns: [
        { title: 'From', isNumber: true },
        { title: 'To', isNumber: true },
        { title: 'Fills', isNumber: true },
      ],
      rows: histogram.counts.map((count, i) => [
        formatFixed(histogram.start + i * histogram.step, 2),
        formatFixed(histogram.start + (i + 1) * histogram.step, 2),
        formatFixed(count, 0),
      ]),
    },
  })
}

/** Most reasons that are printed; orders.csv has all. */
const MAX_REASONS = 30

function orderTable({ ends }: ExecutionQuality): Html {
  return html`<div><h3>How orders ended</h3>
${table({
  caption: 'How orders ended',
  columns: [{ title: 'Status' }, { title: 'Reason' }, { title: 'Orders', isNumber: true }],
  rows: ends
    .slice(0, MAX_REASONS)
    .map(({ status, reason, count }) => [
      status,
      named(reason === '' ? UNDEFINED_MARK : reason, 160),
      formatFixed(count, 0),
    ]),
})}
${ends.length > MAX_REASONS ? html`<p class="quiet">The ${MAX_REASONS} most frequent of ${ends.length}; orders.csv has all.</p>` : undefined}</div>`
}
