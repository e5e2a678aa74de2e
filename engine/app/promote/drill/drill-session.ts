/** A session that trades on the drill's exchange, inside this process, bar by bar. Floor 5. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningExchange } from '../../../exchange/start-exchange.js'
import { defineStrategy, close as lastPrice, sma } from '../../../index.js'
import { MarketClock } from '../../../live/feed/market-clock.js'
import { PATIENCE } from '../../../live/feed/stream-link.js'
import { StateFolder } from '../../../live/files/state-folder.js'
import { Gate } from '../../../live/gate/gate.js'
import { termsDigest } from '../../../live/gate/session-terms.js'
import { toApiKey } from '../../../live/keys/api-key.js'
import type { Genesis } from '../../../live/ledger/genesis.js'
import type { LiveNews } from '../../../live/live-news.js'
import { LiveRunner } from '../../../live/live-runner.js'
import { ExchangeMarket } from '../../../live/orders/exchange-market.js'
import { LiveOrders } from '../../../live/orders/live-orders.js'
import { VenueClock } from '../../../live/orders/venue-clock.js'
import { ExchangeError } from '../../../model/errors.js'
import { ONE } from '../../../model/money.js'
import { rulesFromExchangeInfo } from '../../../venue/exchange-info.js'
import { Limiter } from '../../../venue/limiter.js'
import { PublicRest } from '../../../venue/public-rest.js'
import { SignedRest } from '../../../venue/signed-rest.js'
import { sha256 } from '../../canonical-json.js'
import { engineIdentity, engineName } from '../../engine-identity.js'
import { resolveSettings } from '../../resolve-settings.js'
import { runSettings } from '../../run-settings.js'
import { DRILL_SYMBOL } from './drill-exchange.js'

/** In and out, every few bars. */
const restless = defineStrategy({
  name: 'drill',
  indicators: () => ({ mean: sma(lastPrice, 2) }),
  onBar: ({ mean }, { target }) => target(mean.at(0) > mean.at(1) ? 0.8 : 0),
})

/** A made-up exchange on this machine answers at once: what would be seconds on Binance are parts of one. */
const SHORT = { recvWindowMs: 1500, apiLimitMs: 300, marginMs: 100, firstQueryMs: 20, longestQueryMs: 100 }
const RECONCILE_MS = 500
const MOST_MS = 20_000
const HISTORY = 100
/** How long a market that stands still waits for a session that is cut off. */
const NUDGE_MS = 300

/** A session under drill. */
export interface DrillSession {
  readonly runner: LiveRunner
  readonly news: readonly LiveNews[]
  readonly open: () => number
  /** Lets so many bars pass; behind each, waits until nothing is under way, unless it is not to. */
  advance(bars: number, isPatient?: boolean): Promise<void>
  stop(): Promise<void>
}

/** Starts one. Rejects as a session's start does. */
export async function startDrill(exchange: RunningExchange, state: string): Promise<DrillSession> {
  const { address, pump } = exchange
  const folder = StateFolder.open(state)
  const wait = (ms: number) => sleep(Math.min(ms, 50))
  const limiter = new Limiter({ now: Date.now, sleep: wait })
  const rest = new PublicRest({ url: address.rest, limiter, sleep: wait, tries: 3 })
  const genesis = await genesisOf(rest)
  const market = new ExchangeMarket([DRILL_SYMBOL], genesis.strategy.sha256.slice(0, 6))
  const clock = new VenueClock(() => rest.time())
  const signer = toApiKey({ apiKey: address.apiKey, secret: address.secret }, 'file')
  const signed = new SignedRest({ url: address.rest, signer, limiter, now: () => clock.now() })
  const terms = termsDigest(genesis)
  const gate = new Gate({
    ...{ mode: 'testnet', symbols: [DRILL_SYMBOL], folder: state, promotion: join(state, 'promotion.json') },
    ...{ terms, permit: undefined, limits: undefined, priceCollar: undefined },
  })
  const news: LiveNews[] = []
  const tell = (one: LiveNews): void => void (one.kind === 'TICKER' || news.push(one))
  const orders = new LiveOrders({
    ...{ genesis, market, rest: signed, signer, userUrl: address.wsApi, clock, gate, tell },
    ...{ ask: (symbol: string) => rest.probe(symbol), followsRules: true },
    ...{ patience: SHORT, reconcileMs: RECONCILE_MS, stream: { firstBackoffMs: 20 } },
  })
  const runner = new LiveRunner({
    ...{
      folder,
      genesis,
      rest,
      orders,
      tell,
      historyBars: HISTORY,
      lateAfterMs: 3_600_000,
      onStop: 'cancel',
    },
    code: {
      ...{ strategy: restless, params: {}, createMarket: market.create, isSimulated: false },
      onEpoch: (epoch) => market.begin(epoch),
    },
    streamUrl: address.stream,
    clock: new MarketClock('stream'),
    patience: { ...PATIENCE, firstBackoffMs: 20, longestBackoffMs: 100 },
  })
  runner.ended.catch(() => undefined)
  const bars = () => news.filter(({ kind }) => kind === 'BAR').length
  const isSettled = () =>
    runner.backlog === 0 &&
    market.open.every(({ phase, isCancelWanted }) => phase === 'OPEN' && !isCancelWanted)
  /** What closed behind a broken connection is asked for when the market next moves: it is moved. */
  const untilSeen = async (isSeen: () => boolean): Promise<void> => {
    let move = performance.now() + NUDGE_MS
    await until(() => {
      if (!isSeen() && performance.now() > move) {
        move += NUDGE_MS
        void pump.advance({ steps: 1 })
      }
      return isSeen()
    }, 'a bar')
  }
  const session: DrillSession = {
    ...{ runner, news, open: () => market.open.length },
    async advance(count, isPatient = true) {
      for (let k = 0; k < count; k++) {
        const due = bars() + 1
        await pump.advance({ bars: 1 })
        await untilSeen(() => bars() >= due || runner.state === 'stopped')
        if (isPatient) await until(() => isSettled() || runner.state !== 'ready', 'all settled')
      }
    },
    async stop() {
      runner.stop('the drill ends')
      await runner.ended.catch(() => undefined)
      await orders.close()
      await rest.close()
      folder.close()
    },
  }
  const starting = runner.start()
  let isOver = false
  starting.then(
    () => {
      isOver = true
    },
    () => {
      isOver = true
    },
  )
  try {
    await until(() => runner.feed.isConnected || isOver, 'a connection')
    await pump.advance({ steps: 1 })
    await starting
    return session
  } catch (error) {
    await session.stop()
    throw error
  }
}

/** Waits until something holds. Throws an ExchangeError when it does not within twenty seconds. */
export async function until(holds: () => boolean, what: string, mostMs = MOST_MS): Promise<void> {
  const end = performance.now() + mostMs
  while (!holds()) {
    if (performance.now() > end)
      throw new ExchangeError(`${what} must come within ${mostMs / 1000} s, did not`)
    await sleep(5)
  }
}

async function genesisOf(rest: PublicRest): Promise<Genesis> {
  const json: unknown = JSON.parse(await rest.exchangeInfo(DRILL_SYMBOL))
  const { settings } = resolveSettings([])
  const source = 'the drill'
  return {
    ...{ schema: 'nextbar/ledger@1', mode: 'testnet', epoch: Math.floor(Date.now() / 1000), params: {} },
    strategy: { name: restless.name, file: 'drill', sha256: sha256(source), source },
    interval: '1m',
    symbols: [{ symbol: DRILL_SYMBOL, rules: rulesFromExchangeInfo(json, DRILL_SYMBOL) }],
    settings: {
      ...runSettings({ ...settings, policy: 'maker-first' }, '1m'),
      cash: 10_000n * ONE,
    },
    engine: engineName(engineIdentity()),
  }
}
