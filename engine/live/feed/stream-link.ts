/**
 * A connection to market streams that is kept up: watched stream by stream, ended and opened anew when one falls
 * silent, rolled over before the exchange ends it. What is missed meanwhile is its owner's to ask for. Floor 3.
 */
import { DataError } from '../../model/errors.js'
import { parseStreamMessage, type StreamMessage } from '../../venue/stream-message.js'
import { combinedStreamUrl, StreamSocket } from '../../venue/stream-socket.js'

/** Why a connection was opened anew. */
export type ReconnectReason = 'silent' | 'closed' | 'rollover' | 'shutdown' | 'paused'

/** Who owns the link. */
export interface LinkListener {
  onMessage(message: StreamMessage): void
  /** A connection has ended, and another is on its way. */
  onReconnect(reason: ReconnectReason, detail: string): void
  /** A message that is none. */
  onBadMessage(error: DataError): void
}

/** What a link asks for. */
export interface LinkStreams {
  /** Their silence ends a connection. */
  readonly watched: readonly string[]
  /** Where nothing is traded these say nothing. */
  readonly others?: readonly string[]
}

/** How patient a link is, in milliseconds of real time. */
export interface LinkPatience {
  readonly silenceMs: number
  readonly rolloverMs: number
  /** A timer that comes later than this: the process itself was stopped. */
  readonly pausedMs: number
  readonly firstBackoffMs: number
  readonly longestBackoffMs: number
}

/** Klines come every two seconds; the exchange ends connections after 24 hours. */
export const PATIENCE: LinkPatience = {
  silenceMs: 10_000,
  rolloverMs: 23 * 3_600_000,
  pausedMs: 5_000,
  firstBackoffMs: 250,
  longestBackoffMs: 30_000,
}

const TICK_MS = 250
/** A stream that stays silent over new connections may simply have no trades: it is given longer each time. */
const MOST_PATIENCE = 32

/** Kept up from `open` to `close`. */
export class StreamLink {
  readonly #url: string
  readonly #streams: readonly string[]
  readonly #listener: LinkListener
  readonly #patience: LinkPatience
  readonly #lastSeen = new Map<string, number>()
  readonly #leniency = new Map<string, number>()
  #socket: StreamSocket | undefined
  /** The one that takes over, while both are open. */
  #nextSocket: StreamSocket | undefined
  #openedAt = 0
  #backoffMs: number
  #retry: NodeJS.Timeout | undefined
  #ticker: NodeJS.Timeout | undefined
  #lastTick = 0
  #isConnected = false
  #isOver = false

  constructor(
    url: string,
    { watched, others = [] }: LinkStreams,
    listener: LinkListener,
    patience = PATIENCE,
  ) {
    this.#url = combinedStreamUrl(url, [...watched, ...others])
    this.#streams = watched
    this.#listener = listener
    this.#patience = patience
    this.#backoffMs = patience.firstBackoffMs
  }

  /** Whether messages can come. */
  get isConnected(): boolean {
    return this.#isConnected
  }

  /** Milliseconds since a stream's last message; undefined before its first. */
  silenceOf(stream: string): number | undefined {
    const seen = this.#lastSeen.get(stream)
    return seen === undefined ? undefined : performance.now() - seen
  }

  open(): void {
    this.#lastTick = performance.now()
    this.#ticker = setInterval(() => this.#tick(), TICK_MS)
    this.#connect()
  }

  /** Ends the connection, and with it what lies in its buffer, and opens another. */
  renew(reason: ReconnectReason, detail: string): void {
    if (this.#isConnected) this.#reconnect(reason, detail)
  }

  close(): void {
    this.#isOver = true
    clearInterval(this.#ticker)
    clearTimeout(this.#retry)
    this.#socket?.terminate()
    this.#nextSocket?.terminate()
    this.#isConnected = false
  }

  #connect(): void {
    const socket: StreamSocket = new StreamSocket(this.#url, {
      onOpen: () => {
        this.#isConnected = true
        this.#openedAt = performance.now()
        for (const stream of this.#streams) this.#lastSeen.set(stream, this.#openedAt)
      },
      onText: (text) => this.#socket === socket && this.#read(text),
      onEnd: (reason) => this.#socket === socket && this.#reconnect('closed', reason),
    })
    this.#socket = socket
  }

  /** Opens the next connection while the old one still tells; the first word over the next ends the old. */
  #rollOver(reason: ReconnectReason): void {
    if (this.#nextSocket) return
    const next: StreamSocket = new StreamSocket(this.#url, {
      onOpen: () => undefined,
      onText: (text) => {
        if (this.#nextSocket === next) {
          this.#nextSocket = undefined
          this.#socket?.terminate()
          this.#socket = next
          this.#isConnected = true
          this.#openedAt = performance.now()
          this.#listener.onReconnect(reason, 'the next connection has taken over')
        }
        this.#read(text)
      },
      onEnd: (detail) => {
        if (this.#nextSocket === next) this.#nextSocket = undefined
        else if (this.#socket === next) this.#reconnect('closed', detail)
      },
    })
    this.#nextSocket = next
  }

  #reconnect(reason: ReconnectReason, detail: string): void {
    if (this.#isOver) return
    this.#socket?.terminate()
    this.#socket = undefined
    const lastedMs = this.#isConnected ? performance.now() - this.#openedAt : 0
    this.#isConnected = false
    this.#listener.onReconnect(reason, detail)
    clearTimeout(this.#retry)
    // A server that lets everybody in and soon out again must not see one come every moment: it bans who does.
    if (lastedMs > this.#patience.longestBackoffMs) this.#backoffMs = this.#patience.firstBackoffMs
    // Half of it by chance: many clients that lost one server must not all come back at once.
    const wait = this.#backoffMs * (0.5 + Math.random() / 2)
    this.#backoffMs = Math.min(this.#patience.longestBackoffMs, 2 * this.#backoffMs)
    this.#retry = setTimeout(() => this.#connect(), wait)
  }

  #read(text: string): void {
    // A message may come before the timer that sees the pause.
    if (this.#hasPaused()) return
    let message: StreamMessage
    try {
      message = parseStreamMessage(text)
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      this.#listener.onBadMessage(error)
      return
    }
    if (message.kind === 'SHUTDOWN') {
      this.#rollOver('shutdown')
      return
    }
    const stream = streamOf(message)
    if (stream !== undefined) {
      this.#lastSeen.set(stream, performance.now())
      this.#leniency.delete(stream)
    }
    this.#listener.onMessage(message)
  }

  /** Whether the process has stood still; then what lies in the socket's buffer is old, and is dropped with it. */
  #hasPaused(): boolean {
    const now = performance.now()
    const late = now - this.#lastTick
    if (late <= this.#patience.pausedMs) return false
    this.#lastTick = now
    if (this.#isConnected) this.#reconnect('paused', `the process stood still for ${Math.round(late)} ms`)
    return true
  }

  #tick(): void {
    const hasPaused = this.#hasPaused()
    const now = performance.now()
    this.#lastTick = now
    if (!this.#isConnected || hasPaused) return
    const { silenceMs, rolloverMs } = this.#patience
    for (const stream of this.#streams) {
      const leniency = this.#leniency.get(stream) ?? 1
      const silent = this.silenceOf(stream) ?? 0
      if (silent <= silenceMs * leniency) continue
      this.#leniency.set(stream, Math.min(MOST_PATIENCE, 2 * leniency))
      this.#reconnect('silent', `${stream} said nothing for ${Math.round(silent)} ms`)
      return
    }
    if (now - this.#openedAt > rolloverMs) this.#rollOver('rollover')
  }
}

/** Name of the stream that a message came over. */
function streamOf(message: StreamMessage): string | undefined {
  if (message.kind === 'KLINE') return klineStream(message.symbol, message.interval)
  return message.kind === 'TRADE' ? tradeStream(message.symbol) : undefined
}

/** Name of a symbol's kline stream. */
export function klineStream(symbol: string, interval: string): string {
  return `${symbol.toLowerCase()}@kline_${interval}`
}

/** Name of a symbol's stream of aggregate trades. */
export function tradeStream(symbol: string): string {
  return `${symbol.toLowerCase()}@aggTrade`
}
