/** Metrics of orders, requests and the account, counted where the thing happens. Floor 3. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Fill } from '../../model/fill.js'
import { toNumber } from '../../model/money.js'
import type { OrderType, Side } from '../../model/order.js'
import type { RestCall } from '../../venue/rest-calls.js'
import type { DifferenceKind, OrdersGlance, WireNews } from '../orders/wire-news.js'
import type { LimitsUsed } from '../session/limits-used.js'

const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const RATIOS = [-0.01, -0.002, -0.001, -0.0005, -0.0001, 0, 0.0001, 0.0005, 0.001, 0.002, 0.005, 0.01]
const KINDS: readonly DifferenceKind[] = ['orders', 'trades', 'balances']

/** Metrics of orders. */
export interface OrderMetrics {
  readonly listen: (news: WireNews) => void
  readonly noteCall: (call: RestCall) => void
  /** The session has asked for an order. */
  readonly noteAsked: (order: {
    readonly symbol: string
    readonly side: Side
    readonly type: OrderType
  }) => void
  /** A fill, against the close at which it was decided. */
  readonly noteFill: (symbol: string, fill: Fill) => void
  /** What is read when somebody asks. */
  readonly refresh: (
    orders: OrdersGlance | undefined,
    used: LimitsUsed,
    slippageOverModel: number | undefined,
  ) => void
}

/** Makes the metrics of orders in a registry. */
export function orderMetrics(registry: Registry): OrderMetrics {
  const registers = [registry]
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `nextbar_${name}`, help, labelNames, registers })
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge({ name: `nextbar_${name}`, help, labelNames, registers })
  const histogram = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    buckets: readonly number[] = SECONDS,
  ) => new Histogram({ name: `nextbar_${name}`, help, labelNames, buckets: [...buckets], registers })

  const requests = counter('http_requests_total', 'Requests over REST; status none where no answer came', [
    'route',
    'status',
    'code',
  ])
  const request = histogram('http_request_duration_seconds', 'From sending to the last byte', ['route'])
  const orders = counter('orders_total', 'Orders asked for, and how each was heard to stand', [
    'symbol',
    'side',
    'type',
    'result',
  ])
  const answered = histogram('order_ack_duration_seconds', "From sending an order to the exchange's answer", [
    'result',
  ])
  const sent = histogram(
    'signal_to_send_duration_seconds',
    'From the input that asked for an order to its sending',
  )
  const slippage = histogram(
    'fill_slippage_ratio',
    'Price of a fill against the close it was decided at; above 0 it is worse',
    ['symbol', 'liquidity'],
    RATIOS,
  )
  const runs = counter('reconcile_runs_total', 'Looks at the account', ['result'])
  const differences = gauge('reconcile_differences', 'What differed at the last look', ['kind'])
  const reconciled = gauge('reconcile_last_success_timestamp_seconds', 'Last whole look at the account')
  const now = {
    inflight: gauge('orders_inflight', 'Orders on the exchange that are not over', ['symbol']),
    unknown: gauge('orders_unknown', 'Orders of which nobody knows whether they are there', ['symbol']),
    age: gauge('order_unknown_age_seconds', 'How long the oldest of those has been so', ['symbol']),
    connected: gauge('user_stream_connected', "1 when the account's events come"),
    slippage: gauge('fill_slippage_over_model', '95th percentile of the latest fills, in units of the model'),
    held: gauge('symbol_held', '1 while the exchange lets no new order of it in', ['symbol']),
    used: gauge('risk_limit_used_ratio', 'Used of a risk limit', ['rule']),
  }

  return {
    listen(news) {
      switch (news.kind) {
        case 'SENT':
          sent.observe(news.afterMs / 1000)
          break
        case 'ANSWERED':
          answered.observe({ result: news.result }, news.ms / 1000)
          break
        case 'ORDER_STATUS': {
          const { symbol, side, type, status } = news
          orders.inc({ symbol, side, type, result: status.toLowerCase() })
          break
        }
        case 'RECONCILED':
          runs.inc({ result: news.differences ? 'done' : 'failed' })
          if (!news.differences) break
          for (const kind of KINDS) differences.set({ kind }, news.differences[kind])
          reconciled.set(Date.now() / 1000)
          break
      }
    },
    noteCall({ route, status, code, ms }) {
      requests.inc({ route, status: status ?? 'none', code: code ?? '' })
      request.observe({ route }, ms / 1000)
    },
    noteAsked: (order) => orders.inc({ ...order, result: 'asked' }),
    noteFill(symbol, { side, liquidity, price, referencePrice }) {
      const [paid, due] = [toNumber(price), toNumber(referencePrice)]
      const ratio = due === 0 ? 0 : (side === 'BUY' ? paid - due : due - paid) / due
      slippage.observe({ symbol, liquidity: liquidity.toLowerCase() }, ratio)
    },
    refresh(glance, used, slippageOverModel) {
      if (slippageOverModel !== undefined) now.slippage.set(slippageOverModel)
      for (const [rule, share] of Object.entries(used)) now.used.set({ rule }, share)
      if (!glance) return
      now.connected.set(glance.isHeard ? 1 : 0)
      for (const { symbol, open, unknown, unknownMs, held } of glance.symbols) {
        now.inflight.set({ symbol }, open)
        now.unknown.set({ symbol }, unknown)
        now.age.set({ symbol }, unknownMs / 1000)
        now.held.set({ symbol }, held === null ? 0 : 1)
      }
    },
  }
}
