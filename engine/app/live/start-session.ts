/** `run-live.ts [strategy]`: from settings to a session that runs until it is stopped. Floor 5. */
import { oldestToTrade } from '../../live/feed/bar-feed.js'
import { MarketClock } from '../../live/feed/market-clock.js'
import { StateFolder } from '../../live/files/state-folder.js'
import type { MutableEnvironment } from '../../live/keys/load-key.js'
import type { Genesis } from '../../live/ledger/genesis.js'
import type { LiveNews } from '../../live/live-news.js'
import { LiveRunner } from '../../live/live-runner.js'
import { type LiveLog, openLiveLog } from '../../live/operations/live-log.js'
import { OperationsDesk } from '../../live/operations/operations-desk.js'
import type { SessionCode } from '../../live/session/ledger-replay.js'
import { simulatedMarket } from '../../live/session/live-market.js'
import { ConfigError, HaltedError } from '../../model/errors.js'
import { formatUnits } from '../../model/money.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import { engineIdentity } from '../engine-identity.js'
import { isFoundRules } from '../load-rules.js'
import type { ResolvedSettings } from '../resolve-settings.js'
import { addressIn, alertTargets } from './alert-target.js'
import { haltStart, type StartPlace } from './halt-start.js'
import type { LiveSettings } from './live-flags.js'
import { planSession, type SessionPlan } from './session-plan.js'
import { type RunningWatchdog, startWatchdog } from './start-watchdog.js'
import { openVenue, type VenueSession } from './venue-session.js'

/** What a running session needs of its process. */
export interface SessionHost {
  /** Variables that hold keys are taken out of it. */
  readonly environment: MutableEnvironment
  /** Order lines: the result. */
  readonly print: (line: string) => void
  /** Lines for people. */
  readonly note: (line: string) => void
  /** Calls back when the process is asked to stop, with the word for it. */
  readonly onStop: (stop: (reason: string) => void) => void
  /** Calls back when a signal asks for a halt. */
  readonly onHalt: (halt: (reason: string) => void) => void
  /** Calls back with what was thrown where nobody waits for it. */
  readonly onCrash: (crash: (reason: string) => void) => void
}

const LEAST_HISTORY = 500

/** Runs a session until it is stopped. Rejects with what ended it otherwise. */
export async function startSession(
  resolved: ResolvedSettings,
  live: LiveSettings,
  host: SessionHost,
): Promise<void> {
  const alerts = alertTargets(live['alert-format'], host.environment)
  const plan = await planSession(resolved, live, (place, cause) => haltStart(place, cause, alerts))
  const { strategy, rest, addresses } = plan
  const { mode } = addresses
  let desk: OperationsDesk | undefined
  let venue: VenueSession | undefined
  let log: LiveLog | undefined
  let folder: StateFolder | undefined
  let watchdog: RunningWatchdog | undefined
  try {
    if (mode !== undefined) checkCashGiven(resolved)
    folder = StateFolder.open(plan.state)
    log = openLiveLog(folder.pathOf('log'), { mode: live.mode, strategy: strategy.name, pid: process.pid })
    if (mode !== undefined) {
      const { environment } = host
      try {
        venue = await openVenue(plan, live, mode, { environment, tell: (news) => tell(news) })
      } catch (error) {
        folder.close()
        folder = undefined
        if (error instanceof HaltedError || plan.limiter.isHalted)
          await haltStart(placeOf(plan), error, alerts)
        throw error
      }
    }
    const genesis = venue?.genesis ?? plan.genesis
    const { interval } = genesis
    const clock = new MarketClock(live.clock)
    desk = new OperationsDesk({
      ...{ folder, genesis, clock, log, version: engineIdentity().version, port: live['http-port'] },
      ...{ alerts, note: host.note },
      heartbeatUrl: addressIn(host.environment, 'NEXTBAR_HEARTBEAT_URL'),
      heartbeatMs: live['heartbeat-every'],
      limiter: plan.limiter,
      isGateOpen: () => venue?.orders.isOpen ?? false,
      calls: plan.calls,
      orders: () => venue?.orders.glance(),
    })
    const watch = desk
    const tell = (news: LiveNews): void => {
      watch.hear(news)
      if (news.kind === 'ORDER' || news.kind === 'UNSIGNED_REQUEST' || news.kind === 'RISK_BLOCK')
        host.print(news.line)
    }
    const session = sessionOf(genesis)
    if (live.watchdog > 0) {
      watchdog = startWatchdog(
        {
          ...{ folder: folder.path, session, alerts, boundMs: live.watchdog },
          hasOrders: venue !== undefined,
        },
        () => runner.keeper?.head,
        (message) => tell({ kind: 'FAULT', message }),
      )
    }
    const pulse = watchdog?.pulse
    const runner: LiveRunner = new LiveRunner({
      folder,
      genesis,
      pulse,
      code: { ...codeOf(plan, venue), onRow: (rows) => pulse?.begin({ kind: 'LEDGER', rows }) },
      rest,
      streamUrl: addresses.stream,
      clock,
      historyBars: live.history ?? Math.max(LEAST_HISTORY, 3 * plan.needed),
      lateAfterMs: live['late-after'] ?? oldestToTrade(interval),
      onStop: live['on-stop'],
      ticks: live.ticks,
      orders: venue?.orders,
      tell,
    })
    host.onStop((reason) => runner.stop(reason))
    host.onHalt((reason) => runner.halt(reason))
    // Nobody knows what it has left half done: a person must look, and what waits on the exchange is taken back.
    host.onCrash((reason) => {
      runner.halt(reason)
      runner.stop(reason)
    })
    // Who waits for the end is told of what fails on the way there too.
    const ended = runner.ended
    ended.catch(() => undefined)
    const page = await desk.open(runner)
    try {
      await runner.start()
    } catch (error) {
      if (plan.limiter.isHalted && error instanceof Error) runner.halt(error.message)
      throw error
    }
    const names = genesis.symbols.map(({ symbol }) => symbol).join(', ')
    host.note(`${strategy.name} ${live.mode} on ${names} ${interval}; state in ${folder.path}`)
    for (const { symbol, rules } of genesis.symbols)
      host.note(rulesText(symbol, rules, resolved.settings.rules))
    host.note(`operations page: ${page}`)
    await ended
    const head = runner.keeper?.head
    if (head) host.note(`ledger: ${head.seq} rows, head ${head.hash}`)
  } finally {
    watchdog?.close()
    await venue?.orders.close()
    await desk?.close()
    await rest.close()
    await venue?.close()
    log?.close()
    folder?.close()
  }
}

/** Which rules of a symbol are in force, and whose they are. */
function rulesText(symbol: string, rules: SymbolRules, asked: string | undefined): string {
  const { tickSize, stepSize, minNotional, quoteAsset } = rules
  const from = asked === undefined || isFoundRules(asked) ? "the exchange's" : `--rules ${asked}`
  return `rules of ${symbol}: tick ${formatUnits(tickSize)}, step ${formatUnits(stepSize)}, at least ${formatUnits(minNotional)} ${quoteAsset} an order (${from})`
}

function placeOf({ state, genesis }: SessionPlan): StartPlace {
  return { state, ...sessionOf(genesis) }
}

function sessionOf({ mode, strategy, symbols }: Genesis): Omit<StartPlace, 'state'> {
  return { mode, strategy: strategy.name, symbols: symbols.map(({ symbol }) => symbol) }
}

function codeOf({ strategy, params }: SessionPlan, venue: VenueSession | undefined): SessionCode {
  if (!venue) return { strategy, params, createMarket: simulatedMarket, isSimulated: true }
  const { market } = venue
  const onEpoch = (epoch: number) => market.begin(epoch)
  return { strategy, params, createMarket: market.create, isSimulated: false, onEpoch }
}

/** What a session owns is said, never guessed: the account may hold more. */
function checkCashGiven({ origins }: ResolvedSettings): void {
  if (origins.cash !== 'default') return
  throw new ConfigError("--cash must say how much of the account's quote the session owns, was not given")
}
