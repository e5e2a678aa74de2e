/** Figures of closed trades: how their returns spread, how far they went against and with, how long they took. Floor 4. */
import { histogramOf } from '../engine/math/histogram.js'
import { columnOf } from '../engine/math/metrics/column-of.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import { streaksOf } from '../engine/math/metrics/trade-groups.js'
import type { Trade } from '../engine/model/fill.js'
import { toNumber } from '../engine/model/money.js'
import type { RunResult } from '../engine/model/run-result.js'
import { amountAxis } from './chart-frame.js'
import { figure, legend } from './figure.js'
import { formatSpan } from './format-moment.js'
import { formatCount, formatFixed, formatPercent } from './format-number.js'
import { type Html, html, named } from './html.js'
import { metricFigure, moneyDecimals } from './print-metric.js'
import { histogramChart } from './return-charts.js'
import { riskFigures } from './risk-figures.js'
import { scatterChart, streakChart } from './trade-charts.js'
import { binned, binsFor, cloudLegend, pointsOf, quartiles } from './trade-cloud.js'

/** Returns, nets, results in R, excursions and durations of a run with trades. */
export async function tradeFigures(result: RunResult, metrics: Metrics): Promise<Html> {
  const { trades } = result
  const all = await Promise.all([
    returnFigure(result, metrics),
    netFigure(result, metrics),
    ...riskFigures(metrics.risk),
    excursionFigure(result, metrics),
    durationFigure(trades),
  ])
  return html`<div class="grid">${all}</div>`
}

const SPREAD_LEGEND = [
  ['bar', 'Gains'],
  ['less', 'Losses'],
] as const

function returnFigure(result: RunResult, metrics: Metrics): Promise<Html> | undefined {
  const histogram = histogramOf(
    columnOf(result.trades, (trade) => trade.return).filter((value) => Number.isFinite(value)),
    binsFor(result.trades.length),
  )
  if (!histogram) return undefined
  return figure({
    id: 'trade-returns',
    title: 'Returns of trades',
    look: 'half',
    label: 'How many trades had which return',
    legend: legend(SPREAD_LEGEND),
    summary: html`Mean ${metricFigure('avg_trade_return', result, metrics)}, best ${metricFigure('best_trade', result, metrics)}, worst ${metricFigure('worst_trade', result, metrics)}; ${metricFigure('win_rate', result, metrics)} won, payoff ${metricFigure('payoff', result, metrics)}.`,
    spec: histogramChart(histogram, {
      axis: { format: histogram.step < 0.001 ? '.2~%' : '.1~%' },
      title: 'Net ÷ quote paid',
    }),
    twin: {
      caption: 'Trades by return',
      columns: [
        { title: 'From', isNumber: true },
        { title: 'To', isNumber: true },
        { title: 'Trades', isNumber: true },
      ],
      rows: histogram.counts.map((count, i) => [
        formatPercent(histogram.start + i * histogram.step),
        formatPercent(histogram.start + (i + 1) * histogram.step),
        formatFixed(count, 0),
      ]),
    },
  })
}

function netFigure(result: RunResult, metrics: Metrics): Promise<Html> | undefined {
  const { rules, settings, trades } = result
  const scale = rules.priceScale * rules.quantityScale
  const histogram = histogramOf(
    columnOf(trades, ({ net }) => toNumber(net, scale)),
    binsFor(trades.length),
  )
  if (!histogram) return undefined
  const decimals = moneyDecimals(settings.cash)
  const most = Math.max(-histogram.start, histogram.start + histogram.counts.length * histogram.step)
  return figure({
    id: 'trade-nets',
    title: 'Net of trades',
    look: 'half',
    label: 'How many trades had which net, in quote',
    legend: legend(SPREAD_LEGEND),
    summary: html`In ${named(rules.quoteAsset, 20)}: expectancy ${metricFigure('expectancy', result, metrics)} a trade, profit factor ${metricFigure('profit_factor', result, metrics)}, SQN ${metricFigure('sqn', result, metrics)}, Kelly ${metricFigure('kelly', result, metrics)} (an upper bound, not advice).`,
    spec: histogramChart(histogram, { axis: amountAxis(most), title: 'Net, in quote' }),
    twin: {
      caption: 'Trades by net',
      columns: [
        { title: 'From', isNumber: true },
        { title: 'To', isNumber: true },
        { title: 'Trades', isNumber: true },
      ],
      rows: histogram.counts.map((count, i) => [
        formatFixed(histogram.start + i * histogram.step, decimals),
        formatFixed(histogram.start + (i + 1) * histogram.step, decimals),
        formatFixed(count, 0),
      ]),
    },
  })
}

function excursionFigure(result: RunResult, metrics: Metrics): Promise<Html> {
  const { trades } = result
  return figure({
    id: 'trade-excursions',
    title: 'Excursions: against (MAE) and with (MFE)',
    look: 'half',
    label: 'Deepest fall below and highest rise above the entry price of each trade',
    ...cloudLegend(trades.length),
    summary: html`From their entry price trades went to ${metricFigure('mae_mean', result, metrics)} at worst and ${metricFigure('mfe_mean', result, metrics)} at best while held, on average.${binned(trades.length)}`,
    spec: scatterChart(
      pointsOf(
        trades,
        ({ mae }) => mae,
        ({ mfe }) => mfe,
      ),
      { x: { format: '.1~%', title: 'MAE' }, y: { format: '.1~%', title: 'MFE' } },
    ),
    twin: quartiles('Excursions of trades', trades, [
      ['MAE', ({ mae }) => mae, formatPercent],
      ['MFE', ({ mfe }) => mfe, formatPercent],
    ]),
  })
}

const HOUR_MS = 3_600_000

function durationFigure(trades: readonly Trade[]): Promise<Html> {
  const durations = trades.map(({ entryTime, exitTime }) => exitTime - entryTime)
  const longest = durations.reduce((a, b) => Math.max(a, b), 0)
  const [unit, name] =
    longest > 96 * HOUR_MS
      ? [24 * HOUR_MS, 'days']
      : longest > 2 * HOUR_MS
        ? [HOUR_MS, 'hours']
        : [60_000, 'minutes']
  const held = (who: string, part: readonly Trade[]): string[] => {
    if (part.length === 0) return []
    const sum = part.reduce((total, { entryTime, exitTime }) => total + exitTime - entryTime, 0)
    return [`${formatCount(part.length, 'trade')} that ${who} ${formatSpan(sum / part.length)}`]
  }
  const kinds = [
    ...held(
      'won',
      trades.filter(({ net }) => net > 0n),
    ),
    ...held(
      'did not',
      trades.filter(({ net }) => net <= 0n),
    ),
  ]
  return figure({
    id: 'trade-durations',
    title: 'Duration and return',
    look: 'half',
    label: 'How long each trade was held and what it returned',
    ...cloudLegend(trades.length),
    summary: `Held on average: ${kinds.join(', ')}; the longest ${formatSpan(longest)}.${binned(trades.length)}`,
    spec: scatterChart(
      pointsOf(
        trades,
        ({ entryTime, exitTime }) => (exitTime - entryTime) / unit,
        (trade) => trade.return,
      ),
      { x: { format: ',~f', title: `Held, ${name}` }, y: { format: '.1~%', title: 'Return' } },
    ),
    twin: quartiles('Duration and return of trades', trades, [
      ['Held', ({ entryTime, exitTime }) => exitTime - entryTime, formatSpan],
      ['Return', (trade) => trade.return, formatPercent],
    ]),
  })
}

/** How often trades won or lost in a row; nothing where none did either. */
export function streakFigure(result: RunResult, metrics: Metrics): Promise<Html> | undefined {
  const streaks = streaksOf(result.trades)
  if (streaks.length === 0) return undefined
  return figure({
    id: 'trade-streaks',
    title: 'Streaks',
    look: 'half',
    label: 'How often trades won or lost so many times in a row',
    legend: legend([
      ['bar', 'Won in a row'],
      ['hollow-loss', 'Lost in a row'],
    ]),
    summary: html`Trades won in a row at most: ${metricFigure('max_win_streak', result, metrics)}; lost in a row at most: ${metricFigure('max_loss_streak', result, metrics)}.`,
    spec: streakChart(streaks),
    twin: {
      caption: 'Streaks by length',
      columns: [
        { title: 'Trades in a row', isNumber: true },
        { title: 'Won', isNumber: true },
        { title: 'Lost', isNumber: true },
      ],
      rows: streaks.map(({ length, wins, losses }) => [
        formatFixed(length, 0),
        formatFixed(wins, 0),
        formatFixed(losses, 0),
      ]),
    },
  })
}
