/**
 * The operations page and what machines read, on 127.0.0.1 alone. Everything but liveness and readiness needs the
 * token; the only things that can be done here are pause and halt. Floor 3.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConfigError } from '../../model/errors.js'
import { OPS_PAGE, OPS_SCRIPT } from './ops-page.js'
import type { PageFigures } from './page-view.js'
import type { LiveStatus } from './status.js'

/** What the server shows, and the two things it may do. */
export interface OpsParts {
  readonly port: number
  /** The token; a new one when left out. */
  readonly token?: string
  readonly status: () => LiveStatus | undefined
  /** Latest lines, oldest first. */
  readonly tail: () => readonly string[]
  readonly figures: () => PageFigures
  readonly metrics: () => Promise<string>
  readonly metricsType: string
  /** Why it is not ready; empty when it is. */
  readonly notReady: () => readonly string[]
  readonly pause: (reason: string) => void
  readonly halt: (reason: string) => void
}

/** A running server. Close it when done. */
export interface OpsServer {
  /** Address with the token, for the person who started it. */
  readonly url: string
  readonly token: string
  close(): void
}

const PUSH_MS = 1_000
const COOKIE = 'nextbar'

const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash('sha256').update(OPS_SCRIPT).digest('base64')}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Starts the server. Throws a ConfigError when the port is taken. */
export async function startOpsServer(parts: OpsParts): Promise<OpsServer> {
  const token = parts.token ?? randomBytes(24).toString('base64url')
  const streams = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    answer(parts, { token, streams, port: portOf(server) }, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  server.requestTimeout = 10_000
  server.headersTimeout = 10_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new ConfigError(
          `--http-port must be free, ${parts.port} is not: ${cause.message}; 0 takes any free port`,
          {
            cause,
          },
        ),
      ),
    )
    server.listen(parts.port, '127.0.0.1', resolve)
  })
  const pusher = setInterval(() => {
    if (streams.size === 0) return
    const text = eventText(parts)
    for (const stream of streams) stream.write(text)
  }, PUSH_MS)
  return {
    url: `http://127.0.0.1:${portOf(server)}/?token=${token}`,
    token,
    close() {
      clearInterval(pusher)
      for (const stream of streams) stream.end()
      server.close()
      server.closeAllConnections()
    },
  }
}

interface Door {
  readonly token: string
  readonly streams: Set<ServerResponse>
  readonly port: number
}

async function answer(
  parts: OpsParts,
  door: Door,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const origin = `http://127.0.0.1:${door.port}`
  const { host } = request.headers
  // A name that points here is not enough: whoever asks must have meant this machine.
  if (host !== `127.0.0.1:${door.port}` && host !== `localhost:${door.port}`) {
    return send(response, 421, 'text/plain', 'this address is for 127.0.0.1 alone\n')
  }
  const url = new URL(request.url ?? '/', origin)
  const verb = request.method ?? 'GET'
  if (verb === 'GET' && url.pathname === '/livez') return send(response, 200, 'text/plain', 'alive\n')
  if (verb === 'GET' && url.pathname === '/readyz') {
    const failing = parts.notReady()
    const body = failing.length === 0 ? 'ready\n' : `${failing.join('\n')}\n`
    return send(response, failing.length === 0 ? 200 : 503, 'text/plain', body)
  }
  if (verb === 'GET' && url.pathname === '/' && url.searchParams.has('token')) {
    if (!isSame(url.searchParams.get('token') ?? '', door.token)) return refuse(response)
    // The token leaves the address at once, so that it stays in no history.
    const cookie = `${COOKIE}=${door.token}; HttpOnly; SameSite=Strict; Path=/`
    response.writeHead(303, { location: '/', 'set-cookie': cookie, 'cache-control': 'no-store' }).end()
    return
  }
  if (!isSame(tokenOf(request), door.token)) return refuse(response)
  if (verb === 'POST') return act(parts, door, request, response, url.pathname)
  if (verb !== 'GET') return send(response, 405, 'text/plain', 'GET or POST\n')
  switch (url.pathname) {
    case '/':
      return send(response, 200, 'text/html; charset=utf-8', OPS_PAGE)
    case '/status':
      return send(response, 200, 'application/json', `${JSON.stringify(parts.status() ?? null, null, 2)}\n`)
    case '/metrics':
      return send(response, 200, parts.metricsType, await parts.metrics())
    case '/events':
      response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' })
      response.write(eventText(parts))
      door.streams.add(response)
      response.on('close', () => door.streams.delete(response))
      return
    default:
      return send(response, 404, 'text/plain', 'no such page\n')
  }
}

function act(
  { pause, halt }: OpsParts,
  { port }: Door,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): void {
  const { origin } = request.headers
  if (
    origin !== undefined &&
    origin !== `http://127.0.0.1:${port}` &&
    origin !== `http://localhost:${port}`
  ) {
    send(response, 403, 'text/plain', 'only this page may ask for that\n')
    return
  }
  const holds: ReadonlyMap<string, (reason: string) => void> = new Map([
    ['/pause', pause],
    ['/halt', halt],
  ])
  const hold = holds.get(path)
  hold?.('asked for on the operations page')
  if (hold) send(response, 202, 'text/plain', 'done\n')
  else send(response, 404, 'text/plain', 'only /pause and /halt can be asked for\n')
}

function eventText(parts: OpsParts): string {
  const shown = {
    status: parts.status() ?? null,
    notReady: parts.notReady(),
    figures: parts.figures(),
    tail: parts.tail(),
  }
  return `data: ${JSON.stringify(shown)}\n\n`
}

function tokenOf({ headers }: IncomingMessage): string {
  const [, bearer] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
  if (bearer !== undefined) return bearer
  const cookies = (headers.cookie ?? '').split(';').map((one) => one.trim().split('='))
  return cookies.find(([name]) => name === COOKIE)?.[1] ?? ''
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [createHash('sha256').update(given).digest(), createHash('sha256').update(token).digest()]
  return timingSafeEqual(a, b)
}

function refuse(response: ServerResponse): void {
  send(response, 401, 'text/plain', 'open the address with the token that was printed at the start\n')
}

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': POLICY,
} as const

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type }).end(body)
}

function portOf(server: Server): number {
  const address = server.address() as AddressInfo | null
  return address?.port ?? 0
}
