/** What costs took: profit before costs, less slippage and fees, and the slippage that would eat it all. Floor 4. */
import type { MetricKey } from '../engine/math/metrics/metric-table.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../engine/model/run-result.js'
import { formatFixed } from './format-number.js'
import { type Html, html, named } from './html.js'
import { formatMetric } from './print-metric.js'
import { section } from './section.js'

/** Before costs − slippage − fees = net, as a line of figures, and the break-even alpha as a sentence. */
export function costSection(result: RunResult, { values }: Metrics): Html {
  const money = (key: MetricKey) => formatMetric('quote', values[key], result)
  const step = (sign: string, name: string, key: MetricKey) =>
    html`<div><dt>${name}</dt><dd class="figure"><span class="sign">${sign}</span> ${money(key)}</dd></div>\n`
  return section(
    'costs',
    'Costs',
    html`<dl class="costs">
${step('', 'Before costs', 'gross_profit_before_costs')}${step('−', 'Slippage', 'slippage')}${step('−', 'Fees', 'fees')}${step('=', 'Net profit', 'net_profit')}</dl>
<p class="quiet">In ${named(result.rules.quoteAsset, 20)}. ${breakEven(values.break_even_alpha, result.settings.alpha)}</p>`,
  )
}

function breakEven(breakEvenAlpha: number, alpha: number): string {
  if (Number.isNaN(breakEvenAlpha)) return 'Break-even alpha: –, nothing was filled.'
  const known = `The same fills earn nothing at a slippage of ${formatFixed(breakEvenAlpha, 3)} × ATR (break-even alpha)`
  if (breakEvenAlpha < 0) return `${known}: below 0, so they lose even without slippage.`
  return `${known}; this run paid ${formatFixed(alpha, 3)} × ATR.`
}
