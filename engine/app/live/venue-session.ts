/** The way to an exchange for a session that sends orders: its key, its gate, its account. Floor 5. */
import { join } from 'node:path'
import { type AccountLock, accountDigest, lockAccount } from '../../live/files/account-lock.js'
import { closedGate } from '../../live/gate/closed-gate.js'
import { Gate, type GateTerms } from '../../live/gate/gate.js'
import { termsDigest } from '../../live/gate/session-terms.js'
import { loadKey, type MutableEnvironment } from '../../live/keys/load-key.js'
import { renewVaultToken, type VaultAccess } from '../../live/keys/vault.js'
import type { Genesis } from '../../live/ledger/genesis.js'
import { hasLedger } from '../../live/ledger/read-ledger.js'
import { type AccountState, accountState } from '../../live/orders/account-state.js'
import { ExchangeMarket } from '../../live/orders/exchange-market.js'
import { LiveOrders } from '../../live/orders/live-orders.js'
import type { OrderNews } from '../../live/orders/order-news.js'
import { VenueClock } from '../../live/orders/venue-clock.js'
import type { WireNews } from '../../live/orders/wire-news.js'
import { ConfigError, ExchangeError, HaltedError } from '../../model/errors.js'
import { formatUnits } from '../../model/money.js'
import { checkNetworkVariables, type SignedMode } from '../../venue/allowed-hosts.js'
import { SignedRest } from '../../venue/signed-rest.js'
import type { LiveSettings } from './live-flags.js'
import type { SessionPlan } from './session-plan.js'

/** A session's way to an exchange. Close it when done. */
export interface VenueSession {
  /** The plan's first record, with the account that it is for. */
  readonly genesis: Genesis
  readonly market: ExchangeMarket
  readonly orders: LiveOrders
  readonly account: AccountState
  close(): Promise<void>
}

/** What opening the way needs of its process. */
export interface VenueHost {
  readonly environment: MutableEnvironment
  readonly tell: (news: OrderNews | WireNews) => void
}

/** A token that ends within a week is told of. */
const SOON_SECONDS = 7 * 86_400
const LOOK_MS = 3_600_000

/** The gate of a planned session; `now` is this machine's time unless given. */
export function gateOf(
  plan: SessionPlan,
  live: LiveSettings,
  mode: SignedMode,
  permit: string | undefined,
  now?: () => number,
): Gate {
  const { genesis, state } = plan
  const terms: GateTerms = {
    ...{ mode, folder: state, permit, terms: termsDigest(genesis), priceCollar: live['price-collar'] },
    symbols: genesis.symbols.map(({ symbol }) => symbol),
    promotion: live.promotion ?? join(state, 'promotion.json'),
    limits: genesis.settings.limits,
  }
  return new Gate(terms, now)
}

/** Reads the key and the account, and takes the account for this process. Sends nothing that changes anything. */
export async function openVenue(
  plan: SessionPlan,
  live: LiveSettings,
  mode: SignedMode,
  { environment, tell }: VenueHost,
): Promise<VenueSession> {
  const permit = environment.NEXTBAR_LIVE
  const { rest, limiter, addresses } = plan
  const clock = new VenueClock(() => rest.time())
  const gate = gateOf(plan, live, mode, permit, () => clock.now())
  if (mode === 'live') {
    const missing = gate.missing()
    if (missing.length > 0) throw closedGate(missing)
  }
  checkNetworkVariables(environment)
  const { key, vault } = await loadKey(environment, live['key-file'])
  await clock.measure()
  const recvWindowMs = live['recv-window']
  const signed = new SignedRest({
    ...{ url: addresses.rest, signer: key, limiter, now: () => clock.now(), recvWindowMs },
    calls: plan.calls,
  })
  let lock: AccountLock | undefined
  let renewal: NodeJS.Timeout | undefined
  try {
    const account = await readAccount(signed)
    const host = new URL(addresses.rest).host
    const digest = accountDigest(host, account.uid)
    lock = lockAccount(digest)
    gate.setAccount(digest)
    checkCash(plan, account)
    const genesis: Genesis = { ...plan.genesis, account: digest }
    renewal = renewing(vault, tell)
    const held = lock
    return {
      ...connect(plan, genesis, { signed, key, clock, gate, tell, recvWindowMs }),
      ...{ genesis, account },
      async close() {
        clearInterval(renewal)
        await signed.close()
        held.close()
      },
    }
  } catch (error) {
    clearInterval(renewal)
    lock?.close()
    await signed.close()
    throw error
  }
}

function connect(
  { addresses, genesis: planned, rest, followsRules }: SessionPlan,
  genesis: Genesis,
  wiring: {
    readonly signed: SignedRest
    readonly key: Awaited<ReturnType<typeof loadKey>>['key']
    readonly clock: VenueClock
    readonly gate: Gate
    readonly tell: (news: OrderNews | WireNews) => void
    readonly recvWindowMs: number
  },
) {
  const symbols = planned.symbols.map(({ symbol }) => symbol)
  const market = new ExchangeMarket(symbols, genesis.strategy.sha256.slice(0, 6))
  const { signed, key, clock, gate, tell, recvWindowMs } = wiring
  const orders = new LiveOrders({
    ...{ genesis, market, rest: signed, signer: key, userUrl: addresses.wsApi, clock, gate, tell },
    ...{ ask: (symbol: string) => rest.probe(symbol), followsRules },
    patience: { recvWindowMs },
  })
  return { market, orders }
}

/**
 * The account now. Throws a HaltedError when the exchange has ended all requests, an ExchangeError when it does not show
 * it.
 */
export async function readAccount(signed: SignedRest): Promise<AccountState> {
  const answer = await signed.send({
    ...{ method: 'GET', path: '/api/v3/account', weight: 20 },
    params: { omitZeroBalances: true },
  })
  const account = answer.kind === 'DONE' ? accountState(answer.json) : undefined
  if (account) return account
  const why =
    answer.kind === 'REFUSED'
      ? `${answer.code} ${answer.message}`
      : 'reason' in answer
        ? answer.reason
        : 'no account'
  const fault = `the exchange must show the account, did not: ${why}`
  throw answer.kind === 'HALT' ? new HaltedError(fault) : new ExchangeError(fault)
}

/** A new session's books begin with quote that is there. */
function checkCash({ genesis, state }: SessionPlan, { free }: AccountState): void {
  if (hasLedger(join(state, 'ledger.sqlite'))) return
  const quote = genesis.symbols[0]?.rules.quoteAsset ?? ''
  const { cash } = genesis.settings
  const there = free.get(quote) ?? 0n
  if (cash <= there) return
  throw new ConfigError(
    `--cash must be at most the ${formatUnits(there)} ${quote} that are free in the account, was ${formatUnits(cash)}`,
  )
}

/** Lengthens the token's life at half of it; tells when it nears an end that nothing lengthens. */
function renewing(
  vault: VaultAccess | undefined,
  tell: (news: OrderNews) => void,
): NodeJS.Timeout | undefined {
  if (!vault || vault.ttlSeconds === 0) return undefined
  const began = performance.now()
  const say = (message: string, isOver: boolean) =>
    tell({
      ...{ kind: 'ORDERS', topic: 'status', about: 'vault', message, isOver },
      urgency: isOver ? 'note' : 'ticket',
    })
  const sayEnd = (seconds: number) =>
    say(
      `Vault's token ends in ${(Math.max(0, seconds) / 3600).toFixed(1)} h and cannot be renewed: the session goes on with the key it has, its next start needs another`,
      false,
    )
  const renew = () =>
    renewVaultToken(vault).then(
      // A life that comes back shorter than it was has met its longest.
      ({ ttlSeconds }) =>
        ttlSeconds < vault.ttlSeconds / 2 ? sayEnd(ttlSeconds) : say("Vault's token lives on", true),
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        say(`Vault's token could not be renewed: ${message}; the session goes on with the key it has`, false)
      },
    )
  const look = () => {
    const left = vault.ttlSeconds - (performance.now() - began) / 1000
    if (left < SOON_SECONDS) sayEnd(left)
  }
  const halfMs = Math.max(1_000, vault.ttlSeconds * 500)
  const everyMs = vault.isRenewable ? Math.min(2 ** 31 - 1, halfMs) : LOOK_MS
  const timer = setInterval(vault.isRenewable ? () => void renew() : look, everyMs)
  timer.unref()
  if (!vault.isRenewable) look()
  return timer
}
