/** Returns: by month and year, by size, by hour of the week, and over rolling windows. Floor 4. */
import { histogramOf } from '../engine/math/histogram.js'
import { returnsOf } from '../engine/math/metrics/daily-marks.js'
import { hourlyProfile } from '../engine/math/metrics/hourly-profile.js'
import { monthlyReturns, yearlyReturns } from '../engine/math/metrics/monthly-returns.js'
import { momentsOfReturns } from '../engine/math/metrics/return-ratios.js'
import { rollingRatios } from '../engine/math/metrics/rolling-ratios.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import { valueAt } from '../engine/model/bars.js'
import type { RunResult } from '../engine/model/run-result.js'
import { figure, legend } from './figure.js'
import { formatDay, formatMonth } from './format-moment.js'
import { formatFixed, formatPercent } from './format-number.js'
import { type Html, html } from './html.js'
import { monthsTable, signed } from './months-table.js'
import { metricFigure } from './print-metric.js'
import { histogramChart, hourChart, rollingChart, WEEKDAYS, yearlyChart } from './return-charts.js'
import { section } from './section.js'

/** Windows of the rolling figures, days. */
const WINDOWS = [30, 90, 180] as const

/** Days that a run needs so that each hour of the week comes twice. */
const TWO_WEEKS = 14

/** The section; a sentence where the run is too short for daily returns. */
export async function returnsSection(result: RunResult, metrics: Metrics): Promise<Html> {
  const { marks } = metrics
  if (marks.times.length < 3) {
    return section(
      'returns',
      'Returns',
      html`<p class="quiet">The run is shorter than two days from midnight to midnight UTC: it has no daily returns to show.</p>`,
    )
  }
  if (!(metrics.values.volatility > 0)) {
    return section(
      'returns',
      'Returns',
      html`${monthsTable(marks)}
<p class="quiet">Equity returned the same on every day: there is nothing to spread over days, hours or windows.</p>`,
    )
  }
  const days = marks.times.length - 1
  const [yearly, histogram, hours, rolling] = await Promise.all([
    yearlyFigure(metrics),
    histogramFigure(result, metrics),
    days >= TWO_WEEKS ? hourFigure(result) : undefined,
    days > WINDOWS[0] ? rollingFigure(metrics) : undefined,
  ])
  return section(
    'returns',
    'Returns',
    html`${monthsTable(marks)}
<p class="quiet">From midnight to midnight UTC; the first and last month are of the days that the run covers. Shades: below 3%, from 3%, from 8%; the sign says which way.</p>
<div class="grid">${yearly}${histogram}</div>
${hours}
${rolling ?? html`<p class="quiet">Rolling figures need more than ${WINDOWS[0]} daily returns, the run has ${formatFixed(days, 0)}.</p>`}`,
  )
}

function yearlyFigure({ marks }: Metrics): Promise<Html> {
  const runs = yearlyReturns(monthlyReturns(marks))
  const holds = yearlyReturns(monthlyReturns({ times: marks.times, equity: marks.close }))
  const years = runs.map(({ year, return: run }, i) => ({ year, run, hold: holds[i]?.return ?? Number.NaN }))
  const better = years.filter(({ run, hold }) => run > hold).length
  return figure({
    id: 'yearly-returns',
    title: 'Years beside buy and hold',
    look: 'half',
    label: 'Return of each year beside that of buy and hold',
    legend: legend([
      ['bar', 'Run'],
      ['hollow', 'Buy and hold'],
    ]),
    summary: `${better} of ${years.length} ${years.length === 1 ? 'year' : 'years'} did better than buy and hold.`,
    spec: yearlyChart(years),
    twin: {
      caption: 'Returns by year',
      columns: [
        { title: 'Year' },
        { title: 'Run', isNumber: true },
        { title: 'Buy and hold', isNumber: true },
      ],
      rows: years.map(({ year, run, hold }) => [String(year), signed(run), signed(hold)]),
    },
  })
}

function histogramFigure(result: RunResult, metrics: Metrics): Promise<Html> | undefined {
  const returns = returnsOf(metrics.marks.equity)
  const histogram = histogramOf(returns)
  if (!histogram) return undefined
  const { mean, deviation } = momentsOfReturns(returns)
  const { var_95, cvar_95 } = metrics.values
  const decimals = histogram.step < 0.001 ? 3 : histogram.step < 0.01 ? 1 : 0
  return figure({
    id: 'daily-returns',
    title: 'Daily returns',
    look: 'half',
    label: 'How many days had which return, with the normal curve of the same mean and spread',
    legend: legend([
      ['bar', 'Gains'],
      ['less', 'Losses'],
      ['curve', 'Normal'],
    ]),
    summary: html`${formatFixed(returns.length, 0)} days, mean ${formatPercent(mean, 3)}, standard deviation ${formatPercent(deviation, 3)}; skewness ${metricFigure('skew', result, metrics)}, excess kurtosis ${metricFigure('excess_kurtosis', result, metrics)}. One day in twenty lost ${metricFigure('var_95', result, metrics)} or more (VaR 95%), on average ${metricFigure('cvar_95', result, metrics)} (CVaR).`,
    spec: histogramChart(histogram, {
      normal: { mean, deviation },
      marks: [
        { value: -cvar_95, words: 'CVaR' },
        { value: -var_95, words: 'VaR' },
      ].filter(({ value }) => value < 0),
      axis: { format: `.${decimals}~%` },
      title: 'Return of a day',
    }),
    twin: {
      caption: 'Daily returns by size',
      columns: [
        { title: 'From', isNumber: true },
        { title: 'To', isNumber: true },
        { title: 'Days', isNumber: true },
      ],
      rows: histogram.counts.map((count, i) => [
        formatPercent(histogram.start + i * histogram.step),
        formatPercent(histogram.start + (i + 1) * histogram.step),
        formatFixed(count, 0),
      ]),
    },
  })
}

function hourFigure(result: RunResult): Promise<Html> | undefined {
  const hours = hourlyProfile(result)
  const counted = hours.filter(({ count }) => count > 0)
  if (counted.length === 0) return undefined
  const best = counted.reduce((a, b) => (b.mean > a.mean ? b : a))
  const worst = counted.reduce((a, b) => (b.mean < a.mean ? b : a))
  const bps = (fraction: number) => formatFixed(fraction * 1e4, 2)
  const name = ({ weekday, hour }: typeof best) => `${WEEKDAYS[weekday]} ${String(hour).padStart(2, '0')}:00`
  return figure({
    id: 'hour-of-week',
    title: 'Hour of the week, mean return of equity in basis points',
    look: 'wide',
    label: 'Mean return of equity by weekday and hour, UTC, in basis points',
    summary: `Best hour ${name(best)} UTC (${bps(best.mean)} bps), worst ${name(worst)} (${bps(worst.mean)} bps), each over ${formatFixed(best.count, 0)} weeks or so. With 168 cells some look good by chance.`,
    spec: hourChart(hours),
    twin: {
      caption: 'Mean return by hour of the week, basis points',
      columns: [{ title: 'Hour (UTC)' }, ...WEEKDAYS.map((title) => ({ title, isNumber: true }))],
      rows: Array.from({ length: 24 }, (_, hour) => [
        `${String(hour).padStart(2, '0')}:00`,
        ...WEEKDAYS.map((_, day) => bps(hours[day * 24 + hour]?.mean ?? Number.NaN)),
      ]),
    },
  })
}

function rollingFigure({ marks }: Metrics): Promise<Html> {
  const returns = returnsOf(marks.equity)
  const benchmark = returnsOf(marks.close)
  const rolling = WINDOWS.filter((window) => window < returns.length).map((window) =>
    rollingRatios(returns, benchmark, window),
  )
  const times = marks.times.slice(1)
  const longest = rolling.at(-1)
  const defined = longest ? [...longest.sharpe].filter((value) => !Number.isNaN(value)) : []
  const above = defined.filter((value) => value > 0).length
  return figure({
    id: 'rolling',
    title: 'Rolling Sharpe, volatility and beta',
    look: 'wide',
    label: 'Rolling Sharpe ratio, volatility and beta over windows of days',
    legend: legend(rolling.map(({ window }) => [`w${window}`, `${window} days`] as const)),
    summary: `Over ${longest?.window} days the Sharpe ratio was above 0 on ${formatPercent(above / defined.length, 0)} of ${formatFixed(defined.length, 0)} days.`,
    spec: rollingChart(times, rolling),
    twin: {
      caption: 'Rolling figures at the end of each month',
      columns: [
        { title: 'Until (UTC)' },
        ...rolling.flatMap(({ window }) => [
          { title: `Sharpe ${window} d`, isNumber: true },
          { title: `Volatility ${window} d`, isNumber: true },
          { title: `Beta ${window} d`, isNumber: true },
        ]),
      ],
      rows: times.flatMap((time, i) => {
        const next = times[i + 1]
        if (next !== undefined && formatMonth(next - 1) === formatMonth(time - 1)) return []
        return [
          [
            formatDay(time),
            ...rolling.flatMap((one) => [
              formatFixed(valueAt(one.sharpe, i), 2),
              formatPercent(valueAt(one.volatility, i)),
              formatFixed(valueAt(one.beta, i), 2),
            ]),
          ],
        ]
      }),
    },
  })
}
