/** What a route of the exchange is: the same for REST and for the WebSocket API. Floor 3. */
import type { Account } from '../accounts/account.js'
import type { Exchange } from '../exchange.js'
import { reject } from '../rejection.js'
import type { Params } from './params.js'

/** What a route is called with. */
export interface Call {
  readonly exchange: Exchange
  readonly params: Params
  /** The account that signed; reading it where nobody did is a fault of the route's table. */
  readonly account: Account
}

/** What a route answers: a body, mostly with status 200. */
export interface RouteAnswer {
  readonly status?: number
  readonly body: unknown
}

/** A route: who may call it, what it costs, what it reads, what it does. */
export interface Route {
  /** `GET /api/v3/ping`. */
  readonly rest: string
  /** Its name on the WebSocket API. */
  readonly method?: string
  readonly security: 'NONE' | 'TRADE' | 'USER_DATA'
  readonly weight: number | ((params: Params) => number)
  /** Orders and cancels cost nothing when they succeed. */
  readonly isFreeOnSuccess?: boolean
  /** Whether its answers tell how many orders have been counted. */
  readonly countsOrders?: boolean
  readonly params: readonly string[]
  run(call: Call): RouteAnswer
}

/** The market of the symbol that a call names. */
export function marketOf({ exchange, params }: Pick<Call, 'exchange' | 'params'>) {
  const symbol = params.required('symbol')
  const listed = exchange.listed(symbol)
  if (listed === undefined) throw reject(-1121)
  return listed
}
