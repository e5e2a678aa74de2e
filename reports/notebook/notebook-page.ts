/**
 * A notebook as one HTML file that opens from disk, asks no network for anything and is whole without scripts:
 * its text, its code, and what each cell showed. Floor 4.
 */
import { specDetails } from '../figure.js'
import { type Html, html } from '../html.js'
import { renderPage } from '../page-shell.js'
import { renderChart } from '../render-chart.js'
import { table } from '../section.js'
import { highlight, lines } from './highlight.js'
import { markdownHtml } from './markdown.js'
import { NOTEBOOK_STYLE } from './notebook-style.js'
import type { Output } from './output.js'
import { cellText, isNumberColumn, restText } from './output-text.js'

/** One cell and what it showed. */
export interface ShownCell {
  readonly kind: 'code' | 'markdown'
  readonly title: string
  readonly text: string
  readonly outputs: readonly Output[]
}

/** Input of `renderNotebookPage`. */
export interface NotebookPageInput {
  readonly title: string
  readonly file: string
  readonly cells: readonly ShownCell[]
  /** A script that loads the page anew when the notebook has run again, on a page that is served for that. */
  readonly reloadScript?: string | undefined
}

/** The whole page as text, to be written as UTF-8. */
export async function renderNotebookPage(input: NotebookPageInput): Promise<string> {
  const { title, file, cells, reloadScript } = input
  const bodies = await Promise.all(cells.map(cellHtml))
  const hasHeading = cells.some(({ kind, text }) => kind === 'markdown' && /^# /m.test(text))
  return renderPage({
    title,
    style: NOTEBOOK_STYLE,
    body: html`<p class="brand">Nextbar notebook · ${file}</p>
${hasHeading ? undefined : html`<h1>${title}</h1>`}
${bodies}`,
    footer: file,
    ...(reloadScript === undefined ? {} : { scripts: [reloadScript], isServed: true }),
  })
}

async function cellHtml({ kind, title, text, outputs }: ShownCell, k: number): Promise<Html> {
  if (kind === 'markdown') return html`<div class="prose">${markdownHtml(text)}</div>\n`
  const shown = await Promise.all(outputs.map((output, i) => outputHtml(output, `out-${k + 1}-${i + 1}`)))
  const name = title === '' ? `Cell ${k + 1}` : title
  return html`<div class="cell">
${title === '' ? undefined : html`<h3>${title}</h3>`}
${text === '' ? undefined : html`<pre class="code" tabindex="0" aria-label="${name}, code"><code>${highlight(text)}</code></pre>`}
${shown}</div>\n`
}

async function outputHtml(output: Output, id: string): Promise<Html> {
  switch (output.kind) {
    case 'text':
      return html`<pre class="shown" tabindex="0"><code>${lines(output.text)}</code></pre>\n`
    case 'error':
      return html`<div class="failed" role="alert"><strong>${output.where ?? 'This cell failed'}</strong><pre><code>${lines(output.message)}</code></pre></div>\n`
    case 'table':
      return tableHtml(output)
    case 'chart': {
      const { spec, label } = output
      const chart = await renderChart(spec, { label, summaryId: `${id}-summary`, look: 'notebook' })
      return html`<figure id="${id}" class="drawn"><div class="drawing">${chart}</div>
<figcaption id="${id}-summary">${label}</figcaption>
${specDetails(spec, label)}</figure>\n`
    }
  }
}

function tableHtml({ columns, rows, total }: Output & { readonly kind: 'table' }): Html {
  const rest = restText(rows.length, total)
  return html`<div>${table({
    caption: `Table of ${columns.filter((column) => column !== '').join(', ')}`,
    columns: columns.map((title, k) => ({ title, isNumber: isNumberColumn(rows, k) })),
    rows: rows.map((row) => row.map(cellText)),
  })}${rest === undefined ? undefined : html`<p class="rest">${rest}</p>`}</div>\n`
}
