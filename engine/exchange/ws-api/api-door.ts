/** Connections to the WebSocket API: frames in, answers and user events out. Floor 3. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import type { Exchange } from '../exchange.js'
import { answerOf, delayOf, deliver, isBefore, REQUEST_FAULTS, type Reply } from '../faults/reply-faults.js'
import { fillNamed, hideSince } from '../orders/desk-faults.js'
import { messageOf, Rejection } from '../rejection.js'
import { toMicroseconds } from '../streams/microseconds.js'
import { keepAlive, type SocketTerms, sendText } from '../streams/socket-life.js'
import { ApiSession, keyGone, type SessionAnswer } from './api-session.js'
import { type ApiFrame, FrameFault, parseApiFrame } from './frame.js'
import { UserSubscriptions } from './user-subscriptions.js'

const CONNECT_WEIGHT = 2

/** Every open connection, for what the exchange does to all of them. */
export class ApiConnections {
  readonly #sockets = new Map<WebSocket, UserSubscriptions>()

  /** Takes a connection to `/ws-api/v3`. */
  open(
    socket: WebSocket,
    url: URL,
    {
      exchange,
      terms,
      address,
    }: { readonly exchange: Exchange; readonly terms: SocketTerms; readonly address: string },
  ): void {
    const isMicroseconds = /^microsecond$/i.test(url.searchParams.get('timeUnit') ?? '')
    const hidesLimits = url.searchParams.get('returnRateLimits') === 'false'
    const inUnit = (value: unknown, isRows = false): unknown =>
      isMicroseconds ? toMicroseconds(value, isRows ? 'rows' : 'other') : value
    const subscriptions = new UserSubscriptions(exchange, {
      send: (what) => sendText(socket, typeof what === 'string' ? what : JSON.stringify(inUnit(what))),
      cut: (how) => (how === 'cut' ? socket.terminate() : socket.close(1001)),
    })
    const session = new ApiSession(exchange, subscriptions, address)
    this.#sockets.set(socket, subscriptions)
    keepAlive(socket, terms, () => exchange.faults.take('pings', ['no-pings']).length === 0)
    const stopKeys = exchange.listenToKeys((apiKey) => {
      if (session.endKey(apiKey)) sendText(socket, errorText(null, keyGone(), []))
    })
    socket.on('close', () => {
      stopKeys()
      subscriptions.drop()
      this.#sockets.delete(socket)
    })
    try {
      exchange.limits.spend(address, CONNECT_WEIGHT, exchange.clock.now())
    } catch {
      socket.close(1008, 'Too many requests')
      return
    }
    socket.on('message', (data, isBinary) => {
      const frame = isBinary ? '' : String(data)
      serve(socket, frame, { exchange, session, address, hidesLimits, inUnit }).catch((error: unknown) => {
        exchange.report(error)
        socket.terminate()
      })
    })
  }

  /** Tells all that the exchange goes down. */
  shutDown(time: number): void {
    for (const socket of this.#sockets.keys())
      sendText(socket, JSON.stringify({ event: { e: 'serverShutdown', E: time } }))
  }

  /** Closes all, or only ends their subscriptions. */
  end(what: 'sockets' | 'subscriptions'): void {
    for (const [socket, subscriptions] of [...this.#sockets]) {
      if (what === 'sockets') socket.close(1001)
      else subscriptions.end()
    }
  }
}

interface ServeParts {
  readonly exchange: Exchange
  readonly session: ApiSession
  readonly address: string
  readonly hidesLimits: boolean
  readonly inUnit: (value: unknown, isRows?: boolean) => unknown
}

async function serve(socket: WebSocket, text: string, parts: ServeParts): Promise<void> {
  const { exchange } = parts
  let frame: ApiFrame
  try {
    frame = parseApiFrame(text)
  } catch (error) {
    if (!(error instanceof FrameFault)) throw error
    sendText(socket, errorText(error.id, error, limitsOf(parts, undefined)))
    return
  }
  const occasion = `ws ${frame.method.replace(/^v3\//, '')}`
  const faults = exchange.faults.take(occasion, REQUEST_FAULTS, () => Object.fromEntries(frame.values))
  const before = delayOf(faults, 'before')
  if (before > 0) await sleep(before)
  if (faults.some((fault) => fault.do === 'drop-request')) return socket.terminate()
  for (const fault of faults) if (fault.do === 'fill') fillNamed(exchange.desk, frame.params, fault)
  const madeUp = faults.find((fault) => fault.do === 'answer' && isBefore(fault))
  const { newest } = exchange.desk
  const reply: Reply = madeUp
    ? { status: 200, headers: {}, text: wrapped(frame, answerOf(madeUp), parts) }
    : { status: 200, headers: {}, text: answerText(frame, parts) }
  for (const fault of faults)
    if (fault.do === 'hide') hideSince(exchange, newest, exchange.machineNow() + (fault.ms ?? 8000))
  const late = faults.find((fault) => fault.do === 'answer' && !isBefore(fault))
  const delivery = deliver(
    faults.filter((fault) => fault.do !== 'answer'),
    late ? { ...reply, text: wrapped(frame, answerOf(late), parts) } : reply,
  )
  const after = delayOf(faults, 'after')
  if (after > 0) await sleep(after)
  if (delivery.kind === 'NONE') socket.terminate()
  else if (delivery.kind === 'TRUNCATED') sendText(socket, delivery.reply.text.slice(0, delivery.bytes))
  else sendText(socket, delivery.reply.text)
}

function answerText(frame: ApiFrame, parts: ServeParts): string {
  const { exchange, session } = parts
  try {
    const answer = session.answer(frame)
    const limits = frame.params.plain('returnRateLimits') === 'false' ? undefined : limitsOf(parts, answer)
    return JSON.stringify({
      id: frame.id,
      status: 200,
      result: parts.inUnit(answer.result, /klines$/i.test(frame.method)),
      ...(limits && { rateLimits: limits }),
    })
  } catch (error) {
    const isRefusal = error instanceof Rejection
    if (!isRefusal) exchange.report(error)
    const refusal = isRefusal ? error : new Rejection(-1000, messageOf(-1000))
    return errorText(frame.id, refusal, limitsOf(parts, undefined), exchange.clock.now())
  }
}

/** A made-up reply as a frame: an error where it has a code. */
function wrapped(frame: ApiFrame, reply: Reply, parts: ServeParts): string {
  let body: unknown
  try {
    body = JSON.parse(reply.text)
  } catch {
    return reply.text
  }
  const isError = reply.status >= 400
  return JSON.stringify({
    id: frame.id,
    status: reply.status,
    ...(isError ? { error: body } : { result: body }),
    rateLimits: limitsOf(parts, undefined),
  })
}

function limitsOf({ exchange, address, hidesLimits }: ServeParts, answer: SessionAnswer | undefined) {
  if (hidesLimits) return undefined
  const now = exchange.clock.now()
  return [
    ...(answer?.route?.countsOrders && answer.key
      ? exchange.limits.orderCounts(answer.key.account, now)
      : []),
    ...exchange.limits.weightCounts(address, now),
  ]
}

function errorText(
  id: number | string | null,
  refusal: Rejection,
  rateLimits: readonly unknown[] | undefined,
  now = 0,
): string {
  const { code, message, status, body, retryAfterMs } = refusal
  const data =
    retryAfterMs === undefined
      ? body
      : { ...body, serverTime: now, retryAfter: Math.ceil(now + retryAfterMs) }
  return JSON.stringify({
    id,
    status,
    error: { code, msg: message, ...(data && { data }) },
    ...(rateLimits && { rateLimits }),
  })
}
