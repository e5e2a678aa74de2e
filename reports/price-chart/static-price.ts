/** The price without a script: lowest to highest of each stretch as a band, closes as a line. Floor 4. */
import { valueAt } from '../../engine/model/bars.js'
import { formatDay } from '../format-moment.js'
import { formatFixed } from '../format-number.js'
import { type Html, html } from '../html.js'
import type { PriceLevel } from './price-levels.js'

const WIDTH = 960
const HEIGHT = 260
const MARGIN = 22

/** The finest level of an overview as SVG, in the page's colours. */
export function staticPrice(
  [level]: readonly PriceLevel[],
  label: string,
  decimals: number,
): Html | undefined {
  if (level === undefined) return undefined
  const { time, ms, high, low, close } = level
  const n = time.length
  const from = valueAt(time, 0)
  const span = valueAt(time, n - 1) + ms - from
  const top = high.reduce((a, b) => Math.max(a, b))
  const bottom = low.reduce((a, b) => Math.min(a, b))
  const room = HEIGHT - 2 * MARGIN
  const x = (at: number): string => (((at - from) / span) * WIDTH).toFixed(1)
  const y = (price: number): string => (MARGIN + ((top - price) / (top - bottom || 1)) * room).toFixed(1)
  let band = ''
  let line = ''
  for (let i = 0; i < n; i++) {
    const middle = x(valueAt(time, i) + ms / 2)
    band += `M${middle} ${y(valueAt(high, i))}V${y(valueAt(low, i))}`
    line += `${i === 0 ? 'M' : 'L'}${middle} ${y(valueAt(close, i))}`
  }
  const width = ((ms / span) * WIDTH * 0.8).toFixed(1)
  return html`<svg class="price-static" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}" data-no-js>
<path d="${band}" fill="none" stroke="var(--hold)" stroke-opacity=".35" stroke-width="${width}"/>
<path d="${line}" fill="none" stroke="var(--ink)" stroke-width="1.25"/>
<g fill="var(--quiet)" font-size="13"><text x="4" y="14">${formatFixed(top, decimals)}</text><text x="4" y="${HEIGHT - 5}">${formatFixed(bottom, decimals)}</text><text x="${WIDTH - 4}" y="14" text-anchor="end">${formatDay(from)} to ${formatDay(from + span)}</text></g>
</svg>`
}
