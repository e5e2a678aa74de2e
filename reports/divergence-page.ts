/** The page of a session's divergence: live less replayed, day by day and part by part. Floor 4. */
import type { TopLevelSpec } from 'vega-lite'
import { HALF, shortNumber } from './chart-frame.js'
import { INK } from './chart-ink.js'
import { figure } from './figure.js'
import { type Html, html, named } from './html.js'
import { renderPage } from './page-shell.js'
import { facts, section, table } from './section.js'

/** Amounts as exact decimals of the quote asset. */
export interface DivergencePageDay {
  /** ISO date, UTC. */
  readonly day: string
  readonly live: string
  readonly replayed: string
  readonly difference: string
  /** In the order of `parts`. */
  readonly amounts: readonly string[]
}

/** What the page is drawn from. */
export interface DivergencePageInput {
  readonly strategy: string
  readonly mode: string
  readonly symbols: readonly string[]
  readonly quoteAsset: string
  readonly head: string
  readonly parts: readonly { readonly name: string; readonly meaning: string; readonly band: string }[]
  readonly days: readonly DivergencePageDay[]
  readonly total: DivergencePageDay
  /** Sentences, one for each part that left its band. */
  readonly alerts: readonly string[]
}

/** The whole page as text. */
export async function renderDivergencePage(input: DivergencePageInput): Promise<string> {
  const { strategy, mode, symbols, quoteAsset, total, days, parts, alerts, head } = input
  const body = html`<header id="identity">
<p class="brand">Nextbar divergence</p>
<h1>${named(strategy, 60)}</h1>
${facts([
  ['Mode', named(mode, 20)],
  ['Symbols', named(symbols.join(', '), 200)],
  ['Live', `${total.live} ${quoteAsset}`],
  ['Replayed', `${total.replayed} ${quoteAsset}`],
  ['Live less replayed', `${total.difference} ${quoteAsset}`],
  ['Days', days.length],
])}
</header>
${section('alerts', 'Bands', alertList(alerts))}
${section(
  'parts',
  'What the difference is made of',
  html`${await partsFigure(input)}
${table({
  caption: 'Parts of the whole, and the most that each may be in a day',
  columns: [
    { title: 'Part' },
    { title: 'Amount', isNumber: true },
    { title: 'Band a day', isNumber: true },
    { title: 'Means' },
  ],
  rows: parts.map(({ name, meaning, band }, k) => [name, total.amounts[k] ?? '', `±${band}`, meaning]),
})}
<p class="quiet">The parts add up to the difference to the last unit (0.00000001 ${named(quoteAsset, 20)}).</p>`,
)}
${section(
  'days',
  'Day by day',
  table({
    caption: `Live less replayed, ${quoteAsset}`,
    columns: [
      { title: 'Day (UTC)' },
      ...['Live', 'Replayed', 'Difference', ...parts.map(({ name }) => name)].map((title) => ({
        title,
        isNumber: true,
      })),
    ],
    rows: [...days, { ...total, day: 'all' }].map(({ day, live, replayed, difference, amounts }) => [
      ...[day, live, replayed, difference],
      ...amounts,
    ]),
  }),
)}`
  return renderPage({ title: `Divergence of ${strategy}`, body, footer: `ledger ${head}`, style: '' })
}

function alertList(alerts: readonly string[]): Html {
  if (alerts.length === 0) return html`<p>Every part stayed within its band on every day.</p>`
  return html`<ul>${alerts.map((one) => html`<li><strong>Alert:</strong> ${named(one, 200)}</li>\n`)}</ul>`
}

function partsFigure({ parts, total, quoteAsset }: DivergencePageInput): Promise<Html> {
  const values = parts.map(({ name }, k) => ({ name, amount: shortNumber(Number(total.amounts[k] ?? 0)) }))
  return figure({
    id: 'divergence-parts',
    look: 'half',
    label: 'What each part took or gave over the whole session',
    summary: `In ${quoteAsset}; below 0 the session earned less than its replay.`,
    spec: partsChart(values),
    twin: {
      caption: 'Parts of the whole',
      columns: [{ title: 'Part' }, { title: 'Amount', isNumber: true }],
      rows: parts.map(({ name }, k) => [name, total.amounts[k] ?? '']),
    },
  })
}

function partsChart(values: readonly { readonly name: string; readonly amount: number }[]): TopLevelSpec {
  return {
    ...HALF,
    data: { values: [...values] },
    encoding: {
      x: { field: 'name', type: 'nominal', sort: null, axis: { labelAngle: 0, grid: false } },
      y: { field: 'amount', type: 'quantitative', axis: { format: '~s', tickCount: 5 } },
    },
    layer: [
      {
        mark: { type: 'bar', size: 36 },
        encoding: { fill: { condition: { test: 'datum.amount < 0', value: INK.loss }, value: INK.gain } },
      },
      {
        mark: { type: 'rule', stroke: INK.quiet },
        encoding: { x: { value: 0 }, x2: { value: 'width' }, y: { datum: 0 } },
      },
    ],
  }
}
