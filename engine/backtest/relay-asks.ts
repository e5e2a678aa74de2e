/** A strategy whose asks go through another's hands before they reach the market. Floor 3. */
import type { AnyMarket, Strategy } from '../core/strategy.js'

/** One ask, to be made of the market of its symbol whenever whoever holds it likes. */
export interface HeldAsk {
  readonly symbol: string
  readonly make: (market: AnyMarket) => void
  /** What it says where it is a target: such asks can be compared. */
  readonly weight?: number
  readonly tag?: string | undefined
}

/** Whose hands they are. */
export interface Relay {
  /** The strategy is about to be called with these markets; `isTogether` where it decides over all at once. */
  readonly begin: (markets: readonly AnyMarket[], isTogether: boolean) => void
  readonly hear: (ask: HeldAsk, market: AnyMarket) => void
  /** It has looked at what depends on fills: position, equity or cash. */
  readonly onAccountRead: () => void
}

/** The strategy with a relay between it and its markets. It sees the same, and asks only the relay. */
export function relayAsks(strategy: Strategy, relay: Relay): Strategy {
  const known = new Map<AnyMarket, AnyMarket>()
  const through = (market: AnyMarket): AnyMarket => {
    const before = known.get(market)
    if (before) return before
    const made = relayed(market, relay)
    known.set(market, made)
    return made
  }
  const { onBar, onBars } = strategy
  return {
    ...strategy,
    onBar(readings, market) {
      relay.begin([market], false)
      onBar(readings, through(market))
    },
    onBars:
      onBars &&
      ((markets) => {
        relay.begin(markets, true)
        const all = markets.map(through)
        const [first] = all
        if (first) onBars(all, first)
      }),
  }
}

function relayed(market: AnyMarket, { hear, onAccountRead }: Relay): AnyMarket {
  const { also, bars, indicators, params, state, symbol } = market
  const ask = (make: HeldAsk['make']) => hear({ symbol, make }, market)
  return Object.freeze({
    also,
    bars,
    indicators,
    params,
    state,
    symbol,
    get time() {
      return market.time
    },
    get position() {
      onAccountRead()
      return market.position
    },
    get equity() {
      onAccountRead()
      return market.equity
    },
    get cash() {
      onAccountRead()
      return market.cash
    },
    target: (weight, options) => {
      const tag = options?.tag
      hear({ symbol, make: (to) => to.target(weight, tag === undefined ? {} : { tag }), weight, tag }, market)
    },
    // What was said is copied: a strategy may use its objects again.
    buy: (order) => {
      const copy = { ...order }
      ask((to) => to.buy(copy))
    },
    sell: (order) => {
      const copy = { ...order }
      ask((to) => to.sell(copy))
    },
    close: (options) => {
      const copy = { ...options }
      ask((to) => to.close(copy))
    },
    cancel: () => ask((to) => to.cancel()),
    replace: (tag, order) => {
      const copy = { ...order }
      ask((to) => to.replace(tag, copy))
    },
    bracket: (exits) => {
      const copy = { ...exits }
      ask((to) => to.bracket(copy))
    },
    oco: (sale) => {
      const copy = { ...sale, above: { ...sale.above }, below: { ...sale.below } }
      ask((to) => to.oco(copy))
    },
    oto: (list) => {
      const copy = structuredClone(list)
      ask((to) => to.oto(copy))
    },
    otoco: (list) => {
      const copy = structuredClone(list)
      ask((to) => to.otoco(copy))
    },
    trail: (fraction, options) => {
      const copy = { ...options }
      ask((to) => to.trail(fraction, copy))
    },
  } satisfies AnyMarket)
}
