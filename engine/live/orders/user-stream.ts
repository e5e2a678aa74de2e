/**
 * What happens to the account, told as it happens: a subscription over the WebSocket API, kept up. What is missed
 * while it is down is not told again; whoever owns it asks for it at each `onOpen`. Floor 3.
 */

import { parseExact, type Signer, UNTIMELY } from '../../venue/signed-rest.js'
import { type SignedParams, type SigningKey, webSocketPayload } from '../../venue/signing.js'
import { StreamSocket } from '../../venue/stream-socket.js'

/** Who owns the stream. */
export interface UserStreamListener {
  /** Subscribed: what comes from now on is heard. */
  onOpen(): void
  onEvent(event: Readonly<Record<string, unknown>>): void
  onDown(reason: string): void
  /** The key is refused: nothing more is tried. */
  onRefused(reason: string): void
  /** Its time was outside of the window: by the next try the clock must be measured. */
  onUntimely(): void
}

/** Names an account and signs for it. */
export interface StreamSigner extends Signer {
  /** Only Ed25519 may log a connection on; with a shared secret the subscription itself is signed. */
  readonly kind: SigningKey['kind']
}

/** Where it connects, and how patient it is; milliseconds of real time. */
export interface UserStreamParts {
  readonly url: string
  readonly signer: StreamSigner
  /** The exchange's time. */
  readonly now: () => number
  readonly recvWindowMs: number
  /** Without a frame or a ping for so long it is dead: the server pings every 20 s. */
  readonly silenceMs?: number
  readonly rolloverMs?: number
  readonly firstBackoffMs?: number
  readonly longestBackoffMs?: number
  /** Whether anything may be asked of the exchange; a socket that is open stays. */
  readonly mayConnect?: () => boolean
}

const FATAL: ReadonlySet<unknown> = new Set([-2014, -2015, -1022])
const ANSWER_MS = 10_000
const TICK_MS = 500
/** A timer of more than 2^31 ms would be over at once. */
const LONGEST_WAIT_MS = 24 * 3_600_000
/** How often it is looked whether something may be asked again. */
const HELD_MS = 1_000

/** Kept up from `open` to `close`. One socket at a time. */
export class UserStream {
  readonly #parts: Required<UserStreamParts>
  readonly #listener: UserStreamListener
  #socket: StreamSocket | undefined
  #isOpen = false
  #isOver = false
  #openedAt = 0
  #lastSign = 0
  #backoffMs: number
  #retry: NodeJS.Timeout | undefined
  #ticker: NodeJS.Timeout | undefined
  #request = 0
  /** The request that opens the stream; answers to others, such as the logon's, only lead to it. */
  #opening = ''

  constructor(parts: UserStreamParts, listener: UserStreamListener) {
    this.#parts = {
      silenceMs: 60_000,
      rolloverMs: 23 * 3_600_000,
      firstBackoffMs: 250,
      longestBackoffMs: 30_000,
      mayConnect: () => true,
      ...parts,
    }
    this.#listener = listener
    this.#backoffMs = this.#parts.firstBackoffMs
  }

  /** Whether events come. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Milliseconds since it last said anything; undefined while it is not open. */
  get silentMs(): number | undefined {
    return this.#isOpen ? performance.now() - this.#lastSign : undefined
  }

  open(): void {
    this.#ticker = setInterval(() => this.#tick(), TICK_MS)
    this.#connect()
  }

  close(): void {
    this.#isOver = true
    this.#isOpen = false
    clearInterval(this.#ticker)
    clearTimeout(this.#retry)
    this.#socket?.terminate()
  }

  #connect(): void {
    if (this.#isOver) return
    if (!this.#parts.mayConnect()) {
      this.#retry = setTimeout(() => this.#connect(), HELD_MS)
      return
    }
    this.#lastSign = performance.now()
    this.#openedAt = this.#lastSign
    const socket: StreamSocket = new StreamSocket(this.#parts.url, {
      onOpen: () => this.#socket === socket && this.#subscribe(socket),
      onText: (text) => this.#socket === socket && this.#read(text),
      onPing: () => {
        this.#lastSign = performance.now()
      },
      onEnd: (reason) => this.#socket === socket && this.#down(reason),
    })
    this.#socket = socket
  }

  /** Logs on where the key may, then subscribes; else subscribes by signature. */
  #subscribe(socket: StreamSocket): void {
    const isLoggedOn = this.#parts.signer.kind === 'ED25519'
    if (isLoggedOn) this.#ask(socket, 'session.logon', this.#signed())
    else this.#opening = this.#ask(socket, 'userDataStream.subscribe.signature', this.#signed())
  }

  #signed(): SignedParams {
    const { signer, now, recvWindowMs } = this.#parts
    const params = { apiKey: signer.apiKey(), timestamp: Math.trunc(now()), recvWindow: recvWindowMs }
    return { ...params, signature: signer.sign(webSocketPayload(params)) }
  }

  #ask(socket: StreamSocket, method: string, params: SignedParams): string {
    const id = String(++this.#request)
    socket.send(JSON.stringify({ id, method, params }))
    return id
  }

  #read(text: string): void {
    this.#lastSign = performance.now()
    const frame = parseExact(text)
    if (typeof frame !== 'object' || frame === null) return
    if ('event' in frame && typeof frame.event === 'object' && frame.event !== null) {
      const event: Readonly<Record<string, unknown>> = { ...frame.event }
      if (event.e === 'eventStreamTerminated' || event.e === 'serverShutdown') this.#down(String(event.e))
      else this.#listener.onEvent(event)
      return
    }
    if (!('status' in frame)) return
    if (frame.status === 200 && !('id' in frame && frame.id === this.#opening)) {
      if (this.#socket && !this.#isOpen)
        this.#opening = this.#ask(this.#socket, 'userDataStream.subscribe', {})
      return
    }
    if (frame.status === 200) {
      this.#isOpen = true
      this.#listener.onOpen()
      return
    }
    const error =
      'error' in frame && typeof frame.error === 'object' && frame.error !== null ? frame.error : {}
    const code = 'code' in error ? error.code : undefined
    if (frame.status === 429) this.#backoffMs = Math.max(this.#backoffMs, this.#askedWait(error))
    const reason = `the subscription was refused: ${String(frame.status)}, ${String(code)}`
    if (FATAL.has(code) || frame.status === 418 || frame.status === 403) {
      this.close()
      this.#listener.onRefused(reason)
      return
    }
    if (code === UNTIMELY) this.#listener.onUntimely()
    this.#down(reason)
  }

  #down(reason: string): void {
    if (this.#isOver) return
    this.#socket?.terminate()
    this.#socket = undefined
    const lastedMs = this.#isOpen ? performance.now() - this.#openedAt : 0
    this.#isOpen = false
    // A server that lets it in and soon out again must not see it come every moment.
    if (lastedMs > this.#parts.longestBackoffMs) this.#backoffMs = this.#parts.firstBackoffMs
    this.#listener.onDown(reason)
    clearTimeout(this.#retry)
    const wait = Math.min(LONGEST_WAIT_MS, this.#backoffMs * (0.5 + Math.random() / 2))
    this.#backoffMs = Math.min(this.#parts.longestBackoffMs, 2 * this.#backoffMs)
    this.#retry = setTimeout(() => this.#connect(), wait)
  }

  /** How long a refusal for too many requests asks to wait: it names the moment. */
  #askedWait(error: object): number {
    const data = 'data' in error && typeof error.data === 'object' && error.data !== null ? error.data : {}
    const until = 'retryAfter' in data ? Number(data.retryAfter) : Number.NaN
    // Half of it is taken off by chance again.
    return Number.isFinite(until) ? 2 * Math.max(0, until - this.#parts.now()) : 0
  }

  #tick(): void {
    if (!this.#socket) return
    const now = performance.now()
    if (!this.#isOpen && now - this.#openedAt > ANSWER_MS) this.#down('no answer to the subscription')
    else if (now - this.#lastSign > this.#parts.silenceMs) this.#down('silent')
    else if (this.#isOpen && now - this.#openedAt > this.#parts.rolloverMs) this.#down('rollover')
  }
}
