/** How the daily returns of later runs differ from the first run's: histogram and interval of the mean. Floor 4. */
import { binsOf, differenceChart } from './compare-charts.js'
import { bootstrapText, intervalText, pointsText } from './compare-text.js'
import type { Comparison, PairComparison } from './comparison.js'
import { figure } from './figure.js'
import { formatFixed, formatPercent } from './format-number.js'
import { type Html, html } from './html.js'
import { section } from './section.js'

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
  if (bins.length === 1)
    return html`<p>${text} The difference is the same on every day: there is nothing to draw.</p>\n`
  return figure({
    id: `difference-${place}`,
    title: `${label} less ${first}`,
    label: `Daily return of ${label} less that of ${first}, as a histogram`,
    summary: `Count of days by the difference of their returns. ${text} In ${formatPercent(interval.shareAbove, 1)} of the drawn series ${label} earned more. Whole line: 0; dashed line and band: the mean and its interval.`,
    spec: differenceChart(bins, { place, ...interval }),
    twin: {
      caption: `Daily return differences, ${label} less ${first}`,
      columns: [
        { title: 'From (bps)', isNumber: true },
        { title: 'To (bps)', isNumber: true },
        { title: 'Days', isNumber: true },
      ],
      rows: bins.map(({ from, to, count }) => [pointsText(from), pointsText(to), formatFixed(count, 0)]),
    },
  })
}
