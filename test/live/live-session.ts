/** A live session inside the test's process, on a local exchange that stands still until it is told to go on. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { type Strategy, strategyParams } from '../../engine/core/strategy.js'
import { MarketClock } from '../../engine/live/feed/market-clock.js'
import { type LinkPatience, PATIENCE } from '../../engine/live/feed/stream-link.js'
import { StateFolder } from '../../engine/live/files/state-folder.js'
import type { Genesis, Mode } from '../../engine/live/ledger/genesis.js'
import type { LiveNews } from '../../engine/live/live-news.js'
import { LiveRunner } from '../../engine/live/live-runner.js'
import { simulatedMarket } from '../../engine/live/session/live-market.js'
import type { RunSettings } from '../../engine/model/settings.js'
import type { SymbolRules } from '../../engine/model/symbol-rules.js'
import { knownRules } from '../../engine/venue/known-symbols.js'
import { Limiter } from '../../engine/venue/limiter.js'
import { PublicRest } from '../../engine/venue/public-rest.js'
import { smaCross } from '../../strategies/sma-cross.js'
import { temporaryFolder } from '../app/command.js'
import { listing, someBars, started } from '../exchange/started.js'
import { rulesOf, settingsOf } from '../market.js'
import { until } from './live-command.js'

/** An exchange of these symbols, standing still, with enough history to warm up. */
export async function stillExchange(symbols: readonly string[] = ['BTCUSDT'], count = 4000) {
  const listed = symbols.map((symbol, k) => listing(someBars(count, symbol, 7 + k)))
  return started({ symbols: listed, history: 600 })
}

/** An exchange as `stillExchange` makes it. */
export type StillExchange = Awaited<ReturnType<typeof stillExchange>>

/** A state folder of the test's own. */
export function stateFolder(): string {
  const folder = path.join(temporaryFolder(), 'state')
  mkdirSync(folder, { mode: 0o700 })
  return folder
}

/** What a test's session differs in. */
export interface SessionWishes {
  readonly state: string
  readonly strategy?: Strategy
  readonly params?: Readonly<Record<string, unknown>>
  readonly symbols?: readonly string[]
  readonly mode?: Mode
  readonly settings?: Partial<RunSettings>
  /** Of every symbol; the built-in ones unless said. */
  readonly rules?: SymbolRules
  readonly patience?: Partial<LinkPatience>
  readonly lateAfterMs?: number
  readonly onStop?: 'cancel' | 'leave'
  readonly ticks?: boolean
}

/** The first record of such a session. */
export function genesisOf({
  strategy = smaCross,
  params,
  symbols = ['BTCUSDT'],
  mode = 'dry-run',
  settings,
  rules,
}: SessionWishes): Genesis {
  return {
    schema: 'nextbar/ledger@1',
    mode,
    epoch: 1_800_000_000,
    strategy: {
      name: strategy.name,
      file: `${strategy.name}.ts`,
      sha256: 'ab'.repeat(32),
      source: 'the source',
    },
    params: strategyParams(strategy, params ?? (strategy === smaCross ? { fast: 5, slow: 20 } : {})),
    interval: '1m',
    symbols: symbols.map((symbol) => ({ symbol, rules: rules ?? knownRules(symbol) ?? rulesOf() })),
    settings: settingsOf({ alpha: 0.5, takerFee: 0.001, atrPeriod: 14, ...settings }),
    engine: 'test',
  }
}

/** A session, and what it has told. */
export interface TestSession {
  readonly runner: LiveRunner
  readonly news: LiveNews[]
  /** How many bars it has been given since it started. */
  bars(): number
  /** Lets the exchange go on, and waits until the session has seen the bars. */
  advance(bars: number): Promise<void>
  count(kind: LiveNews['kind']): number
  stop(): Promise<void>
}

/** Makes a session; it has not started. */
export function newSession(exchange: StillExchange, wishes: SessionWishes): TestSession {
  const { address, client } = exchange
  const folder = StateFolder.open(wishes.state)
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 50)))
  const rest = new PublicRest({
    url: address.rest,
    limiter: new Limiter({ now: Date.now, sleep }),
    sleep,
    tries: 2,
  })
  const genesis = genesisOf(wishes)
  const news: LiveNews[] = []
  const runner = new LiveRunner({
    folder,
    genesis,
    code: {
      strategy: wishes.strategy ?? smaCross,
      params: genesis.params,
      createMarket: simulatedMarket,
      isSimulated: true,
    },
    rest,
    streamUrl: address.stream,
    clock: new MarketClock('stream'),
    historyBars: 100,
    lateAfterMs: wishes.lateAfterMs ?? 100 * 3_600_000,
    onStop: wishes.onStop ?? 'cancel',
    ticks: wishes.ticks ?? false,
    tell: (one) => void (one.kind === 'TICKER' || news.push(one)),
    patience: { ...PATIENCE, firstBackoffMs: 20, longestBackoffMs: 100, ...wishes.patience },
  })
  const count = (kind: LiveNews['kind']) => news.filter((one) => one.kind === kind).length
  runner.ended.catch(() => undefined)
  let isClosed = false
  const close = async () => {
    if (isClosed) return
    isClosed = true
    runner.stop('the test ends')
    await runner.ended.catch(() => undefined)
    await rest.close()
    folder.close()
  }
  onTestFinished(close)
  return {
    runner,
    news,
    count,
    bars: () => count('BAR'),
    async advance(bars) {
      const due = count('BAR') + bars * genesis.symbols.length
      await client.control('POST', '/advance', { bars })
      await until(() => count('BAR') >= due || runner.state === 'stopped', `${due} bars, has ${count('BAR')}`)
    },
    stop: close,
  }
}

/** A session that follows its bars. */
export async function startedSession(exchange: StillExchange, wishes: SessionWishes): Promise<TestSession> {
  const session = newSession(exchange, wishes)
  const starting = session.runner.start()
  let fault: unknown
  starting.catch((error: unknown) => {
    fault = error ?? 'nothing'
  })
  // A stream's clock begins with its first event.
  await until(() => session.runner.feed.isConnected || fault !== undefined, 'a connection')
  if (fault === undefined) await exchange.client.control('POST', '/advance', { steps: 1 })
  await starting.catch(async (error: unknown) => {
    await session.stop()
    throw error
  })
  return session
}
