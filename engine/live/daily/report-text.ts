/** A day's report as a terminal shows it, and in one line for an alert. Floor 3. */
import type { DailyReport } from './daily-report.js'

const WIDTH = 10

/** The whole report. */
export function reportText(report: DailyReport): string {
  const { day, isWhole, session, equity, fees, fills, slippage, orders, doubts, bars, ledger } = report
  const { asset } = equity
  return `${[
    line('day', `${day} UTC${isWhole ? '' : ', not over yet'}`),
    line(
      'session',
      `${session.mode} ${session.strategy} on ${session.symbols.join(', ')} ${session.interval}`,
    ),
    line('result', `${signed(equity.change)} ${asset}${shareOf(equity)}: ${equity.start} to ${equity.end}`),
    ...report.positions.map(({ symbol, start, end, close }) =>
      line('held', `${symbol} ${start} to ${end}${close === null ? '' : `, last close ${close}`}`),
    ),
    line(
      'fills',
      `${fills.count} (${fills.maker} maker), bought ${fills.bought} ${asset}, sold ${fills.sold}`,
    ),
    line(
      'fees',
      `${fees.inQuote} ${asset}${pairs(fees.byAsset, ' in all: ', (name, value) => `${value} ${name}`)}`,
    ),
    line('slippage', slippageText(slippage, asset)),
    line(
      'orders',
      `${orders.asked} asked for${pairs(orders.results, ': ', (name, count) => `${count} ${name}`)}`,
    ),
    ...Object.entries(orders.rejections).map(([reason, count]) => line('rejected', `${count} × ${reason}`)),
    ...doubts.map(({ order, symbol, since, why, became, afterMs }) =>
      line(
        'in doubt',
        `order ${order} ${symbol} at ${since.slice(11, 19)} (${why}): ${became === null ? 'nobody knows yet' : `${became} after ${seconds(afterMs ?? 0)}`}`,
      ),
    ),
    line('bars', `${bars.count}, ${bars.late} of them late`),
    ...report.holds.map(({ time, kind, reason }) =>
      line(kind.toLowerCase(), `${time.slice(0, 19).replace('T', ' ')}${reason === '' ? '' : `, ${reason}`}`),
    ),
    ...processLines(report),
    line('strategy', session.strategySha256),
    line('config', session.configSha256),
    line('ledger', `rows ${ledger.first} to ${ledger.seq}, head ${ledger.hash}`),
  ].join('\n')}\n`
}

/** What an alert says of it. */
export function reportSummary({
  day,
  isWhole,
  equity,
  fees,
  fills,
  slippage,
  orders,
  doubts,
  ledger,
  process,
}: DailyReport): string {
  const rejected = orders.results.rejected ?? 0
  const open = doubts.filter(({ became }) => became === null).length
  return [
    `${day}${isWhole ? '' : ' (so far)'}: ${signed(equity.change)} ${equity.asset}${shareOf(equity)}, equity ${equity.end}`,
    `fees ${fees.inQuote}`,
    `slippage ${slippageText(slippage, equity.asset)}`,
    `${orders.asked} orders, ${fills.count} fills${rejected > 0 ? `, ${rejected} rejected` : ''}`,
    ...(doubts.length > 0 ? [`${doubts.length} in doubt, ${open} still`] : []),
    ...(process ? [`${sumOf(process.reconnects)} reconnects`] : []),
    `ledger ${ledger.seq} ${ledger.hash.slice(0, 16)}…`,
  ].join('; ')
}

function processLines({ process }: DailyReport): readonly string[] {
  if (!process) return [line('process', 'nothing is known but what the ledger holds')]
  const { reconnects, limitPeaks, limitHits, requests, failedRequests, blocked, discarded, alerts } = process
  return [
    line('requests', `${requests}, ${failedRequests} of them failed`),
    line(
      'limits',
      `peaks${pairs(limitPeaks, ' ', (kind, share) => `${kind} ${Math.ceil(100 * share)} %`)}${pairs(limitHits, '; refused for their number: ', (status, count) => `${count} × ${status}`)}`,
    ),
    line(
      'reconnects',
      `${sumOf(reconnects)}${pairs(reconnects, ': ', (reason, count) => `${count} ${reason}`)}`,
    ),
    ...Object.entries(blocked).map(([rule, count]) => line('stopped', `${count} × ${rule}`)),
    ...(discarded > 0 ? [line('discarded', `${discarded} asks that were not followed`)] : []),
    line('alerts', pairs(alerts, '', (severity, count) => `${count} ${severity}`) || 'none'),
  ]
}

function line(name: string, text: string): string {
  return `${name.padEnd(WIDTH)} ${text}`
}

function slippageText(
  { fills, paid, model, ratio, beyondTwice }: DailyReport['slippage'],
  asset: string,
): string {
  if (fills === 0) return 'none: no fill took'
  const times = ratio === null ? '' : ` (${ratio.toFixed(2)} ×)`
  return `${paid} ${asset} over ${fills} fills, the model says ${model.toFixed(2)}${times}; ${beyondTwice} beyond twice the model`
}

function signed(amount: string): string {
  return amount.startsWith('-') || amount === '0' ? amount : `+${amount}`
}

function shareOf({ start, change }: DailyReport['equity']): string {
  const share = (100 * Number(change)) / Number(start)
  return Number.isFinite(share) ? ` (${share > 0 ? '+' : ''}${share.toFixed(2)} %)` : ''
}

function pairs<V>(
  record: Readonly<Record<string, V>>,
  before: string,
  show: (name: string, value: V) => string,
): string {
  const shown = Object.entries(record).map(([name, value]) => show(name, value))
  return shown.length === 0 ? '' : `${before}${shown.join(', ')}`
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, one) => sum + one, 0)
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
