/** The run against buy and hold, by daily returns. Floor 4. */
import { benchmarkCapture } from '../engine/math/metrics/benchmark-ratios.js'
import { returnsOf } from '../engine/math/metrics/daily-marks.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../engine/model/run-result.js'
import { formatFixed, formatPercent } from './format-number.js'
import { type Html, html } from './html.js'
import { metricFigure } from './print-metric.js'
import { facts, section } from './section.js'

/** The section. */
export function benchmarkSection(result: RunResult, metrics: Metrics): Html {
  const { marks } = metrics
  const capture = benchmarkCapture(returnsOf(marks.equity), returnsOf(marks.close))
  return section(
    'benchmark',
    'Against buy and hold',
    html`${facts([
      ['Buy and hold', metricFigure('buy_hold_return', result, metrics)],
      ['Alpha a year', metricFigure('alpha_vs_hold', result, metrics)],
      ['Beta', metricFigure('beta_vs_hold', result, metrics)],
      ['Correlation', formatFixed(capture.correlation, 2)],
      ['Capture of up days', formatPercent(capture.up, 1)],
      ['Capture of down days', formatPercent(capture.down, 1)],
      ['Information ratio', metricFigure('information_ratio', result, metrics)],
    ])}
<p class="quiet">Daily returns of equity and of the close, costs in the one and none in the other. Capture: mean return on the days on which the close rose (fell) ÷ the close's own mean on them; 100% is the market's.</p>`,
  )
}
