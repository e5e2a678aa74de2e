/**
 * Signed REST: one request, sent once. What comes back is told apart into what the exchange did, what it refused
 * for certain, and what nobody knows; nothing that could change an account is ever sent again by itself. Floor 2.
 */
import { Agent, request } from 'undici'
import { describeFault } from './http-source.js'
import type { Limiter } from './limiter.js'
import type { RestCalls } from './rest-calls.js'
import { percentEncode, queryOf, type SignedParams } from './signing.js'

/** Names an account and signs for it, without showing the key to who asks. */
export interface Signer {
  apiKey(): string
  /** The signature as it is sent, not yet percent-encoded. */
  sign(payload: string): string
}

/** Where it connects, and with what. */
export interface SignedRestParts {
  readonly url: string
  readonly signer: Signer
  readonly limiter: Limiter
  /** The exchange's time, UTC milliseconds. */
  readonly now: () => number
  readonly recvWindowMs?: number
  readonly timeoutMs?: number
  /** Hears of every request. */
  readonly calls?: Pick<RestCalls, 'note'> | undefined
}

/** A request that is signed. */
export interface SignedRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly params: SignedParams
  readonly weight: number
  /** Unfilled orders that it adds; such a request counts for ORDERS. */
  readonly orders?: number
  /** It waits for the next window rather than take what others need more. */
  readonly canWait?: boolean
  /** It is not sent at all rather than later than so many milliseconds after it was asked for. */
  readonly mostWaitMs?: number
  /** Whether nobody wants it any more while it waits; `forbids` says why. */
  readonly isGivenUp?: () => boolean
  /** Asked at the last moment, when the limits let it go: what forbids it, or undefined. */
  readonly forbids?: () => string | undefined
}

/** What became of a request. */
export type SignedAnswer =
  | { readonly kind: 'DONE'; readonly status: number; readonly json: unknown }
  /** The exchange says that it did not do it: `code` is its own number, negative. */
  | {
      readonly kind: 'REFUSED'
      readonly status: number
      readonly code: number
      readonly message: string
      readonly json: unknown
    }
  /** It was never sent: `forbids` said why. */
  | { readonly kind: 'FORBIDDEN'; readonly reason: string }
  /** It may have been done. Only a query can tell. */
  | { readonly kind: 'UNKNOWN'; readonly reason: string }
  /** Nothing may be sent any more until a person has looked: an ended key, a ban, a firewall. */
  | { readonly kind: 'HALT'; readonly reason: string }

const RECV_WINDOW_MS = 5000
/** The exchange itself gives up after 10 s. */
const TIMEOUT_MS = 12_000
const MAX_BYTES = 16 << 20

/** A request's time is outside of its window: it was refused before anything else was looked at, and was not done. */
export const UNTIMELY = -1021

/** Answers that leave open what was done, whatever their status. */
const OPEN_CODES: ReadonlySet<number> = new Set([-1000, -1001, -1006, -1007, -1008])
/**
 * Answers by which the exchange says for certain that it did not do it: what an order or a cancel fails by before the
 * engine has it, or in it. Of any other number, and of those to come, nobody knows.
 */
function isRefusal(code: number): boolean {
  return REFUSALS.has(code) || (code <= -1100 && code > -1200)
}
const REFUSALS: ReadonlySet<number> = new Set([
  ...[-1002, -1003, -1013, -1014, -1015, -1016, -1020, UNTIMELY, -1034],
  ...[-2010, -2011, -2013, -2021, -2022, -2026, -2038, -2039],
])
/** The key is not what it must be: asking again can only make it worse. */
const KEY_CODES: ReadonlySet<number> = new Set([-2014, -2015, -1022])

/** Signed routes of one account. Close it when done. */
export class SignedRest {
  readonly #parts: Required<Omit<SignedRestParts, 'calls'>> & Pick<SignedRestParts, 'calls'>
  readonly #agent: Agent

  constructor(parts: SignedRestParts) {
    this.#parts = {
      recvWindowMs: RECV_WINDOW_MS,
      timeoutMs: TIMEOUT_MS,
      ...parts,
      url: parts.url.replace(/\/+$/, ''),
    }
    const { timeoutMs } = this.#parts
    this.#agent = new Agent({
      connect: { timeout: timeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    })
  }

  /**
   * Waits for the limiter, then stamps, signs and sends. Never throws: a limiter that is halted, and a network that
   * fails before anything was sent, are answers too.
   */
  async send(wanted: SignedRequest): Promise<SignedAnswer> {
    const { limiter } = this.#parts
    const { weight, orders, mostWaitMs } = wanted
    let forbidden: string | undefined
    const mayGo = (): boolean => {
      forbidden = wanted.forbids?.()
      return forbidden === undefined
    }
    try {
      const costs = { REQUEST_WEIGHT: weight, ...(orders ? { ORDERS: orders } : {}) }
      const isTaken = await limiter.take(costs, { ...wanted, mayGo })
      if (!isTaken) {
        const late = `LIMITS: the exchange's limits let it go no sooner than ${(mostWaitMs ?? 0) / 1000} s after it was asked for`
        if (wanted.isGivenUp?.()) mayGo()
        return { kind: 'FORBIDDEN', reason: forbidden ?? late }
      }
    } catch (error) {
      return { kind: 'HALT', reason: describeFault(error) }
    }
    const asked = await this.#ask(wanted)
    if ('reason' in asked) return { kind: 'UNKNOWN', reason: asked.reason }
    try {
      limiter.answered({ ...asked, code: errorIn(parseExact(asked.text)).code })
    } catch (error) {
      return { kind: 'HALT', reason: describeFault(error) }
    }
    return answerOf(asked, wanted.method !== 'GET')
  }

  /** Whether the exchange would let a request of such a weight in now: it has not said to wait, nor ended all requests. */
  mayAsk(weight: number): boolean {
    return this.#parts.limiter.has({ REQUEST_WEIGHT: weight })
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  async #ask(wanted: SignedRequest): Promise<RawSignedAnswer | { readonly reason: string }> {
    const sentAt = performance.now()
    const asked = await this.#exchange(wanted)
    const { method, path } = wanted
    const [status, code] = 'reason' in asked ? [] : [asked.status, errorIn(parseExact(asked.text)).code]
    this.#parts.calls?.note({ route: `${method} ${path}`, status, code, ms: performance.now() - sentAt })
    return asked
  }

  async #exchange({
    method,
    path,
    params,
  }: SignedRequest): Promise<RawSignedAnswer | { readonly reason: string }> {
    const { url, signer, now, recvWindowMs, timeoutMs } = this.#parts
    // Built once: these very bytes are signed, and sent.
    const query = queryOf({ ...params, recvWindow: recvWindowMs, timestamp: Math.trunc(now()) })
    const signed = `${query}&signature=${percentEncode(signer.sign(query))}`
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const { statusCode, headers, body } = await request(`${url}${path}?${signed}`, {
        method,
        dispatcher: this.#agent,
        headers: { 'x-mbx-apikey': signer.apiKey() },
        signal,
      })
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > MAX_BYTES) return { reason: `the answer has more than ${MAX_BYTES} bytes` }
        chunks.push(chunk)
      }
      return { status: statusCode, headers, text: Buffer.concat(chunks).toString('utf8') }
    } catch (error) {
      return { reason: signal.aborted ? `no answer within ${timeoutMs} ms` : describeFault(error) }
    }
  }
}

interface RawSignedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

function answerOf({ status, text }: RawSignedAnswer, changes: boolean): SignedAnswer {
  const json = parseExact(text)
  const { code, msg } = errorIn(json)
  if (status >= 200 && status < 300) {
    return json === undefined
      ? { kind: 'UNKNOWN', reason: `it answered ${status} without whole JSON` }
      : { kind: 'DONE', status, json }
  }
  if (status >= 300 && status < 400) {
    return { kind: 'HALT', reason: `it was redirected (${status}): signed requests follow no redirect` }
  }
  const what = `it answered ${status}${code === undefined ? '' : `, ${code}`}${msg === undefined ? '' : `: ${msg}`}`
  if (status >= 500 || code === undefined || OPEN_CODES.has(code)) {
    // 429 is answered before anything else is looked at, with or without a body.
    return status === 429
      ? { kind: 'REFUSED', status, code: code ?? -1003, message: msg ?? what, json }
      : { kind: 'UNKNOWN', reason: what }
  }
  if (KEY_CODES.has(code)) {
    return {
      kind: 'HALT',
      reason: `${what}; the key is wrong or has ended, this address is not on its list, or it may not trade`,
    }
  }
  if (changes && !isRefusal(code)) return { kind: 'UNKNOWN', reason: what }
  return { kind: 'REFUSED', status, code, message: msg ?? what, json }
}

function errorIn(json: unknown): { readonly code: number | undefined; readonly msg: string | undefined } {
  const error = typeof json === 'object' && json !== null ? json : {}
  const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined
  const msg = 'msg' in error && typeof error.msg === 'string' ? error.msg : undefined
  return { code, msg }
}

/** JSON in which a whole number beyond 2^53 stays the text that it was; undefined where it is none. */
export function parseExact(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
        ? (context?.source ?? value)
        : value,
    )
  } catch {
    return undefined
  }
}
