/** What a live session is, from settings: its strategy, its first record, and the public door to the exchange. Floor 5. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { declaredHistory } from '../../core/first-call.js'
import type { ParamSpecs, ParamValues } from '../../core/params.js'
import type { Strategy } from '../../core/strategy.js'
import { refuseWhileHalted } from '../../live/files/control-files.js'
import type { Genesis } from '../../live/ledger/genesis.js'
import { ConfigError } from '../../model/errors.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import { intervalMs } from '../../model/time.js'
import { exchangeInfoLimits, rulesFromExchangeInfo } from '../../venue/exchange-info.js'
import { Limiter } from '../../venue/limiter.js'
import { PublicRest } from '../../venue/public-rest.js'
import { RestCalls } from '../../venue/rest-calls.js'
import { steadyNow } from '../../venue/steady-now.js'
import { sha256 } from '../canonical-json.js'
import { engineIdentity, engineName } from '../engine-identity.js'
import { isFoundRules, loadRules } from '../load-rules.js'
import { findStrategy, loadStrategy } from '../load-strategy.js'
import type { ResolvedSettings } from '../resolve-settings.js'
import { runSettings } from '../run-settings.js'
import { parseParams } from '../strategy-params.js'
import type { StartPlace } from './halt-start.js'
import { addressesOf, type LiveAddresses } from './live-addresses.js'
import type { LiveSettings } from './live-flags.js'

/** A session that could start. Close `rest` when done. */
export interface SessionPlan {
  readonly strategy: Strategy
  readonly params: ParamValues<ParamSpecs>
  readonly genesis: Genesis
  /** Whether its rules are the exchange's own, not those of a file that was named. */
  readonly followsRules: boolean
  readonly addresses: LiveAddresses
  readonly limiter: Limiter
  readonly rest: PublicRest
  /** What became of each request, this one's and those that are signed. */
  readonly calls: RestCalls
  /** State folder. */
  readonly state: string
  /** Bars that it needs before its first decision. */
  readonly needed: number
}

/**
 * Plans a session; `onEnded` hears when the exchange has ended all requests. Throws a ConfigError on settings that are
 * none of one, a HaltedError while it is halted, an ExchangeError without an exchange.
 */
export async function planSession(
  { settings: asked, origins, params: given }: ResolvedSettings,
  live: LiveSettings,
  onEnded?: (place: StartPlace, cause: unknown) => Promise<void>,
): Promise<SessionPlan> {
  const addresses = addressesOf(live)
  // Live, a wish is posted first unless something else was said.
  const settings = origins.policy === 'default' ? { ...asked, policy: 'maker-first' as const } : asked
  const loaded = await loadStrategy(settings.strategy, settings.trust)
  const source = readFileSync(findStrategy(settings.strategy), 'utf8')
  if (sha256(source) !== loaded.sha256)
    throw new ConfigError(`${loaded.file} must stay as it is while it is loaded`)
  const { strategy } = loaded
  const params = parseParams(strategy, given)
  const interval = settings.interval ?? '1m'
  if (live.ticks && interval === '3d') {
    throw new ConfigError(
      '--ticks must go with another interval than 3d: its bars begin where the symbol did',
    )
  }
  if (settings['fee-asset'] === 'bnb') {
    throw new ConfigError(
      '--fee-asset must be received or quote in a session, was bnb: no stream says what BNB is worth; lower the fees by the discount',
    )
  }
  const names = [...new Set(strategy.symbols ?? settings.symbol)].sort()
  if (names.length === 0)
    throw new ConfigError('--symbol must name what is traded, such as BTCUSDT, was not given')
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const state = live.state ?? join('state', live.mode, strategy.name)
  refuseWhileHalted(state)
  const limiter = new Limiter({ now: steadyNow, sleep })
  const calls = new RestCalls()
  const rest = new PublicRest({ url: addresses.rest, limiter, sleep, calls })
  try {
    const symbols = await Promise.all(
      names.map(async (symbol) => ({ symbol, rules: await rulesOf(rest, limiter, settings.rules, symbol) })),
    )
    // Where an exchange trades, a posted order rests as long as it says; simulated, in whole bars.
    const stepMs = addresses.mode === undefined ? intervalMs(interval) : 1
    const run = { ...runSettings(settings, interval, stepMs), closeAtEnd: false }
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
    const followsRules = isOwnRules(settings.rules)
    return { strategy, params, genesis, followsRules, addresses, limiter, rest, calls, state, needed }
  } catch (error) {
    await rest.close()
    if (limiter.isHalted) {
      await onEnded?.({ state, mode: live.mode, strategy: strategy.name, symbols: names }, error)
    }
    throw error
  }
}

/** The rules asked for, or else the exchange's own; its limits are taken in any case. */
async function rulesOf(
  rest: PublicRest,
  limiter: Limiter,
  asked: string | undefined,
  symbol: string,
): Promise<SymbolRules> {
  const json: unknown = JSON.parse(await rest.exchangeInfo(symbol))
  const limits = exchangeInfoLimits(json)
  if (limits.length > 0) limiter.setLimits(limits)
  if (asked !== undefined && !isOwnRules(asked)) {
    // Of several versions the newest is in force.
    const now = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY }
    return loadRules(asked, symbol, { store: '', ...now }).rules
  }
  return rulesFromExchangeInfo(json, symbol)
}

/** What a run found without being told is no wish: the exchange's own answer is newer. */
function isOwnRules(asked: string | undefined): boolean {
  return asked === undefined || isFoundRules(asked)
}
