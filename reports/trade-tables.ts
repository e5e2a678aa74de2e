/** Trades in groups: by tag, by hour, by weekday. Floor 4. */
import { EXIT_REASONS, type ExitReason } from '../engine/math/metrics/exit-reasons.js'
import { groupTrades, type TradeGroup } from '../engine/math/metrics/trade-groups.js'
import type { Trade } from '../engine/model/fill.js'
import type { RunResult } from '../engine/model/run-result.js'
import { formatFixed, formatPercent, formatUnitsFixed } from './format-number.js'
import { type Html, type HtmlPart, html, named } from './html.js'
import { moneyDecimals } from './print-metric.js'
import { WEEKDAYS } from './return-charts.js'
import { table } from './section.js'

/** Most rows of a table by tag; the rest are summed up in words. */
const MAX_GROUPS = 50

/** Most characters of a tag; the whole tag is in `trades.csv`. */
export const TAG_LENGTH = 40

/**
 * All groupings that say something of these trades; `reasons` are what ended them, by their numbers. The figure of
 * their streaks stands beside the longest.
 */
export function tradeTables(
  result: RunResult,
  reasons: ReadonlyMap<number, ExitReason>,
  streaks: Html | undefined,
): Html {
  const { trades } = result
  const hasTags = trades.some(({ entryTag, exitTag }) => entryTag !== '' || exitTag !== '')
  const by = <Key extends string | number>(
    title: string,
    head: string,
    keyOf: (trade: Trade) => Key,
    name: (key: Key) => HtmlPart,
    order?: (a: Key, b: Key) => number,
  ) => groupTable(result, { title, head, keyOf, name, ...(order && { order }) })
  const reasonOf = ({ number }: Trade): string => reasons.get(number) ?? ''
  const places = new Map<string, number>(EXIT_REASONS.map((reason, i) => [reason, i]))
  const placeOf = (reason: string): number => places.get(reason) ?? -1
  const byReason = by(
    'By exit reason',
    'Exit reason',
    reasonOf,
    (reason) => reason,
    (a, b) => placeOf(a) - placeOf(b),
  )
  const byTags = () => [
    by('By entry tag', 'Entry tag', ({ entryTag }) => entryTag, tag),
    by('By exit tag', 'Exit tag', ({ exitTag }) => exitTag, tag),
    byReason,
    by(
      'By tags and exit reason',
      'Entry / exit / reason',
      (trade) => JSON.stringify([trade.entryTag, trade.exitTag, reasonOf(trade)]),
      triple,
    ),
  ]
  return html`<div class="grid">${hasTags ? byTags() : byReason}</div>
${hasTags ? undefined : html`<p class="quiet">The strategy gave its orders no tags.</p>`}
<div class="grid">
<div>${by(
    'By weekday of entry (UTC)',
    'Weekday',
    weekday,
    (day) => WEEKDAYS[day] ?? '',
    (a, b) => a - b,
  )}
${streaks}</div>
${by(
  'By hour of entry (UTC)',
  'Hour',
  hourOf,
  (hour) => `${String(hour).padStart(2, '0')}:00`,
  (a, b) => a - b,
)}
</div>`
}

function tag(key: string): Html {
  return named(key === '' ? 'no tag' : key, TAG_LENGTH)
}

/** Two tags and a reason that were joined as JSON. */
function triple(key: string): Html {
  const parts: unknown = JSON.parse(key)
  const [entry = '', exit = '', reason = ''] = Array.isArray(parts) ? parts.map(String) : []
  return html`${tag(entry)} / ${tag(exit)} / ${reason}`
}

function hourOf({ entryTime }: Trade): number {
  return new Date(entryTime).getUTCHours()
}

/** 0 is Monday. */
function weekday({ entryTime }: Trade): number {
  return (new Date(entryTime).getUTCDay() + 6) % 7
}

/** One grouping: sorted by `order`, else by the number of trades. */
function groupTable<Key extends string | number>(
  { trades, rules, settings }: RunResult,
  {
    title,
    head,
    keyOf,
    name,
    order,
  }: {
    readonly title: string
    readonly head: string
    readonly keyOf: (trade: Trade) => Key
    readonly name: (key: Key) => HtmlPart
    readonly order?: (a: Key, b: Key) => number
  },
): Html {
  const groups = groupTrades(trades, keyOf, rules.priceScale * rules.quantityScale).toSorted((a, b) =>
    order ? order(a.key, b.key) : b.count - a.count,
  )
  const money = moneyDecimals(settings.cash)
  const row = ({ key, count, net, metrics }: TradeGroup<Key>) => [
    name(key),
    formatFixed(count, 0),
    formatPercent(metrics.winRate, 1),
    tone(net, formatUnitsFixed(net, money)),
    formatPercent(metrics.averageReturn),
    formatFixed(metrics.profitFactor, 2),
    formatFixed(metrics.averageBars, 1),
  ]
  return html`<div class="group"><h3>${title}</h3>
${table({
  caption: `Trades ${title.toLowerCase().replace('utc', 'UTC')}`,
  columns: [
    { title: head },
    { title: 'Trades', isNumber: true },
    { title: 'Won', isNumber: true },
    { title: 'Net', isNumber: true, hint: 'In quote, after costs' },
    { title: 'Mean', isNumber: true, hint: 'Mean return of a trade' },
    { title: 'PF', isNumber: true, hint: 'Profit factor' },
    { title: 'Bars', isNumber: true, hint: 'Mean bars held' },
  ],
  rows: groups.slice(0, MAX_GROUPS).map(row),
})}
${groups.length > MAX_GROUPS ? html`<p class="quiet">The ${MAX_GROUPS} with most trades of ${formatFixed(groups.length, 0)}; trades.csv has all.</p>` : undefined}</div>`
}

/** An amount in the colour of its sign, which stands in the text too. */
export function tone(units: bigint, text: string): Html {
  return html`<span class="${units < 0n ? 'loss' : units > 0n ? 'gain' : 'even'}">${text}</span>`
}
