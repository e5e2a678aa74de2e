/** `run-live.ts arm`: a person looks at what is going to trade for real, and lets it, for a while. Floor 5. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readAdoption } from '../../live/files/adoption.js'
import { writeArm } from '../../live/gate/permits.js'
import { termsDigest } from '../../live/gate/session-terms.js'
import type { MutableEnvironment } from '../../live/keys/load-key.js'
import { ConfigError } from '../../model/errors.js'
import { formatUnits, type Units } from '../../model/money.js'
import type { ResolvedSettings } from '../resolve-settings.js'
import type { LiveSettings } from './live-flags.js'
import { lookAtAccount } from './look-at-account.js'
import type { SessionPlan } from './session-plan.js'

const LONGEST_MS = 7 * 24 * 3_600_000

/** Shows limits and balances, and writes `arm.json`. Sends nothing that changes anything. Gives what is shown. */
export async function armSession(
  resolved: ResolvedSettings,
  live: LiveSettings,
  environment: MutableEnvironment,
): Promise<string> {
  if (live.mode !== 'live')
    throw new ConfigError(`arm must be for --mode live, was for ${live.mode}: no other mode needs it`)
  if (!(live.for > 0 && live.for <= LONGEST_MS)) throw new ConfigError('--for must be at most 168h (a week)')
  const priceCollar = live['price-collar']
  if (priceCollar === undefined) throw new ConfigError('--price-collar must be given, such as 0.02, was not')
  return lookAtAccount({ resolved, live, environment }, async ({ plan, account, digest }) => {
    const { genesis, state } = plan
    const now = Date.now()
    const expires = new Date(now + live.for).toISOString()
    mkdirSync(state, { recursive: true, mode: 0o700 })
    const path = join(state, 'arm.json')
    const terms = termsDigest(genesis)
    writeArm(path, { terms, account: digest, priceCollar, armed: new Date(now).toISOString(), expires })
    return armText(plan, { free: account.free, priceCollar, expires, path })
  })
}

function armText(
  { genesis, addresses, state }: SessionPlan,
  terms: {
    readonly free: ReadonlyMap<string, Units>
    readonly priceCollar: number
    readonly expires: string
    readonly path: string
  },
): string {
  const { strategy, params, symbols, interval, settings } = genesis
  const { limits, cash, policy } = settings
  const shown = (units: Units | undefined) =>
    units === undefined ? 'none: live will refuse' : formatUnits(units)
  const assets = new Set(symbols.flatMap(({ rules }) => [rules.quoteAsset, rules.baseAsset]))
  return `${[
    `armed     ${strategy.name} ${strategy.sha256.slice(0, 12)} on ${symbols.map(({ symbol }) => symbol).join(', ')} ${interval}, until ${terms.expires}`,
    `params    ${Object.entries(params)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(' ')}`,
    `venue     ${addresses.rest}`,
    `policy    ${policy === undefined ? 'market' : `maker-first, ${policy.postTimeoutMs / 1000} s, then ${policy.escalate}`}`,
    `cash      ${formatUnits(cash)}`,
    ...adoptedText(state),
    `limits    order ${shown(limits?.maxOrderQuote)}, position ${shown(limits?.maxPositionQuote)}, loss of a day ${shown(limits?.maxDailyLoss)}, ${limits?.maxOrdersPerMinute ?? 'none: live will refuse'} orders a minute`,
    `collar    ${Number((terms.priceCollar * 100).toFixed(6))} % from the last trade`,
    `free      ${[...assets].map((asset) => `${formatUnits(terms.free.get(asset) ?? 0n)} ${asset}`).join(', ')}`,
    `written   ${terms.path}; remove it to take it back`,
  ].join('\n')}\n`
}

/** What the first start will take over. */
function adoptedText(state: string): readonly string[] {
  const { take } = readAdoption(state) ?? {}
  if (!take) return []
  return [
    `adopted   ${[...take].map(([asset, units]) => `${formatUnits(units)} ${asset}`).join(', ')}, at the first start`,
  ]
}
