/** One connection of the WebSocket API: who is logged on, what is subscribed, and how requests are answered. Floor 3. */
import { webSocketPayload } from '../../venue/signing.js'
import type { ApiKey } from '../accounts/keys.js'
import type { Exchange } from '../exchange.js'
import { missing, Rejection, reject } from '../rejection.js'
import type { Route } from '../rest/route.js'
import { checkNames, methodRoute, runRoute, weightOf } from '../rest/router.js'
import { checkFrameSignature, checkTiming, keyOf } from '../rest/security.js'
import type { ApiFrame } from './frame.js'
import type { UserSubscriptions } from './user-subscriptions.js'

/** Names that any signed frame may carry. */
const FRAME_NAMES = ['apiKey', 'timestamp', 'recvWindow', 'signature', 'returnRateLimits']

/** What a request came to: a result, and what a signed one did to the counts. */
export interface SessionAnswer {
  readonly result: unknown
  /** Of an answer about orders: their counts are told with it. */
  readonly route: Route | undefined
  readonly key: ApiKey | undefined
}

/** A connection's session. */
export class ApiSession {
  readonly #exchange: Exchange
  readonly #subscriptions: UserSubscriptions
  readonly #address: string
  readonly #connectedSince: number
  #key: ApiKey | undefined
  #authorizedSince: number | null = null

  constructor(exchange: Exchange, subscriptions: UserSubscriptions, address: string) {
    this.#exchange = exchange
    this.#subscriptions = subscriptions
    this.#address = address
    this.#connectedSince = exchange.clock.now()
  }

  /** Carries a request out. Throws the exchange's refusal. */
  answer(frame: ApiFrame): SessionAnswer {
    const { method } = frame
    const own = this.#own(method.replace(/^v3\//, ''), frame)
    if (own !== undefined) return { result: own, route: undefined, key: this.#key }
    const route = methodRoute(method)
    if (route === undefined) throw new Rejection(-1135, `Unknown method '${method.slice(0, 60)}'.`)
    const now = this.#exchange.clock.now()
    const weight = weightOf(route, frame.params)
    this.#exchange.limits.spend(this.#address, weight, now)
    const key = route.security === 'NONE' ? undefined : this.#identify(frame)
    checkNames(route, frame.params, FRAME_NAMES)
    const { body } = runRoute(this.#exchange, route, frame.params, key)
    if (route.isFreeOnSuccess) this.#exchange.limits.refund(this.#address, weight, now)
    return { result: body, route, key }
  }

  /** A key is gone: a session that lives by it ends. Whether it did. */
  endKey(apiKey: string): boolean {
    this.#subscriptions.end({ apiKey })
    if (this.#key?.apiKey !== apiKey) return false
    this.#key = undefined
    this.#authorizedSince = null
    return true
  }

  /** What sessions and subscriptions are asked; undefined for anything else. */
  #own(method: string, frame: ApiFrame): unknown {
    switch (method) {
      case 'session.logon':
        return this.#logon(frame)
      case 'session.status':
        this.#spend(2)
        return this.#status(this.#key)
      case 'session.logout':
        this.#spend(2)
        this.#subscriptions.end({ isSession: true })
        this.#key = undefined
        this.#authorizedSince = null
        return this.#status(undefined)
      case 'session.subscriptions':
        this.#spend(2)
        return this.#subscriptions.ids.map((subscriptionId) => ({ subscriptionId }))
      case 'userDataStream.subscribe': {
        this.#spend(2)
        if (this.#key === undefined)
          throw new Rejection(-1002, 'You are not authorized to execute this request.', { status: 401 })
        return { subscriptionId: this.#subscriptions.add(this.#key.account, this.#key.apiKey, true) }
      }
      case 'userDataStream.subscribe.signature': {
        this.#spend(2)
        const key = this.#verified(frame)
        return { subscriptionId: this.#subscriptions.add(key.account, key.apiKey, false) }
      }
      case 'userDataStream.unsubscribe': {
        this.#spend(2)
        const id = frame.params.whole('subscriptionId')
        if (this.#subscriptions.end(id === undefined ? {} : { id }) === 0) {
          throw new Rejection(-2036, 'User Data Stream subscription not active.')
        }
        return {}
      }
      default:
        return undefined
    }
  }

  #logon(frame: ApiFrame): unknown {
    this.#spend(2)
    const key = this.#verified(frame)
    if (key.verifying.kind !== 'ED25519') {
      throw new Rejection(-4056, 'HMAC_SHA256 and RSA API key is not supported.')
    }
    this.#key = key
    this.#authorizedSince = this.#exchange.clock.now()
    return this.#status(key)
  }

  #status(key: ApiKey | undefined) {
    return {
      apiKey: key?.apiKey ?? null,
      authorizedSince: this.#authorizedSince,
      connectedSince: this.#connectedSince,
      returnRateLimits: true,
      serverTime: this.#exchange.clock.reported(),
      userDataStream: this.#subscriptions.hasSession,
    }
  }

  #spend(weight: number): void {
    this.#exchange.limits.spend(this.#address, weight, this.#exchange.clock.now())
  }

  /** Who sent a signed request: the frame's own key, or the session's, whose requests need no signature. */
  #identify(frame: ApiFrame): ApiKey {
    if (this.#key === undefined || frame.params.has('apiKey')) return this.#verified(frame)
    checkTiming(frame.params, this.#exchange.clock.now())
    return this.#key
  }

  #verified({ params, values }: ApiFrame): ApiKey {
    if (!params.has('apiKey')) throw missing('apiKey')
    const key = keyOf(this.#exchange, params.text('apiKey'))
    if (!params.has('signature')) throw missing('signature')
    params.requiredWhole('timestamp')
    checkFrameSignature(key, webSocketPayload(Object.fromEntries(values)), params)
    checkTiming(params, this.#exchange.clock.now())
    return key
  }
}

/** The refusal that a connection of a key which is gone hears. */
export function keyGone(): Rejection {
  return reject(-2015)
}
