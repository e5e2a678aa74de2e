/** What the run comes to at other costs, and with orders that come late. Floor 4. */
import type { Sensitivity, SensitivityLayer } from '../engine/model/sensitivity.js'
import { formatFixed, formatPercent } from './format-number.js'
import { type Html, html } from './html.js'
import type { RunPageInput } from './run-page-input.js'
import { facts, section } from './section.js'
import { alphaEnd, delayName, feeEnd, feeName } from './sensitivity-words.js'

/** The section; nothing where it was not asked for. */
export function sensitivitySection({ sensitivity }: Pick<RunPageInput, 'sensitivity'>): Html | undefined {
  if (!sensitivity) return undefined
  const how =
    sensitivity.method === 'DECISIONS'
      ? 'The strategy never looks at its account: the decisions of the run are the same at every cost, and were priced anew.'
      : 'The strategy looks at its account, so it decided again at every cost.'
  return html`${section(
    'sensitivity',
    'At other costs',
    html`${sensitivity.layers.map((layer) => layerOf(layer, sensitivity))}
<p class="quiet">${how} Where the profit ends is found by further runs, at the run’s own fee or alpha; with a fee for makers and another for takers it is the larger, the other in proportion.</p>`,
  )}
`
}

function layerOf(layer: SensitivityLayer, { alphas, fees, own }: Sensitivity): Html {
  const title = delayName(layer)
  const caption = html`Net return by fee (across) and alpha (down): ${title.toLowerCase()}`
  const most = layer.cells.flat().reduce((top, { netReturn }) => Math.max(top, Math.abs(netReturn)), 0)
  return html`<h3>${title}</h3>
<div class="scroll months" role="region" aria-label="Net return at other costs: ${title.toLowerCase()}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr><th scope="col">Alpha</th>${fees.map((pair) => html`<th scope="col" class="number">Fee ${feeName(pair)}</th>`)}</tr></thead>
<tbody>
${layer.cells.map(
  (row, a) =>
    html`<tr><th scope="row">${formatFixed(alphas[a] ?? 0, 3)}</th>${row.map(({ netReturn }, f) => {
      const text = formatPercent(netReturn)
      const isOwn = layer.delayBars === 0 && a === own.alpha && f === own.fee
      return html`<td class="${shadeOf(netReturn, most)}">${isOwn ? html`<strong>${text}</strong>` : text}</td>`
    })}</tr>\n`,
)}</tbody>
</table>
</div>
${facts([
  ['Profit ends at alpha', alphaEnd(layer)],
  ['Profit ends at fee', feeEnd(layer)],
])}
`
}

function shadeOf(value: number, most: number): string {
  const size = Math.abs(value) / most
  if (!(size > 0)) return 'number'
  return `number ${value > 0 ? 'g' : 'l'}${size > 0.66 ? 3 : size > 0.33 ? 2 : 1}`
}
