/** A look at the account of a planned session: for commands that show it to a person. Sends nothing that changes anything. Floor 5. */
import { accountDigest } from '../../live/files/account-lock.js'
import { loadKey, type MutableEnvironment } from '../../live/keys/load-key.js'
import type { AccountState } from '../../live/orders/account-state.js'
import { VenueClock } from '../../live/orders/venue-clock.js'
import { checkNetworkVariables } from '../../venue/allowed-hosts.js'
import { SignedRest } from '../../venue/signed-rest.js'
import type { ResolvedSettings } from '../resolve-settings.js'
import type { LiveSettings } from './live-flags.js'
import { planSession, type SessionPlan } from './session-plan.js'
import { readAccount } from './venue-session.js'

/** What is seen. */
export interface SeenAccount {
  readonly plan: SessionPlan
  /** Open until the look is over. */
  readonly signed: SignedRest
  readonly account: AccountState
  /** `accountDigest` of it. */
  readonly digest: string
}

/** Plans the session, reads key and account, and hands them to `work`. Throws what any of these throws. */
export async function lookAtAccount<T>(
  { resolved, live, environment }: LookWords,
  work: (seen: SeenAccount) => Promise<T>,
): Promise<T> {
  checkNetworkVariables(environment)
  const plan = await planSession(resolved, live)
  const { rest, limiter, addresses } = plan
  let signed: SignedRest | undefined
  try {
    const { key } = await loadKey(environment, live['key-file'])
    const clock = new VenueClock(() => rest.time())
    signed = new SignedRest({ url: addresses.rest, signer: key, limiter, now: () => clock.now() })
    await clock.measure()
    const account = await readAccount(signed)
    const digest = accountDigest(new URL(addresses.rest).host, account.uid)
    return await work({ plan, signed, account, digest })
  } finally {
    await signed?.close()
    await rest.close()
  }
}

/** What it is asked with. */
export interface LookWords {
  readonly resolved: ResolvedSettings
  readonly live: LiveSettings
  readonly environment: MutableEnvironment
}
