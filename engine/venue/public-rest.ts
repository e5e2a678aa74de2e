/**
 * Binance's public REST: what needs no key. Requests that only read are tried again when the network or the
 * exchange fails, within the limits. Floor 2.
 */
import { DataError, ExchangeError } from '../model/errors.js'
import { describeFault, type HttpAnswer, HttpSource } from './http-source.js'
import { parseKlineRow } from './kline-shape.js'
import type { Limiter } from './limiter.js'
import type { RestCall, RestCalls } from './rest-calls.js'
import { type AggTrade, parseAggTrade } from './trade-shape.js'

/** Where it connects, and how patient it is. */
export interface PublicRestParts {
  /** Such as `https://data-api.binance.vision`. */
  readonly url: string
  readonly limiter: Limiter
  readonly sleep: (ms: number) => Promise<void>
  /** For one answer, from its first to its last byte. */
  readonly timeoutMs?: number
  /** How often a request is tried in all. */
  readonly tries?: number
  /** Hears of every request. */
  readonly calls?: Pick<RestCalls, 'note'> | undefined
}

/** A range of rows: both bounds included, UTC milliseconds. */
export interface RowRange {
  readonly symbol: string
  readonly startTime: number
  readonly endTime: number
}

const TIMEOUT_MS = 15_000
const TRIES = 6
const FIRST_RETRY_MS = 250
/** An exchangeInfo of every symbol has some 20 MB. */
const MAX_BYTES = 64 << 20
const PAGE = 1000

/** An answer of the exchange that is no error. */
export interface RestAnswer {
  readonly json: unknown
  readonly text: string
}

/** The public routes. Close it when done: connections stay open for the next request. */
export class PublicRest {
  readonly #limiter: Limiter
  readonly #sleep: (ms: number) => Promise<void>
  readonly #timeoutMs: number
  readonly #tries: number
  readonly #source: HttpSource
  readonly #calls: Pick<RestCalls, 'note'> | undefined

  constructor({ url, limiter, sleep, timeoutMs = TIMEOUT_MS, tries = TRIES, calls }: PublicRestParts) {
    this.#calls = calls
    this.#limiter = limiter
    this.#sleep = sleep
    this.#timeoutMs = timeoutMs
    this.#tries = tries
    this.#source = new HttpSource(url, timeoutMs)
  }

  /** Whether the exchange has ended all requests, until a person clears it. */
  get isHalted(): boolean {
    return this.#limiter.isHalted
  }

  /** A person has looked at what ended all requests: they may go out again. */
  clear(): void {
    this.#limiter.clear()
  }

  /** The exchange's time, UTC milliseconds. */
  async time(): Promise<number> {
    const { json } = await this.get('/api/v3/time', {}, 1)
    const time = isRecord(json) ? json.serverTime : undefined
    if (typeof time === 'number' && Number.isSafeInteger(time)) return time
    throw new DataError('/api/v3/time must answer with serverTime, a whole number, did not')
  }

  /**
   * Klines that open in the range, oldest first, at most 1,000: each row's eleven columns as numbers. The last
   * may still be open.
   */
  async klines({
    symbol,
    interval,
    startTime,
    endTime,
  }: RowRange & { readonly interval: string }): Promise<readonly (readonly number[])[]> {
    const query = { symbol, interval, startTime, endTime, limit: PAGE }
    const { json } = await this.get('/api/v3/klines', query, 2)
    return rowsOf(json, '/api/v3/klines').map((row, i) =>
      parseKlineRow(row, `/api/v3/klines ${symbol} from ${startTime}, row ${i + 1}`),
    )
  }

  /** Aggregate trades, oldest first, at most 1,000: of a time range, or from an id on. */
  async aggTrades(
    query: RowRange | { readonly symbol: string; readonly fromId: number },
  ): Promise<readonly AggTrade[]> {
    const { json } = await this.get('/api/v3/aggTrades', { ...query, limit: PAGE }, 4)
    return rowsOf(json, '/api/v3/aggTrades').map((row, i) =>
      parseAggTrade(row, `/api/v3/aggTrades ${query.symbol}, row ${i + 1}`),
    )
  }

  /** The exchangeInfo answer of one symbol, as its text. */
  async exchangeInfo(symbol: string): Promise<string> {
    return (await this.get('/api/v3/exchangeInfo', { symbol }, 20)).text
  }

  /** The exchangeInfo answer of one symbol for who asks again anyway: it is tried twice, then given up. */
  async probe(symbol: string): Promise<unknown> {
    return (await this.get('/api/v3/exchangeInfo', { symbol }, 20, 2)).json
  }

  /**
   * Any route that only reads, tried so often in all. Throws an ExchangeError with the exchange's code when it
   * refuses, when it stays out of reach, and when it has halted the limiter.
   */
  async get(
    path: string,
    query: Readonly<Record<string, string | number>>,
    weight: number,
    tries = this.#tries,
  ): Promise<RestAnswer> {
    const texts = Object.entries(query).map(([key, value]) => [key, String(value)] as const)
    const search = new URLSearchParams(Object.fromEntries(texts))
    const asked = `${path}${search.size === 0 ? '' : `?${search}`}`
    let reason = ''
    for (let tried = 0; tried < tries; tried++) {
      if (tried > 0) await this.#sleep(FIRST_RETRY_MS * 2 ** (tried - 1))
      await this.#limiter.take({ REQUEST_WEIGHT: weight })
      const sentAt = performance.now()
      const answer = await this.#ask(asked)
      this.#calls?.note(callOf(path, answer, performance.now() - sentAt))
      if (typeof answer === 'string') {
        reason = answer
        continue
      }
      this.#limiter.answered(answer)
      if (answer.status === 429 || answer.status >= 500) {
        reason = `it answered ${answer.status}`
        continue
      }
      return readAnswer(path, answer)
    }
    throw new ExchangeError(
      `${path} must be answered by ${this.#source.url}, was not after ${tries} tries: ${reason}; look at the network, or name another --rest-url`,
    )
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#source.close()
  }

  /** The answer, or in words why there is none. */
  async #ask(path: string): Promise<RawAnswer | string> {
    const signal = AbortSignal.timeout(this.#timeoutMs)
    try {
      const { status, headers, body } = await this.#source.get(path, signal)
      return { status, headers, text: await boundedText(body) }
    } catch (cause) {
      if (cause instanceof DataError) throw cause
      return signal.aborted ? `no answer within ${this.#timeoutMs} ms` : describeFault(cause)
    }
  }
}

interface RawAnswer {
  readonly status: number
  readonly headers: HttpAnswer['headers']
  readonly text: string
}

async function boundedText(body: HttpAnswer['body']): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > MAX_BYTES) throw new DataError(`an answer must have at most ${MAX_BYTES} bytes, had more`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function callOf(path: string, answer: RawAnswer | string, ms: number): RestCall {
  const status = typeof answer === 'string' ? undefined : answer.status
  return { route: `GET ${path}`, status, code: undefined, ms }
}

function readAnswer(path: string, { status, text }: RawAnswer): RestAnswer {
  if (status >= 300 && status < 400) {
    throw new ExchangeError(
      `${path} must be answered, was redirected (${status}): redirects are not followed`,
    )
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new ExchangeError(`${path} must be answered in JSON, was with ${status} and ${text.slice(0, 60)}`, {
      cause,
    })
  }
  if (status < 400) return { json, text }
  const code = isRecord(json) && typeof json.code === 'number' ? json.code : undefined
  const what = isRecord(json) && typeof json.msg === 'string' ? json.msg : text.slice(0, 60)
  throw new ExchangeError(
    `${path} was refused (${status}${code === undefined ? '' : `, ${code}`}): ${what}`,
    {
      cause: code === undefined ? undefined : { exchangeCode: code },
    },
  )
}

/** The exchange's own number of an error, such as −1121 for a symbol it does not know. */
export function exchangeCodeOf(error: unknown): number | undefined {
  const cause = error instanceof ExchangeError ? error.cause : undefined
  return isRecord(cause) && typeof cause.exchangeCode === 'number' ? cause.exchangeCode : undefined
}

function rowsOf(json: unknown, path: string): readonly unknown[] {
  if (Array.isArray(json)) return json
  throw new DataError(`${path} must answer with an array, did not`)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
