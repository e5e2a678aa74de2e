/** A notebook that has run as Jupyter's file, format 4.5, with its outputs. The same notebook gives the same bytes. Floor 5. */
import { drawChart } from '../../../reports/draw-chart.js'
import { html, toMarkup } from '../../../reports/html.js'
import type { ShownCell } from '../../../reports/notebook/notebook-page.js'
import type { Output } from '../../../reports/notebook/output.js'
import { cellText, isNumberColumn, outputText, restText } from '../../../reports/notebook/output-text.js'
import type { Json } from '../canonical-json.js'

/** The file's text. The kernel it names is tslab's, for those who have it; viewers need none. */
export async function toIpynb(cells: readonly ShownCell[]): Promise<string> {
  const notebook = {
    cells: await Promise.all(cells.map(ipynbCell)),
    metadata: {
      kernelspec: { display_name: 'TypeScript', language: 'typescript', name: 'tslab' },
      language_info: { file_extension: '.ts', mimetype: 'text/typescript', name: 'typescript' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  }
  return `${JSON.stringify(notebook, null, 1)}\n`
}

async function ipynbCell({ kind, text, outputs }: ShownCell, k: number) {
  const common = { id: `cell-${k + 1}`, metadata: {}, source: sourceLines(text) }
  if (kind === 'markdown') return { cell_type: 'markdown', ...common }
  return {
    cell_type: 'code',
    execution_count: k + 1,
    ...common,
    outputs: await Promise.all(outputs.map(ipynbOutput)),
  }
}

/** Lines that keep their ends, as the format has them. */
function sourceLines(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}

async function ipynbOutput(output: Output) {
  const plain = { 'text/plain': sourceLines(outputText(output)) }
  const shown = (data: object) => ({ output_type: 'display_data', metadata: {}, data: { ...data, ...plain } })
  switch (output.kind) {
    case 'text':
      return { output_type: 'stream', name: 'stdout', text: sourceLines(`${output.text}\n`) }
    case 'error':
      return {
        output_type: 'error',
        ename: 'Error',
        evalue: output.message,
        traceback: [outputText(output)],
      }
    case 'table':
      return shown({ 'text/html': sourceLines(tableMarkup(output)) })
    case 'chart':
      return shown({
        // The spec is JSON: it was read from plain objects.
        'application/vnd.vegalite.v6+json': output.spec as unknown as Json,
        'image/svg+xml': sourceLines(await drawChart(output.spec)),
      })
  }
}

function tableMarkup({ columns, rows, total }: Output & { readonly kind: 'table' }): string {
  const align = columns.map((_, k) => (isNumberColumn(rows, k) ? html` style="text-align:right"` : undefined))
  const rest = restText(rows.length, total)
  return toMarkup(html`<table>
<thead><tr>${columns.map((column, k) => html`<th${align[k]}>${column}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((cell, k) => html`<td${align[k]}>${cellText(cell)}</td>`)}</tr>\n`)}</tbody>
</table>${rest === undefined ? undefined : html`<p>${rest}</p>`}`)
}
