/** The exchange over HTTP: reads a request, has it judged and answered, and lets faults have their way. Floor 3. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '../accounts/account.js'
import type { ApiKey } from '../accounts/keys.js'
import type { Exchange } from '../exchange.js'
import type { Fault } from '../faults/fault.js'
import {
  answerOf,
  type Delivery,
  delayOf,
  deliver,
  isBefore,
  REQUEST_FAULTS,
  type Reply,
  refusalReply,
} from '../faults/reply-faults.js'
import { fillNamed, hideSince } from '../orders/desk-faults.js'
import { messageOf, Rejection, reject } from '../rejection.js'
import { toMicroseconds } from '../streams/microseconds.js'
import { GONE_PATHS, gone } from './gone-routes.js'
import { Params, parseParams } from './params.js'
import type { Route } from './route.js'
import { checkNames, isKnownPath, restRoute, runRoute, weightOf } from './router.js'
import { checkRestSignature, checkTiming, keyOf } from './security.js'

const MAX_BODY_BYTES = 1 << 20
const JSON_TYPE = 'application/json;charset=UTF-8'
const NOT_FOUND: Reply = {
  status: 404,
  headers: { 'content-type': 'text/html' },
  text: '<html><body><h2>404 Not found</h2></body></html>',
}

/** A request as it came, nothing decoded. */
export interface RawRequest {
  readonly verb: string
  readonly path: string
  readonly query: string
  readonly body: string
  readonly header: (name: string) => string | undefined
  readonly address: string
}

/** Answers one request. Whatever it holds, it is answered or cut, and nothing else happens. */
export async function serveRest(
  exchange: Exchange,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const raw = await readRequest(request)
  if (raw === undefined) return sendReply(response, { status: 413, headers: {}, text: '' })
  const faults = faultsFor(exchange, raw)
  await pause(delayOf(faults, 'before'))
  if (faults.some((fault) => fault.do === 'drop-request')) {
    request.socket.destroy()
    return
  }
  for (const fault of faults) if (fault.do === 'fill') fillNamed(exchange.desk, paramsOf(raw), fault)
  const madeUp = faults.find((fault) => fault.do === 'answer' && isBefore(fault))
  const reply = madeUp
    ? answerOf(madeUp, { status: 200, headers: {}, text: '{}' })
    : answer(exchange, raw, faults)
  const delivery = deliver(faults, reply)
  await pause(delayOf(faults, 'after'))
  await hand(response, delivery)
}

/** Reads the body; undefined when there is too much of it. */
export async function readRequest(request: IncomingMessage): Promise<RawRequest | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MAX_BODY_BYTES) return undefined
    chunks.push(bytes)
  }
  const url = request.url ?? '/'
  const at = url.indexOf('?')
  return {
    verb: request.method ?? 'GET',
    path: at < 0 ? url : url.slice(0, at),
    query: at < 0 ? '' : url.slice(at + 1),
    body: Buffer.concat(chunks).toString('utf8'),
    header: (name) => {
      const value = request.headers[name]
      return Array.isArray(value) ? value[0] : value
    },
    address: request.socket.remoteAddress ?? '',
  }
}

function faultsFor(exchange: Exchange, raw: RawRequest): readonly Fault[] {
  if (exchange.faults.isEmpty) return []
  const fields = () => {
    const params = paramsOf(raw)
    return Object.fromEntries(params.names.map((name) => [name, params.plain(name)]))
  }
  return exchange.faults.take(`${raw.verb} ${raw.path}`, REQUEST_FAULTS, fields)
}

/** What can be read of the parameters; none of them where they are malformed. */
function paramsOf({ query, body }: RawRequest): Params {
  try {
    return parseParams(query, body)
  } catch {
    return new Params(new Map())
  }
}

function answer(exchange: Exchange, raw: RawRequest, faults: readonly Fault[]): Reply {
  const { verb, path, address } = raw
  if (GONE_PATHS.includes(path)) return refusalReply(gone())
  const route = restRoute(`${verb} ${path}`)
  if (route === undefined) {
    return isKnownPath(path) ? { ...refusalReply(reject(-1020)), status: 405 } : NOT_FOUND
  }
  const now = exchange.clock.now()
  let account: Account | undefined
  try {
    const params = parseParams(raw.query, raw.body)
    const weight = weightOf(route, params)
    exchange.limits.spend(address, weight, now)
    const key = identify(exchange, route, raw, params)
    account = key?.account
    checkNames(route, params)
    const { status = 200, body } = hiding(exchange, faults, () => runRoute(exchange, route, params, key))
    if (route.isFreeOnSuccess && status === 200) exchange.limits.refund(address, weight, now)
    return {
      status,
      headers: { 'content-type': JSON_TYPE, ...countHeaders(exchange, raw, route, account) },
      text: JSON.stringify(inUnit(body, route, raw)),
    }
  } catch (error) {
    const reply = refusalReply(error instanceof Rejection ? error : unexpected(exchange, error))
    return { ...reply, headers: { ...reply.headers, ...exchange.limits.weightHeaders(address, now) } }
  }
}

/** Runs a call; what it puts on the book may be hidden from queries for a while. */
function hiding<Answer>(exchange: Exchange, faults: readonly Fault[], run: () => Answer): Answer {
  const { newest } = exchange.desk
  const answer = run()
  for (const fault of faults)
    if (fault.do === 'hide') hideSince(exchange, newest, exchange.machineNow() + (fault.ms ?? 8000))
  return answer
}

/** A fault of the exchange itself, which must never happen: it is told as one of the real exchange's. */
function unexpected(exchange: Exchange, error: unknown): Rejection {
  exchange.report(error)
  return new Rejection(-1000, messageOf(-1000))
}

/** The key of a signed request, whose signature and time have been judged. */
function identify(exchange: Exchange, route: Route, raw: RawRequest, params: Params): ApiKey | undefined {
  if (route.security === 'NONE') return undefined
  const key = keyOf(exchange, raw.header('x-mbx-apikey'))
  // The timestamp must be there before a signature is looked at, and is judged behind it.
  params.requiredWhole('timestamp')
  checkRestSignature(key, raw.query, raw.body, params)
  checkTiming(params, exchange.clock.now())
  return key
}

function countHeaders(
  exchange: Exchange,
  { address }: RawRequest,
  route: Route,
  account: Account | undefined,
) {
  const now = exchange.clock.now()
  return {
    ...exchange.limits.weightHeaders(address, now),
    ...(account && route.countsOrders && exchange.limits.orderHeaders(account, now)),
  }
}

function inUnit(body: unknown, { rest }: Route, raw: RawRequest): unknown {
  if (!/^microsecond$/i.test(raw.header('x-mbx-time-unit') ?? '')) return body
  return toMicroseconds(body, /klines$/i.test(rest) ? 'rows' : 'other')
}

async function pause(ms: number): Promise<void> {
  if (ms > 0) await sleep(ms)
}

async function hand(response: ServerResponse, delivery: Delivery): Promise<void> {
  switch (delivery.kind) {
    case 'NONE':
      response.destroy()
      return
    case 'WHOLE':
      sendReply(response, delivery.reply)
      return
    case 'TRUNCATED': {
      const bytes = Buffer.from(delivery.reply.text)
      response.writeHead(delivery.reply.status, { ...delivery.reply.headers, 'content-length': bytes.length })
      response.write(bytes.subarray(0, delivery.bytes), () => response.destroy())
      return
    }
    case 'TRICKLED': {
      const bytes = Buffer.from(delivery.reply.text)
      response.writeHead(delivery.reply.status, { ...delivery.reply.headers, 'content-length': bytes.length })
      for (const byte of bytes) {
        if (response.destroyed) return
        response.write(Buffer.of(byte))
        await sleep(delivery.ms)
      }
      response.end()
      return
    }
  }
}

/** Sends a reply whole. */
export function sendReply(response: ServerResponse, { status, headers, text }: Reply): void {
  const bytes = Buffer.from(text)
  response.writeHead(status, { ...headers, 'content-length': bytes.length })
  response.end(bytes)
}
