/** Lists, comparisons and ratios as text for a terminal. Floor 5. */
import { deltaText, growthText, intervalText, metricText, ratioText } from '../../../reports/compare-text.js'
import type { Comparison, MetricCell } from '../../../reports/comparison.js'
import { formatDay } from '../../../reports/format-moment.js'
import { formatCount, UNDEFINED_MARK } from '../../../reports/format-number.js'
import { formatSetting } from '../../../reports/format-setting.js'
import { standingOf } from '../../../reports/print-metric.js'
import { RATIO_FORMULAS, runRatios } from '../../../reports/run-ratios.js'
import type { SettingRow } from '../../../reports/setting-diff.js'
import {
  type LabelledRun,
  type RunSummary,
  type StoredRun,
  symbolsText,
} from '../../../reports/stored-run.js'
import { METRICS, type MetricKey } from '../../math/metrics/metric-table.js'
import { DAY_MS } from '../../model/time.js'
import type { Paint } from '../paint.js'
import { textTable } from './text-table.js'

const LIST_METRICS = [
  ...(['net_return', 'cagr', 'sharpe', 'max_drawdown', 'trades'] as const),
] as const satisfies readonly MetricKey[]

/** One line a run, a head line above. */
export function listText(runs: readonly RunSummary[], paint: Paint): string {
  if (runs.length === 0) return '  no runs\n'
  const head = ['strategy', 'parameters', 'data', 'range (UTC)', ...LIST_METRICS.map(labelOf), 'run']
  const rows = runs.map((run) => [
    shorten(run.strategy.name, 24),
    shorten(paramsText(run), 32),
    `${shorten(symbolsText(run), 25)} ${run.data.interval}`,
    rangeText(run),
    ...LIST_METRICS.map((key) => valueText(key, run)),
    shorten(run.runId, 16),
  ])
  return textTable({ head, rows, numbers: [4, 5, 6, 7, 8], paint })
}

const COMPARE_METRICS = [
  ...(['net_return', 'cagr', 'volatility', 'sharpe', 'sortino', 'calmar', 'max_drawdown'] as const),
  ...([
    'profit_factor',
    'trades',
    'win_rate',
    'exposure',
    'turnover',
    'fees',
    'slippage',
    'net_profit',
  ] as const),
] as const satisfies readonly MetricKey[]

/** With more runs the differences from the first do not fit a line. */
const MOST_WITH_DELTAS = 3

/** The runs, their key metrics, and what differs. */
export function comparisonText(comparison: Comparison, paint: Paint): string {
  const { runs, notes, metrics, pairs, settings } = comparison
  const first = runs[0]?.label ?? ''
  const hasDeltas = runs.length <= MOST_WITH_DELTAS
  const head = [
    '',
    ...runs.flatMap(({ label }, i) => (hasDeltas && i > 0 ? [label, `${label} − ${first}`] : [label])),
  ]
  const byKey = new Map(metrics.map((row) => [row.key, row.cells]))
  const rows = COMPARE_METRICS.map((key) => [
    labelOf(key),
    ...cellsOf(key, byKey.get(key) ?? [], { runs, hasDeltas }),
  ])
  const lines = [
    ...runs.map(
      ({ label, run }) =>
        `  ${paint('strong', label)}  ${shorten(run.strategy.name, 40)}  ${shorten(paramsText(run), 60)}  ${shorten(symbolsText(run), 40)} ${run.data.interval}  ${rangeText(run)}  ${paint('quiet', shorten(run.runId, 16))}`,
    ),
    '',
    textTable({ head, rows, numbers: head.map((_, i) => i).slice(1), paint }).trimEnd(),
    paint('quiet', '  * the best, where a metric has a better direction'),
    '',
    ...pairs.map(({ label, interval }) => `  ${intervalText(first, label, interval)}`),
    ...pairs.map(({ label, trades: { counts } }) => {
      const parts = [
        `${counts.same} the same`,
        `${counts['other prices']} at other prices`,
        `${counts['other exit']} with another exit`,
        `${counts['only A']} only in ${first}`,
        `${counts['only B']} only in ${label}`,
      ]
      return `  trades of ${first} and ${label}: ${parts.join(', ')}`
    }),
    '',
    ...differenceLines(runs, settings, paint),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `  ${paint('warning', '!')} ${plain(note)}`)]),
  ]
  return `${lines.join('\n')}\n`
}

function differenceLines(
  runs: readonly LabelledRun[],
  settings: readonly SettingRow[],
  paint: Paint,
): readonly string[] {
  const rows = settings
    .filter(({ isSame }) => !isSame)
    .map(({ group, name, values }) => [
      `${group} ${shorten(name, 30)}`,
      ...values.map((value) => shorten(value ?? UNDEFINED_MARK, 30)),
    ])
  if (rows.length === 0) return ['  the runs were made alike']
  const head = ['what differs', ...runs.map(({ label }) => label)]
  return [textTable({ head, rows, numbers: [], paint }).trimEnd()]
}

function cellsOf(
  key: MetricKey,
  cells: readonly MetricCell[],
  { runs, hasDeltas }: { readonly runs: readonly LabelledRun[]; readonly hasDeltas: boolean },
): string[] {
  return cells.flatMap((cell, i) => {
    const cash = runs[i]?.run.metrics.start_equity ?? 0
    const text = cell.standing === 'hidden' ? 'hidden' : metricText(key, cell.value, cash)
    const value = `${text}${cell.isBest ? ' *' : '  '}`
    if (!hasDeltas || i === 0) return [value]
    return [value, cell.standing === 'hidden' ? '' : deltaText(key, cell.delta, cash)]
  })
}

/** Ratios of a run by each tool's definitions. */
export function ratiosText(run: StoredRun, paint: Paint): string {
  const rows = runRatios(run).map(({ tool, ratios }) => [
    tool,
    ratioText(ratios.sharpe),
    ratioText(ratios.sortino),
    ratioText(ratios.calmar),
    growthText(ratios.cagr),
  ])
  const head = ['', 'Sharpe', 'Sortino', 'Calmar', 'CAGR']
  return textTable({ head, rows, numbers: [1, 2, 3, 4], paint })
}

/** The formulas of each tool, and what differs. */
export function formulasText(paint: Paint): string {
  return RATIO_FORMULAS.map((one) =>
    [
      `  ${paint('strong', one.tool)}`,
      `    Sharpe   ${one.sharpe}`,
      `    Sortino  ${one.sortino}`,
      `    Calmar   ${one.calmar}`,
      `    CAGR     ${one.cagr}`,
      `    ${one.difference}\n`,
    ].join('\n'),
  ).join('')
}

function labelOf(key: MetricKey): string {
  return METRICS[key].label
}

function valueText(key: MetricKey, { data, metrics }: RunSummary): string {
  if (standingOf(key, (data.to - data.from) / DAY_MS) === 'hidden') return 'hidden'
  return metricText(key, metrics[key], metrics.start_equity)
}

function paramsText({ params }: RunSummary): string {
  return Object.entries(params)
    .map(([key, value]) => `${key}=${formatSetting(value)}`)
    .join(' ')
}

function rangeText({ data }: RunSummary): string {
  return `${formatDay(data.from)} to ${formatDay(data.to)}, ${formatCount(Math.round((data.to - data.from) / DAY_MS), 'day')}`
}

function shorten(text: string, limit: number): string {
  const shown = plain(text)
  return shown.length > limit ? `${shown.slice(0, limit - 1)}…` : shown
}

/** Text of a file without what could steer a terminal. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
}
