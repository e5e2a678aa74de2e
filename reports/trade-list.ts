/**
 * The list of closed trades: the first and last of them as a table that needs no script, all of them as
 * data for the script that sorts and turns pages. Floor 4.
 */
import type { ExitReason } from '../engine/math/metrics/exit-reasons.js'
import type { Trade } from '../engine/model/fill.js'
import { toNumber } from '../engine/model/money.js'
import { type RunResult, symbolAt } from '../engine/model/run-result.js'
import { jsonText } from './figure.js'
import { formatMoment } from './format-moment.js'
import { formatFixed, priceDecimals, roundFixed, stepDecimals, UNDEFINED_MARK } from './format-number.js'
import { type Html, type HtmlPart, html, named, shorten, showHidden } from './html.js'
import { moneyDecimals } from './print-metric.js'
import { type TableColumn, table } from './section.js'
import { TAG_LENGTH } from './trade-tables.js'

/** Most rows that stand in the page without a script: of more trades the first and the last half of it. */
const MAX_ROWS = 400

/** A trade's cell as a number: what is printed is the number, in the form of its column. */
interface ListColumn extends TableColumn {
  readonly kind: 'number' | 'percent' | 'time' | 'word'
  /** Of all rows, or by the place of the row's symbol among the words. */
  readonly decimals: number | readonly number[]
  /** Whether the sign has a colour. */
  readonly isToned?: boolean
  readonly decimalsOf: (trade: Trade) => number
  /** A number; for a word its place in the list's words. */
  readonly pick: (trade: Trade) => number
}

/** The list, its data, and a link to all trades as CSV; `reasons` are what ended them, by their numbers. */
export function tradeList(
  result: RunResult,
  reasons: ReadonlyMap<number, ExitReason>,
  csv: string | undefined,
): Html {
  const { trades } = result
  const words = new Map<string, number>()
  const places = new Map<string, number>()
  const columns = columnsOf(result, reasons, (text) => {
    // Most texts were there before: to make a word of one costs ten times as much.
    const known = places.get(text)
    if (known !== undefined) return known
    const word = text === '' ? UNDEFINED_MARK : shorten(showHidden(text), TAG_LENGTH)
    const place = words.get(word) ?? words.size
    words.set(word, place)
    places.set(text, place)
    return place
  })
  const half = MAX_ROWS / 2
  const shown = trades.length <= MAX_ROWS ? trades : [...trades.slice(0, half), ...trades.slice(-half)]
  const data = trades.map((trade) => columns.map((column) => dataOf(column, trade)))
  const list = [...words.keys()]
  return html`<div id="trade-list">
<h3>All trades</h3>
<p>${download(csv)}</p>
${
  trades.length > MAX_ROWS
    ? html`<p id="trade-cut">The first ${half} and the last ${half} of ${formatFixed(trades.length, 0)} trades, ${formatFixed(trades.length - MAX_ROWS, 0)} between them left out where no script runs; trades.csv has all.</p>\n`
    : undefined
}${table({
  caption: 'Closed trades',
  columns,
  rows: shown.map((trade) => columns.map((column) => cellOf(column, trade, list))),
  tradeNumbers: shown.map(({ number }) => number),
})}
<script type="application/json" id="trade-data">${jsonText({
    columns: columns.map(({ kind, decimals, isToned = false }) => ({ kind, decimals, isToned })),
    words: list,
    rows: data,
  })}</script>
</div>`
}

/** The whole table inside the link where it is small; else the file beside the page. */
function download(csv: string | undefined): Html {
  if (csv === undefined)
    return html`<a href="trades.csv" download="trades.csv">trades.csv</a> (in the run folder, beside this page)`
  return html`<a href="${`data:text/csv;charset=utf-8;base64,${Buffer.from(csv, 'utf8').toString('base64')}`}" download="trades.csv">trades.csv</a> (all trades, inside this page)`
}

/** The number that is printed, as data. */
function dataOf(column: ListColumn, trade: Trade): number | null {
  const value = column.pick(trade)
  if (!Number.isFinite(value)) return null
  if (column.kind === 'time' || column.kind === 'word') return value
  return roundFixed(column.kind === 'percent' ? value * 100 : value, column.decimalsOf(trade))
}

function cellOf(column: ListColumn, trade: Trade, words: readonly string[]): HtmlPart {
  const value = dataOf(column, trade)
  if (value === null) return UNDEFINED_MARK
  if (column.kind === 'word') return html`<span class="tag">${named(words[value] ?? '')}</span>`
  if (column.kind === 'time') return formatMoment(value)
  const text = `${formatFixed(value, column.decimalsOf(trade))}${column.kind === 'percent' ? '%' : ''}`
  if (!column.isToned) return text
  return html`<span class="${value < 0 ? 'loss' : value > 0 ? 'gain' : 'even'}">${text}</span>`
}

function columnsOf(
  result: RunResult,
  reasons: ReadonlyMap<number, ExitReason>,
  placeOf: (word: string) => number,
): readonly ListColumn[] {
  const { bars, first, rules, settings, symbols } = result
  const { quoteAsset } = rules
  const isAlone = symbols.length === 1
  const baseAsset = isAlone ? rules.baseAsset : 'the symbol’s base asset'
  const scale = rules.priceScale * rules.quantityScale
  const price = symbols.map(({ lastClose }) => priceDecimals(isAlone ? (bars.close[first] ?? 1) : lastClose))
  const quantity = symbols.map((one) => stepDecimals(one.rules.stepSize))
  const money = moneyDecimals(settings.cash)
  const number = (
    title: string,
    decimals: number,
    pick: (trade: Trade) => number,
    hint: string,
    isToned = false,
  ): ListColumn => ({
    title,
    kind: 'number',
    isNumber: true,
    decimals,
    decimalsOf: () => decimals,
    pick,
    hint,
    isToned,
  })
  // Symbols come first among the words.
  const places = isAlone ? [] : symbols.map((one) => placeOf(one.bars.symbol))
  const bySymbol = (
    title: string,
    all: readonly number[],
    pick: (trade: Trade) => number,
    hint: string,
  ): ListColumn => {
    const own = number(title, all[0] ?? 8, pick, hint)
    if (isAlone) return own
    const byPlace: number[] = []
    for (const [k, place] of places.entries()) byPlace[place] = Math.max(byPlace[place] ?? 0, all[k] ?? 0)
    return {
      ...own,
      decimals: byPlace,
      decimalsOf: ({ symbolIndex }) => byPlace[places[symbolIndex] ?? 0] ?? 8,
    }
  }
  const percent = (title: string, pick: (trade: Trade) => number, hint: string): ListColumn => ({
    ...number(title, 2, pick, hint),
    kind: 'percent',
  })
  const other = (title: string, kind: 'time' | 'word', pick: (trade: Trade) => number): ListColumn => ({
    title,
    kind,
    decimals: 0,
    decimalsOf: () => 0,
    pick,
  })
  return [
    number('#', 0, ({ number: n }) => n, 'Counted in order of entry; trade_id in trades.csv'),
    ...(isAlone
      ? []
      : [other('Symbol', 'word', (one) => placeOf(symbolAt(result, one.symbolIndex).bars.symbol))]),
    other('Entry (UTC)', 'time', ({ entryTime }) => entryTime),
    other('Exit (UTC)', 'time', ({ exitTime }) => exitTime),
    bySymbol('Entry price', price, (one) => one.entryPrice, `Mean, in ${quoteAsset}, slippage included`),
    bySymbol('Exit price', price, (one) => one.exitPrice, `Mean, in ${quoteAsset}, slippage included`),
    bySymbol(
      'Quantity',
      quantity,
      (one) => toNumber(one.quantity, rules.quantityScale),
      `Bought, in ${baseAsset}`,
    ),
    number(
      'Net',
      money,
      ({ net }) => toNumber(net, scale),
      `In ${quoteAsset}, after fees and slippage`,
      true,
    ),
    percent('Return', (one) => one.return, 'Net ÷ quote paid'),
    number('Bars', 0, (one) => one.bars, "From the entry's bar to the one before the exit's"),
    percent('MAE', ({ mae }) => mae, 'Deepest fall below the entry price while held'),
    percent('MFE', ({ mfe }) => mfe, 'Highest rise above the entry price while held'),
    number('Fees', money, ({ fees }) => toNumber(fees, scale), `In ${quoteAsset}`),
    // Without a tag anywhere two columns of nothing would push the reason out of sight.
    ...(result.trades.some(({ entryTag, exitTag }) => entryTag !== '' || exitTag !== '')
      ? [
          other('Entry tag', 'word', ({ entryTag }) => placeOf(entryTag)),
          other('Exit tag', 'word', ({ exitTag }) => placeOf(exitTag)),
        ]
      : []),
    other('Reason', 'word', (one) => placeOf(reasons.get(one.number) ?? '')),
  ]
}
