/** Trades as points: what a scatter of them needs, and its numbers in quantiles. Floor 4. */
import { columnOf } from '../engine/math/metrics/column-of.js'
import { quantileOfSorted } from '../engine/math/statistics.js'
import { legend } from './figure.js'
import { formatCount, formatFixed, UNDEFINED_MARK } from './format-number.js'
import type { Html } from './html.js'
import type { TableColumn, TableRow } from './section.js'
import { MAX_MARKS, type TradePoints } from './trade-charts.js'

/** A trade, or what is told of one. */
type Traded = { readonly net: bigint } | { readonly trade: { readonly net: bigint } }

const WON_LEGEND = [
  ['up', 'Won'],
  ['down', 'Did not win'],
] as const

function hasWon(one: Traded): boolean {
  return ('trade' in one ? one.trade.net : one.net) > 0n
}

/** A point a trade. */
export function pointsOf<One extends Traded>(
  trades: readonly One[],
  x: (one: One) => number,
  y: (one: One) => number,
): TradePoints {
  return {
    x: columnOf(trades, x),
    y: columnOf(trades, y),
    hasWon: columnOf(trades, (one) => (hasWon(one) ? 1 : 0)),
  }
}

/** What a scatter says where its trades are too many to be drawn one by one. */
export function binned(count: number): string {
  return count > MAX_MARKS ? ` ${formatCount(count, 'trade')}, counted in cells: the darker, the more.` : ''
}

/** Most bins of a histogram of trades: the few that lie far out must not press thousands into two of them. */
export function binsFor(count: number): number {
  return count > MAX_MARKS ? 160 : 40
}

/** What its marks mean, where it has one for each trade. */
export function cloudLegend(count: number): { readonly legend?: Html } {
  return count > MAX_MARKS ? {} : { legend: legend(WON_LEGEND) }
}

/** A measure of trades: its name, where it is, how it is printed. */
type Measure<One> = readonly [name: string, pick: (one: One) => number, print: (value: number) => string]

/** Quantiles of trades that won and of the rest: the numbers of a cloud. */
export function quartiles<One extends Traded>(
  caption: string,
  trades: readonly One[],
  measures: readonly Measure<One>[],
): {
  readonly caption: string
  readonly columns: readonly TableColumn[]
  readonly rows: readonly TableRow[]
} {
  const kinds = [
    ['won', trades.filter(hasWon)],
    ['did not win', trades.filter((one) => !hasWon(one))],
  ] as const
  return {
    caption,
    columns: [
      { title: 'Trades' },
      { title: 'Count', isNumber: true },
      ...['Lowest', '25%', 'Median', '75%', 'Highest'].map((title) => ({ title, isNumber: true })),
    ],
    rows: measures.flatMap(([name, pick, print]) =>
      kinds.map(([kind, part]) => {
        const sorted = columnOf(part, pick).sort()
        return [
          `${name}, ${kind}`,
          formatFixed(part.length, 0),
          ...[0, 0.25, 0.5, 0.75, 1].map((share) =>
            part.length === 0 ? UNDEFINED_MARK : print(quantileOfSorted(sorted, share)),
          ),
        ]
      }),
    ),
  }
}
