/** What the result rests on: where the bars came from, and which gaps a position was held over. Floor 4. */
import {
  type HeldGap,
  originStretches,
  type Provenance,
  provenanceOf,
} from '../engine/math/metrics/provenance.js'
import { countBefore, ORIGINS, type Origin, valueAt } from '../engine/model/bars.js'
import type { RunResult } from '../engine/model/run-result.js'
import { formatMoment } from './format-moment.js'
import { formatCount, formatFixed, formatPercent } from './format-number.js'
import { type Html, html, shorten } from './html.js'
import { section, table } from './section.js'

const MEANING: Readonly<Record<Origin, string>> = {
  archive: "Binance's archives",
  rest: "Binance's REST",
  stream: "Binance's streams",
  trades: 'made of trades',
  import: 'files of unknown making',
  synthetic: 'made up',
}

/**
 * The run's bars by origin with their share of profit and loss, and each gap that fell into a position. `known`
 * is what has been found out already.
 */
export function provenanceSection(result: RunResult, known: Provenance = provenanceOf(result)): Html {
  const { byOrigin, heldGaps } = known
  const counts = countOrigins(result)
  const rows = ORIGINS.flatMap((origin, i) => {
    const count = valueAt(counts, i)
    const share = byOrigin.get(origin)
    const isOriginal = origin === 'archive' || origin === 'rest' || origin === 'stream'
    const moved = isOriginal ? 'as the exchange gave them' : formatPercent(share ?? 0, 1)
    return count === 0 && share === undefined ? [] : [[origin, MEANING[origin], formatFixed(count, 0), moved]]
  })
  return section(
    'provenance',
    'Data',
    html`${table({
      caption: 'Bars by origin',
      columns: [
        { title: 'Origin' },
        { title: 'What it is' },
        { title: 'Bars', isNumber: true },
        {
          title: 'Share of profit and loss',
          isNumber: true,
          hint: 'of the changes of equity from close to close, without their signs',
        },
      ],
      rows,
    })}
${gapsTable(heldGaps)}`,
  )
}

function gapsTable(gaps: readonly HeldGap[]): Html {
  if (gaps.length === 0) return html`<p class="quiet">No gap of the data fell into a position.</p>`
  return html`<details><summary>${formatCount(gaps.length, 'gap')} fell into a position</summary>
${table({
  caption: 'Gaps that a position was held over',
  columns: [
    { title: 'First missing' },
    { title: 'Next bar' },
    { title: 'Symbol' },
    { title: 'Bars', isNumber: true },
  ],
  rows: gaps.map(({ symbol, from, to, missing }) => [
    formatMoment(from),
    formatMoment(to),
    shorten(symbol, 30),
    formatFixed(missing, 0),
  ]),
})}
</details>`
}

/** Bars of the range by origin, of all symbols; one that fills a gap counts as synthetic. */
function countOrigins({ bars, first, end, symbols }: RunResult): Float64Array {
  const counts = new Float64Array(ORIGINS.length)
  const [from, to] = [valueAt(bars.openTime, first), valueAt(bars.openTime, end - 1)]
  for (const own of symbols.length < 2 ? [bars] : symbols.map((symbol) => symbol.bars)) {
    const stretches = originStretches(own, countBefore(own, from), countBefore(own, to + 1))
    for (const { origin, from: start, to: behind } of stretches) {
      counts[origin] = valueAt(counts, origin) + behind - start
    }
  }
  return counts
}
