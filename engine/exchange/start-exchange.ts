/**
 * A running exchange: one port on 127.0.0.1 with REST, streams, WebSocket API and control. Floor 3.
 *
 * ```ts
 * const exchange = await startExchange({ bars: [bars] })
 * fetch(`${exchange.address.rest}/api/v3/time`)
 * ```
 */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Bars } from '../model/bars.js'
import type { Units } from '../model/money.js'
import { rulesFromExchangeInfo } from '../venue/exchange-info.js'
import type { CommissionRates } from './accounts/account.js'
import type { IssuedEd25519Key } from './accounts/keys.js'
import { act } from './control/actions.js'
import { serveControl } from './control/control-door.js'
import { MarketClockwork } from './control/market-clockwork.js'
import { Pump } from './control/pump.js'
import { Exchange } from './exchange.js'
import type { Fault } from './faults/fault.js'
import { ListedSymbol, type SymbolEntry, tickOf } from './listed-symbol.js'
import { SymbolMarket } from './market/symbol-market.js'
import type { Tape } from './market/tape.js'
import { shiftOf } from './redate.js'
import { serveRest } from './rest/http-door.js'
import { STATED_LIMITS, type StatedLimit } from './rest/rate-limits.js'
import { openMarketSocket } from './streams/market-door.js'
import { MarketStreams } from './streams/market-streams.js'
import { DOCUMENTED_SOCKETS, type SocketTerms } from './streams/socket-life.js'
import { ApiConnections } from './ws-api/api-door.js'

/** One symbol: its bars, and its entry of an exchangeInfo answer. */
export interface SymbolSource {
  readonly bars: Bars
  /** The recorded trades that the bars were made of. */
  readonly tape?: Tape | undefined
  readonly entry: SymbolEntry
}

/** What an exchange is started with. */
export interface ExchangeOptions {
  readonly symbols: readonly SymbolSource[]
  /** 0 takes any free port. */
  readonly port?: number
  /** Bars of market time a second; 0 moves by control only. */
  readonly speed?: number
  /** Bars that have closed at the start. */
  readonly history?: number
  /** Whether bars keep their dates, or end their history now. */
  readonly dates?: 'now' | 'original'
  readonly seed?: number
  readonly balances?: ReadonlyMap<string, Units>
  readonly rates?: CommissionRates
  readonly bnbDiscount?: boolean
  readonly faults?: readonly Fault[]
  readonly limits?: readonly StatedLimit[]
  readonly sockets?: Partial<SocketTerms>
  readonly writeJournal?: (line: string) => void
  /** The machine's clock; a test may bring its own. */
  readonly now?: () => number
  /** Told of a fault of the exchange itself. */
  readonly onError?: (error: unknown) => void
}

/** Where a running exchange is, as `run-exchange.ts` prints it. */
export interface ExchangeAddress {
  readonly schema: 'nextbar/exchange@1'
  readonly rest: string
  readonly stream: string
  readonly wsApi: string
  readonly apiKey: string
  readonly secret: string
  readonly control: string
  readonly token: string
  readonly ed25519: IssuedEd25519Key
  readonly symbols: readonly string[]
  readonly interval: string
}

/** A running exchange; end it with `stop`. */
export interface RunningExchange {
  readonly address: ExchangeAddress
  readonly exchange: Exchange
  readonly pump: Pump
  stop(): Promise<void>
}

/** Frames from clients are small; a larger one ends its connection. */
const MAX_FRAME_BYTES = 1 << 20

/** Starts an exchange and gives it when it listens. */
export async function startExchange(options: ExchangeOptions): Promise<RunningExchange> {
  const { speed = 0, sockets = {}, port = 0, bnbDiscount = false } = options
  const exchange = newExchange(options)
  const account = exchange.openAccount({
    rates: options.rates ?? { maker: 0.001, taker: 0.001 },
    paysInBnb: bnbDiscount,
    balances: options.balances ?? new Map(),
  })
  const streams = new MarketStreams(exchange)
  const pump = new Pump(exchange.timeline, speed)
  const token = randomBytes(24).toString('hex')
  const api = new ApiConnections()
  const parts = { exchange, streams, api }
  new MarketClockwork(parts)
  const control = { exchange, pump, token, act: (fault: Fault) => act(parts, fault) }
  const server = createServer((request, response) => {
    const isControl = /^\/control(\/|$)/.test(request.url ?? '')
    const served = isControl
      ? serveControl(control, request, response)
      : serveRest(exchange, request, response)
    served.catch((error: unknown) => {
      if (!request.destroyed || response.writable) exchange.report(error)
      response.destroy()
    })
  })
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })
  const terms: SocketTerms = { ...DOCUMENTED_SOCKETS, ...sockets }
  const doors = openSockets(server, exchange, (socket, url, address) => {
    if (url.pathname.startsWith('/ws-api/')) api.open(socket, url, { exchange, terms, address })
    else openMarketSocket(socket, url, { exchange, streams, terms })
  })
  const connections = trackConnections(server)
  await listen(server, port)
  pump.start()
  return {
    address: addressOf(
      server,
      exchange,
      { ...exchange.keys.issue(account), token },
      exchange.keys.issueEd25519(account),
    ),
    exchange,
    pump,
    async stop() {
      pump.stop()
      for (const client of doors.clients) client.terminate()
      for (const socket of connections) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function newExchange({
  symbols,
  history,
  dates = 'now',
  seed = 1,
  faults = [],
  limits = STATED_LIMITS,
  writeJournal,
  now = Date.now,
  onError,
}: ExchangeOptions): Exchange {
  const listed = symbols.map(({ bars, tape, entry }) => {
    const past = Math.min(history ?? 5000, bars.length)
    const rules = rulesFromExchangeInfo({ symbols: [entry] }, entry.symbol)
    const market = new SymbolMarket({
      bars,
      tape,
      tick: tickOf(rules),
      step: Number(rules.stepSize),
      seed,
      history: past,
      shiftMs: dates === 'original' ? 0 : shiftOf(bars, past, now()),
    })
    return new ListedSymbol(entry, market)
  })
  return new Exchange({
    listed,
    limits,
    faults,
    seed,
    now,
    ...(writeJournal && { writeJournal }),
    ...(onError && { onError }),
  })
}

/** WebSockets on the server's port; a path that is none is refused. */
function openSockets(
  server: Server,
  exchange: Exchange,
  open: (socket: WebSocket, url: URL, address: string) => void,
): WebSocketServer {
  const doors = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const refuse = (status: string): void => {
      socket.end(`HTTP/1.1 ${status}
connection: close
content-length: 0

`)
    }
    const url = URL.parse(request.url ?? '/', 'http://127.0.0.1')
    if (url === null || !/^\/(ws|stream|ws-api\/v3)(\/|$)/.test(url.pathname)) {
      refuse('404 Not Found')
      return
    }
    const [refused] = exchange.faults.take(`connect ${url.pathname}`, ['refuse'])
    if (refused) {
      refuse(`${refused.status ?? 503} Refused`)
      return
    }
    doors.handleUpgrade(request, socket, head, (webSocket) =>
      open(webSocket, url, request.socket.remoteAddress ?? ''),
    )
  })
  return doors
}

function trackConnections(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>()
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
  })
  return connections
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
}

function addressOf(
  server: Server,
  exchange: Exchange,
  secrets: { readonly apiKey: string; readonly secret: string; readonly token: string },
  ed25519: IssuedEd25519Key,
): ExchangeAddress {
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo
  const at = `127.0.0.1:${port}`
  return {
    schema: 'nextbar/exchange@1',
    rest: `http://${at}`,
    stream: `ws://${at}`,
    wsApi: `ws://${at}/ws-api/v3`,
    apiKey: secrets.apiKey,
    secret: secrets.secret,
    control: `http://${at}/control`,
    token: secrets.token,
    ed25519,
    symbols: exchange.allListed.map(({ symbol }) => symbol),
    interval: exchange.allListed[0]?.market.interval ?? '',
  }
}
