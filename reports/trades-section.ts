/** Every closed trade as a row, and a sentence for what a table cannot show. Floor 4. */
import type { Trade } from '../engine/model/fill.js'
import type { RunResult } from '../engine/model/run-result.js'
import { formatMoment } from './format-moment.js'
import {
  formatCount,
  formatFixed,
  formatPercent,
  formatUnitsFixed,
  priceDecimals,
  stepDecimals,
  UNDEFINED_MARK,
} from './format-number.js'
import { type Html, html, named } from './html.js'
import { moneyDecimals } from './print-metric.js'
import { section, type TableColumn, type TableRow, table } from './section.js'

/** Most rows of the table; of more trades the first and the last half of it are shown. */
const MAX_ROWS = 2000

/** Most characters of a tag; the whole tag is in `trades.csv`. */
const TAG_LENGTH = 40

/** The trades. */
export function tradesSection(result: RunResult): Html {
  const { trades, rules } = result
  const shown =
    trades.length <= MAX_ROWS ? trades : [...trades.slice(0, MAX_ROWS / 2), ...trades.slice(-MAX_ROWS / 2)]
  const print = tradePrinter(result)
  return section(
    'trades',
    `Trades (${formatFixed(trades.length, 0)})`,
    html`${sentences(result).map((sentence) => html`<p>${sentence}</p>\n`)}${
      trades.length === 0
        ? undefined
        : table({
            caption: 'Closed trades',
            columns: columns(rules.quoteAsset, rules.baseAsset),
            rows: shown.map(print),
          })
    }`,
  )
}

function sentences({ trades, hasOpenTrade, fills }: RunResult): string[] {
  const said: string[] = []
  if (trades.length === 0) {
    said.push(
      fills.length === 0
        ? 'No trades: the strategy was never filled.'
        : 'No closed trades: no position went back to flat.',
    )
  }
  if (trades.length === 1) said.push('One trade: figures that need a spread of trades are undefined (–).')
  if (hasOpenTrade) {
    const which = trades.length === 0 ? 'A trade' : 'One more trade'
    said.push(
      `${which} is open at the end: it is in equity at the last close, and in no row and no trade figure.`,
    )
  }
  if (trades.length > MAX_ROWS) {
    const half = formatFixed(MAX_ROWS / 2, 0)
    said.push(
      `The first ${half} and the last ${half} of ${formatCount(trades.length, 'trade')}, ${formatFixed(trades.length - MAX_ROWS, 0)} between them left out; trades.csv has all.`,
    )
  }
  return said
}

function columns(quoteAsset: string, baseAsset: string): readonly TableColumn[] {
  return [
    { title: '#', isNumber: true, hint: 'Counted in order of entry' },
    { title: 'Entry (UTC)' },
    { title: 'Exit (UTC)' },
    { title: 'Entry price', isNumber: true, hint: `Mean, in ${quoteAsset}, slippage included` },
    { title: 'Exit price', isNumber: true, hint: `Mean, in ${quoteAsset}, slippage included` },
    { title: 'Quantity', isNumber: true, hint: `Bought, in ${baseAsset}` },
    { title: 'Net', isNumber: true, hint: `In ${quoteAsset}, after fees and slippage` },
    { title: 'Return', isNumber: true, hint: 'Net ÷ quote paid' },
    { title: 'Bars', isNumber: true, hint: "From the entry's bar to the one before the exit's" },
    { title: 'MAE', isNumber: true, hint: 'Deepest fall below the entry price while held' },
    { title: 'MFE', isNumber: true, hint: 'Highest rise above the entry price while held' },
    { title: 'Fees', isNumber: true, hint: `In ${quoteAsset}` },
    { title: 'Tags', hint: 'Of the entry and of the exit' },
  ]
}

/** Prints trades of one run with the same decimals in every row, so that columns line up. */
function tradePrinter({ bars, first, rules, settings }: RunResult): (trade: Trade) => TableRow {
  const price = priceDecimals(bars.close[first] ?? 1)
  const quantity = stepDecimals(rules.stepSize)
  const money = moneyDecimals(settings.cash)
  return (trade) => [
    html`<a href="#price" data-trade="${trade.number}">${formatFixed(trade.number, 0)}</a>`,
    formatMoment(trade.entryTime),
    formatMoment(trade.exitTime),
    formatFixed(trade.entryPrice, price),
    formatFixed(trade.exitPrice, price),
    formatUnitsFixed(trade.quantity, quantity),
    html`<span class="${trade.net < 0n ? 'loss' : trade.net > 0n ? 'gain' : 'even'}">${formatUnitsFixed(trade.net, money)}</span>`,
    formatPercent(trade.return),
    formatFixed(trade.bars, 0),
    formatPercent(trade.mae),
    formatPercent(trade.mfe),
    formatUnitsFixed(trade.fees, money),
    tags(trade),
  ]
}

function tags({ entryTag, exitTag }: Trade): Html | string {
  if (entryTag === '' && exitTag === '') return UNDEFINED_MARK
  return html`<span class="tags">${named(entryTag || UNDEFINED_MARK, TAG_LENGTH)} / ${named(exitTag || UNDEFINED_MARK, TAG_LENGTH)}</span>`
}
