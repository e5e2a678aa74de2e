/**
 * Everything around a running session that watches it: status file, log, metrics, alerts, heartbeat, page. Whatever
 * fails here is told and forgotten; the session goes on. Floor 3.
 */
import { statfsSync } from 'node:fs'
import { formatUnits } from '../../model/money.js'
import { intervalMs } from '../../model/time.js'
import type { Limiter } from '../../venue/limiter.js'
import type { RestCalls } from '../../venue/rest-calls.js'
import type { MarketClock } from '../feed/market-clock.js'
import { pause, readHolds } from '../files/control-files.js'
import { lossText } from '../files/loss-hold.js'
import { type StateFolder, writeWhole } from '../files/state-folder.js'
import type { Genesis } from '../ledger/genesis.js'
import type { LiveNews } from '../live-news.js'
import type { LiveRunner } from '../live-runner.js'
import type { OrdersGlance } from '../orders/wire-news.js'
import { type Alert, AlertRules } from './alert-rules.js'
import { AlertSender, type AlertTarget, beat } from './alert-sender.js'
import { type LiveLog, logLine } from './live-log.js'
import { type LiveMetrics, liveMetrics } from './live-metrics.js'
import { type OpsServer, startOpsServer } from './ops-server.js'
import { statusOf } from './status.js'
import { StatusFile } from './status-file.js'

/** What the desk works with. */
export interface DeskParts {
  readonly folder: StateFolder
  readonly genesis: Genesis
  readonly clock: MarketClock
  readonly log: LiveLog
  readonly version: string
  readonly port: number
  readonly alerts: AlertTarget | undefined
  /** Where an outside watcher hears that the session lives. */
  readonly heartbeatUrl: string | undefined
  readonly heartbeatMs: number
  readonly limiter: Pick<Limiter, 'counts' | 'share'>
  /** What became of each request over REST. */
  readonly calls?: Pick<RestCalls, 'listen'>
  /** How orders on the exchange stand; undefined where none are sent. */
  readonly orders?: () => OrdersGlance | undefined
  /** Whether orders can reach an exchange. */
  readonly isGateOpen?: () => boolean
}

const LOOK_MS = 1_000
const DISK_MS = 60_000
const TAIL = 50
const SAMPLE = 512
/** More would say no more. */
const MOST_FAULTS = 20

/** Watches one session. Close it when done. */
export class OperationsDesk {
  readonly #parts: DeskParts
  readonly #metrics: LiveMetrics
  readonly #rules = new AlertRules()
  readonly #sender: AlertSender | undefined
  readonly #statusFile: StatusFile
  readonly #tail: string[] = []
  readonly #latencies: number[] = []
  readonly #timers: NodeJS.Timeout[] = []
  readonly #ended = new AbortController()
  readonly #started = Date.now()
  #faults = 0
  #runner: LiveRunner | undefined
  #server: OpsServer | undefined

  constructor(parts: DeskParts) {
    this.#parts = parts
    const { folder, genesis, clock, version, alerts, log, limiter } = parts
    const status = () => this.#status()
    this.#metrics = liveMetrics({
      ...{ genesis, folder: folder.path, status, version, limiter },
      clockOffsetMs: () => clock.offsetMs,
      isGateOpen: parts.isGateOpen ?? (() => false),
    })
    parts.calls?.listen((call) => this.#guard(() => this.#metrics.noteCall(call)))
    this.#statusFile = new StatusFile(folder.path, status, (message) => log.info({ type: 'fault' }, message))
    if (!alerts) return
    const { mode, strategy, symbols } = genesis
    const origin = {
      ...{ mode, strategy: strategy.name, symbols: symbols.map(({ symbol }) => symbol) },
      head: () => this.#runner?.keeper?.head,
    }
    this.#sender = new AlertSender(alerts, origin, (alert, fault) => this.#noteAlert(alert, fault))
  }

  /** Begins to watch, and opens the page. Gives its address. */
  async open(runner: LiveRunner): Promise<string> {
    this.#runner = runner
    const { folder, port, heartbeatUrl, heartbeatMs } = this.#parts
    this.#server = await startOpsServer({
      port,
      status: () => this.#status(),
      tail: () => this.#tail,
      latencies: () => this.#latencies,
      metrics: () => this.#metrics.text(),
      metricsType: this.#metrics.contentType,
      notReady: () => this.#notReady(),
      pause: (reason) => pause(folder.path, reason, Date.now()),
      halt: (reason) => runner.halt(reason),
    })
    writeWhole(folder.pathOf('token'), this.#server.token)
    this.#timers.push(
      setInterval(() => this.#look(), LOOK_MS),
      setInterval(() => this.#lookAtDisk(), DISK_MS),
    )
    if (heartbeatUrl !== undefined) {
      void this.#beat(heartbeatUrl)
      this.#timers.push(setInterval(() => void this.#beat(heartbeatUrl), heartbeatMs))
    }
    return this.#server.url
  }

  /** Takes news. Whatever fails in watching is told in the log; who tells the news never hears of it. */
  hear(news: LiveNews): void {
    this.#guard(() => this.#hear(news))
  }

  #guard(work: () => void): void {
    try {
      work()
    } catch (cause) {
      this.#faults++
      if (this.#faults > MOST_FAULTS) return
      const message = cause instanceof Error ? cause.message : String(cause)
      process.stderr.write(`operations: ${message}\n`)
    }
  }

  #hear(news: LiveNews): void {
    this.#parts.log.listen(news)
    this.#metrics.listen(news)
    if (news.kind === 'COMMIT') {
      this.#latencies.push(news.ms)
      if (this.#latencies.length > SAMPLE) this.#latencies.shift()
    }
    if (news.kind === 'TICKER') return
    this.#statusFile.touch()
    const line =
      news.kind === 'ORDER' ? orderText(news) : news.kind === 'BAR' ? undefined : logLine(news)?.message
    if (line !== undefined) {
      this.#tail.push(`${new Date().toISOString().slice(11, 19)} ${line}`)
      if (this.#tail.length > TAIL) this.#tail.shift()
    }
    this.#send(this.#rules.judge(news, Date.now()))
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#ended.abort()
    this.#server?.close()
    this.#metrics.close()
    await this.#sender?.close()
    this.#statusFile.close()
  }

  #status() {
    const { folder, clock, orders } = this.#parts
    return (
      this.#runner &&
      statusOf(this.#runner, {
        ...{ folder: folder.path, started: this.#started, now: Date.now(), marketNow: clock.now() },
        orders: orders?.(),
      })
    )
  }

  #notReady(): readonly string[] {
    const runner = this.#runner
    if (!runner?.keeper) return ['the session has not begun']
    const { loss } = readHolds(this.#parts.folder.path)
    const late = this.#parts.genesis.symbols.filter((_, k) => this.#barsLate(k) >= 2)
    return [
      ...(runner.state === 'ready' ? [] : [`it is ${runner.state}${loss ? `: ${lossText(loss)}` : ''}`]),
      ...(runner.feed.isConnected ? [] : ['the streams are not connected']),
      ...(runner.feed.isUpToDate ? [] : ['bars are missing']),
      ...late.map(({ symbol }) => `${symbol} has no bar for two intervals`),
    ]
  }

  /** Intervals that have passed since the last bar's close, in the market's time. */
  #barsLate(symbolIndex: number): number {
    const { clock, genesis } = this.#parts
    const last = this.#runner?.keeper?.session.lastOpenTime(symbolIndex)
    if (last === undefined) return 0
    const length = intervalMs(genesis.interval)
    return (clock.now() - last) / length - 1
  }

  #look(): void {
    for (const [k, { symbol }] of this.#parts.genesis.symbols.entries()) {
      this.#send(this.#rules.judgeSilence(symbol, this.#barsLate(k)))
    }
    this.#send(this.#rules.judgeWeight(this.#parts.limiter.share('REQUEST_WEIGHT')))
    const { clock, orders } = this.#parts
    // Against a stream's clock this machine's says nothing.
    if (clock.kind === 'wall') this.#send(this.#rules.judgeClock(clock.offsetMs))
    const glance = orders?.()
    if (glance) this.#send(this.#rules.judgeOrders(glance, performance.now()))
    const used = this.#runner?.keeper?.session.limitsUsed(clock.now()) ?? {}
    for (const [rule, share] of Object.entries(used)) this.#send(this.#rules.judgeLimit(rule, share))
  }

  #lookAtDisk(): void {
    const { bavail, bsize } = statfsSync(this.#parts.folder.path)
    this.#send(this.#rules.judgeDisk(bavail * bsize))
  }

  async #beat(url: string): Promise<void> {
    const { genesis, log } = this.#parts
    const head = this.#runner?.keeper?.head
    const body = { schema: 'nextbar/heartbeat@1', mode: genesis.mode, strategy: genesis.strategy.name }
    const { signal } = this.#ended
    const isHeard = await beat(url, { ...body, state: this.#runner?.state, ledger: head ?? null }, signal)
    if (!isHeard && !signal.aborted) log.info({ type: 'heartbeat' }, 'the heartbeat was not heard')
  }

  #send(alerts: readonly Alert[]): void {
    for (const alert of alerts) {
      const { key, severity, text, isResolved } = alert
      this.#parts.log.info({ type: 'alert', key, severity, resolved: isResolved }, text)
      if (this.#sender) this.#sender.send(alert)
      else this.#metrics.noteAlert(severity, 'log', true)
    }
  }

  #noteAlert(alert: Alert, fault: string | undefined): void {
    this.#metrics.noteAlert(alert.severity, 'webhook', fault === undefined)
    if (fault !== undefined) this.#parts.log.info({ type: 'alert_failed', key: alert.key }, fault)
  }
}

/** An order in a few words. */
function orderText({ symbol, order }: Extract<LiveNews, { readonly kind: 'ORDER' }>): string {
  const size =
    order.quantity === undefined ? `for ${formatUnits(order.quoteQuantity)}` : formatUnits(order.quantity)
  const price = 'price' in order ? ` at ${formatUnits(order.price)}` : ''
  return `order ${order.number}: ${order.side} ${symbol} ${order.type} ${size}${price}`
}
