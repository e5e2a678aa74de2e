/**
 * A live session from start to stop: its ledger, its feed, its holds, and the one queue through which all of it goes
 * to the Session. Without `orders` nothing here can send one. Floor 3.
 */
import type { Bar } from '../model/bars.js'
import { BAR_FLAG } from '../model/bars.js'
import { DataError, ExchangeError, HaltedError, NextbarError } from '../model/errors.js'
import type { BrokerEvent, Intervention, RulesEvent } from '../model/event.js'
import { type EpochMs, type Interval, nextOpenTime, toEpochMs } from '../model/time.js'
import type { PublicRest } from '../venue/public-rest.js'
import { failpoint } from './failpoint.js'
import { awaitMarket } from './feed/await-market.js'
import { ageOf, BarFeed } from './feed/bar-feed.js'
import { ClockWatch } from './feed/clock-watch.js'
import type { MarketClock } from './feed/market-clock.js'
import type { Moment } from './feed/moment-gate.js'
import { type LinkPatience, PATIENCE } from './feed/stream-link.js'
import { fetchHistories } from './feed/warm-up.js'
import { adopting, checkAdoption, forgetAdoption, readAdoption } from './files/adoption.js'
import { forgetCleared, type Hold, readHolds, refuseWhileHalted } from './files/control-files.js'
import { lastKnownHead, type StateFolder } from './files/state-folder.js'
import { checkSameSession, type Genesis } from './ledger/genesis.js'
import { hasLedger } from './ledger/read-ledger.js'
import { LiveHolds } from './live-holds.js'
import type { LiveState, NewsListener } from './live-news.js'
import type { LiveOrders } from './orders/live-orders.js'
import { InputQueue } from './session/input-queue.js'
import type { SessionCode } from './session/ledger-replay.js'
import type { LiveInput } from './session/live-input.js'
import type { LiveSession } from './session/live-session.js'
import { OutcomeNews } from './session/outcome-news.js'
import { SessionKeeper } from './session/session-keeper.js'
import type { Pulse, Work } from './watchdog/pulse.js'

/** What a live session is made of. */
export interface RunnerParts {
  readonly folder: StateFolder
  /** The session that is asked for; its epoch counts only where there is no ledger yet. */
  readonly genesis: Genesis
  readonly code: SessionCode
  readonly rest: PublicRest
  readonly streamUrl: string
  readonly clock: MarketClock
  /** Bars to warm up with. */
  readonly historyBars: number
  /** A bar that is older than this when its turn comes is seen, and nothing is asked for at it. */
  readonly lateAfterMs: number
  readonly onStop: 'cancel' | 'leave'
  /** Whether every trade is followed too. */
  readonly ticks?: boolean
  readonly tell: NewsListener
  /** The way to an exchange; without one orders are simulated. */
  readonly orders?: LiveOrders | undefined
  readonly patience?: LinkPatience
  /** Where a watchdog sees what it is at work on. */
  readonly pulse?: Pulse | undefined
  /** UTC milliseconds of this machine. */
  readonly wall?: () => number
}

/** What comes through the queue: a moment's bars are judged for their age when their turn has come. */
type Queued =
  | { readonly kind: 'MOMENT'; readonly moment: Moment }
  | { readonly kind: 'INTERVENTION'; readonly event: Intervention; readonly onDone?: () => void }
  | { readonly kind: 'BROKER'; readonly event: BrokerEvent }
  | { readonly kind: 'RULES'; readonly event: RulesEvent }
  | { readonly kind: 'TIMER'; readonly time: EpochMs }

const WAKE_MS = 50

/** A session under way. `start`, then wait for `ended`. */
export class LiveRunner {
  readonly #parts: RunnerParts
  readonly #wall: () => number
  readonly #queue: InputQueue<Queued>
  readonly #feed: BarFeed
  readonly #news: OutcomeNews
  readonly #clockWatch: ClockWatch
  readonly #holds: LiveHolds
  readonly #ended = Promise.withResolvers<void>()
  #keeper: SessionKeeper | undefined
  #waking: NodeJS.Timeout | undefined
  #isWakeDue = false
  #isResumed = false
  /** Whether it is finding out how the account stands, before its first bar. */
  #isReconciling = false
  /** Whether it is over, however it came to that. */
  #isOver = false

  constructor(parts: RunnerParts) {
    this.#parts = parts
    this.#wall = parts.wall ?? Date.now
    this.#news = new OutcomeNews(parts.genesis, parts.clock, parts.tell)
    this.#queue = new InputQueue<Queued>(
      (input) => this.#consume(input),
      (error) => this.#fail(error),
    )
    this.#clockWatch = new ClockWatch({
      wall: this.#wall,
      measure: () => this.#measure(),
      onJump: (jumpMs) => this.#takeJump(jumpMs),
    })
    const { clock, genesis, orders, rest, tell } = parts
    this.#holds = new LiveHolds({
      ...{ folder: parts.folder.path, genesis, clock, rest, orders, tell, wall: this.#wall },
      push: (event, onDone) => this.#queue.push({ kind: 'INTERVENTION', event, ...(onDone && { onDone }) }),
    })
    this.#feed = new BarFeed({
      symbols: parts.genesis.symbols.map(({ symbol }) => symbol),
      interval: parts.genesis.interval,
      streamUrl: parts.streamUrl,
      rest: parts.rest,
      clock: parts.clock,
      patience: parts.patience ?? PATIENCE,
      ticks: parts.ticks ?? false,
      onMoment: (moment) => this.#queue.push({ kind: 'MOMENT', moment }),
      onNews: (news) => {
        parts.tell(news)
        if (news.kind === 'RECONNECT') this.#haltWithoutFiles(news.detail)
        if (news.kind === 'TICKER') parts.orders?.seePrice(news.symbol, news.price)
        if (news.kind === 'BANNED') this.halt(news.message)
      },
    })
  }

  /** Fulfilled when the session has stopped in order; rejected with what stopped it otherwise. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  get state(): LiveState {
    const { state } = this.#holds
    return state === 'starting' && this.#isReconciling ? 'reconciling' : state
  }

  /** Why it is halted or paused, as far as it was told. */
  get reason(): string {
    return this.#holds.reason
  }

  get feed(): Pick<BarFeed, 'isConnected' | 'isUpToDate' | 'silenceOf'> {
    return this.#feed
  }

  /** The session and its ledger; undefined until it has begun. */
  get keeper(): Pick<SessionKeeper, 'session' | 'genesis' | 'head'> | undefined {
    return this.#keeper
  }

  /** Inputs that wait for their turn. */
  get backlog(): number {
    return this.#queue.length
  }

  /**
   * Takes up the ledger or begins one, connects, warms up and follows the bars. Throws a HaltedError while the
   * session is halted, a DataError when its ledger is damaged, and what the exchange or the configuration refuses; then
   * it is over. A stop on the way ends it in order.
   */
  async start(): Promise<void> {
    const beginning = this.#begin()
    // Behind a stop nobody waits for what is still under way.
    beginning.catch(() => undefined)
    try {
      await Promise.race([beginning, this.#ended.promise])
    } catch (error) {
      this.#abandon(error)
      throw error
    }
  }

  async #begin(): Promise<void> {
    const { folder, genesis, clock, code, rest, orders, tell } = this.#parts
    const path = folder.pathOf('ledger')
    refuseWhileHalted(folder.path)
    if (hasLedger(path)) this.#resume(path)
    else if ((lastKnownHead(folder.path)?.seq ?? 0) > 0) {
      throw new DataError(
        `${path} must be there: status.json knows ${lastKnownHead(folder.path)?.seq} rows of it; bring the ledger back, or take a new --state folder, and what is still held into its books by run-live.ts adopt`,
      )
    }
    this.#feed.connect()
    await awaitMarket({ clock, rest, tell })
    if (this.#isOver) return
    if (!this.#keeper) {
      const { historyBars } = this.#parts
      const adoption = readAdoption(folder.path)
      if (adoption) checkAdoption(adoption, genesis)
      try {
        await orders?.checkBeginning(adoption)
      } catch (error) {
        if (error instanceof HaltedError) this.halt(error.message)
        throw error
      }
      if (this.#isOver) return
      const histories = await fetchHistories({ rest, genesis, bars: historyBars, now: clock.now() })
      failpoint('warm-up-fetched')
      if (this.#isOver) return
      for (const [k, { symbol }] of genesis.symbols.entries()) {
        tell({ kind: 'WARM_UP', symbol, bars: histories[k]?.length ?? 0 })
      }
      const begun = adopting(genesis, adoption, histories)
      this.#keeper = SessionKeeper.begin(path, { genesis: begun, histories }, code, this.#wall)
    }
    await this.#beginAt(this.#keeper)
  }

  /**
   * Stops in order: no new orders, open ones taken back unless they are to be left, the ledger closed. While it still
   * starts nothing was sent yet: what is open from before stays for the next start.
   */
  stop(reason: string): void {
    if (this.#isOver) return
    this.#stopWatching()
    const { orders, onStop } = this.#parts
    if (!this.#holds.hasBegun) {
      orders?.giveUp()
      this.#end()
      return
    }
    const event: Intervention = { kind: 'STOP', time: this.#now(), reason, cancels: onStop === 'cancel' }
    const onDone = () => {
      if (!orders) this.#end()
      else void orders.drain(onStop === 'cancel').finally(() => this.#end())
    }
    this.#queue.push({ kind: 'INTERVENTION', event, onDone })
  }

  /** Halts the session for good, until a person clears it. */
  halt(why: string): void {
    this.#holds.halt(why)
  }

  /** A process that can open nothing any more hears nothing and can write no HALT: it must not trade on. */
  #haltWithoutFiles(detail: string): void {
    if (!/\bE[MN]FILE\b/.test(detail) || this.#holds.state === 'halted') return
    this.halt(`this process may open no more files or connections (${detail}): raise its limit (ulimit -n)`)
  }

  #resume(path: string): void {
    const { folder, genesis, code, tell } = this.#parts
    const began = performance.now()
    const check = (held: Genesis) => checkSameSession(held, genesis)
    const keeper = SessionKeeper.resume(path, check, code, this.#wall)
    const known = lastKnownHead(folder.path)
    if (known && known.seq > keeper.head.seq) {
      keeper.close()
      throw new DataError(
        `${path} must hold the ${known.seq} rows that status.json knows, holds ${keeper.head.seq}: its end is lost; verify it, and look at what became of its orders before going on`,
      )
    }
    const hash = known && known.seq > 0 ? keeper.hashOf(known.seq) : undefined
    if (known && hash !== undefined && hash !== known.hash) {
      keeper.close()
      throw new DataError(
        `row ${known.seq} of ${path} must have the hash that status.json knows (${known.hash.slice(0, 12)}…), has ${hash.slice(0, 12)}…: the ledger was written anew, or is another one; bring back the one that this session wrote`,
      )
    }
    this.#keeper = keeper
    this.#isResumed = true
    tell({ kind: 'RESUMED', rows: keeper.head.seq, ms: performance.now() - began })
  }

  async #beginAt(keeper: SessionKeeper): Promise<void> {
    const { folder, genesis, orders, clock, pulse, tell } = this.#parts
    pulse?.begin({ kind: 'WAIT' })
    const { cleared } = readHolds(folder.path)
    if (keeper.session.isHalted && !cleared) {
      this.halt('the ledger holds a halt that was never cleared')
      throw new HaltedError(
        `this session is halted in its ledger; look into it, then run-live.ts clear --state ${folder.path} --reason "…"`,
      )
    }
    if (cleared && this.#isResumed) {
      const step = (kind: 'HALT' | 'CLEAR', { reason }: Hold) =>
        keeper.apply({ kind: 'INTERVENTION', event: { kind, time: this.#now(), reason } })
      // A halt that came when nothing could write is in the ledger only now; what was open is taken back for it too.
      if (!keeper.session.isHalted) step('HALT', cleared.halt)
      step('CLEAR', cleared)
    }
    if (cleared) tell({ kind: 'CLEAR', reason: cleared.reason })
    forgetCleared(folder.path)
    forgetAdoption(folder.path)
    const { epoch, mode } = keeper.genesis
    const balances = keeper.session.balances
    keeper.apply({ kind: 'INTERVENTION', event: { kind: 'START', time: this.#now(), epoch, mode, balances } })
    this.#news.begin(keeper)
    if (orders) await this.#beginOrders(keeper, orders)
    if (this.#isOver) return
    if (orders) this.#waking = setInterval(() => this.#wakeIfDue(keeper), WAKE_MS)
    const { interval, symbols } = genesis
    const last = this.#isResumed ? lastOpenTimeOf(keeper.session) : undefined
    this.#holds.begin(keeper.session, last === undefined ? undefined : closeTimeOf(last, interval))
    this.#clockWatch.start()
    this.#feed.start(
      symbols.map((_, k) => {
        const last = keeper.session.lastOpenTime(k)
        return last === undefined ? nextOpenTime(clock.now(), interval) : nextOpenTime(last, interval)
      }),
    )
  }

  /** Settles what is open on the exchange, before the first bar; what goes wrong ends the start. */
  async #beginOrders(keeper: SessionKeeper, orders: LiveOrders): Promise<void> {
    const { clock } = this.#parts
    this.#isReconciling = true
    orders.attach({
      session: () => keeper.session,
      emit: (event) => this.#queue.push({ kind: 'BROKER', event }),
      halt: (reason) => this.halt(reason),
      changeRules: (symbolIndex, rules) => {
        const event: RulesEvent = { kind: 'RULES', time: this.#now(), symbolIndex, rules }
        this.#queue.push({ kind: 'RULES', event })
      },
      now: () => clock.now(),
      lastRanAt: () => (this.#isResumed ? lastOpenTimeOf(keeper.session) : undefined),
      backlog: () => this.#queue.length,
    })
    await orders.start()
  }

  /** A posted order's time may be up: where an exchange trades, no bar says so. */
  #wakeIfDue(keeper: SessionKeeper): void {
    const now = this.#parts.clock.now()
    if (this.#isWakeDue || keeper.session.wakeAt > now) return
    this.#isWakeDue = true
    this.#queue.push({ kind: 'TIMER', time: now })
  }

  /** A clock that was set, or a machine that slept: the exchange says what time it is. */
  #takeJump(jumpMs: number): void {
    const { tell, orders, patience = PATIENCE } = this.#parts
    tell({ kind: 'CLOCK', jumpMs })
    // Where it slept, what waits in the sockets is old, whatever the process has counted.
    if (jumpMs > patience.pausedMs) {
      this.#feed.renew('the machine may have slept')
      orders?.noteSleep(jumpMs)
    } else void orders?.measureClock()
  }

  async #measure(): Promise<void> {
    const { clock, rest } = this.#parts
    try {
      await clock.measure(() => rest.time())
    } catch (error) {
      // Until it answers, time runs on from the last measurement.
      if (!(error instanceof DataError || error instanceof ExchangeError)) this.#fail(error)
    }
  }

  #stopWatching(): void {
    this.#feed.stop()
    this.#holds.stop()
    clearInterval(this.#waking)
    this.#clockWatch.stop()
  }

  #consume(input: Queued): void {
    const keeper = this.#keeper
    if (!keeper) return
    const began = performance.now()
    const live = this.#toLive(input)
    if (live.kind === 'TIMER') this.#isWakeDue = false
    const { pulse, orders: sent } = this.#parts
    pulse?.begin(workOf(live), sent?.open ?? 0)
    const { orders, blocked, fills } = keeper.apply(live, () => pulse?.begin({ kind: 'COMMIT' }))
    pulse?.begin({ kind: 'WAIT' })
    this.#parts.tell({ kind: 'COMMIT', ms: performance.now() - began, head: keeper.head })
    const news = this.#news
    news.tellOrders(orders, keeper)
    this.#parts.orders?.take(began)
    news.tellBlocked(blocked, keeper)
    news.tellFills(fills)
    if (live.kind === 'MOMENT') news.tellBars(live.bars)
    news.tellDiscarded(keeper)
    if (input.kind === 'INTERVENTION') input.onDone?.()
    const time = lossTimeOf(live, this.#parts.genesis.interval)
    if (time !== undefined) this.#holds.look(keeper.session, time)
  }

  #toLive(input: Queued): LiveInput {
    if (input.kind !== 'MOMENT') return input
    return { kind: 'MOMENT', bars: input.moment.map((bar) => bar && this.#judge(bar)) }
  }

  /** A bar whose moment is over is seen, and nothing is asked for at it. */
  #judge(bar: Bar): Bar {
    const { clock, genesis, lateAfterMs } = this.#parts
    const isLate = ageOf(bar, genesis.interval, clock.now()) > lateAfterMs
    return isLate ? { ...bar, flags: (bar.flags ?? 0) | BAR_FLAG.late } : bar
  }

  /** It could not start. */
  #abandon(error: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#stopWatching()
    this.#queue.close()
    this.#keeper?.close()
    // Who started it has been told.
    this.#ended.promise.catch(() => undefined)
    this.#ended.reject(error)
  }

  #fail(error: unknown): void {
    this.#isOver = true
    this.#stopWatching()
    const message = error instanceof Error ? error.message : String(error)
    this.#parts.tell({ kind: 'FAULT', message })
    const { orders } = this.#parts
    const left = orders?.open ?? 0
    // What cannot be written down or was thrown by the strategy needs a person, whatever restarts the process.
    if (!(error instanceof NextbarError) || error.exitCode !== 2)
      this.halt(left > 0 ? `${message}; what is open is taken back` : message)
    this.#keeper?.close()
    // Taking back needs no ledger: the next start asks what became of each order.
    if (orders && left > 0) void orders.takeBackAll().finally(() => this.#ended.reject(error))
    else this.#ended.reject(error)
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#queue.close()
    this.#keeper?.close()
    this.#holds.end()
    this.#ended.resolve()
  }

  #now() {
    return toEpochMs(this.#wall())
  }
}

/** What a watchdog is told of an input. */
function workOf(live: LiveInput): Work {
  const openTime = live.kind === 'MOMENT' ? live.bars.find((bar) => bar !== undefined)?.openTime : undefined
  return openTime === undefined ? { kind: 'INPUT' } : { kind: 'DECISION', openTime }
}

/** The moment at which an input may have lost something; undefined for one that cannot. */
function lossTimeOf(live: LiveInput, interval: Interval): number | undefined {
  if (live.kind === 'BROKER') return live.event.kind === 'FILL' ? live.event.execution.time : undefined
  if (live.kind !== 'MOMENT') return undefined
  const openTime = live.bars.find((bar) => bar !== undefined)?.openTime
  return openTime === undefined ? undefined : closeTimeOf(openTime, interval)
}

function closeTimeOf(openTime: number, interval: Interval): number {
  return nextOpenTime(openTime, interval) - 1
}

/** Open time of the last bar that a session has seen, of any symbol. */
function lastOpenTimeOf(session: LiveSession): number | undefined {
  const times = session.holdings.map((_, k) => session.lastOpenTime(k) ?? 0)
  return times.length > 0 ? Math.max(...times) : undefined
}
