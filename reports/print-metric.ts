/**
 * A metric as a page prints it: by its unit, and by how far a run's length allows it to be believed.
 * Floor 4.
 */
import { barEnd } from '../engine/math/metrics/daily-marks.js'
import { METRICS, type MetricKey, type MetricUnit } from '../engine/math/metrics/metric-table.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import { openTimeAt } from '../engine/model/bars.js'
import { toNumber, type Units } from '../engine/model/money.js'
import type { RunResult } from '../engine/model/run-result.js'
import { DAY_MS } from '../engine/model/time.js'
import { formatCount, formatFixed, formatPercent } from './format-number.js'
import { type Html, html } from './html.js'

/** Figures scaled to a year: grey below `GREY_DAYS`, hidden below `HIDDEN_DAYS`. */
const ANNUAL: ReadonlySet<MetricKey> = new Set<MetricKey>([
  'cagr',
  'volatility',
  'sharpe',
  'sharpe_se',
  'sortino',
  'calmar',
  'turnover',
  'alpha_vs_hold',
  'information_ratio',
])
const GREY_DAYS = 90

/** Below so many days a figure scaled to a year is not shown. */
export const HIDDEN_DAYS = 30

/** How far a figure may be believed for the length of its run. */
export type Standing = 'plain' | 'grey' | 'hidden'

/** A metric ready to print. */
export interface PrintedMetric {
  readonly key: MetricKey
  readonly label: string
  /** The value in words and digits, or the reason why it is hidden. */
  readonly text: string
  readonly unit: string
  readonly standing: Standing
  /** What it is, its formula, and why it is grey where it is. */
  readonly definition: string
}

/** Days from the first open to the end of the last bar, with fractions. */
export function daysOf({ bars, first, end }: RunResult): number {
  return (barEnd(bars, end - 1) - openTimeAt(bars, first)) / DAY_MS
}

/** How far a metric may be believed for a run of so many days. */
export function standingOf(key: MetricKey, days: number): Standing {
  if (!ANNUAL.has(key) || days >= GREY_DAYS) return 'plain'
  return days < HIDDEN_DAYS ? 'hidden' : 'grey'
}

/** A metric of a run, ready to print. */
export function printMetric(key: MetricKey, result: RunResult, { values }: Metrics): PrintedMetric {
  const { label, unit, definition, source } = METRICS[key]
  const days = daysOf(result)
  const standing = standingOf(key, days)
  const spell = formatCount(Math.floor(days), 'day')
  const doubt = standing === 'grey' ? ` Grey: scaled to a year from only ${spell}.` : ''
  return {
    key,
    label,
    text: standing === 'hidden' ? `hidden: only ${spell}` : formatMetric(unit, values[key], result),
    unit: unitName(unit, result),
    standing,
    definition: `${definition}${source === '' ? '' : ` Source: ${source}.`}${doubt}`,
  }
}

/** A metric's text with its exact value beside it for programs; an empty value is undefined. */
export function metricFigure(key: MetricKey, result: RunResult, metrics: Metrics): Html {
  const value = metrics.values[key]
  const { text, standing } = printMetric(key, result, metrics)
  const look = standing === 'plain' ? undefined : html` class="${standing}"`
  return html`<data${look} data-metric="${key}" value="${Number.isNaN(value) ? '' : String(value)}">${text}</data>`
}

/** A value of a unit: percent for fractions, fixed decimals for the rest, – where it is undefined. */
export function formatMetric(
  unit: MetricUnit,
  value: number,
  { settings }: { readonly settings: Pick<RunResult['settings'], 'cash'> },
): string {
  switch (unit) {
    case 'quote':
      return formatFixed(value, moneyDecimals(settings.cash))
    case 'fraction':
    case 'fraction a year':
      return formatPercent(value)
    case 'ratio':
    case 'times a year':
      return formatFixed(value, 2)
    case 'ATR':
      return formatFixed(value, 3)
    case 'days':
      return formatFixed(value, 1)
    case 'bars':
    case 'count':
      return formatFixed(value, Number.isInteger(value) ? 0 : 1)
  }
}

function unitName(unit: MetricUnit, { rules }: RunResult): string {
  switch (unit) {
    case 'quote':
      return rules.quoteAsset
    case 'fraction':
      return 'percent'
    case 'fraction a year':
      return 'percent a year'
    case 'ratio':
    case 'times a year':
    case 'days':
    case 'bars':
    case 'count':
      return unit
    case 'ATR':
      return '× ATR'
  }
}

/** Decimals of amounts in quote: two, but all eight where a run starts with less than 100, such as 0.5 BTC. */
export function moneyDecimals(cash: Units): number {
  return toNumber(cash) < 100 ? 8 : 2
}
