/**
 * The index of runs: a table that the page's one script sorts, and that reads the same without it.
 * Floor 4.
 */
import type { MetricKey } from '../engine/math/metrics/metric-table.js'
import { METRICS } from '../engine/math/metrics/metric-table.js'
import { DAY_MS } from '../engine/model/time.js'
import { COMPARE_STYLE } from './compare-style.js'
import { metricText } from './compare-text.js'
import { formatDay } from './format-moment.js'
import { formatCount } from './format-number.js'
import { formatSetting } from './format-setting.js'
import { type Html, html, named, shorten } from './html.js'
import { renderPage } from './page-shell.js'
import { HIDDEN_DAYS, standingOf } from './print-metric.js'
import { SORT_SCRIPT } from './sort-script.js'
import { type RunSummary, symbolsText } from './stored-run.js'

/** Metrics of a row, in order. */
export const INDEX_METRICS = [
  'net_return',
  'cagr',
  'sharpe',
  'max_drawdown',
  'profit_factor',
  'trades',
] as const satisfies readonly MetricKey[]

/** What an index is drawn from. */
export interface IndexPageInput {
  /** In the order to print them. */
  readonly runs: readonly RunSummary[]
  /** Folders that are left out, and why. */
  readonly skipped: readonly { readonly folder: string; readonly reason: string }[]
  /** Address of a run's report, relative to the page; undefined where it has none. */
  readonly linkOf: (run: RunSummary) => string | undefined
}

/** The whole page as text, to be written as UTF-8. */
export function renderIndexPage({ runs, skipped, linkOf }: IndexPageInput): string {
  return renderPage({
    title: `${formatCount(runs.length, 'run')}`,
    style: `${COMPARE_STYLE}@media print{@page{size:A4 landscape}}
`,
    scripts: [SORT_SCRIPT],
    body: html`<header id="identity">
<p class="brand">Nextbar runs</p>
<h1>${formatCount(runs.length, 'run')}</h1>
</header>
<section id="runs" aria-label="Runs">
${runs.length === 0 ? html`<p>No run here yet: npx tsx run-backtest.ts makes one.</p>` : runTable(runs, linkOf)}
</section>
${skippedSection(skipped)}`,
    footer: 'Nextbar',
  })
}

function runTable(runs: readonly RunSummary[], linkOf: IndexPageInput['linkOf']): Html {
  const text = (title: string): Html => html`<th scope="col">${title}</th>`
  return html`<p class="quiet" id="sort-hint" hidden>A click on a column's title sorts by it, a second one the other way round.</p>
<div class="scroll" role="region" aria-label="Runs, a table" tabindex="0">
<table class="sortable">
<caption>Runs and their key metrics</caption>
<thead><tr>${['Strategy', 'Parameters', 'Data', 'Range (UTC)'].map(text)}${INDEX_METRICS.map(
    (key) =>
      html`<th scope="col" class="number" data-number title="${METRICS[key].definition}">${METRICS[key].label}</th>`,
  )}</tr></thead>
<tbody>
${runs.map((run) => rowOf(run, linkOf(run)))}</tbody>
</table>
</div>`
}

function rowOf(run: RunSummary, link: string | undefined): Html {
  const { data, metrics, params, runId, strategy } = run
  const values = Object.entries(params).map(([key, value]) => `${key}=${formatSetting(value)}`)
  const name = named(strategy.name, 40)
  return html`<tr><th scope="row">${
    link === undefined ? name : html`<a href="${link}">${name}</a>`
  }<br><span class="quiet mono">${shorten(runId, 12)}</span></th><td class="params">${named(values.join(', ') || 'none', 200)}</td><td>${named(symbolsText(run), 40)} ${shorten(data.interval, 8)}</td><td data-value="${String(data.from)}">${formatDay(data.from)}<br>to ${formatDay(data.to)}</td>${INDEX_METRICS.map(
    (key) => metricCell(key, run, metrics[key]),
  )}</tr>
`
}

function metricCell(key: MetricKey, { data, metrics }: RunSummary, value: number): Html {
  const standing = standingOf(key, (data.to - data.from) / DAY_MS)
  const isHidden = standing === 'hidden' || Number.isNaN(value)
  const text = standing === 'hidden' ? 'hidden' : metricText(key, value, metrics.start_equity)
  return html`<td class="number"${isHidden ? undefined : html` data-value="${String(value)}"`}><span class="${standing}"${standing === 'hidden' ? html` title="a figure a year, of less than ${HIDDEN_DAYS} days"` : undefined}>${text}</span></td>`
}

function skippedSection(skipped: IndexPageInput['skipped']): Html | undefined {
  if (skipped.length === 0) return undefined
  return html`<section id="skipped" aria-labelledby="skipped-title">
<h2 id="skipped-title">Left out (${skipped.length})</h2>
<ul class="warnings">${skipped.map(({ folder, reason }) => html`<li>${named(folder)}: ${named(reason, 300)}</li>\n`)}</ul>
</section>`
}
