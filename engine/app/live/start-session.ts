/** `run-live.ts [strategy]`: from settings to a session that runs until it is stopped. Floor 5. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { declaredHistory } from '../../core/first-call.js'
import { oldestToTrade } from '../../live/feed/bar-feed.js'
import { MarketClock } from '../../live/feed/market-clock.js'
import { StateFolder } from '../../live/files/state-folder.js'
import type { Genesis } from '../../live/ledger/genesis.js'
import { LiveRunner } from '../../live/live-runner.js'
import type { AlertTarget } from '../../live/operations/alert-sender.js'
import { logLine, openLiveLog } from '../../live/operations/live-log.js'
import { OperationsDesk } from '../../live/operations/operations-desk.js'
import { simulatedMarket } from '../../live/session/live-market.js'
import { ConfigError } from '../../model/errors.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import { rulesFromExchangeInfo } from '../../venue/exchange-info.js'
import { Limiter } from '../../venue/limiter.js'
import { PublicRest } from '../../venue/public-rest.js'
import { sha256 } from '../canonical-json.js'
import { engineIdentity, engineName } from '../engine-identity.js'
import type { Environment } from '../environment.js'
import { isFoundRules, loadRules } from '../load-rules.js'
import { findStrategy, loadStrategy } from '../load-strategy.js'
import type { ResolvedSettings } from '../resolve-settings.js'
import { runSettings } from '../run-settings.js'
import { parseParams } from '../strategy-params.js'
import { isLoopback, type LiveSettings } from './live-flags.js'

/** What a running session needs of its process. */
export interface SessionHost {
  readonly environment: Environment
  /** Order lines: the result. */
  readonly print: (line: string) => void
  /** Lines for people. */
  readonly note: (line: string) => void
  /** Calls back when the process is asked to stop, with the word for it. */
  readonly onStop: (stop: (reason: string) => void) => void
  /** Calls back when a signal asks for a halt. */
  readonly onHalt: (halt: (reason: string) => void) => void
}

const LEAST_HISTORY = 500

/** Runs a session until it is stopped. Rejects with what ended it otherwise. */
export async function startSession(
  { settings: given, origins, params: givenParams }: ResolvedSettings,
  live: LiveSettings,
  host: SessionHost,
): Promise<void> {
  checkAddresses(live)
  // Live, a wish is posted first unless something else was said.
  const settings = origins.policy === 'default' ? { ...given, policy: 'maker-first' as const } : given
  const loaded = await loadStrategy(settings.strategy, settings.trust)
  const source = readFileSync(findStrategy(settings.strategy), 'utf8')
  if (sha256(source) !== loaded.sha256)
    throw new ConfigError(`${loaded.file} must stay as it is while it is loaded`)
  const { strategy } = loaded
  const params = parseParams(strategy, givenParams)
  const interval = settings.interval ?? '1m'
  const names = [...new Set(strategy.symbols ?? settings.symbol)].sort()
  if (names.length === 0)
    throw new ConfigError('--symbol must name what is traded, such as BTCUSDT, was not given')
  const folder = StateFolder.open(live.state ?? join('state', live.mode, strategy.name))
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const limiter = new Limiter({ now: Date.now, sleep })
  const rest = new PublicRest({ url: live['rest-url'], limiter, sleep })
  const log = openLiveLog(folder.pathOf('log'), {
    mode: live.mode,
    strategy: strategy.name,
    pid: process.pid,
  })
  let desk: OperationsDesk | undefined
  try {
    const symbols = await Promise.all(
      names.map(async (symbol) => ({ symbol, rules: await rulesOf(rest, settings.rules, symbol) })),
    )
    const run = { ...runSettings(settings, interval), closeAtEnd: false }
    const genesis: Genesis = {
      schema: 'nextbar/ledger@1',
      mode: live.mode,
      epoch: Math.floor(Date.now() / 1000),
      strategy: { name: strategy.name, file: loaded.file, sha256: loaded.sha256, source },
      params,
      interval,
      symbols,
      settings: run,
      engine: engineName(engineIdentity()),
    }
    const needed = Math.max(declaredHistory(strategy, params, run, interval), run.warmup)
    const clock = new MarketClock(live.clock)
    desk = new OperationsDesk({
      ...{ folder, genesis, clock, log, version: engineIdentity().version, port: live['http-port'] },
      alerts: alertTarget(live, host.environment),
      heartbeatUrl: addressIn(host.environment, 'NEXTBAR_HEARTBEAT_URL'),
      heartbeatMs: live['heartbeat-every'],
    })
    const watch = desk
    const runner = new LiveRunner({
      folder,
      genesis,
      code: { strategy, params, createMarket: simulatedMarket, isSimulated: true },
      rest,
      streamUrl: live['stream-url'],
      clock,
      historyBars: live.history ?? Math.max(LEAST_HISTORY, 3 * needed),
      lateAfterMs: live['late-after'] ?? oldestToTrade(interval),
      onStop: live['on-stop'],
      tell(news) {
        watch.hear(news)
        if (news.kind === 'ORDER' || news.kind === 'UNSIGNED_REQUEST' || news.kind === 'RISK_BLOCK')
          host.print(news.line)
        if (news.kind === 'STATE' || news.kind === 'FAULT' || news.kind === 'DISCARDED') {
          const line = logLine(news)
          if (line) host.note(line.message)
        }
      },
    })
    host.onStop((reason) => runner.stop(reason))
    host.onHalt((reason) => runner.halt(reason))
    // Who waits for the end is told of what fails on the way there too.
    const ended = runner.ended
    ended.catch(() => undefined)
    const page = await desk.open(runner)
    await runner.start()
    host.note(`${strategy.name} ${live.mode} on ${names.join(', ')} ${interval}; state in ${folder.path}`)
    host.note(`operations page: ${page}`)
    await ended
    const head = runner.keeper?.head
    if (head) host.note(`ledger: ${head.seq} rows, head ${head.hash}`)
  } finally {
    await desk?.close()
    await rest.close()
    log.close()
    folder.close()
  }
}

async function rulesOf(rest: PublicRest, asked: string | undefined, symbol: string): Promise<SymbolRules> {
  // What a run found without being told is no wish: the exchange's own answer is newer.
  if (asked !== undefined && !isFoundRules(asked)) {
    return loadRules(asked, symbol, { store: '', to: Number.POSITIVE_INFINITY }).rules
  }
  const json: unknown = JSON.parse(await rest.exchangeInfo(symbol))
  return rulesFromExchangeInfo(json, symbol)
}

/** The webhook. Its address may hold a secret, so that it comes from the environment and is shown nowhere. */
function alertTarget(live: LiveSettings, environment: Environment): AlertTarget | undefined {
  const url = addressIn(environment, 'NEXTBAR_ALERT_URL')
  if (url === undefined) return undefined
  const format = live['alert-format']
  const chat = environment.NEXTBAR_ALERT_CHAT
  if (format === 'telegram' && !chat) {
    throw new ConfigError('NEXTBAR_ALERT_CHAT must name the chat for --alert-format telegram, is not set')
  }
  return { url, format, chat }
}

function addressIn(environment: Environment, name: string): string | undefined {
  const text = environment[name]
  if (text === undefined || text === '') return undefined
  const url = URL.parse(text)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(text))) return text
  throw new ConfigError(`${name} must be an https address (http on this machine alone), is none`)
}

function checkAddresses(live: LiveSettings): void {
  if (live.clock !== 'stream') return
  for (const flag of ['rest-url', 'stream-url'] as const) {
    if (isLoopback(live[flag])) continue
    throw new ConfigError(
      `--clock stream must stand beside addresses of this machine, --${flag} was ${live[flag]}`,
    )
  }
}
