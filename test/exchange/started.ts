/** A local exchange inside the test's own process, a REST client that signs, and sockets that wait. */
import { createPrivateKey } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { generateBars } from '../../data/synthetic.js'
import { symbolEntry } from '../../engine/exchange/listed-symbol.js'
import {
  type ExchangeOptions,
  type RunningExchange,
  startExchange,
} from '../../engine/exchange/start-exchange.js'
import type { Bars } from '../../engine/model/bars.js'
import { ConfigError } from '../../engine/model/errors.js'
import { ONE } from '../../engine/model/money.js'
import { knownRules } from '../../engine/venue/known-symbols.js'
import {
  queryOf,
  type SignedParams,
  type SigningKey,
  signedQuery,
  signPayload,
  webSocketPayload,
} from '../../engine/venue/signing.js'

/** By which the exchange's door can tell what a test itself asks. */
export const TEST_AGENT = 'the test'

/** What the exchange lists of bars, by the built-in rules of their symbol. */
export function listing(bars: Bars) {
  const rules = knownRules(bars.symbol)
  if (rules === undefined) throw new ConfigError(`${bars.symbol} must have built-in rules`)
  return { bars, entry: symbolEntry(rules) }
}

/** Bars of the synthetic market under the name of a symbol with rules. */
export function someBars(count = 400, symbol = 'BTCUSDT', seed = 7) {
  return generateBars({ seed, count, symbol })
}

/** Starts an exchange that the test's end stops; it stands still until it is told to go on. */
export async function started(
  options: Partial<ExchangeOptions> = {},
): Promise<RunningExchange & { readonly client: Client }> {
  const running = await startExchange({
    symbols: [listing(someBars())],
    history: 200,
    balances: new Map([
      ['USDT', 100_000n * ONE],
      ['BTC', ONE],
    ]),
    ...options,
  })
  onTestFinished(() => running.stop())
  return { ...running, client: newClient(running) }
}

/** An answer of the exchange. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape, and compare what they find
  readonly body: any
}

/** Calls the exchange as a client would. */
export interface Client {
  readonly apiKey: string
  get(path: string, params?: SignedParams): Promise<Answer>
  signed(verb: string, path: string, params?: SignedParams): Promise<Answer>
  control(verb: string, path: string, body?: unknown): Promise<Answer>
  /** Parameters of a signed frame of the WebSocket API. */
  frameParams(params?: SignedParams): SignedParams
}

/** A client with the exchange's first key, or another. */
export function newClient(
  { address, exchange }: Pick<RunningExchange, 'address' | 'exchange'>,
  { apiKey = address.apiKey, key = { kind: 'HMAC', secret: address.secret } as SigningKey } = {},
): Client {
  const call = async (
    verb: string,
    url: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Answer> => {
    const response = await fetch(url, {
      method: verb,
      headers: { ...headers, 'user-agent': TEST_AGENT },
      redirect: 'manual',
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    let parsed: unknown = text
    try {
      parsed = JSON.parse(text)
    } catch {
      // What is no JSON is compared as text.
    }
    return { status: response.status, headers: response.headers, body: parsed }
  }
  return {
    apiKey,
    get: (path, params = {}) =>
      call('GET', `${address.rest}${path}${queryOf(params) && `?${queryOf(params)}`}`, {}),
    signed: (verb, path, params = {}) =>
      call(
        verb,
        `${address.rest}${path}?${signedQuery(queryOf({ timestamp: exchange.clock.now(), ...params }), key)}`,
        {
          'x-mbx-apikey': apiKey,
        },
      ),
    control: (verb, path, body) =>
      call(
        verb,
        `${address.control}${path}`,
        { 'x-control-token': address.token },
        body === undefined ? undefined : JSON.stringify(body),
      ),
    frameParams(params = {}) {
      const all = { timestamp: exchange.clock.now(), ...params, apiKey }
      return { ...all, signature: signPayload(webSocketPayload(all), key) }
    },
  }
}

/** The Ed25519 key that the exchange printed. */
export function ed25519Of({ address }: RunningExchange) {
  return {
    apiKey: address.ed25519.apiKey,
    key: { kind: 'ED25519', privateKey: createPrivateKey(address.ed25519.privateKey) } as SigningKey,
  }
}

/** A socket whose frames wait until they are asked for. */
export interface TestSocket {
  readonly socket: WebSocket
  // biome-ignore lint/suspicious/noExplicitAny: frames have every shape
  next(): Promise<any>
  /** The next frame that is as asked; those before it are gone. */
  // biome-ignore lint/suspicious/noExplicitAny: frames have every shape
  until(isIt: (frame: any) => boolean): Promise<any>
  /** Frames that have come and were not asked for. */
  readonly waiting: readonly unknown[]
  send(frame: unknown): void
  closed(): Promise<number>
}

/** Opens a socket that the test's end closes. */
export async function connect(url: string): Promise<TestSocket> {
  const socket = new WebSocket(url, { maxPayload: 1 << 20 })
  const waiting: unknown[] = []
  const asking: ((frame: unknown) => void)[] = []
  socket.on('message', (data) => {
    const text = String(data)
    let frame: unknown = text
    try {
      frame = JSON.parse(text)
    } catch {
      // A frame that is no JSON is told as text.
    }
    const ask = asking.shift()
    if (ask) ask(frame)
    else waiting.push(frame)
  })
  let code: number | undefined
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (one) => {
      code = one
      resolve(one)
    })
  })
  socket.on('error', () => undefined)
  onTestFinished(() => socket.terminate())
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve())
    socket.once('close', () => reject(new Error(`closed with ${code} before it was open`)))
  })
  const next = () =>
    waiting.length > 0
      ? Promise.resolve(waiting.shift())
      : new Promise<unknown>((resolve, reject) => {
          const late = setTimeout(() => reject(new Error('no frame came within 5 s')), 5000)
          asking.push((frame) => {
            clearTimeout(late)
            resolve(frame)
          })
        })
  return {
    socket,
    waiting,
    next,
    async until(isIt) {
      for (;;) {
        const frame = await next()
        if (isIt(frame)) return frame
      }
    },
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    closed: () => closed,
  }
}
