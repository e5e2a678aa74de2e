/**
 * What a strategy asks for in a run, so that other runs can ask for the same without it: where it never looks at
 * its account, other costs change no decision. Floor 3.
 */
import type { AnyMarket, Strategy } from '../core/strategy.js'
import { type HeldAsk, relayAsks } from './relay-asks.js'

/** The same asks at every call between two closes, both included. */
interface Stretch {
  readonly from: number
  to: number
  readonly asks: HeldAsk[]
}

/** Asks of the calls for one symbol, or of those for all. */
interface Track {
  readonly stretches: Stretch[]
  /** The call before the one under way, where it asked for something: what is the same goes on in it. */
  last: Stretch | undefined
  current: Stretch | undefined
}

const ALL = ''

/** A strategy to run once, and then the recording of it. */
export class AskRecorder {
  /** Asks as the strategy does, and is heard. */
  readonly strategy: Strategy
  readonly #tracks = new Map<string, Track>()
  #under: Track | undefined
  #time = 0
  #readsAccount = false

  constructor(strategy: Strategy) {
    this.strategy = relayAsks(strategy, {
      begin: (markets, isTogether) => this.#begin(markets, isTogether),
      hear: (ask, market) => {
        ask.make(market)
        this.#keep(ask)
      },
      onAccountRead: () => {
        this.#readsAccount = true
        this.#tracks.clear()
      },
    })
  }

  /**
   * Makes a strategy that asks for what was recorded, for one run; undefined when the recorded one looked at its
   * position, equity or cash, so that it might have asked for something else.
   */
  get replayed(): (() => Strategy) | undefined {
    if (this.#readsAccount) return undefined
    for (const track of this.#tracks.values()) settle(track)
    const recorded = new Map([...this.#tracks].map(([key, { stretches }]) => [key, stretches] as const))
    return () => askAgain(this.strategy, recorded)
  }

  #begin(markets: readonly AnyMarket[], isTogether: boolean): void {
    const [first] = markets
    if (this.#readsAccount || !first) return
    const key = isTogether ? ALL : first.symbol
    let track = this.#tracks.get(key)
    if (!track) {
      track = { stretches: [], last: undefined, current: undefined }
      this.#tracks.set(key, track)
    }
    settle(track)
    this.#under = track
    this.#time = first.time
  }

  #keep(ask: HeldAsk): void {
    const track = this.#under
    if (this.#readsAccount || !track) return
    track.current ??= { from: this.#time, to: this.#time, asks: [] }
    track.current.asks.push(ask)
  }
}

/** A call is over: it goes on with the stretch before it, begins one, or ends what would have gone on. */
function settle(track: Track): void {
  const { current, last } = track
  track.current = undefined
  if (current && last && areSame(current.asks, last.asks)) {
    last.to = current.to
    return
  }
  if (current) track.stretches.push(current)
  track.last = current
}

/** Only targets are compared: their weight and tag say all. */
function areSame(some: readonly HeldAsk[], others: readonly HeldAsk[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, k) => {
      const other = others[k]
      return (
        one.weight !== undefined &&
        one.weight === other?.weight &&
        one.tag === other.tag &&
        one.symbol === other.symbol
      )
    })
  )
}

function askAgain(strategy: Strategy, recorded: ReadonlyMap<string, readonly Stretch[]>): Strategy {
  const next = new Map<string, number>()
  const ask = (key: string, markets: readonly AnyMarket[]): void => {
    const stretches = recorded.get(key)
    const [first] = markets
    if (!stretches || !first) return
    const { time } = first
    let k = next.get(key) ?? 0
    while ((stretches[k]?.to ?? time) < time) k++
    next.set(key, k)
    const stretch = stretches[k]
    if (!stretch || stretch.from > time) return
    for (const { symbol, make } of stretch.asks) {
      const market = markets.find((one) => one.symbol === symbol)
      if (market) make(market)
    }
  }
  return {
    ...strategy,
    also: {},
    indicators: () => ({}),
    state: () => ({}),
    onBar: (_readings, market) => ask(market.symbol, [market]),
    onBars: strategy.onBars && ((markets) => ask(ALL, markets)),
  }
}
