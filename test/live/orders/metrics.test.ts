/** What a program that trades says of itself in numbers, held against the exchange's journal and its door. */
import path from 'node:path'
import { expect, it } from 'vitest'
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

it('metrics say of orders, requests, fills, commissions, limits and the account what the exchange says', async () => {
  const exchange = await tradingExchange(40)
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
  ]
  const program = startLive(tradingWords(exchange, state, { more, isLimited: false }), {
    HOME: temporaryFolder(),
  })
  await until(() => /operations page: /.test(program.output.stderr), `a start: ${program.output.stderr}`)
  const [, page = '', token = ''] = /(http\S+)\?token=(\S+)/.exec(program.output.stderr) ?? []
  const read = async () => {
    const answer = await fetch(`${page}metrics`, { headers: { authorization: `Bearer ${token}` } })
    return samplesOf(await answer.text())
  }

  await until(() => of('TRADE').length >= 8, 'trades', 60_000)
  // An order of which nobody knows: its answer is lost, its events too, and nobody answers who asks.
  await exchange.client.control('POST', '/fault', [
    { on: 'POST /api/v3/order', when: 'after-accept', do: 'drop-reply', count: 1 },
    { on: 'user executionReport', do: 'drop', count: 0 },
    { on: 'GET /api/v3/*', do: 'answer', status: 503, body: 'down', count: 0 },
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
  expect(posts.length).toBeGreaterThan(8)
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
  expect(said('orders_total', { result: 'canceled' })).toBe(of('CANCELED').length)
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
