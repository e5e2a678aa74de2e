/** A live session as Prometheus reads it. Numbers for people and alarms; the truth of money is the ledger. Floor 3. */
import { statfsSync } from 'node:fs'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { toNumber } from '../../model/money.js'
import type { LimitKind } from '../../venue/limit-windows.js'
import type { Limiter } from '../../venue/limiter.js'
import type { RestCall } from '../../venue/rest-calls.js'
import type { Genesis } from '../ledger/genesis.js'
import type { LiveNews, LiveState, NewsListener } from '../live-news.js'
import { orderMetrics } from './order-metrics.js'
import type { LiveStatus } from './status.js'

/** What metrics are read from when they are asked for. */
export interface MetricSources {
  readonly genesis: Genesis
  readonly folder: string
  readonly status: () => LiveStatus | undefined
  readonly clockOffsetMs: () => number
  readonly isGateOpen: () => boolean
  readonly version: string
  readonly limiter: Pick<Limiter, 'counts' | 'share'>
  /** Cash and what is held; undefined before the session has begun. */
  readonly equity: () => number | undefined
  readonly slippageOverModel: () => number | undefined
}

/** Follows a session's news. */
export interface LiveMetrics {
  readonly listen: NewsListener
  /** The text that Prometheus takes. */
  readonly text: () => Promise<string>
  readonly contentType: string
  /** A request over REST was sent. */
  readonly noteCall: (call: RestCall) => void
  /** An alert went out, or could not. */
  readonly noteAlert: (severity: string, channel: string, isDelivered: boolean) => void
  close(): void
}

const STATES: readonly LiveState[] = ['starting', 'reconciling', 'ready', 'paused', 'halted', 'stopped']
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const LAG_MS = 500
const LIMIT_NAMES: Readonly<Record<LimitKind, string>> = {
  REQUEST_WEIGHT: 'weight',
  ORDERS: 'orders',
  RAW_REQUESTS: 'raw',
}
const LIMIT_KINDS: readonly LimitKind[] = ['REQUEST_WEIGHT', 'ORDERS', 'RAW_REQUESTS']

/** Makes the metrics of a session, with a registry of their own. */
export function liveMetrics(sources: MetricSources): LiveMetrics {
  const registers = [new Registry()]
  const registry = registers[0] ?? new Registry()
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `nextbar_${name}`, help, labelNames, registers })
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge({ name: `nextbar_${name}`, help, labelNames, registers })
  const histogram = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Histogram({ name: `nextbar_${name}`, help, labelNames, buckets: SECONDS, registers })

  const bars = counter('bars_total', 'Bars given to the session', ['symbol'])
  const lateBars = counter('bars_late_total', 'Bars at which nothing could be asked for', ['symbol'])
  const gaps = counter('bar_gaps_total', 'Bars that the exchange does not have', ['symbol'])
  const conflicts = counter('bar_conflicts_total', 'Bars that came in two forms', ['symbol'])
  const tradeChecks = counter('bar_trade_checks_total', 'Bars held against their trades', [
    'symbol',
    'result',
  ])
  const delay = histogram('bar_close_delay_seconds', 'From close to known', ['symbol', 'source'])
  const reconnects = counter('ws_reconnects_total', 'Connections opened anew', ['stream', 'reason'])
  const orders = orderMetrics(registry)
  const fills = counter('fills_total', 'Fills', ['symbol', 'liquidity'])
  const fees = counter('fees_total', 'Commissions', ['symbol', 'asset'])
  const discarded = counter('risk_blocks_total', 'Asks that were not followed', ['rule'])
  const append = histogram('ledger_append_duration_seconds', 'From input to disk')
  const ledgerErrors = counter('ledger_errors_total', 'Faults that stopped the session')
  const alerts = counter('alerts_total', 'Alerts', ['severity', 'channel'])
  const failures = counter('alert_delivery_failures_total', 'Alerts that did not arrive', [
    'severity',
    'channel',
  ])
  const hits = counter('rate_limit_hits_total', 'Requests that the exchange refused for their number', [
    'status',
  ])
  const waited = counter('rate_limit_wait_seconds_total', 'Time that requests waited for the limits')
  const lag = histogram('event_loop_lag_seconds', 'How late a timer comes')
  const state = gauge('state', '1 for the state it is in', ['state'])
  const { genesis, version } = sources
  gauge('build_info', 'Always 1', ['version', 'commit', 'strategy_hash', 'mode', 'venue']).set(
    {
      ...{ version, commit: genesis.engine, mode: genesis.mode, venue: 'binance-spot' },
      strategy_hash: genesis.strategy.sha256.slice(0, 12),
    },
    1,
  )
  const now = {
    gate: gauge('live_gate_open', '1 when orders can reach an exchange'),
    heartbeat: gauge('heartbeat_timestamp_seconds', 'When this was read'),
    connected: gauge('ws_connected', '1 when messages can come', ['stream']),
    lastMessage: gauge('ws_last_message_timestamp_seconds', 'Last message of a stream', ['stream']),
    offset: gauge('clock_offset_seconds', "The exchange's clock less this machine's"),
    position: gauge('position_base', 'Base asset held', ['symbol']),
    notional: gauge('position_notional_quote', 'What is held, at the last close', ['symbol']),
    equity: gauge('equity_quote', 'Cash and what is held'),
    drawdown: gauge('drawdown_ratio', 'Below the best equity since the process started'),
    day: gauge('pnl_day_quote', 'Change of equity since 00:00 UTC'),
    waiting: gauge('symbols_waiting', 'Symbols with an order that waits'),
    seq: gauge('ledger_seq', "The ledger's last row"),
    disk: gauge('disk_free_bytes', 'Free where the ledger is'),
    limit: gauge('rate_limit_used_ratio', "Used of a limit's fullest window", ['type']),
    backlog: gauge('queue_length', 'Inputs that wait'),
  }
  const told = { 429: 0, 418: 0, 403: 0, waitedMs: 0 }
  let best = 0
  let expected = performance.now() + LAG_MS
  const ticker = setInterval(() => {
    lag.observe(Math.max(0, performance.now() - expected) / 1000)
    expected = performance.now() + LAG_MS
  }, LAG_MS)
  ticker.unref()

  const refresh = (): void => {
    now.gate.set(sources.isGateOpen() ? 1 : 0)
    now.heartbeat.set(Date.now() / 1000)
    now.offset.set(sources.clockOffsetMs() / 1000)
    const { bavail, bsize } = statfsSync(sources.folder)
    now.disk.set(bavail * bsize)
    const { counts } = sources.limiter
    for (const one of [429, 418, 403] as const) {
      hits.inc({ status: one }, counts.hits[one] - told[one])
      told[one] = counts.hits[one]
    }
    waited.inc((counts.waitedMs - told.waitedMs) / 1000)
    told.waitedMs = counts.waitedMs
    for (const kind of LIMIT_KINDS) now.limit.set({ type: LIMIT_NAMES[kind] }, sources.limiter.share(kind))
    const status = sources.status()
    for (const one of STATES) state.set({ state: one }, one === (status?.state ?? 'starting') ? 1 : 0)
    if (!status) return
    const { equity } = status
    best = Math.max(best, equity)
    now.equity.set(equity)
    now.drawdown.set(best === 0 ? 0 : 1 - equity / best)
    if (status.pnlDay !== null) now.day.set(status.pnlDay)
    now.seq.set(status.ledger.seq)
    now.backlog.set(status.backlog)
    orders.refresh(status.orders ?? undefined, status.limits, sources.slippageOverModel())
    now.waiting.set(status.symbols.filter(({ hasPending }) => hasPending).length)
    for (const { symbol, quantity, value, silenceMs } of status.symbols) {
      now.position.set({ symbol }, Number(quantity))
      now.notional.set({ symbol }, value)
      now.connected.set({ stream: symbol }, status.isConnected ? 1 : 0)
      if (silenceMs !== null) now.lastMessage.set({ stream: symbol }, (Date.now() - silenceMs) / 1000)
    }
    if (!status.orders) return
    const { isHeard, silentMs } = status.orders
    now.connected.set({ stream: 'user' }, isHeard ? 1 : 0)
    if (silentMs !== undefined) now.lastMessage.set({ stream: 'user' }, (Date.now() - silentMs) / 1000)
  }

  return {
    listen(news: LiveNews) {
      switch (news.kind) {
        case 'BAR': {
          best = Math.max(best, sources.equity() ?? 0)
          const { symbol, bar, ageMs, isLate } = news
          bars.inc({ symbol })
          if (isLate) lateBars.inc({ symbol })
          delay.observe(
            { symbol, source: bar.origin === 'stream' ? 'ws' : 'rest' },
            Math.max(0, ageMs) / 1000,
          )
          break
        }
        case 'GAP':
          gaps.inc({ symbol: news.symbol }, news.bars)
          break
        case 'CONFLICT':
          conflicts.inc({ symbol: news.symbol })
          break
        case 'TRADE_CHECK':
          tradeChecks.inc({ symbol: news.symbol, result: news.verdict.result })
          break
        case 'RECONNECT':
          reconnects.inc({ stream: 'market', reason: news.reason })
          break
        case 'ORDER': {
          const { side, type } = news.order
          orders.noteAsked({ symbol: news.symbol, side, type })
          break
        }
        case 'FILL': {
          const { liquidity, commission, commissionAsset } = news.fill
          fills.inc({ symbol: news.symbol, liquidity: liquidity.toLowerCase() })
          fees.inc({ symbol: news.symbol, asset: commissionAsset }, toNumber(commission))
          orders.noteFill(news.symbol, news.fill)
          break
        }
        case 'RISK_BLOCK':
          discarded.inc({ rule: news.rule })
          break
        case 'DISCARDED':
          discarded.inc({ rule: news.reason.replaceAll(' ', '_') }, news.count)
          break
        case 'COMMIT':
          append.observe(news.ms / 1000)
          break
        case 'SENT':
        case 'ANSWERED':
        case 'ORDER_STATUS':
        case 'RECONCILED':
          orders.listen(news)
          break
        case 'ORDERS':
          if (news.about === 'user stream' && !news.isOver)
            reconnects.inc({ stream: 'user', reason: downReason(news.message) })
          break
        case 'FAULT':
          ledgerErrors.inc()
          break
        default:
      }
    },
    text() {
      refresh()
      return registry.metrics()
    },
    contentType: registry.contentType,
    noteCall: orders.noteCall,
    noteAlert(severity, channel, isDelivered) {
      alerts.inc({ severity, channel })
      if (!isDelivered) failures.inc({ severity, channel })
    },
    close: () => clearInterval(ticker),
  }
}

/** Why the account's events stopped, as one of a few words. */
function downReason(message: string): string {
  const words = ['silent', 'rollover', 'eventStreamTerminated', 'serverShutdown', 'refused', 'no answer']
  return words.find((word) => message.includes(word))?.replaceAll(' ', '_') ?? 'closed'
}
