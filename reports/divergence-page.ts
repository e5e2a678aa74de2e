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
  html`<div class="grid">${[await partsFigure(input), await daysFigure(input)]}</div>
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
  return amountsFigure('divergence-parts', {
    title: 'By part',
    label: 'What each part took or gave over the whole session',
    summary: `In ${quoteAsset}; below 0 the session earned less than its replay.`,
    head: 'Part',
    amounts: parts.map(({ name }, k) => [name, total.amounts[k] ?? '0']),
  })
}

function daysFigure({ days, quoteAsset }: DivergencePageInput): Promise<Html> {
  return amountsFigure('divergence-days', {
    title: 'By day',
    label: 'Live less replayed on each day',
    summary: `In ${quoteAsset}, each day for itself.`,
    head: 'Day (UTC)',
    amounts: days.map(({ day, difference }) => [day, difference]),
  })
}

function amountsFigure(
  id: string,
  {
    title,
    label,
    summary,
    head,
    amounts,
  }: {
    readonly title: string
    readonly label: string
    readonly summary: string
    readonly head: string
    readonly amounts: readonly (readonly [name: string, amount: string])[]
  },
): Promise<Html> {
  const values = amounts.map(([name, amount]) => ({ name, amount: shortNumber(Number(amount)) }))
  return figure({
    ...{ id, title, label, summary, look: 'half' },
    spec: amountsChart(values),
    twin: { caption: label, columns: [{ title: head }, { title: 'Amount', isNumber: true }], rows: amounts },
  })
}

/** A bar for each name; of many names only some are written out. */
function amountsChart(values: readonly { readonly name: string; readonly amount: number }[]): TopLevelSpec {
  const stride = Math.ceil(values.length / 7)
  const named = values.filter((_, k) => k % stride === 0).map(({ name }) => name)
  return {
    ...HALF,
    data: { values: [...values] },
    encoding: {
      x: {
        field: 'name',
        type: 'nominal',
        sort: null,
        axis: { labelAngle: 0, grid: false, values: named },
      },
      y: { field: 'amount', type: 'quantitative', axis: { format: ',.4~f', tickCount: 5 } },
    },
    layer: [
      {
        mark: { type: 'bar', size: Math.max(2, Math.min(36, 400 / values.length - 2)) },
        encoding: { fill: { condition: { test: 'datum.amount < 0', value: INK.loss }, value: INK.gain } },
      },
      {
        mark: { type: 'rule', stroke: INK.quiet },
        encoding: { x: { value: 0 }, x2: { value: 'width' }, y: { datum: 0 } },
      },
    ],
  }
}
