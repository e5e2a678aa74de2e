/** Routes that need neither a symbol nor a key: ping, time, exchangeInfo. Floor 3. */
import type { ListedSymbol } from '../listed-symbol.js'
import { Rejection, reject } from '../rejection.js'
import type { Params } from './params.js'
import type { Call, Route } from './route.js'

/** Ping, time and exchangeInfo. */
export const GENERAL_ROUTES: readonly Route[] = [
  {
    rest: 'GET /api/v3/ping',
    method: 'ping',
    security: 'NONE',
    weight: 1,
    params: [],
    run: () => ({ body: {} }),
  },
  {
    rest: 'GET /api/v3/time',
    method: 'time',
    security: 'NONE',
    weight: 1,
    params: [],
    run: ({ exchange }) => ({ body: { serverTime: exchange.clock.reported() } }),
  },
  {
    rest: 'GET /api/v3/exchangeInfo',
    method: 'exchangeInfo',
    security: 'NONE',
    weight: 20,
    params: ['symbol', 'symbols', 'permissions', 'showPermissionSets', 'symbolStatus'],
    run: exchangeInfo,
  },
  {
    rest: 'GET /api/v3/executionRules',
    method: 'executionRules',
    security: 'NONE',
    weight: 2,
    params: ['symbol', 'symbols', 'symbolStatus'],
    run(call) {
      const rules = chosen(call).map(({ symbol }) => ({ symbol, rules: call.exchange.priceRange(symbol) }))
      return { body: { symbolRules: rules } }
    },
  },
]

function exchangeInfo(call: Call) {
  const { exchange, params } = call
  const listed = chosen(call)
  const status = params.text('symbolStatus')
  if (status !== undefined && (params.has('symbol') || params.has('symbols'))) throw reject(-1128)
  const hidesSets = params.flag('showPermissionSets') === false
  const symbols = listed
    .filter(({ entry }) => status === undefined || entry.status === status)
    .map(({ entry }) => ({
      ...entry,
      filters: entry.filters.filter(({ filterType }) => filterType !== 'PRICE_RANGE'),
      ...(hidesSets && { permissionSets: [] }),
    }))
  return {
    body: {
      timezone: 'UTC',
      serverTime: exchange.clock.reported(),
      rateLimits: exchange.limits.stated,
      exchangeFilters: [],
      symbols,
    },
  }
}

/** The symbols that `symbol` or `symbols` name; all without them. */
export function chosen({ exchange, params }: Pick<Call, 'exchange' | 'params'>): readonly ListedSymbol[] {
  const names = namedSymbols(params)
  if (names === undefined) return exchange.allListed
  return names.map((name) => {
    const listed = exchange.listed(name)
    if (listed === undefined) throw reject(-1121)
    return listed
  })
}

/** What `symbol` or `symbols` names; undefined without them. Throws −1128 on both and −1100 on what is no list. */
export function namedSymbols(params: Params): readonly string[] | undefined {
  const [one, many] = [params.text('symbol'), params.text('symbols')]
  if (one !== undefined && many !== undefined) throw reject(-1128)
  if (one !== undefined) return [one]
  if (many === undefined) return undefined
  if (!/^\["[^"]{1,30}"(,"[^"]{1,30}")*\]$/.test(many)) {
    throw new Rejection(
      -1100,
      `Illegal characters found in parameter 'symbols'; legal range is '^\\[("[\\w\\-._&&[^a-z]]{1,50}"(,"[\\w\\-._&&[^a-z]]{1,50}"){0,}){0,1}\\]$'.`,
    )
  }
  return many.slice(2, -2).split('","')
}
