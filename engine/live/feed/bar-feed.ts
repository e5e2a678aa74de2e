/**
 * The bars of all symbols of a session: streams, and REST where those have left something out. What comes out is in
 * order, each bar once. Floor 3.
 */
import type { Bar } from '../../model/bars.js'
import { DataError, ExchangeError } from '../../model/errors.js'
import { toNumber } from '../../model/money.js'
import { type Interval, intervalMs, nextOpenTime } from '../../model/time.js'
import type { PublicRest } from '../../venue/public-rest.js'
import { closeOf, type StreamMessage, type TradeMessage } from '../../venue/stream-message.js'
import { BarSequence, type SequenceStep } from './bar-sequence.js'
import type { MarketClock } from './market-clock.js'
import { type Moment, MomentGate } from './moment-gate.js'
import { restBars } from './rest-bars.js'
import {
  klineStream,
  type LinkPatience,
  type ReconnectReason,
  StreamLink,
  tradeStream,
} from './stream-link.js'
import { TradeCheck, type TradeVerdict } from './trade-check.js'

/** What goes on in a feed, for logs, metrics and alerts. */
export type FeedNews =
  | { readonly kind: 'RECONNECT'; readonly reason: ReconnectReason; readonly detail: string }
  | { readonly kind: 'CONFLICT'; readonly symbol: string; readonly used: Bar; readonly other: Bar }
  | { readonly kind: 'GAP'; readonly symbol: string; readonly bars: number; readonly before: number }
  | { readonly kind: 'BACKFILL'; readonly symbol: string; readonly bars: number }
  | { readonly kind: 'BAD_MESSAGE'; readonly message: string }
  | { readonly kind: 'REST_FAULT'; readonly symbol: string; readonly message: string }
  /** The exchange wants no more requests: only a person can end that. */
  | { readonly kind: 'BANNED'; readonly message: string }
  /** A moment that has passed without a symbol's bar. */
  | { readonly kind: 'INCOMPLETE'; readonly time: number }
  /** The last price: of a kline, or of a trade. */
  | { readonly kind: 'TICKER'; readonly symbol: string; readonly price: number }
  /** A bar was held against its trades. */
  | { readonly kind: 'TRADE_CHECK'; readonly symbol: string; readonly verdict: TradeVerdict }

/** What a feed is made of. */
export interface FeedParts {
  readonly symbols: readonly string[]
  readonly interval: Interval
  readonly streamUrl: string
  readonly rest: PublicRest
  readonly clock: MarketClock
  readonly onMoment: (moment: Moment) => void
  readonly onNews: (news: FeedNews) => void
  readonly patience?: LinkPatience
  /** Whether every trade is followed too: as the last price, and against the bars. */
  readonly ticks?: boolean
  /** Without the stream's word for so long after a bar's close, in the market's time, REST is asked. */
  readonly graceMs?: number
}

const TICK_MS = 250
const GRACE_MS = 5_000
/** A symbol whose bar is still missing so long after its close holds up the others no longer. */
const LONGEST_WAIT_MS = 60_000
const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 10_000

interface Channel {
  readonly symbol: string
  readonly sequence: BarSequence
  readonly check: TradeCheck | undefined
  isAsking: boolean
  /** REST is not asked again before this moment of the process's own clock. */
  notBefore: number
  retryMs: number
}

/** Runs from `start` to `stop`. */
export class BarFeed {
  readonly #parts: FeedParts
  readonly #link: StreamLink
  #channels: readonly Channel[] = []
  #gate = new MomentGate([])
  #ticker: NodeJS.Timeout | undefined
  #isOver = false

  constructor(parts: FeedParts) {
    this.#parts = parts
    const watched = parts.symbols.map((symbol) => klineStream(symbol, parts.interval))
    this.#link = new StreamLink(
      parts.streamUrl,
      { watched, others: parts.ticks === true ? parts.symbols.map(tradeStream) : [] },
      {
        onMessage: (message) => this.#take(message),
        onReconnect: (reason, detail) => parts.onNews({ kind: 'RECONNECT', reason, detail }),
        onBadMessage: (error) => parts.onNews({ kind: 'BAD_MESSAGE', message: error.message }),
      },
      parts.patience,
    )
  }

  /** Connects. Bars are held back until `start`; the market's clock runs from the first message on. */
  connect(): void {
    this.#link.open()
  }

  /** Begins to pass bars on, those that open at `next` and later; `next` by symbol. */
  start(next: readonly number[]): void {
    const { symbols, interval, ticks = false } = this.#parts
    this.#channels = symbols.map((symbol, k) => ({
      symbol,
      sequence: new BarSequence(interval, next[k] ?? 0),
      check: ticks ? new TradeCheck(symbol, interval) : undefined,
      isAsking: false,
      notBefore: 0,
      retryMs: FIRST_RETRY_MS,
    }))
    this.#gate = new MomentGate(next)
    this.#ticker = setInterval(() => this.#tick(), TICK_MS)
    this.#tick()
  }

  /** The machine may have slept: what has come meanwhile is dropped, and asked for. */
  renew(detail: string): void {
    this.#link.renew('paused', detail)
  }

  stop(): void {
    this.#isOver = true
    clearInterval(this.#ticker)
    this.#link.close()
  }

  get isConnected(): boolean {
    return this.#link.isConnected
  }

  /** Milliseconds since a symbol's last message; undefined before its first. */
  silenceOf(symbol: string): number | undefined {
    return this.#link.silenceOf(klineStream(symbol, this.#parts.interval))
  }

  /** Whether every bar that has closed has been passed on, as far as is known. */
  get isUpToDate(): boolean {
    return this.#channels.every(({ sequence, isAsking }) => !sequence.needsRest && !isAsking)
  }

  #take(message: StreamMessage): void {
    if (message.kind === 'TRADE') this.#takeTrade(message)
    if (message.kind !== 'KLINE' || message.interval !== this.#parts.interval) return
    this.#parts.clock.see(message.eventTime)
    const k = this.#channels.findIndex(({ symbol }) => symbol === message.symbol)
    const channel = this.#channels[k]
    this.#parts.onNews({ kind: 'TICKER', symbol: message.symbol, price: message.bar.close })
    if (!channel) return
    if (message.isClosed) {
      this.#pass(k, channel, channel.sequence.takeStream({ ...message.bar, flags: 0, origin: 'stream' }))
    } else channel.sequence.seeRunning(message.bar.openTime)
    if (channel.sequence.needsRest) void this.#ask(k, channel)
  }

  #takeTrade(trade: TradeMessage): void {
    const { clock, onNews } = this.#parts
    const { symbol } = trade
    clock.see(trade.eventTime)
    onNews({ kind: 'TICKER', symbol, price: toNumber(trade.price) })
    const channel = this.#channels.find((one) => one.symbol === symbol)
    this.#tellVerdicts(symbol, channel?.check?.takeTrade(trade) ?? [])
  }

  #tellVerdicts(symbol: string, verdicts: readonly TradeVerdict[]): void {
    const { onNews } = this.#parts
    for (const verdict of verdicts) {
      onNews({ kind: 'TRADE_CHECK', symbol, verdict })
      const { bar, result, traded } = verdict
      if (result === 'different' && traded) onNews({ kind: 'CONFLICT', symbol, used: bar, other: traded })
    }
  }

  #pass(k: number, { symbol, sequence, check }: Channel, { bars, conflicts, gaps }: SequenceStep): void {
    const { onNews } = this.#parts
    for (const [used, other] of conflicts) onNews({ kind: 'CONFLICT', symbol, used, other })
    if (gaps > 0) onNews({ kind: 'GAP', symbol, bars: gaps, before: sequence.next })
    this.#moments(this.#gate.take(k, bars, sequence.next))
    if (check) for (const bar of bars) this.#tellVerdicts(symbol, check.takeBar(bar))
  }

  #moments(moments: readonly Moment[]): void {
    for (const moment of moments) this.#parts.onMoment(moment)
  }

  #tick(): void {
    const { clock, interval, graceMs = GRACE_MS } = this.#parts
    const now = clock.now()
    for (const [k, channel] of this.#channels.entries()) {
      const isOverdue = now > nextOpenTime(channel.sequence.next, interval) - 1 + graceMs
      if (isOverdue || channel.sequence.needsRest) void this.#ask(k, channel)
    }
    const { oldest } = this.#gate
    if (oldest === undefined || now <= nextOpenTime(oldest, interval) + LONGEST_WAIT_MS) return
    if (this.#channels.some(({ isAsking }) => isAsking)) return
    this.#parts.onNews({ kind: 'INCOMPLETE', time: oldest })
    this.#moments(this.#gate.passWithout(oldest))
  }

  /** Asks REST for what has closed since the last bar passed on; one request of a symbol at a time. */
  async #ask(k: number, channel: Channel): Promise<void> {
    const { rest, clock, interval, onNews } = this.#parts
    if (channel.isAsking || performance.now() < channel.notBefore) return
    channel.isAsking = true
    const { symbol, sequence } = channel
    const before = sequence.next
    try {
      const now = clock.now()
      const bars = await restBars(rest, { symbol, interval, from: before, to: now, now })
      if (this.#isOver) return
      const news = bars.filter(({ openTime }) => openTime >= sequence.next).length
      this.#pass(k, channel, sequence.takeRest(bars))
      if (news > 0) onNews({ kind: 'BACKFILL', symbol, bars: news })
    } catch (error) {
      if (this.#isOver) return
      if (!(error instanceof DataError || error instanceof ExchangeError)) throw error
      onNews({ kind: rest.isHalted ? 'BANNED' : 'REST_FAULT', symbol, message: error.message })
    } finally {
      channel.isAsking = false
      const hasMoved = sequence.next !== before
      channel.retryMs = hasMoved ? FIRST_RETRY_MS : Math.min(LONGEST_RETRY_MS, 2 * channel.retryMs)
      channel.notBefore = performance.now() + (hasMoved ? 0 : channel.retryMs)
    }
  }
}

/** How old a bar may be, in milliseconds after its close, for something to be asked for at it. */
export function oldestToTrade(interval: Interval): number {
  return Math.min(60_000, Math.max(2_000, intervalMs(interval) / 2))
}

/** How long ago a bar closed. */
export function ageOf(bar: Bar, interval: Interval, now: number): number {
  return now - closeOf(bar, interval)
}
