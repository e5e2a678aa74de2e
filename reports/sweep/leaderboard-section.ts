/** The trials, best first: the first of them as a table that needs no script, all as data for the page's program. Floor 4. */
import { jsonText } from '../figure.js'
import { formatCount, formatFixed } from '../format-number.js'
import { type Html, type HtmlPart, html, named } from '../html.js'
import { section, table } from '../section.js'
import { leaderText, type SweepView } from './sweep-view.js'

/** Rows that stand in the page without a script. */
const MAX_ROWS = 100

/** The section. */
export function leaderboardSection(view: SweepView): Html {
  const { columns, done, list, rankedCount, sweep } = view
  const rest = done.length - rankedCount
  return section(
    'leaderboard',
    'Leaderboard',
    html`<p class="quiet">${formatCount(rankedCount, 'ranked trial')}${rest === 0 ? '' : `, ${formatFixed(rest, 0)} with fewer than ${formatCount(sweep.minTrades, 'trade')} or without a value`}. leaderboard.csv beside this page has every metric of each. ${sweep.split ? 'Train and test are Sharpe ratios of the first and the last part of the range: look for rows where both hold, never at rank 1 alone.' : ''}</p>
<div id="trial-list">
${
  done.length > MAX_ROWS
    ? html`<p id="trial-cut">The first ${MAX_ROWS} of ${formatFixed(done.length, 0)} trials; leaderboard.csv has all.</p>\n`
    : undefined
}${table({
  caption: 'Trials, the best first',
  columns: columns.map(({ title, hint, kind, isName }) => ({
    title,
    isNumber: kind !== 'word',
    ...(hint === undefined || hint === '' || isName ? {} : { hint }),
  })),
  rows: done.slice(0, MAX_ROWS).map((_, row) => columns.map((_column, i) => cell(view, row, i))),
})}
<script type="application/json" id="trial-data">${jsonText(list)}</script>
</div>`,
  )
}

function cell(view: SweepView, row: number, column: number): HtmlPart {
  const form = view.columns[column]
  const text = leaderText(view, row, column)
  if (form?.kind === 'word') return html`<span class="tag">${named(text)}</span>`
  if (!form?.isToned) return text
  const value = view.list.rows[row]?.[column] ?? 0
  return html`<span class="${value < 0 ? 'loss' : value > 0 ? 'gain' : 'even'}">${text}</span>`
}
