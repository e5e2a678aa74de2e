/** Metrics of the runs beside each other, each with its difference from the first run. Floor 4. */
import { METRICS, type MetricKey } from '../engine/math/metrics/metric-table.js'
import { DAY_MS } from '../engine/model/time.js'
import { deltaText, metricText } from './compare-text.js'
import type { Comparison, MetricCell } from './comparison.js'
import { formatDay } from './format-moment.js'
import { formatCount, formatFixed, formatPercent } from './format-number.js'
import { type Html, html } from './html.js'
import { HIDDEN_DAYS } from './print-metric.js'
import { section, type TableRow, table } from './section.js'

/** All metrics, those of each run's own range. */
export function compareMetricsSection({ runs, metrics }: Comparison): Html {
  const first = runs[0]?.label ?? ''
  const rows = metrics.map(({ key, cells }): TableRow => {
    const { label, definition } = METRICS[key]
    return [
      html`<span title="${definition}">${label}</span>`,
      ...cells.flatMap((cell, i) => {
        const cash = runs[i]?.run.metrics.start_equity ?? 0
        const isHidden = cell.standing === 'hidden'
        const value = isHidden
          ? html`<span class="hidden">hidden: too short</span>`
          : valueCell(key, cell, cash)
        if (i === 0) return [value]
        return [value, html`<span class="delta">${isHidden ? '' : deltaText(key, cell.delta, cash)}</span>`]
      }),
    ]
  })
  return section(
    'compare-metrics',
    'Metrics',
    html`<p class="quiet">Beside each figure its difference from ${first}, in percentage points where it is in percent. <span class="best">Bold</span> is the best, where a metric has a better direction. – is undefined.</p>
${table({
  caption: 'Metrics of each run',
  columns: [
    { title: 'Metric' },
    ...runs.flatMap(({ label }, i) => [
      { title: label, isNumber: true },
      ...(i === 0 ? [] : [{ title: `${label} − ${first}`, isNumber: true }]),
    ]),
  ],
  rows,
})}`,
  )
}

function valueCell(key: MetricKey, { isBest, standing, value }: MetricCell, cash: number): Html {
  return html`<span class="${standing}${isBest ? ' best' : ''}">${metricText(key, value, cash)}</span>`
}

/** What stands for a figure a year of too few days. */
const HIDDEN = html`<span class="hidden" title="a figure a year, of less than ${HIDDEN_DAYS} days">hidden</span>`

/** Daily figures over the days that all runs have; nothing where the runs cover the same days anyway. */
export function sharedDaysSection({ runs, shared, sharedDays }: Comparison): Html | undefined {
  const isSame = runs.every(
    ({ run }) => run.data.from === runs[0]?.run.data.from && run.data.to === runs[0]?.run.data.to,
  )
  if (shared === undefined || isSame) return undefined
  const range = `${formatDay(shared.from)} to ${formatDay(shared.to)}`
  const days = (shared.to - shared.from) / DAY_MS
  const isShort = days < HIDDEN_DAYS
  return section(
    'shared-days',
    'Over the shared days',
    html`<p class="quiet">${range}, ${formatCount(days, 'day')}, from midnight to midnight UTC: figures that may be compared although the ranges differ.</p>
${table({
  caption: 'Daily figures over the shared days',
  columns: [
    { title: 'Run' },
    { title: 'Net return', isNumber: true },
    { title: 'Volatility', isNumber: true },
    { title: 'Sharpe', isNumber: true },
    { title: 'Max drawdown', isNumber: true, hint: 'Of midnights' },
  ],
  rows: sharedDays.map((figures, i) => [
    runs[i]?.label ?? '',
    formatPercent(figures.netReturn),
    isShort ? HIDDEN : formatPercent(figures.volatility),
    isShort ? HIDDEN : formatFixed(figures.sharpe, 2),
    formatPercent(figures.maxDrawdown),
  ]),
})}`,
  )
}
