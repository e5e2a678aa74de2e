/** What the market itself did over a run: buy and hold from the first open, without costs. Floor 4. */
import { cagr, YEAR_SECONDS } from '../engine/math/metrics/cagr.js'
import { returnsOf } from '../engine/math/metrics/daily-marks.js'
import { fallsOf } from '../engine/math/metrics/drawdown.js'
import type { MetricKey } from '../engine/math/metrics/metric-table.js'
import { sharpe, sortino } from '../engine/math/metrics/return-ratios.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../engine/model/run-result.js'
import { daysOf } from './print-metric.js'

/** Metrics of buy and hold, by the same definitions as the run's; NaN where undefined. */
export function holdFigures(
  result: RunResult,
  { values, marks }: Metrics,
): Partial<Record<MetricKey, number>> {
  const { bars, first, end } = result
  const years = (daysOf(result) * 86_400) / YEAR_SECONDS
  const growth = cagr({ start: 1, end: 1 + values.buy_hold_return, years })
  const maxDrawdown = fallsOf(bars.close.subarray(first, end), 1).deepest[0]?.depth ?? 0
  const returns = returnsOf(marks.close)
  return {
    net_return: values.buy_hold_return,
    cagr: growth,
    sharpe: sharpe(returns),
    sortino: sortino(returns),
    max_drawdown: maxDrawdown,
    calmar: growth / maxDrawdown,
  }
}
