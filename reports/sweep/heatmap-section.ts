/** The objective over two parameters, as a table that needs no script and is filled anew by one. Floor 4. */
import { legend } from '../figure.js'
import { formatCount } from '../format-number.js'
import { type Html, html, named } from '../html.js'
import { section } from '../section.js'
import { type HeatCell, heatClass, heatGrid, heatText } from './browser/heat-grid.js'
import type { SweepView } from './sweep-view.js'

/** The section; nothing below two swept parameters. */
export function heatmapSection({ done, list, objective, sweep }: SweepView): Html | undefined {
  const [x, y] = list.axes
  if (x === undefined || y === undefined) return undefined
  const grid = heatGrid(list, x, y, { aggregate: 'best', shown: 'value' })
  const form = list.columns[list.value]
  const several = list.axes.length > 2
  return section(
    'heat',
    'Heatmap',
    html`<div class="choice" id="heat-choice" hidden>
${choice(
  'x',
  'Across',
  list.axes.map(({ name }) => name),
  0,
)}
${choice(
  'y',
  'Down',
  list.axes.map(({ name }) => name),
  1,
)}
${choice('aggregate', 'Of each cell', ['best', 'mean', 'median'], 0)}
${choice('shown', 'Shown', ['objective', 'plateau score'], 0)}
</div>
${legend([
  ['heat-up', 'Better is stronger'],
  ...(list.direction === 'higher' && done.some(({ isRanked, value }) => isRanked && value < 0)
    ? ([['heat-down', 'Below 0, worse is stronger']] as const)
    : []),
  ['heat-ring', 'The tenth with the highest plateau scores'],
  ['heat-thin', `Fewer than ${formatCount(sweep.minTrades, 'trade')}`],
  ['heat-star', 'Best peak'],
  ['heat-diamond', 'Best plateau'],
])}
<div class="scroll heat" role="region" aria-label="Heatmap of two parameters" tabindex="0">
<table>
<caption>${objective} by two parameters</caption>
<thead><tr><th scope="col">${named(`${y.name} ↓ ${x.name} →`)}</th>${grid.columns.map((label) => html`<th scope="col">${named(label)}</th>`)}</tr></thead>
<tbody>
${grid.cells.map((cells, i) => html`<tr><th scope="row">${named(grid.rows[i] ?? '')}</th>${cells.map((cell) => cellOf(cell, heatText(cell, form)))}</tr>\n`)}</tbody>
</table>
</div>
<p class="quiet">${named(objective, 60)}${several ? ', the best over the other parameters' : ''}. A plateau score is what three quarters of a trial’s neighbourhood reach: a step of each parameter on a grid, else the nearest trials. Prefer a broad strong field inside the outlines to a single strong cell.</p>`,
  )
}

function cellOf(cell: HeatCell, text: string): Html {
  return html`<td class="${heatClass(cell)}">${text}</td>`
}

function choice(name: string, label: string, options: readonly string[], chosen: number): Html {
  return html`<label>${label} <select name="${name}">${options.map(
    (option, i) => html`<option${i === chosen ? html` selected` : undefined}>${option}</option>`,
  )}</select></label>`
}
