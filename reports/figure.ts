/**
 * A chart as a reader of any kind gets it: the drawing, a sentence that sums it up, its numbers as a
 * table, and the spec to take elsewhere. Floor 4.
 */
import type { TopLevelSpec } from 'vega-lite'
import { type Html, type HtmlPart, html, trustedHtml } from './html.js'
import { renderChart } from './render-chart.js'
import { type TableColumn, type TableRow, table } from './section.js'

/** A chart and everything that is said of it. */
export interface FigureInput {
  /** The program's own word, once a page. */
  readonly id: string
  /** A heading above the chart; none where the section's own will do. */
  readonly title?: string
  /** What the chart shows, in one line. */
  readonly label: string
  readonly summary: HtmlPart
  readonly spec: TopLevelSpec
  readonly legend?: Html
  readonly twin: {
    readonly caption: string
    readonly columns: readonly TableColumn[]
    readonly rows: readonly TableRow[]
  }
  /** How wide it is: the page's column, half of it, or never narrower than its letters need. */
  readonly look?: 'full' | 'half' | 'wide'
}

/** The figure. */
export async function figure(input: FigureInput): Promise<Html> {
  const { id, title, label, summary, spec, legend, twin, look = 'full' } = input
  const summaryId = `${id}-summary`
  // Beside a figure with a legend the drawings stand on one line.
  const key = legend ?? (look === 'half' ? html`<div class="legend"></div>` : undefined)
  const chart = await renderChart(spec, { label, summaryId, look })
  return html`<figure id="${id}" class="${look}">
${title === undefined ? undefined : html`<h3>${title}</h3>\n`}${key}
<div class="drawing"${look === 'wide' ? html` role="region" tabindex="0" aria-label="${label}, scrollable"` : undefined}>${chart}</div>
<figcaption id="${summaryId}">${summary}</figcaption>
<details><summary>As a table</summary>
${table(twin)}
</details>
${specDetails(spec, label)}
</figure>`
}

/** The spec as JSON, to be copied. */
export function specDetails(spec: TopLevelSpec, label: string): Html {
  return html`<details class="spec"><summary>View spec</summary>
<pre tabindex="0" aria-label="${`Vega-Lite spec: ${label}`}"><code class="vega-lite">${jsonText(spec)}</code></pre>
</details>`
}

const UNSAFE = /[<>&\u2028\u2029]/g

/** A value as JSON that is the same in text and in a script: no character of it can end either. */
export function jsonText(value: unknown): Html {
  const escaped = JSON.stringify(value).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return trustedHtml(escaped.toWellFormed())
}

/** What the marks of a chart mean: the class draws the mark, the words say it. */
export function legend(entries: readonly (readonly [look: string, words: string])[]): Html {
  return html`<ul class="legend">${entries.map(([look, words]) => html`<li class="${look}">${words}</li>`)}</ul>`
}
