/** How the daily returns of later runs differ from the first run's: histogram and interval of the mean. Floor 4. */
import { binsOf, differenceChart } from './compare-charts.js'
import { bootstrapText, intervalText, pointsText } from './compare-text.js'
import type { Comparison, PairComparison } from './comparison.js'
import { formatFixed, formatPercent } from './format-number.js'
import { type Html, html } from './html.js'
import { renderChart } from './render-chart.js'
import { section, table } from './section.js'

/** A chart for each pair; a sentence where there is nothing to draw. */
export async function compareReturnsSection({ runs, pairs, seed }: Comparison): Promise<Html> {
  const first = runs[0]?.label ?? ''
  const [pair] = pairs
  const drawn = await Promise.all(pairs.map((one, i) => pairFigure(first, one, i + 1)))
  return section(
    'compare-returns',
    'Return differences',
    html`${
      pair === undefined || pair.interval.count < 2
        ? undefined
        : html`<p class="quiet">${bootstrapText(pair.interval, seed)}</p>\n`
    }${drawn}`,
  )
}

async function pairFigure(
  first: string,
  { label, differences, interval }: PairComparison,
  place: number,
): Promise<Html> {
  const text = intervalText(first, label, interval)
  if (interval.count < 2) return html`<p>${text}</p>\n`
  const bins = binsOf(differences)
  const id = `difference-${place}`
  const chart = await renderChart(differenceChart(bins, { place, ...interval }), {
    label: `Daily return of ${label} less that of ${first}, as a histogram`,
    summaryId: id,
  })
  return html`<figure>
${chart}
<figcaption id="${id}">Count of days by the difference of their returns. ${text} In ${formatPercent(interval.shareAbove, 1)} of the drawn series ${label} earned more. Whole line: 0; dashed line and band: the mean and its interval.</figcaption>
</figure>
<details><summary>${label} less ${first} as a table</summary>
${table({
  caption: `Daily return differences, ${label} less ${first}`,
  columns: [
    { title: 'From (bps)', isNumber: true },
    { title: 'To (bps)', isNumber: true },
    { title: 'Days', isNumber: true },
  ],
  rows: bins.map(({ from, to, count }) => [pointsText(from), pointsText(to), formatFixed(count, 0)]),
})}
</details>
`
}
