/** Every request of a session as the exchange's own doors see it: when it came, and how it was answered. */
import { channel } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import { TEST_AGENT } from '../../exchange/started.js'
import type { StillExchange } from '../live-session.js'

/** A request that came to the exchange. */
export interface SeenRequest {
  /** `WS` for a connection to the WebSocket API and for a frame of it. */
  readonly verb: string
  readonly path: string
  /** How many orders it asks for, and the epoch of the session that they are of. */
  readonly orders: number
  readonly epoch: number | undefined
  /** Milliseconds of this process's own clock. */
  readonly cameAt: number
  answeredAt: number
  status: number
  /** The exchange's own number of an error. */
  code: number | undefined
  /** What it was told to wait, in milliseconds. */
  waitMs: number
}

/** What node tells of a request that a server of this process has got. */
interface ServerMessage {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/**
 * Requests to the paths under `/api/` of an exchange inside this process, and to its WebSocket API, from now to the test's
 * end; what the test itself asks is none.
 */
export function requestsOf({
  address,
  exchange,
}: Pick<StillExchange, 'address' | 'exchange'>): readonly SeenRequest[] {
  const port = Number(new URL(address.rest).port)
  const seen: SeenRequest[] = []
  const see = (verb: string, url: string) => {
    const path = url.replace(/\?.*/, '')
    const epoch = Number(/ClientOrderId=nb(\d+)-/.exec(url)?.[1]) || undefined
    const one: SeenRequest = {
      ...{
        verb,
        path,
        epoch,
        orders: ordersIn(verb, path),
        cameAt: performance.now(),
        answeredAt: Number.POSITIVE_INFINITY,
        status: 0,
      },
      ...{ code: undefined, waitMs: 0 },
    }
    seen.push(one)
    return one
  }
  const started = channel('http.server.request.start')
  const note = (message: unknown) => {
    const { request, response } = message as ServerMessage
    const { method = '', url = '', socket, headers } = request
    if (socket.localPort !== port || !url.startsWith('/api/') || headers['user-agent'] === TEST_AGENT) return
    const one = see(method, url)
    const { end, writeHead } = response
    response.writeHead = function (this: ServerResponse, ...words: readonly unknown[]) {
      // Headers that are given here are known to nobody afterwards.
      const given = words.find((word) => typeof word === 'object' && word !== null)
      one.waitMs = 1000 * Number(new Map(Object.entries(given ?? {})).get('retry-after') ?? 0)
      return writeHead.apply(this, words as Parameters<typeof writeHead>)
    }
    response.end = function (this: ServerResponse, ...words: Parameters<typeof end>) {
      one.code = Number(/"code":(-\d+)/.exec(String(words[0]).slice(0, 100))?.[1]) || undefined
      return end.apply(this, words)
    } as typeof end
    response.on('finish', () => {
      one.answeredAt = performance.now()
      one.status = response.statusCode
    })
  }
  started.subscribe(note)
  onTestFinished(() => void started.unsubscribe(note))
  // The doors for sockets ask for faults at each connection and frame.
  const { faults } = exchange
  const take = faults.take.bind(faults)
  faults.take = (occasion, actions, fields) => {
    const [, what] = /^(connect \/ws-api\S*|ws \S+)$/.exec(occasion) ?? []
    if (what !== undefined) see('WS', what)
    return take(occasion, actions, fields)
  }
  return seen
}

/** How many orders a request asks for. */
function ordersIn(verb: string, path: string): number {
  if (verb !== 'POST') return 0
  if (/^\/api\/v3\/order(\/cancelReplace)?$/.test(path)) return 1
  const [, kind] = /^\/api\/v3\/orderList\/(oco|oto|otoco)$/.exec(path) ?? []
  return kind === undefined ? 0 : kind === 'otoco' ? 3 : 2
}
