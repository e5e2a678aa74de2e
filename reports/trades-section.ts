/** Closed trades: how they spread, in groups, and every one. Floor 4. */
import { exitReasons } from '../engine/math/metrics/exit-reasons.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../engine/model/run-result.js'
import { formatFixed } from './format-number.js'
import { type Html, html } from './html.js'
import { section } from './section.js'
import { streakFigure, tradeFigures } from './trade-figures.js'
import { tradeList } from './trade-list.js'
import { tradeTables } from './trade-tables.js'

/** The trades. `csv` is the text of `trades.csv` where it shall stand inside the page. */
export async function tradesSection(
  result: RunResult,
  metrics: Metrics,
  csv: string | undefined,
): Promise<Html> {
  const said = sentences(result, metrics).map((sentence) => html`<p>${sentence}</p>\n`)
  const title = `Trades (${formatFixed(result.trades.length, 0)})`
  if (result.trades.length === 0) return section('trades', title, said)
  const reasons = exitReasons(result)
  const figures = tradeFigures(result, metrics)
  const streaks = streakFigure(result, metrics)
  return section(
    'trades',
    title,
    html`${said}${await figures}
${tradeTables(result, reasons, await streaks)}
${tradeList(result, reasons, csv)}`,
  )
}

function sentences({ trades, hasOpenTrade, fills }: RunResult, { risk }: Metrics): string[] {
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
  if (trades.length > 0 && risk?.trades.length === 0) {
    said.push('No trade had a stop when it began: there is no initial risk to count results in (R).')
  }
  return said
}
