/** How orders were executed: what filled, how fast, at what slippage, and what did not. Floor 4. */
import { histogramOf } from '../engine/math/histogram.js'
import { type ExecutionQuality, executionQuality } from '../engine/math/metrics/execution-quality.js'
import { orderLists } from '../engine/math/metrics/order-lists.js'
import { postEquality } from '../engine/math/metrics/post-equality.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../engine/model/run-result.js'
import { figure } from './figure.js'
import { formatSpan } from './format-moment.js'
import { formatFixed, formatPercent, UNDEFINED_MARK } from './format-number.js'
import { type Html, html, named, shorten, showHidden } from './html.js'
import { metricFigure, moneyDecimals } from './print-metric.js'
import { histogramChart } from './return-charts.js'
import { facts, section, table } from './section.js'

/** The section; a sentence for a run without an order. */
export async function executionSection(result: RunResult, metrics: Metrics): Promise<Html> {
  if (result.orders.length === 0 && result.fills.length === 0) {
    return section('execution', 'Execution', html`<p class="quiet">No order was sent.</p>`)
  }
  const quality = executionQuality(result)
  return section(
    'execution',
    'Execution',
    html`${facts([
      ['Orders', metricFigure('orders', result, metrics)],
      ['Filled of the orders', formatPercent(quality.fillRatio)],
      ['Rejected', metricFigure('rejected', result, metrics)],
      ['Fills', metricFigure('fills', result, metrics)],
      ['Maker, of the fills', formatPercent(quality.makerShare)],
      ['Maker, of the quote traded', formatPercent(quality.makerQuoteShare)],
      ['Fills outside their bar', metricFigure('outside_bar_share', result, metrics)],
      ['Mean alpha · ATR', bps(quality.meanAlphaAtr)],
      ['Ambiguous trades', metricFigure('ambiguous_trades', result, metrics)],
      ...postFacts(result),
      ...listFacts(result),
    ])}
${typeTable(quality)}
<div class="grid">${await slippageFigure(quality)}<div>${liquidityTable(quality, result)}
${endTable(quality)}</div></div>`,
  )
}

/** Where the market opened at the very price of a post: equality rests. */
function postFacts(result: RunResult): [string, string][] {
  const { posts, equal, share } = postEquality(result)
  if (posts === 0) return []
  return [['Posts met by an open at their price', `${formatPercent(share, 1)} (${equal} of ${posts})`]]
}

/** Lists by contingency, and how they stood at the end, in the exchange's words. */
function listFacts({ orders }: RunResult): [string, string][] {
  const kinds = Map.groupBy(orderLists(orders), ({ contingencyType }) => contingencyType)
  return [...kinds].sort().map(([kind, lists]) => {
    const ends = [...Map.groupBy(lists, ({ listOrderStatus }) => listOrderStatus)].sort()
    const told = ends.map(([status, { length }]) => `${status} ${formatFixed(length, 0)}`)
    return [`${kind} lists`, `${formatFixed(lists.length, 0)} (${told.join(', ')})`]
  })
}

function bps(fraction: number): string {
  return Number.isFinite(fraction) ? `${formatFixed(fraction * 1e4, 2)} bps` : UNDEFINED_MARK
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
    summary: `Mean ${formatFixed(mean, 2)} bps, at most ${formatFixed(most, 2)} bps of what the fill would have paid without it. It is what the model charges, not what a market did.`,
    spec: histogramChart(histogram, { axis: { format: ',~f' }, title: 'Basis points' }),
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

function typeTable({ types }: ExecutionQuality): Html {
  const span = (ms: number) => (Number.isNaN(ms) ? UNDEFINED_MARK : formatSpan(ms))
  return html`<h3>By type of order</h3>
${table({
  caption: 'Orders by type',
  columns: [
    { title: 'Type' },
    { title: 'Sent', isNumber: true },
    { title: 'Filled', isNumber: true },
    { title: 'Of those sent', isNumber: true },
    { title: 'Canceled', isNumber: true },
    { title: 'Expired', isNumber: true },
    { title: 'Rejected', isNumber: true },
    { title: 'Time to fill, median', isNumber: true, hint: 'From the open at which it came to the market' },
    { title: 'Longest', isNumber: true },
  ],
  rows: types.map((one) => [
    html`<code>${one.type}</code>`,
    formatFixed(one.orders, 0),
    formatFixed(one.filled, 0),
    formatPercent(one.filled / one.orders, 1),
    formatFixed(one.canceled, 0),
    formatFixed(one.expired, 0),
    formatFixed(one.rejected, 0),
    span(one.medianWaitMs),
    span(one.longestWaitMs),
  ]),
})}
<p class="quiet">A fill is stamped with the open of its bar: one that took less than a bar took no time.</p>`
}

function liquidityTable(
  { liquidities }: ExecutionQuality,
  { rules, settings, fills }: RunResult,
): Html | undefined {
  if (fills.length === 0) return undefined
  const quote = liquidities.reduce((sum, one) => sum + one.quote, 0)
  return html`<h3>Maker and taker</h3>
${table({
  caption: 'Fills as maker and as taker',
  columns: [
    { title: 'Liquidity' },
    { title: 'Fills', isNumber: true },
    { title: 'Of all', isNumber: true },
    { title: `Traded, ${shorten(showHidden(rules.quoteAsset), 12)}`, isNumber: true },
    { title: 'Of all', isNumber: true },
  ],
  rows: liquidities.map((one) => [
    one.liquidity === 'MAKER' ? 'Maker' : 'Taker',
    formatFixed(one.fills, 0),
    formatPercent(one.fills / fills.length, 1),
    formatFixed(one.quote, moneyDecimals(settings.cash)),
    formatPercent(one.quote / quote, 1),
  ]),
})}`
}

function endTable({ ends }: ExecutionQuality): Html {
  return html`<h3>How orders ended</h3>
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
${ends.length > MAX_REASONS ? html`<p class="quiet">The ${MAX_REASONS} most frequent of ${ends.length}; orders.csv has all.</p>` : undefined}`
}
