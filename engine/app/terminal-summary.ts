/** A run in a screen of text: what was run, how it did beside buy and hold, what it cost, what to doubt. Floor 5. */
import { formatMoment } from '../../reports/format-moment.js'
import { formatCount, formatFixed, formatPercent } from '../../reports/format-number.js'
import { holdFigures } from '../../reports/hold-figures.js'
import { formatMetric, moneyDecimals, printMetric } from '../../reports/print-metric.js'
import { bnbPayments } from '../math/metrics/bnb-payments.js'
import { costsOf } from '../math/metrics/costs.js'
import { METRICS, type MetricKey } from '../math/metrics/metric-table.js'
import { formatUnits, toNumber } from '../model/money.js'
import type { RunResult } from '../model/run-result.js'
import { auditVerdict } from './audit-verdict.js'
import type { RunData } from './load-data.js'
import type { Paint } from './paint.js'
import type { FinishedRun } from './run-once.js'
import { sensitivityLines } from './sensitivity-text.js'

const ROWS = [
  'net_return',
  'cagr',
  'sharpe',
  'sortino',
  'max_drawdown',
  'profit_factor',
  'trades',
  'win_rate',
  'exposure',
] as const satisfies readonly MetricKey[]

const LABEL_WIDTH = 16
const VALUE_WIDTH = 24
const HOLD_WIDTH = 16
const SOURCE_LENGTH = 60

/** The summary, a line break behind each line. It holds no time of the wall's clock. */
export function terminalSummary(run: FinishedRun, paint: Paint): string {
  const warnings = run.warnings.map((warning) => `  ${paint('warning', '!')} ${warning}`)
  const lines = [
    ...identityLines(run, paint),
    '',
    ...table(run, paint),
    '',
    costLine(run, paint),
    ...bnbLines(run),
    ...(run.sensitivity ? ['', ...sensitivityLines(run.sensitivity, paint)] : []),
    ...(warnings.length === 0 ? [] : ['', ...warnings]),
    '',
    fact('run', run.head.runId, paint),
    fact('report', `${run.folder}/report.html`, paint),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function identityLines({ audit, parts, result }: FinishedRun, paint: Paint): string[] {
  const { params, settings, strategy, symbols } = parts
  const values = Object.entries(params).map(([key, value]) => `${key}=${value}`)
  const fees = `maker ${formatPercent(settings['maker-fee'], 3)}, taker ${formatPercent(settings['taker-fee'], 3)}`
  return [
    ...symbols.flatMap(({ data }, k) => dataLines(data, k === 0 ? 'data' : '', paint)),
    fact('strategy', [paint('strong', strategy.strategy.name), ...values].join('  '), paint),
    fact('costs', `fees ${fees}  slippage ${slippage(result)}`, paint),
    fact('audit', auditVerdict(audit), paint),
  ]
}

function dataLines(data: RunData, name: string, paint: Paint): string[] {
  const bars = formatCount(data.end - data.first, 'bar')
  const gaps = data.gaps === 0 ? 'no gaps' : formatCount(data.gaps, 'gap')
  const range = `${formatMoment(data.from)} to ${formatMoment(data.to)} UTC`
  return [
    fact(name, `${data.symbol} ${data.interval}  ${range}  ${bars}  ${gaps}`, paint),
    fact('', paint('quiet', shorten(data.sources.join(', '))), paint),
  ]
}

/** `0.5 × ATR(14), 4.1 bps a fill`: the model, and what it came to. */
function slippage({ fills, rules, settings }: RunResult): string {
  const model = `${settings.alpha} × ATR(${settings.atrPeriod})`
  const costs = costsOf(fills, rules)
  if (costs.traded === 0n) return model
  return `${model}, ${formatFixed((Number(costs.slippage) / Number(costs.traded)) * 10_000, 1)} bps of what was traded`
}

function table({ result, metrics }: FinishedRun, paint: Paint): string[] {
  const hold = holdFigures(result, metrics)
  const rows = ROWS.map((key) => {
    const { label, text, standing } = printMetric(key, result, metrics)
    const value = standing === 'hidden' ? text : text + noteOf(key, metrics.values)
    const own = `${label.padEnd(LABEL_WIDTH)}${value.padStart(VALUE_WIDTH)}`
    const painted = standing === 'plain' ? toned(own, key, metrics.values[key], paint) : paint('quiet', own)
    const beside = standing === 'hidden' ? '' : holdValue(key)
    return `  ${painted}${beside === '' ? '' : paint('quiet', beside.padStart(HOLD_WIDTH))}`
  })
  const head = `  ${''.padEnd(LABEL_WIDTH)}${'strategy'.padStart(VALUE_WIDTH)}${'buy and hold'.padStart(HOLD_WIDTH)}`
  return [paint('quiet', head), ...rows]

  function holdValue(key: MetricKey): string {
    const value = hold[key]
    return value === undefined ? '' : formatMetric(METRICS[key].unit, value, result)
  }
}

function toned(text: string, key: MetricKey, value: number, paint: Paint): string {
  if (key !== 'net_return' || value === 0) return text
  return paint(value > 0 ? 'gain' : 'loss', text)
}

function noteOf(key: MetricKey, values: FinishedRun['metrics']['values']): string {
  if (key === 'sharpe' && !Number.isNaN(values.sharpe_se)) return ` ± ${formatFixed(values.sharpe_se, 2)}`
  if (key === 'max_drawdown' && values.max_drawdown > 0)
    return ` (${formatFixed(values.max_drawdown_days, 1)} days)`
  return ''
}

/** Gross profit, what slippage and fees took of it, and what is left. */
function costLine({ metrics: { values }, result }: FinishedRun, paint: Paint): string {
  const decimals = moneyDecimals(result.settings.cash)
  const money = (value: number): string => `${value > 0 ? '+' : ''}${formatFixed(value, decimals)}`
  const steps = [
    `gross ${money(values.gross_profit_before_costs)}`,
    `slippage ${money(-values.slippage)}`,
    `fees ${money(-values.fees)}`,
    `net ${money(values.net_profit)} ${result.rules.quoteAsset}`,
  ]
  return `  ${steps.join(paint('quiet', ' → '))}`
}

/** What commissions took of the BNB, and what is left. */
function bnbLines({ result }: FinishedRun): string[] {
  const bnb = bnbPayments(result)
  if (!bnb) return []
  const { paid, unpaid, amount, quote, left } = bnb
  const worth = formatFixed(toNumber(quote), moneyDecimals(result.settings.cash))
  return [
    `  BNB fees ${formatUnits(amount)}, worth ${worth} ${result.rules.quoteAsset}, for ${paid} of ${formatCount(paid + unpaid, 'fill')}; ${formatUnits(left)} BNB left`,
  ]
}

function fact(name: string, text: string, paint: Paint): string {
  return `  ${paint('quiet', name.padEnd(10))}${text}`
}

function shorten(text: string): string {
  return text.length > SOURCE_LENGTH ? `${text.slice(0, SOURCE_LENGTH)}…` : text
}
