/** What costs took: profit before costs, less slippage and fees, month by month, and what would eat it all. Floor 4. */
import { bnbPayments } from '../engine/math/metrics/bnb-payments.js'
import { breakEvenFee, costsOf } from '../engine/math/metrics/costs.js'
import type { MetricKey } from '../engine/math/metrics/metric-table.js'
import { monthlyCosts } from '../engine/math/metrics/monthly-costs.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import { formatUnits, toNumber, toUnits } from '../engine/model/money.js'
import type { RunResult } from '../engine/model/run-result.js'
import { monthlyCostChart, waterfallChart } from './cost-charts.js'
import { figure, legend } from './figure.js'
import { formatMonth } from './format-moment.js'
import { formatCount, formatFixed, formatPercent } from './format-number.js'
import { type Html, html, named } from './html.js'
import { metricFigure, moneyDecimals } from './print-metric.js'
import { section } from './section.js'

/** Before costs − slippage − fees = net as figures, both charts, and the break-even alpha and fee as sentences. */
export async function costSection(result: RunResult, metrics: Metrics): Promise<Html> {
  const { values } = metrics
  const step = (sign: string, name: string, key: MetricKey) =>
    html`<div><dt>${name}</dt><dd class="figure"><span class="sign">${sign}</span> ${metricFigure(key, result, metrics)}</dd></div>\n`
  const charts = values.fills === 0 ? [] : await Promise.all([waterfall(result, metrics), byMonth(result)])
  return section(
    'costs',
    'Costs',
    html`<dl class="costs">
${step('', 'Before costs', 'gross_profit_before_costs')}${step('−', 'Slippage', 'slippage')}${step('−', 'Fees', 'fees')}${step('=', 'Net profit', 'net_profit')}</dl>
<p class="quiet">In ${named(result.rules.quoteAsset, 20)}. ${breakEvenAlpha(result, metrics)} ${breakEvenFees(result, metrics)}</p>
${bnbSentence(result)}
${charts.length === 0 ? undefined : html`<div class="grid">${charts}</div>`}`,
  )
}

function bnbSentence(result: RunResult): Html | undefined {
  const bnb = bnbPayments(result)
  if (!bnb) return undefined
  const { paid, unpaid, amount, quote, start, left } = bnb
  const worth = formatFixed(toNumber(quote), moneyDecimals(result.settings.cash))
  const others =
    unpaid === 0 ? '' : `, the other ${unpaid} in what was received, in full, for the BNB did not suffice`
  return html`<p class="quiet">${formatCount(paid, 'fill')} paid ${formatUnits(amount)} BNB as commission, worth ${worth} ${named(result.rules.quoteAsset, 20)} at the time${others}. ${formatUnits(left)} of ${formatUnits(start)} BNB is left; it is not in equity, and what was taken of it is a cost.</p>`
}

function breakEvenAlpha(result: RunResult, metrics: Metrics): Html | string {
  const alpha = metrics.values.break_even_alpha
  if (Number.isNaN(alpha)) return 'Break-even alpha: –, nothing was filled.'
  return html`The same fills earn nothing at a slippage of ${metricFigure('break_even_alpha', result, metrics)} × ATR (break-even alpha)${
    alpha < 0
      ? ': below 0, so they lose even without slippage.'
      : `; this run paid ${formatFixed(result.settings.alpha, 3)} × ATR.`
  }`
}

function breakEvenFees({ fills, rules }: RunResult, { values }: Metrics): string | undefined {
  const costs = costsOf(fills, rules)
  const scale = rules.priceScale * rules.quantityScale
  const fee = breakEvenFee(costs, toUnits(values.net_profit, 'nearest', scale))
  if (Number.isNaN(fee)) return undefined
  const paid = formatPercent(Number(costs.fees) / Number(costs.traded), 4)
  const known = `They earn nothing at a commission of ${formatPercent(fee, 4)} of what is traded (break-even fee)`
  return fee < 0
    ? `${known}: below 0, so they lose even without commissions.`
    : `${known}; this run paid ${paid}.`
}

function waterfall(result: RunResult, { values }: Metrics): Promise<Html> {
  const steps = {
    gross: values.gross_profit_before_costs,
    slippage: values.slippage,
    fees: values.fees,
    net: values.net_profit,
  }
  const decimals = moneyDecimals(result.settings.cash)
  const money = (value: number) => formatFixed(value, decimals)
  const eaten = (steps.slippage + steps.fees) / steps.gross
  return figure({
    id: 'cost-waterfall',
    title: 'From gross to net',
    look: 'half',
    label: 'Profit before costs, less slippage, less fees, is net profit',
    summary: `Slippage and fees took ${money(steps.slippage + steps.fees)}${steps.gross > 0 ? `, ${formatPercent(eaten, 1)} of the profit before costs` : '; there was no profit before costs'}.`,
    spec: waterfallChart(steps),
    twin: {
      caption: 'From gross to net',
      columns: [{ title: 'Step' }, { title: 'Amount', isNumber: true }],
      rows: [
        ['Before costs', money(steps.gross)],
        ['Slippage', money(-steps.slippage)],
        ['Fees', money(-steps.fees)],
        ['Net profit', money(steps.net)],
      ],
    },
  })
}

function byMonth(result: RunResult): Promise<Html> {
  const months = monthlyCosts(result)
  const decimals = moneyDecimals(result.settings.cash)
  const money = (value: number) => formatFixed(value, decimals)
  const before = months.filter(({ gross }) => gross > 0).length
  const after = months.filter(({ net }) => net > 0).length
  return figure({
    id: 'cost-months',
    title: 'Each month before and after costs',
    look: 'half',
    label: 'What each month earned before costs as bars, after costs as marks',
    legend: legend([
      ['gross-bar', 'Before costs'],
      ['mark', 'After costs'],
    ]),
    summary: `${formatCount(before, 'month')} of ${months.length} earned before costs, ${after} after them.`,
    spec: monthlyCostChart(months),
    twin: {
      caption: 'Costs by month',
      columns: [
        { title: 'Month (UTC)' },
        { title: 'Before costs', isNumber: true },
        { title: 'Slippage', isNumber: true },
        { title: 'Fees', isNumber: true },
        { title: 'Net', isNumber: true },
      ],
      rows: months.map(({ time, gross, slippage, fees, net }) => [
        formatMonth(time),
        money(gross),
        money(-slippage),
        money(-fees),
        money(net),
      ]),
    },
  })
}
