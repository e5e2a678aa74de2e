/**
 * Everything around a running session that watches it: status file, log, metrics, alerts, daily reports, heartbeat, page.
 * Whatever fails here is told and forgotten; the session goes on. Floor 3.
 */
import { intervalMs } from '../../model/time.js'
import type { Limiter } from '../../venue/limiter.js'
import type { RestCalls } from '../../venue/rest-calls.js'
import type { DailyReport } from '../daily/daily-report.js'
import { DayReporter } from '../daily/day-reporter.js'
import { reportSummary } from '../daily/report-text.js'
import type { MarketClock } from '../feed/market-clock.js'
import { pause, readHolds } from '../files/control-files.js'
import { lossText } from '../files/loss-hold.js'
import { type StateFolder, writeWhole } from '../files/state-folder.js'
import type { Genesis } from '../ledger/genesis.js'
import type { LiveNews } from '../live-news.js'
import type { LiveRunner } from '../live-runner.js'
import type { OrdersGlance } from '../orders/wire-news.js'
import { AlertDesk } from './alert-desk.js'
import { type AlertTarget, beat } from './alert-sender.js'
import { Latencies } from './latencies.js'
import { isForPeople, type LiveLog, logLine, orderText } from './live-log.js'
import { type LiveMetrics, liveMetrics } from './live-metrics.js'
import { type OpsServer, startOpsServer } from './ops-server.js'
import { budgetOf, countFeed, type FeedCounts, type PageFigures } from './page-view.js'
import { slippageOverModel } from './slippage-watch.js'
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
  readonly alerts: readonly AlertTarget[]
  /** A line for whoever looks at the terminal. */
  readonly note: (line: string) => void
  /** Where an outside watcher hears that the session lives. */
  readonly heartbeatUrl: string | undefined
  readonly heartbeatMs: number
  readonly limiter: Pick<Limiter, 'counts' | 'share' | 'isHalted'>
  /** What became of each request over REST. */
  readonly calls?: Pick<RestCalls, 'listen'>
  /** How orders on the exchange stand; undefined where none are sent. */
  readonly orders?: () => OrdersGlance | undefined
  /** Whether orders can reach an exchange. */
  readonly isGateOpen?: () => boolean
}

const LOOK_MS = 1_000
const TAIL = 50
/** More would say no more. */
const MOST_FAULTS = 20

/** Watches one session. Close it when done. */
export class OperationsDesk {
  readonly #parts: DeskParts
  readonly #metrics: LiveMetrics
  readonly #alerts: AlertDesk
  readonly #reporter: DayReporter
  readonly #statusFile: StatusFile
  readonly #tail: string[] = []
  readonly #latencies = new Latencies()
  readonly #timers: NodeJS.Timeout[] = []
  readonly #ended = new AbortController()
  readonly #started = Date.now()
  #feed: FeedCounts = { reconnects: 0, filled: 0, missing: 0 }
  #faults = 0
  #runner: LiveRunner | undefined
  #server: OpsServer | undefined

  constructor(parts: DeskParts) {
    this.#parts = parts
    const { folder, genesis, clock, version, log, limiter, note } = parts
    this.#metrics = liveMetrics({
      ...{ genesis, folder: folder.path, status: () => this.#status(), version, limiter },
      clockOffsetMs: () => clock.offsetMs,
      isGateOpen: parts.isGateOpen ?? (() => false),
      equity: () => this.#runner?.keeper?.session.equity,
      slippageOverModel: () => this.#slippage(),
    })
    this.#reporter = new DayReporter({
      ...{ folder: folder.path, interval: genesis.interval, limiter },
      onReport: (report, path) => this.#noteReport(report, path),
      guard: (work) => this.#guard(work),
    })
    parts.calls?.listen((call) =>
      this.#guard(() => {
        this.#metrics.noteCall(call)
        this.#reporter.noteCall(call)
      }),
    )
    const onFault = (message: string) => log.info({ type: 'fault' }, message)
    this.#statusFile = new StatusFile(folder.path, () => this.#status(), onFault)
    const { mode, strategy, symbols } = genesis
    this.#alerts = new AlertDesk({
      ...{ targets: parts.alerts, log, note, folder: folder.path },
      origin: {
        ...{ mode, strategy: strategy.name, symbols: symbols.map(({ symbol }) => symbol) },
        head: () => this.#runner?.keeper?.head,
      },
      onResult: (severity, channel, isDelivered) => {
        this.#metrics.noteAlert(severity, channel, isDelivered)
        if (channel === 'log' && severity !== 'note') this.#reporter.noteAlert(severity)
      },
    })
  }

  /** Begins to watch, and opens the page. Gives its address. */
  async open(runner: LiveRunner): Promise<string> {
    this.#runner = runner
    const { folder, port, heartbeatUrl, heartbeatMs } = this.#parts
    this.#server = await startOpsServer({
      port,
      status: () => this.#status(),
      tail: () => this.#tail,
      figures: () => this.#figures(),
      metrics: () => this.#metrics.text(),
      metricsType: this.#metrics.contentType,
      notReady: () => this.#notReady(),
      pause: (reason) => pause(folder.path, reason, Date.now()),
      halt: (reason) => runner.halt(reason),
    })
    writeWhole(folder.pathOf('token'), this.#server.token)
    this.#timers.push(setInterval(() => this.#guard(() => this.#look()), LOOK_MS))
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
    const { log, note } = this.#parts
    log.listen(news)
    this.#metrics.listen(news)
    this.#latencies.hear(news)
    this.#feed = countFeed(this.#feed, news)
    if (news.kind === 'TICKER') return
    if (news.kind === 'STATE') this.#beginDay()
    this.#reporter.hear(news)
    this.#statusFile.touch()
    const line =
      news.kind === 'ORDER' ? orderText(news) : news.kind === 'BAR' ? undefined : logLine(news)?.message
    if (line !== undefined) this.#addToTail(line)
    const isNoted = isForPeople(news)
    if (isNoted && line !== undefined) note(line)
    this.#alerts.hear(news, isNoted)
  }

  #addToTail(line: string): void {
    this.#tail.push(`${new Date().toISOString().slice(11, 19)} ${line}`)
    if (this.#tail.length > TAIL) this.#tail.shift()
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#ended.abort()
    this.#server?.close()
    this.#metrics.close()
    this.#guard(() => this.#reporter.close())
    await this.#alerts.close()
    this.#statusFile.close()
  }

  /** The session has begun: what it is worth now is what its day is measured from, unless the ledger knows better. */
  #beginDay(): void {
    const session = this.#runner?.keeper?.session
    if (!session) return
    const times = this.#parts.genesis.symbols.map((_, k) => session.lastOpenTime(k) ?? 0)
    const last = Math.max(0, ...times)
    this.#reporter.begin(last === 0 ? undefined : last, session.equity)
  }

  #noteReport(report: DailyReport, path: string): void {
    const { day, isWhole } = report
    const text = `report of ${reportSummary(report)}`
    this.#addToTail(text)
    this.#alerts.tell([
      {
        key: `report ${day}${isWhole ? '' : ' so far'}`,
        severity: 'note',
        text: `${text}; ${path}`,
        isResolved: false,
      },
    ])
  }

  #figures(): PageFigures {
    return {
      latency: this.#latencies.figures,
      budget: budgetOf(this.#parts.limiter),
      feed: this.#feed,
      slippageOverModel: this.#slippage() ?? null,
      alerts: this.#alerts.rules.open,
    }
  }

  /** What the latest fills cost, in units of the model. */
  #slippage(): number | undefined {
    const { keeper } = this.#runner ?? {}
    return keeper && slippageOverModel(keeper.session.journal.fills, keeper.genesis.settings.alpha)
  }

  #status() {
    const { folder, clock, orders } = this.#parts
    return (
      this.#runner &&
      statusOf(this.#runner, {
        ...{ folder: folder.path, started: this.#started, now: Date.now(), marketNow: clock.now() },
        ...{ orders: orders?.(), dayEquity: this.#reporter.dayEquity },
      })
    )
  }

  #notReady(): readonly string[] {
    const runner = this.#runner
    if (!runner?.keeper) return ['the session has not begun']
    const { loss } = readHolds(this.#parts.folder.path)
    const { genesis, orders, isGateOpen } = this.#parts
    const glance = orders?.()
    const late = genesis.symbols.filter((_, k) => this.#barsLate(k) >= 2)
    return [
      ...(runner.state === 'ready' ? [] : [`it is ${runner.state}${loss ? `: ${lossText(loss)}` : ''}`]),
      ...(runner.feed.isConnected ? [] : ['the streams are not connected']),
      ...(runner.feed.isUpToDate ? [] : ['bars are missing']),
      ...(this.#parts.orders?.()?.isClean === false
        ? ['the account has not been looked at yet, or differs']
        : []),
      ...late.map(({ symbol }) => `${symbol} has no bar for two intervals`),
      ...(glance && !glance.isHeard ? ["the account's events do not come"] : []),
      ...(glance && !glance.isClean ? ['the account does not hold what the books say'] : []),
      ...(glance?.isHeard && glance.isClean && isGateOpen?.() === false ? ['the gate is closed'] : []),
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
    const { genesis, limiter, clock, orders } = this.#parts
    const { rules } = this.#alerts
    const now = performance.now()
    const used = this.#status()?.limits ?? {}
    const glance = orders?.()
    this.#reporter.look()
    this.#alerts.lookAtDisk()
    this.#alerts.tell([
      ...genesis.symbols.flatMap(({ symbol }, k) => rules.judgeSilence(symbol, this.#barsLate(k))),
      ...rules.judgeWeight(limiter.share('REQUEST_WEIGHT')),
      // Against a stream's clock this machine's says nothing.
      ...(clock.kind === 'wall' ? rules.judgeClock(clock.offsetMs) : []),
      ...(glance ? rules.judgeOrders(glance, now) : []),
      ...Object.entries(used).flatMap(([rule, share]) => rules.judgeLimit(rule, share)),
      ...rules.judgeReconnects(Date.now()),
      ...rules.judgeSlippage(this.#slippage()),
    ])
  }

  async #beat(url: string): Promise<void> {
    const { genesis, log } = this.#parts
    const head = this.#runner?.keeper?.head
    const body = { schema: 'nextbar/heartbeat@1', mode: genesis.mode, strategy: genesis.strategy.name }
    const { signal } = this.#ended
    const isHeard = await beat(url, { ...body, state: this.#runner?.state, ledger: head ?? null }, signal)
    if (signal.aborted) return
    if (!isHeard) log.info({ type: 'heartbeat' }, 'the heartbeat was not heard')
    this.#alerts.tell(this.#alerts.rules.judgeHeartbeat(isHeard))
  }
}
