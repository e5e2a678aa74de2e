/**
 * A Vega-Lite chart as SVG that belongs to the page around it: its colours are the page's variables, its
 * letters the page's, and it scales with its column. Floor 4. A spec holds numbers and the program's own
 * words only, never a name from outside.
 */
import type { TopLevelSpec } from 'vega-lite'
import { toVariables } from './chart-ink.js'
import { drawChart } from './draw-chart.js'
import { type Html, html, trustedHtml } from './html.js'

/** What a chart says to those who do not see it. */
export interface ChartText {
  /** What it shows, in one line. */
  readonly label: string
  /** Id of the paragraph that sums it up. */
  readonly summaryId: string
  /** Class of the image beside `chart`: the program's own word. */
  readonly look?: string
}

/** Draws a chart. The same spec gives the same bytes. */
export async function renderChart(
  spec: TopLevelSpec,
  { label, summaryId, look = 'full' }: ChartText,
): Promise<Html> {
  const svg = toVariables(await drawChart(spec))
  return html`<svg class="chart ${look}" role="img" tabindex="0" aria-label="${label}" aria-describedby="${summaryId}" ${trustedHtml(sizeOf(svg))}>${trustedHtml(contentOf(svg))}</svg>`
}

/** The drawing's own coordinates: its size on the page is the style's to say. */
function sizeOf(svg: string): string {
  return /viewBox="[\d. -]+"/.exec(svg)?.[0] ?? ''
}

/**
 * What is drawn, without the roles and labels that Vega gives its parts: the chart is one image. A
 * hundredth of its unit is finer than a screen, so further decimals are left out.
 */
function contentOf(svg: string): string {
  return svg
    .slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>'))
    .replace(/ (?:role|aria-[a-z]+|pointer-events)="[^"]*"/g, '')
    .replace(/="[^"]*"/g, (value) => value.replace(/(\.\d\d)\d+/g, '$1'))
}
