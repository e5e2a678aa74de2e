/** Trades in units of what each risked at first: how they spread, and how near they came to their stops. Floor 4. */
import { type Histogram, histogramOf } from '../engine/math/histogram.js'
import type { RiskMultiples } from '../engine/math/metrics/risk-multiples.js'
import { figure, legend } from './figure.js'
import { formatCount, formatFixed } from './format-number.js'
import { type Html, html } from './html.js'
import { histogramChart } from './return-charts.js'
import { scatterChart } from './trade-charts.js'
import { binned, binsFor, cloudLegend, pointsOf, quartiles } from './trade-cloud.js'

/** Figures of trades that had a stop when they began; none without such a trade. */
export function riskFigures(risk: RiskMultiples | undefined): readonly Promise<Html>[] {
  const histogram =
    risk &&
    histogramOf(
      Float64Array.from(risk.trades, ({ multiple }) => multiple),
      binsFor(risk.trades.length),
    )
  return risk && histogram ? [multipleFigure(risk, histogram), adverseFigure(risk)] : []
}

/** A result in R, with its exact value beside it for programs. */
function inR(name: string, value: number): Html {
  return html`<data data-risk="${name}" value="${String(value)}">${formatFixed(value, 2)} R</data>`
}

/** An edge of a bin, with as many decimals as its width needs. */
function edgeOf({ start, step }: Histogram, i: number): string {
  let decimals = 0
  for (let width = step; width < 0.999 && decimals < 8; width *= 10) decimals++
  return formatFixed(start + i * step, decimals)
}

function multipleFigure(risk: RiskMultiples, histogram: Histogram): Promise<Html> {
  const { trades, withoutStop, expectancy, median, best, worst } = risk
  const others =
    withoutStop === 0
      ? 'Every trade had one.'
      : `${formatCount(withoutStop, 'trade')} without one ${withoutStop === 1 ? 'is' : 'are'} not counted.`
  return figure({
    id: 'trade-risk',
    title: 'Results in R',
    look: 'half',
    label: 'How many trades made how many times what they risked at first',
    legend: legend([
      ['bar', 'Gains'],
      ['less', 'Losses'],
    ]),
    summary: html`R is what a trade risked at first: from its entry to the stop that came with it, times its quantity. ${formatCount(trades.length, 'trade')}: expectancy ${inR('expectancy', expectancy)}, median ${inR('median', median)}, best ${inR('best', best)}, worst ${inR('worst', worst)}, after costs. ${others}`,
    spec: histogramChart(histogram, { axis: { format: ',~f' }, title: 'Net ÷ initial risk, R' }),
    twin: {
      caption: 'Trades by result in R',
      columns: [
        { title: 'From', isNumber: true },
        { title: 'To', isNumber: true },
        { title: 'Trades', isNumber: true },
      ],
      rows: histogram.counts.map((count, i) => [
        edgeOf(histogram, i),
        edgeOf(histogram, i + 1),
        formatFixed(count, 0),
      ]),
    },
  })
}

/** How far each trade had gone against its entry: a stop much wider than what winners need shows here. */
function adverseFigure({ trades }: RiskMultiples): Promise<Html> {
  const inHundredths = (value: number) => formatFixed(value, 2)
  return figure({
    id: 'trade-risk-excursions',
    title: 'Excursion against, in R',
    look: 'half',
    label: 'How far each trade fell below its entry on the way, and what it made, in units of its risk',
    ...cloudLegend(trades.length),
    summary: `At −1 R, the dashed line, a trade had come to its first stop before the bar of its exit, which does not count. Where winners keep well above it, a nearer stop would have risked less.${binned(trades.length)}`,
    spec: scatterChart(
      pointsOf(
        trades,
        ({ adverse }) => adverse,
        ({ multiple }) => multiple,
      ),
      { x: { format: ',~f', title: 'MAE, R' }, y: { format: ',~f', title: 'Net, R' } },
      -1,
    ),
    twin: quartiles('Excursions and results in R', trades, [
      ['MAE', ({ adverse }) => adverse, inHundredths],
      ['Net', ({ multiple }) => multiple, inHundredths],
    ]),
  })
}
