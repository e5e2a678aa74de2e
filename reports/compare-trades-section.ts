/** Which trades the runs share, and the ones that differ. Floor 4. */
import type { Comparison, PairComparison } from './comparison.js'
import { formatMoment } from './format-moment.js'
import { formatFixed, formatPercent, priceDecimals, UNDEFINED_MARK } from './format-number.js'
import { type Html, html } from './html.js'
import { section, type TableRow, table } from './section.js'
import type { StoredTrade } from './stored-run.js'
import { TRADE_PAIR_KINDS, type TradePair } from './trade-diff.js'

/** Most rows of a list of differing trades; the runs' `trades.csv` have all. */
const MAX_ROWS = 500

/** Counts of each kind for each pair of runs, and a list of what is not the same. */
export function compareTradesSection({ runs, pairs }: Comparison): Html {
  const first = runs[0]?.label ?? ''
  return section(
    'compare-trades',
    'Trades',
    html`<p class="quiet">Closed trades, paired by their time of entry. The same: same exit and prices too; quantities follow equity and do not count.</p>
${table({
  caption: 'Trades that the runs share',
  columns: [
    { title: 'Runs' },
    ...TRADE_PAIR_KINDS.map((kind) => ({ title: kindTitle(kind, first, 'other'), isNumber: true })),
  ],
  rows: pairs.map(({ label, trades }) => [
    `${first} and ${label}`,
    ...TRADE_PAIR_KINDS.map((kind) => formatFixed(trades.counts[kind], 0)),
  ]),
})}
${pairs.map((pair) => list(first, pair))}`,
  )
}

function kindTitle(kind: TradePair['kind'], first: string, label: string): string {
  switch (kind) {
    case 'same':
      return 'The same'
    case 'other prices':
      return 'Same times, other prices'
    case 'other exit':
      return 'Same entry, other exit'
    case 'only A':
      return `Only in ${first}`
    case 'only B':
      return label === 'other' ? 'Only in the other' : `Only in ${label}`
  }
}

function list(first: string, { label, trades }: PairComparison): Html | undefined {
  const differing = trades.pairs.filter(({ kind }) => kind !== 'same')
  if (differing.length === 0) return undefined
  const cut = differing.length > MAX_ROWS ? ` (the first ${formatFixed(MAX_ROWS, 0)})` : ''
  return html`<details><summary>The ${formatFixed(differing.length, 0)} trades of ${first} and ${label} that differ${cut}</summary>
${table({
  caption: `Trades of ${first} and ${label} that differ`,
  columns: [
    { title: 'Entry (UTC)' },
    { title: 'How' },
    { title: `${first} exit (UTC)` },
    { title: `${first} entry price`, isNumber: true },
    { title: `${first} exit price`, isNumber: true },
    { title: `${first} return`, isNumber: true },
    { title: `${label} exit (UTC)` },
    { title: `${label} entry price`, isNumber: true },
    { title: `${label} exit price`, isNumber: true },
    { title: `${label} return`, isNumber: true },
  ],
  rows: differing.slice(0, MAX_ROWS).map((pair): TableRow => {
    const a = 'a' in pair ? pair.a : undefined
    const b = 'b' in pair ? pair.b : undefined
    return [
      formatMoment((a ?? b)?.entryTime ?? 0),
      kindTitle(pair.kind, first, label),
      ...tradeCells(a),
      ...tradeCells(b),
    ]
  }),
})}
</details>`
}

function tradeCells(trade: StoredTrade | undefined): readonly string[] {
  if (trade === undefined) return new Array<string>(4).fill(UNDEFINED_MARK)
  const decimals = priceDecimals(trade.entryPrice)
  return [
    formatMoment(trade.exitTime),
    formatFixed(trade.entryPrice, decimals),
    formatFixed(trade.exitPrice, decimals),
    formatPercent(trade.return),
  ]
}
