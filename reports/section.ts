/** Pieces that every section of a page is built from: the section itself, figures, tables. Floor 4. */
import { type Html, type HtmlPart, html, shorten } from './html.js'

/** A titled part of a page. `id` is the program's own word. */
export function section(id: string, title: string, content: HtmlPart): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>`
}

/** A column of a table. Numbers stand to the right, in figures of one width. */
export interface TableColumn {
  readonly title: string
  readonly isNumber?: boolean
  /** What the column means, where its title does not say it. */
  readonly hint?: string
}

/** One row: its cells in the order of the columns, the first of them the row's header. */
export type TableRow = readonly HtmlPart[]

/** A table that scrolls in a box of its own where it is wider than the page. */
export function table({
  caption,
  columns,
  rows,
  tradeNumbers,
}: {
  readonly caption: string
  readonly columns: readonly TableColumn[]
  readonly rows: readonly TableRow[]
  /** Numbers of the trades that the rows are of, for what jumps to a trade. */
  readonly tradeNumbers?: readonly number[]
}): Html {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr>${columns.map(headCell)}</tr></thead>
<tbody>
${rows.map((row, k) => html`<tr${tradeNumbers && html` data-trade="${tradeNumbers[k]}"`}>${row.map((cell, i) => bodyCell(columns[i], i, cell))}</tr>\n`)}</tbody>
</table>
</div>`
}

function headCell({ title, isNumber, hint }: TableColumn): Html {
  return html`<th scope="col"${isNumber ? html` class="number"` : undefined}${
    hint === undefined ? undefined : html` title="${shorten(hint, 120)}"`
  }>${title}</th>`
}

function bodyCell(column: TableColumn | undefined, i: number, cell: HtmlPart): Html {
  const kind = column?.isNumber ? html` class="number"` : undefined
  return i === 0 ? html`<th scope="row"${kind}>${cell}</th>` : html`<td${kind}>${cell}</td>`
}

/** Names with their values, as many beside each other as fit. */
export function facts(entries: readonly (readonly [name: string, value: HtmlPart])[]): Html {
  return html`<dl class="facts">
${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`
}
