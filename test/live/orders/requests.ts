/** Every request of a session as the exchange's own door sees it: when it came, and how it was answered. */
import { channel } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import type { StillExchange } from '../live-session.js'

/** A request that came to the exchange. */
export interface SeenRequest {
  readonly verb: string
  readonly path: string
  /** Milliseconds of this process's own clock. */
  readonly cameAt: number
  answeredAt: number
  status: number
  /** What it was told to wait, in milliseconds. */
  waitMs: number
}

/** What node tells of a request that a server of this process has got. */
interface ServerMessage {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Requests to the paths under `/api/` of an exchange inside this process, from now to the test's end. */
export function requestsOf({ address }: Pick<StillExchange, 'address'>): readonly SeenRequest[] {
  const port = Number(new URL(address.rest).port)
  const seen: SeenRequest[] = []
  const started = channel('http.server.request.start')
  const note = (message: unknown) => {
    const { request, response } = message as ServerMessage
    const { method = '', url = '', socket } = request
    if (socket.localPort !== port || !url.startsWith('/api/')) return
    const one: SeenRequest = {
      ...{ verb: method, path: url.replace(/\?.*/, ''), cameAt: performance.now() },
      ...{ answeredAt: Number.POSITIVE_INFINITY, status: 0, waitMs: 0 },
    }
    seen.push(one)
    response.on('finish', () => {
      one.answeredAt = performance.now()
      one.status = response.statusCode
      one.waitMs = 1000 * Number(response.getHeader('retry-after') ?? 0)
    })
  }
  started.subscribe(note)
  onTestFinished(() => void started.unsubscribe(note))
  return seen
}
