/** A run as a notebook shows it: its verdict beside buy and hold, its costs, its warnings, its equity. Roof. */
import type { ComputedRun } from '../../engine/app/run-once.js'
import { METRICS, type MetricKey } from '../../engine/math/metrics/metric-table.js'
import { equityChart, equityLines } from '../../reports/equity-chart.js'
import { holdFigures } from '../../reports/hold-figures.js'
import type { Output, TableCell } from '../../reports/notebook/output.js'
import { formatMetric } from '../../reports/print-metric.js'

const SHOWN = [
  'net_return',
  'cagr',
  'sharpe',
  'max_drawdown',
  'profit_factor',
  'trades',
  'win_rate',
  'exposure',
  'fees',
  'slippage',
  'break_even_alpha',
] as const satisfies readonly MetricKey[]

/** The short tear sheet. */
export function tearSheet({ head, metrics, parts, result, warnings }: ComputedRun): readonly Output[] {
  const hold = holdFigures(result, metrics)
  const print = (key: MetricKey, value: number): string => formatMetric(METRICS[key].unit, value, result)
  const rows = SHOWN.map((key): readonly TableCell[] => {
    const held = key in hold ? hold[key as keyof typeof hold] : undefined
    return [METRICS[key].label, print(key, metrics.values[key]), held === undefined ? '' : print(key, held)]
  })
  const { strategy } = parts.strategy
  const params = Object.entries(parts.params).map(([key, value]) => `${key} ${value}`)
  const name = [strategy.name, ...params].join(', ')
  return [
    { kind: 'table', columns: [name, 'strategy', 'buy and hold'], rows, total: rows.length },
    {
      kind: 'chart',
      spec: equityChart(equityLines(result)),
      label: `Equity of ${name} on ${head.data[0]?.symbol ?? ''} (whole line), before costs (dashed) and buy and hold (thin), drawdown underneath`,
    },
    ...warnings.map((text): Output => ({ kind: 'text', text: `! ${text}` })),
  ]
}
