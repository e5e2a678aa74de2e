/** How the search went, and what it would trade off: history and Pareto front. Floor 4. */
import { paretoFront } from '../../engine/math/metrics/pareto-front.js'
import type { DoneTrial } from '../../engine/model/sweep-result.js'
import { figure, legend } from '../figure.js'
import { formatCount, formatFixed, formatPercent } from '../format-number.js'
import { type Html, html, shorten } from '../html.js'
import { section } from '../section.js'
import { frontChart, historyChart } from './sweep-charts.js'
import { paramsText, type SweepView } from './sweep-view.js'

/** Rows of a chart's table. */
const MAX_ROWS = 100

/** The section; nothing with fewer than two ranked trials. */
export async function searchSection(view: SweepView): Promise<Html | undefined> {
  const ranked = view.done.slice(0, view.rankedCount)
  if (ranked.length < 2) return undefined
  const [history, front] = await Promise.all([historyFigure(view, ranked), frontFigure(view, ranked)])
  return section('search', 'The search', html`<div class="grid">${history}${front}</div>`)
}

function historyFigure(view: SweepView, ranked: readonly DoneTrial[]): Promise<Html> {
  const { direction } = view.sweep
  const inOrder = [...ranked].sort((a, b) => a.trial - b.trial)
  const best: { trial: number; value: number }[] = []
  for (const { trial, value } of inOrder) {
    const before = best.at(-1)
    if (before === undefined || (direction === 'lower' ? value < before.value : value > before.value)) {
      best.push({ trial, value })
    }
  }
  const last = best.at(-1)
  return figure({
    id: 'history',
    title: 'History',
    look: 'half',
    label: 'The objective by trial, and the best so far',
    summary: html`${shorten(view.objective, 60)} of each ranked trial, in order of trial. The best so far changed ${formatCount(best.length - 1, 'time')}, last at trial ${String(last?.trial ?? 0)}; the more often it changes late, the more another few trials would still change it.`,
    spec: historyChart(
      Float64Array.from(inOrder, ({ trial }) => trial),
      Float64Array.from(inOrder, ({ value }) => value),
      best,
    ),
    legend: legend([
      ['point-rest', 'A trial'],
      ['net', 'The best so far'],
    ]),
    twin: {
      caption: 'Trials that were the best so far',
      columns: [
        { title: 'Trial', isNumber: true },
        { title: 'Objective', isNumber: true },
      ],
      rows: best.slice(-MAX_ROWS).map(({ trial, value }) => [String(trial), view.printValue(value)]),
    },
  })
}

function frontFigure(view: SweepView, ranked: readonly DoneTrial[]): Promise<Html> {
  const metric = (key: string) => Float64Array.from(ranked, ({ metrics }) => metrics[key] ?? Number.NaN)
  const [returns, drawdowns, turnovers] = [metric('net_return'), metric('max_drawdown'), metric('turnover')]
  const front = paretoFront([returns, drawdowns.map((one) => -one), turnovers.map((one) => -one)])
  const byTurnover = [...front].sort((a, b) => (turnovers[a] ?? 0) - (turnovers[b] ?? 0))
  const thirds = new Map(
    byTurnover.map((i, place) => [i, Math.floor((place * 3) / Math.max(1, byTurnover.length))]),
  )
  const byReturn = [...front].sort((a, b) => (returns[b] ?? 0) - (returns[a] ?? 0))
  return figure({
    id: 'front',
    title: 'Return, drawdown and turnover',
    look: 'half',
    label: 'Net return by max drawdown, the Pareto front marked',
    summary: `${formatCount(front.length, 'trial')} of ${formatFixed(ranked.length, 0)} ${front.length === 1 ? 'is' : 'are'} on the front: no other has a higher return, a smaller drawdown and less turnover at once. Larger marks turn over more.`,
    spec: frontChart(
      drawdowns,
      returns,
      front.map((i) => ({
        drawdown: drawdowns[i] ?? 0,
        netReturn: returns[i] ?? 0,
        turnoverThird: thirds.get(i) ?? 0,
      })),
    ),
    legend: legend([
      ['point-front', 'On the front'],
      ['point-rest', 'Another trial'],
    ]),
    twin: {
      caption: 'The Pareto front, the highest return first',
      columns: [
        { title: 'Trial', isNumber: true },
        { title: 'Net return', isNumber: true },
        { title: 'Max drawdown', isNumber: true },
        { title: 'Turnover a year', isNumber: true },
        { title: 'Parameters' },
      ],
      rows: byReturn
        .slice(0, MAX_ROWS)
        .map((i) => [
          String(ranked[i]?.trial ?? ''),
          formatPercent(returns[i] ?? Number.NaN),
          formatPercent(drawdowns[i] ?? Number.NaN),
          formatFixed(turnovers[i] ?? Number.NaN, 2),
          paramsText(view.sweep, ranked[i]?.params ?? []),
        ]),
    },
  })
}
