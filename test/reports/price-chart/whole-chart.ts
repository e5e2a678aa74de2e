/** The data of a price chart that this thread makes, for tests. */
import type { RunResult } from '../../../engine/model/run-result.js'
import {
  type ChartData,
  chartData,
  type StartOptions,
  startChart,
} from '../../../reports/price-chart/chart-data.js'
import type { NamedIndicators } from '../../../reports/price-chart/chart-series.js'
import type { Detail } from '../../../reports/price-chart/kept-bars.js'

/** Begins the chart and makes it. */
export function wholeChart(
  result: RunResult,
  indicators: NamedIndicators,
  detail: Detail,
  options: StartOptions = {},
): Promise<ChartData> {
  return chartData(result, startChart(result, indicators, detail, options), options)
}
