/** What a key may do: read by the doctor before it is used for anything. Floor 5. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { ApiKey } from '../../live/keys/api-key.js'
import { loadKey } from '../../live/keys/load-key.js'
import { ConfigError, NextbarError } from '../../model/errors.js'
import { checkAllowedHost } from '../../venue/allowed-hosts.js'
import { Limiter } from '../../venue/limiter.js'
import { SignedRest } from '../../venue/signed-rest.js'
import type { Environment } from '../environment.js'
import type { Check } from './check.js'

/** Where a key is, and whom it is shown to. */
export interface KeyPlaces {
  readonly environment: Environment
  readonly keyFile: string | undefined
  /** Signed routes; Binance's own where only its public data were named. */
  readonly restUrl: string | undefined
}

const LIVE_URL = 'https://api.binance.com'
const PUBLIC_HOST = 'data-api.binance.vision'
const ANSWER_MS = 6000

const ACCOUNT = z.object({ canTrade: z.boolean() })
const RIGHTS = z.object({
  ipRestrict: z.boolean(),
  enableWithdrawals: z.boolean(),
  enableSpotAndMarginTrading: z.boolean().optional(),
})

/** Reads the key's rights; skipped where no key is given. */
export async function keyCheck({ environment, keyFile, restUrl }: KeyPlaces): Promise<Check> {
  const name = 'key'
  const isGiven =
    keyFile !== undefined || Boolean(environment.VAULT_ADDR) || Boolean(environment.BINANCE_API_KEY)
  if (!isGiven) return { name, verdict: 'skipped', text: 'none given; paper and dry-run need none' }
  if (restUrl === undefined) return { name, verdict: 'skipped', text: 'not looked at: --rest-url none' }
  const url = new URL(restUrl).hostname === PUBLIC_HOST ? LIVE_URL : restUrl
  try {
    checkHost(url)
    const { key } = await loadKey({ ...environment }, keyFile)
    return { name, ...(await rightsOf(key, url)) }
  } catch (error) {
    if (!(error instanceof NextbarError)) throw error
    return { name, verdict: 'fault', text: error.message }
  }
}

async function rightsOf(key: ApiKey, url: string): Promise<Pick<Check, 'verdict' | 'text'>> {
  const rest = new SignedRest({
    url,
    signer: key,
    limiter: new Limiter({ now: Date.now, sleep }),
    now: Date.now,
    timeoutMs: ANSWER_MS,
  })
  try {
    const account = await rest.send({ method: 'GET', path: '/api/v3/account', params: {}, weight: 20 })
    if (account.kind !== 'DONE') {
      const why = 'reason' in account ? account.reason : `${account.code}: ${account.message}`
      return { verdict: 'fault', text: `from ${key.origin}, ${key.kind}: refused: ${why}` }
    }
    if (!ACCOUNT.parse(account.json).canTrade) return { verdict: 'fault', text: 'this account may not trade' }
    const path = '/sapi/v1/account/apiRestrictions'
    const rights = await rest.send({ method: 'GET', path, params: {}, weight: 1 })
    const read = rights.kind === 'DONE' ? RIGHTS.safeParse(rights.json) : undefined
    const is = `from ${key.origin}, ${key.kind}`
    if (!read?.success)
      return { verdict: 'note', text: `${is}: trades; what else it may do cannot be read here` }
    const { enableWithdrawals, ipRestrict, enableSpotAndMarginTrading } = read.data
    if (enableWithdrawals)
      return { verdict: 'fault', text: `${is}: must not withdraw, may; take that right away` }
    if (enableSpotAndMarginTrading === false)
      return { verdict: 'fault', text: `${is}: must be allowed to trade, is not` }
    if (!ipRestrict)
      return { verdict: 'note', text: `${is}: trades, withdraws nothing; tie it to your address` }
    return { verdict: 'ok', text: `${is}: trades, withdraws nothing, from listed addresses only` }
  } finally {
    await rest.close()
  }
}

function checkHost(url: string): void {
  const modes = ['live', 'testnet', 'demo'] as const
  const refused = modes.flatMap((mode) => {
    try {
      checkAllowedHost(url, '--rest-url', mode)
      return []
    } catch (error) {
      return [error]
    }
  })
  if (refused.length < modes.length) return
  throw refused[0] instanceof NextbarError
    ? refused[0]
    : new ConfigError(`--rest-url must be Binance's, was ${url}`)
}
