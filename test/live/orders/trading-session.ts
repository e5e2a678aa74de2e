/** A session that sends orders, inside the test's process, on a local exchange that stands still until it is told to go on. */
import { onTestFinished } from 'vitest'
import { close as closeOf, defineStrategy, sma } from '../../../engine/index.js'
import { MarketClock } from '../../../engine/live/feed/market-clock.js'
import { PATIENCE } from '../../../engine/live/feed/stream-link.js'
import { StateFolder } from '../../../engine/live/files/state-folder.js'
import { Gate, type GateTerms } from '../../../engine/live/gate/gate.js'
import { termsDigest } from '../../../engine/live/gate/session-terms.js'
import { toApiKey } from '../../../engine/live/keys/api-key.js'
import type { LiveNews } from '../../../engine/live/live-news.js'
import { LiveRunner } from '../../../engine/live/live-runner.js'
import { ExchangeMarket } from '../../../engine/live/orders/exchange-market.js'
import { LiveOrders } from '../../../engine/live/orders/live-orders.js'
import type { GatewayPatience } from '../../../engine/live/orders/order-inquiry.js'
import type { OrderNews } from '../../../engine/live/orders/order-news.js'
import { VenueClock } from '../../../engine/live/orders/venue-clock.js'
import { VENUE_PATIENCE, type VenuePatience } from '../../../engine/live/orders/venue-watch.js'
import { ONE } from '../../../engine/model/money.js'
import { DOCUMENTED_LIMITS, type RateLimit } from '../../../engine/venue/limit-windows.js'
import { Limiter } from '../../../engine/venue/limiter.js'
import { PublicRest } from '../../../engine/venue/public-rest.js'
import { SignedRest } from '../../../engine/venue/signed-rest.js'
import { smaCross } from '../../../strategies/sma-cross.js'
import { until } from '../live-command.js'
import { genesisOf, type SessionWishes, type StillExchange } from '../live-session.js'
import { KEPT_LIMITS } from './limits-kept.js'

/** What such a session differs in. */
export interface TradingWishes extends SessionWishes {
  readonly gate?: Partial<GateTerms>
  readonly wait?: Partial<GatewayPatience>
  /** Whether it goes by the exchange's rules as they change: those it begins with are a few of them. */
  readonly followsRules?: boolean
  readonly venue?: Partial<VenuePatience>
  readonly reconcileMs?: number
  readonly timeoutMs?: number
  readonly epoch?: number
  /** Kind of the account's key; HMAC unless said. */
  readonly key?: 'ED25519'
  readonly limits?: readonly RateLimit[]
  /** How far this machine's clock is moved from the truth after so many bars, in milliseconds. */
  readonly wallMoves?: (bars: number) => number
}

/** In and out, every few bars. */
export const restless = defineStrategy({
  name: 'restless',
  indicators: () => ({ mean: sma(closeOf, 2) }),
  onBar: ({ mean }, { target }) => target(mean.at(0) > mean.at(1) ? 0.8 : 0),
})

/** Much shorter than on Binance, in the same order. */
const SHORT: GatewayPatience = {
  recvWindowMs: 5000,
  apiLimitMs: 300,
  marginMs: 100,
  firstQueryMs: 20,
  longestQueryMs: 100,
}

/** Much more often than on Binance. */
const PROMPT = { firstProbeMs: 50, longestProbeMs: 200, firstHoldMs: 300 }

/** As `until`, and quicker to see it. */
async function soon(holds: () => boolean, what: string): Promise<void> {
  for (let k = 0; k < 200 && !holds(); k++) await new Promise((resolve) => setTimeout(resolve, 1))
  await until(holds, what)
}

/** Makes a session that trades; it has not started. */
export function newTrading(exchange: StillExchange, wishes: TradingWishes) {
  const { address, client } = exchange
  const folder = StateFolder.open(wishes.state)
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 50)))
  const { limits = DOCUMENTED_LIMITS } = wishes
  const limiter = new Limiter({ limits, now: Date.now, sleep })
  const rest = new PublicRest({ url: address.rest, limiter, sleep, tries: 2 })
  const genesis = {
    ...genesisOf({
      mode: 'testnet',
      ...wishes,
      settings: {
        cash: 10_000n * ONE,
        policy: { postTimeoutMs: 60_000, escalate: 'market' },
        limits: KEPT_LIMITS,
        ...wishes.settings,
      },
    }),
    ...(wishes.epoch !== undefined && { epoch: wishes.epoch }),
  }
  const symbols = genesis.symbols.map(({ symbol }) => symbol)
  const market = new ExchangeMarket(symbols, genesis.strategy.sha256.slice(0, 6))
  const news: LiveNews[] = []
  const wall = () => Date.now() + (wishes.wallMoves?.(news.filter(({ kind }) => kind === 'BAR').length) ?? 0)
  const clock = new VenueClock(() => rest.time(), wall)
  const texts = wishes.key ? address.ed25519 : { apiKey: address.apiKey, secret: address.secret }
  const signer = toApiKey(texts, 'file')
  const signed = new SignedRest({
    ...{ url: address.rest, signer, limiter, now: () => clock.now() },
    ...(wishes.timeoutMs !== undefined && { timeoutMs: wishes.timeoutMs }),
  })
  const gate = new Gate({
    mode: 'testnet',
    symbols,
    folder: wishes.state,
    promotion: `${wishes.state}/promotion.json`,
    terms: termsDigest(genesis),
    permit: undefined,
    limits: genesis.settings.limits,
    priceCollar: undefined,
    ...wishes.gate,
  })
  const venue = { ...VENUE_PATIENCE, ...PROMPT, ...wishes.venue }
  const orders = new LiveOrders({
    ...{ genesis, market, rest: signed, signer, userUrl: address.wsApi, clock, gate },
    ask: (symbol) => rest.probe(symbol),
    followsRules: wishes.followsRules ?? false,
    venue,
    tell: (one) => void news.push(one),
    patience: { ...SHORT, ...wishes.wait },
    reconcileMs: wishes.reconcileMs ?? 2_000,
    stream: { firstBackoffMs: 20 },
  })
  const runner = new LiveRunner({
    folder,
    genesis,
    code: {
      strategy: wishes.strategy ?? smaCross,
      params: genesis.params,
      createMarket: market.create,
      isSimulated: false,
      onEpoch: (epoch) => market.begin(epoch),
    },
    rest,
    streamUrl: address.stream,
    clock: new MarketClock('stream'),
    historyBars: 100,
    lateAfterMs: wishes.lateAfterMs ?? 100 * 3_600_000,
    onStop: wishes.onStop ?? 'cancel',
    tell: (one) => void (one.kind === 'TICKER' || news.push(one)),
    orders,
    wall,
    patience: { ...PATIENCE, firstBackoffMs: 20, longestBackoffMs: 100, ...wishes.patience },
  })
  runner.ended.catch(() => undefined)
  const count = (kind: LiveNews['kind']) => news.filter((one) => one.kind === kind).length
  let isClosed = false
  const close = async () => {
    if (isClosed) return
    isClosed = true
    runner.stop('the test ends')
    await runner.ended.catch(() => undefined)
    await orders.close()
    await rest.close()
    folder.close()
  }
  onTestFinished(close)
  /** Whether nothing is under way: every order is open on the exchange or over, every input applied. */
  const isSettled = () =>
    runner.backlog === 0 &&
    market.open.every(({ phase, isCancelWanted }) => phase === 'OPEN' && !isCancelWanted)
  return {
    ...{ runner, news, market, orders, limiter, isSettled, stop: close, count, folder: wishes.state },
    longestProbeMs: venue.longestProbeMs,
    told: (topic: OrderNews['topic']) =>
      news.flatMap((one) => (one.kind === 'ORDERS' && one.topic === topic ? [one] : [])),
    /** Lets the exchange go on bar by bar; each time, waits until all is settled again. */
    async advance(bars: number, isPatient = true) {
      for (let k = 0; k < bars; k++) {
        const due = count('BAR') + genesis.symbols.length
        await client.control('POST', '/advance', { bars: 1 })
        await soon(
          () => count('BAR') >= due || runner.state === 'stopped',
          `${due} bars, has ${count('BAR')}`,
        )
        if (isPatient) await soon(() => isSettled() || runner.state !== 'ready', 'all settled')
      }
    },
  }
}

/** A session that trades, as `newTrading` makes it. */
export type TradingSession = ReturnType<typeof newTrading>

/** A session that trades, started. */
export async function startedTrading(
  exchange: StillExchange,
  wishes: TradingWishes,
): Promise<TradingSession> {
  const session = newTrading(exchange, wishes)
  const starting = session.runner.start()
  let isDone = false
  const done = () => {
    isDone = true
  }
  starting.then(done, done)
  await until(() => session.runner.feed.isConnected || isDone, 'a connection')
  await exchange.client.control('POST', '/advance', { steps: 1 })
  await starting
  return session
}
