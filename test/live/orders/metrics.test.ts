/** What a program that trades says of itself in numbers, held against the exchange's journal and its door. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { liveMain } from '../../../engine/app/live/live-main.js'
import type { JournalEntry } from '../../../engine/exchange/journal.js'
import { STATED_LIMITS } from '../../../engine/exchange/rest/rate-limits.js'
import type { DailyReport } from '../../../engine/live/daily/daily-report.js'
import { makeReport, reportedDays } from '../../../engine/live/daily/report-files.js'
import { formatUnits, ONE, parseUnits, toUnits } from '../../../engine/model/money.js'
import { readRecord } from '../../../engine/promote/read-record.js'
import { temporaryFolder } from '../../app/command.js'
import { startLive, until } from '../live-command.js'
import { requestsOf, type SeenRequest } from './requests.js'
import { tradingExchange, tradingWords } from './trading-program.js'

/** The samples of a text as Prometheus reads it: the sum over those whose labels are as asked. */
function samplesOf(text: string) {
  const lines = [...text.matchAll(/^nextbar_(\w+?)(?:\{(.*)\})? (\S+)$/gm)]
  return (name: string, labels: Readonly<Record<string, string>> = {}) =>
    lines
      .filter(([, one, set = '']) => {
        const isAsAsked = Object.entries(labels).every(([key, value]) => set.includes(`${key}="${value}"`))
        return one === name && isAsAsked
      })
      .reduce((sum, [, , , value]) => sum + Number(value), 0)
}

const sumOf = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0)

/** Of orders more than the exchange's own: at this speed a hundred go out within ten seconds, and the next wait. */
const LIMITS = STATED_LIMITS.map((one) => (one.rateLimitType === 'ORDERS' ? { ...one, limit: 200_000 } : one))

it('metrics say of orders, requests, fills, commissions, limits and the account what the exchange says', async () => {
  // Twenty bars before a midnight: the day before it gets its report while the session goes on.
  const exchange = await tradingExchange(40, { history: 2 * 1440 - 20, dates: 'original', limits: LIMITS })
  const requests = requestsOf(exchange)
  const { journal } = exchange.exchange
  const of = (kind: string) => journal.since().filter((entry) => entry.kind === kind)
  const state = path.join(temporaryFolder(), 'state')
  const more = [
    '--max-position-quote',
    '12000',
    '--max-daily-loss',
    '5000',
    '--max-orders-per-minute',
    '1000',
    '--max-order-quote',
    '20000',
    '--price-collar',
    '0.05',
  ]
  const program = startLive(tradingWords(exchange, state, { more, isLimited: false }), {
    HOME: temporaryFolder(),
  })
  // Until it follows, the market hardly moves: a clock that goes by the stream needs a word now and then.
  exchange.pump.stop()
  while (!/operations page: /.test(program.output.stderr) && program.child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    await exchange.client.control('POST', '/advance', { steps: 1 })
  }
  exchange.pump.start()
  const [, page = '', token = ''] = /(http\S+)\?token=(\S+)/.exec(program.output.stderr) ?? []
  const read = async () => {
    const answer = await fetch(`${page}metrics`, { headers: { authorization: `Bearer ${token}` } })
    return samplesOf(await answer.text())
  }

  await until(() => of('TRADE').length >= 8, 'trades', 60_000)
  // An order of which nobody knows: its answer is lost, its events too, and nobody answers who asks. It is one that
  // the exchange takes: a posted one may be refused, and then it is twenty seconds until it counts as never there.
  await exchange.client.control('POST', '/fault', [
    {
      ...{ on: 'POST /api/v3/order', when: 'after-accept', do: 'drop-reply', count: 1 },
      where: { type: 'MARKET' },
    },
    { on: 'user executionReport', do: 'drop', count: 0, where: { o: 'MARKET' } },
    { on: 'GET /api/v3/order', do: 'answer', status: 503, body: 'down', count: 0 },
  ])
  const isDropped = () => of('FAULT').some(({ do: what }) => what === 'drop-reply')
  await until(isDropped, 'a lost reply', 60_000)
  let doubted = await read()
  for (let k = 0; k < 100 && doubted('orders_unknown') === 0; k++) doubted = await read()
  expect(doubted('orders_unknown', { symbol: 'BTCUSDT' })).toBe(1)
  const age = doubted('order_unknown_age_seconds')
  expect((await read())('order_unknown_age_seconds')).toBeGreaterThan(age)
  await exchange.client.control('DELETE', '/fault')

  // The market stands still, and everything comes to rest: both sides are looked at in the same moment.
  await until(() => of('TRADE').length >= 12, 'trades again', 60_000)
  exchange.pump.stop()
  const isQuiet = async () => {
    const [seen, before] = [requests.length, await read()]
    await new Promise((resolve) => setTimeout(resolve, 300))
    return requests.length === seen && before('orders_unknown') === 0
  }
  while (!(await isQuiet())) await new Promise((resolve) => setTimeout(resolve, 50))
  const said = await read()
  program.child.kill('SIGKILL')
  await program.ended
  const record = readRecord(path.join(state, 'ledger.sqlite'))
  const fills = record.events.flatMap((event) => (event.kind === 'FILL' ? [event.execution] : []))

  const posts = requests.filter(({ verb, path: at }) => `${verb} ${at}` === 'POST /api/v3/order')
  // An order may trade in several pieces.
  expect(posts.length).toBeGreaterThan(4)
  const isRest = ({ verb }: SeenRequest) => verb !== 'WS'
  for (const route of new Set(requests.filter(isRest).map(({ verb, path: at }) => `${verb} ${at}`))) {
    const seen = requests.filter(({ verb, path: at }) => `${verb} ${at}` === route).length
    expect(said('http_requests_total', { route }), route).toBe(seen)
    expect(said('http_request_duration_seconds_count', { route }), route).toBe(seen)
  }
  expect(said('http_requests_total', { status: 'none' })).toBe(1)
  expect(said('http_requests_total', { status: '503' })).toBe(
    requests.filter(({ status }) => status === 503).length,
  )
  expect(said('order_ack_duration_seconds_count')).toBe(posts.length)
  expect(said('order_ack_duration_seconds_count', { result: 'unknown' })).toBe(1)
  expect(said('signal_to_send_duration_seconds_count')).toBe(posts.length)
  expect(said('orders_total', { result: 'asked' })).toBe(record.orders.length)
  // Some are taken back before they were sent: the exchange has never heard of those.
  const canceled = record.events.filter((event) => event.kind === 'ORDER' && event.status === 'CANCELED')
  expect(said('orders_total', { result: 'canceled' })).toBe(canceled.length)
  expect(canceled.filter((event) => 'exchangeOrderId' in event).length).toBe(of('CANCELED').length)
  expect(said('orders_total', { result: 'unknown' })).toBe(1)
  expect(said('fills_total')).toBe(of('TRADE').length)
  for (const asset of ['BTC', 'USDT']) {
    const paid = of('TRADE').filter(({ commissionAsset }) => commissionAsset === asset)
    // The journal's amounts are whole numbers of 1e-8.
    expect(said('fees_total', { asset })).toBeCloseTo(
      sumOf(paid.map((one) => Number(one.commission) / 1e8)),
      8,
    )
  }
  const worse = fills.map(({ side, price, referencePrice }) => {
    const [paid, due] = [Number(price), Number(referencePrice)]
    return ((side === 'BUY' ? 1 : -1) * (paid - due)) / due
  })
  expect(said('fill_slippage_ratio_count')).toBe(fills.length)
  expect(said('fill_slippage_ratio_sum')).toBeCloseTo(sumOf(worse), 9)
  expect(said('orders_inflight')).toBe(record.orders.length - endsIn(record))
  expect(said('reconcile_runs_total', { result: 'done' })).toBeGreaterThan(0)
  expect(said('reconcile_differences')).toBe(0)
  expect(said('reconcile_last_success_timestamp_seconds')).toBeGreaterThan(Date.now() / 1000 - 120)
  expect(said('user_stream_connected')).toBe(1)
  const held = of('TRADE').map(({ side, quantity, commission, commissionAsset }) => {
    const base = (side === 'BUY' ? 1 : -1) * Number(quantity)
    return commissionAsset === 'BTC' ? base - Number(commission) : base
  })
  expect(said('position_base')).toBeCloseTo(sumOf(held) / 1e8, 8)
  expect(said('risk_limit_used_ratio', { rule: 'MAX_POSITION_QUOTE' })).toBeCloseTo(
    said('position_notional_quote') / 12_000,
    9,
  )
  const collar = said('risk_limit_used_ratio', { rule: 'PRICE_COLLAR' })
  expect([collar > 0, collar < 1]).toEqual([true, true])
  // All of the money in each purchase: a little less than what it had.
  expect(said('risk_limit_used_ratio', { rule: 'MAX_ORDER_QUOTE' })).toBeCloseTo(0.5, 1)
  expect(said('ws_connected', { stream: 'user' })).toBe(1)

  const [first = '', ...others] = reportedDays(state)
  expect([first, others]).toEqual(['2020-01-02', []])
  const written = readFileSync(path.join(state, 'reports', `${first}.json`), 'utf8')
  const reports = [makeReport(state, Date.UTC(2020, 0, 2)), makeReport(state, Date.UTC(2020, 0, 3))]
  // Whoever makes it again gets the same.
  expect(`${JSON.stringify(reports[0], null, 2)}\n`).toBe(written)
  expectDays(
    reports.filter((one) => one !== undefined),
    { trades: of('TRADE'), record },
  )
  const printed: string[] = []
  const terminal = { write: (text: string) => void printed.push(text) }
  const words = ['report', '--state', state, '--day', first]
  expect(await liveMain(words, { stdout: terminal, stderr: terminal, environment: {} })).toBe(0)
  const shown = printed.join('')
  expect(shown).toBe(readFileSync(path.join(state, 'reports', `${first}.txt`), 'utf8'))
  expect(shown).toMatch(
    /^day {8}2020-01-02 UTC\nsession {4}testnet sma-cross on BTCUSDT 1m\nresult {5}(0|[+-]\d)/,
  )
}, 120_000)

/** Orders of a ledger that are over. */
function endsIn({ events }: ReturnType<typeof readRecord>): number {
  const over = events.flatMap((event) => {
    if (event.kind === 'FILL') return event.isFinal ? [event.execution.orderNumber] : []
    return event.kind === 'ORDER' && /CANCELED|REJECTED|EXPIRED|FILLED/.test(event.status)
      ? [event.orderNumber]
      : []
  })
  return new Set(over).size
}

/** Holds the two days of a session against the exchange's journal: together they are all of it, each part once. */
function expectDays(
  [first, second]: readonly DailyReport[],
  {
    trades,
    record,
  }: { readonly trades: readonly JournalEntry[]; readonly record: ReturnType<typeof readRecord> },
): void {
  if (!first || !second) throw new Error('two days must have a report')
  const days = [first, second]
  const amount = (text: string) => parseUnits(text.replace('-', '')) ?? 0n
  const told = (pick: (report: DailyReport) => string | undefined) =>
    days.reduce((sum, one) => sum + amount(pick(one) ?? '0'), 0n)
  const [isBuy, units] = [({ side }: JournalEntry) => side === 'BUY', (one: unknown) => BigInt(String(one))]
  const sum = (entries: readonly JournalEntry[], key: string) =>
    entries.reduce((all, entry) => all + units(entry[key]), 0n)
  const [buys, sells] = [trades.filter(isBuy), trades.filter((one) => !isBuy(one))]
  const paid = (asset: string) => trades.filter(({ commissionAsset }) => commissionAsset === asset)

  expect([first.isWhole, second.isWhole]).toEqual([true, false])
  expect(told(({ fills }) => fills.bought)).toBe(sum(buys, 'quote'))
  expect(told(({ fills }) => fills.sold)).toBe(sum(sells, 'quote'))
  for (const asset of ['BTC', 'USDT'])
    expect(told(({ fees }) => fees.byAsset[asset])).toBe(sum(paid(asset), 'commission'))
  const quote = 10_000n * ONE + sum(sells, 'quote') - sum(buys, 'quote') - sum(paid('USDT'), 'commission')
  const base = sum(buys, 'quantity') - sum(sells, 'quantity') - sum(paid('BTC'), 'commission')
  const last = record.events.findLast((event) => event.kind === 'BAR')
  const close = toUnits(last?.kind === 'BAR' ? last.bar.close : 0)
  expect([first.equity.start, first.equity.end]).toEqual(['10000', second.equity.start])
  expect(second.equity.end).toBe(formatUnits(quote + (base * close) / ONE))
  expect(second.positions).toMatchObject([{ symbol: 'BTCUSDT', end: formatUnits(base) }])
  const counts = (pick: (report: DailyReport) => number) => sumOf(days.map(pick))
  expect(counts(({ fills }) => fills.count)).toBe(trades.length)
  expect(counts(({ orders }) => orders.asked)).toBe(record.orders.length)
  expect(counts(({ bars }) => bars.count)).toBe(
    record.events.filter(({ kind }) => kind === 'BAR').length - 500,
  )
  const refused = record.events.filter((event) => event.kind === 'ORDER' && event.status === 'REJECTED')
  expect(counts(({ orders }) => sumOf(Object.values(orders.rejections)))).toBe(refused.length)
  // The one whose answer was lost: it had filled, and nobody knew.
  expect(days.flatMap(({ doubts }) => doubts)).toMatchObject([
    { symbol: 'BTCUSDT', became: expect.stringMatching(/^(NEW|FILLED|PARTIALLY_FILLED)$/) },
  ])
  expect([second.ledger.first - first.ledger.seq, second.ledger.hash]).toEqual([1, record.head.hash])
  expect(first.session.strategySha256).toBe(record.genesis.strategy.sha256)
  expect(first.process).toMatchObject({ processes: 1, failedRequests: 0, reconnects: {} })
  expect(first.process?.limitPeaks.REQUEST_WEIGHT).toBeGreaterThan(0)
}
