/** All routes by their names, and how a call to one is judged and answered. Floor 3. */
import type { ApiKey } from '../accounts/keys.js'
import type { Exchange } from '../exchange.js'
import { Rejection, reject } from '../rejection.js'
import { ACCOUNT_ROUTES } from './account-routes.js'
import { BOOK_ROUTES } from './book-routes.js'
import { GENERAL_ROUTES } from './general-routes.js'
import { GONE_ROUTES } from './gone-routes.js'
import { LIST_ROUTES } from './list-routes.js'
import { MARKET_ROUTES } from './market-routes.js'
import { OPEN_ORDER_ROUTES } from './open-order-routes.js'
import { ORDER_ROUTES } from './order-routes.js'
import type { Params } from './params.js'
import { REPLACE_ROUTES } from './replace-routes.js'
import type { Route, RouteAnswer } from './route.js'
import { SIGNED_NAMES } from './security.js'

const ROUTES: readonly Route[] = [
  ...[...GENERAL_ROUTES, ...MARKET_ROUTES, ...BOOK_ROUTES, ...ACCOUNT_ROUTES, ...GONE_ROUTES],
  ...[...ORDER_ROUTES, ...REPLACE_ROUTES, ...OPEN_ORDER_ROUTES, ...LIST_ROUTES],
]

const BY_REST = new Map(ROUTES.map((route) => [route.rest, route]))
const BY_METHOD = new Map(
  ROUTES.flatMap((route) => (route.method === undefined ? [] : [[route.method, route]])),
)
const PATHS = new Set(ROUTES.map(({ rest }) => rest.slice(rest.indexOf(' ') + 1)))

/** The route of `GET /api/v3/ping`; undefined where there is none. */
export function restRoute(name: string): Route | undefined {
  return BY_REST.get(name)
}

/** Whether a path is there with some other verb. */
export function isKnownPath(path: string): boolean {
  return PATHS.has(path)
}

/** The route that the WebSocket API calls by this name; `v3/` before it is allowed. */
export function methodRoute(name: string): Route | undefined {
  return BY_METHOD.get(name.replace(/^v3\//, ''))
}

/** What a call to a route costs. */
export function weightOf(route: Route, params: Params): number {
  return typeof route.weight === 'number' ? route.weight : route.weight(params)
}

/** Throws −1101 or −1104 on parameters that the route does not read. */
export function checkNames(route: Route, params: Params, others: readonly string[] = []): void {
  const known = route.security === 'NONE' ? route.params : [...route.params, ...SIGNED_NAMES]
  const read = params.names.filter((name) => known.includes(name) || others.includes(name))
  if (read.length === params.names.length) return
  if (known.length === 0) {
    throw new Rejection(-1101, `Too many parameters; expected '0' and received '${params.names.length}'.`)
  }
  throw new Rejection(
    -1104,
    `Not all sent parameters were read; read '${read.length}' parameter(s) but was sent '${params.names.length}'.`,
  )
}

/** Runs a route for whoever holds the key. */
export function runRoute(
  exchange: Exchange,
  route: Route,
  params: Params,
  key: ApiKey | undefined,
): RouteAnswer {
  if (route.security !== 'NONE' && key === undefined) throw reject(-2014)
  if (route.security === 'TRADE' && key?.canTrade === false) throw reject(-2015)
  return route.run({ exchange, params, account: key?.account ?? exchange.nobody })
}
