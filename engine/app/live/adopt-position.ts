/** `run-live.ts adopt`: a person lets a session that has not begun take over what the account holds. Floor 5. */
import { readAdoption, writeAdoption } from '../../live/files/adoption.js'
import { lastKnownHead, StateFolder } from '../../live/files/state-folder.js'
import type { MutableEnvironment } from '../../live/keys/load-key.js'
import type { Genesis } from '../../live/ledger/genesis.js'
import { hasLedger } from '../../live/ledger/read-ledger.js'
import { type LeftPosition, leftPositions } from '../../live/orders/left-positions.js'
import { ConfigError } from '../../model/errors.js'
import { formatUnits, type Units } from '../../model/money.js'
import type { ResolvedSettings } from '../resolve-settings.js'
import type { LiveSettings } from './live-flags.js'
import { lookAtAccount, type SeenAccount } from './look-at-account.js'

/**
 * Shows what the account holds, and writes `adopt.json` for the session's first start. Sends nothing that changes
 * anything. Gives what is shown. Throws a ConfigError where the session has begun already, or `--take` is none.
 */
export async function adoptPosition(
  resolved: ResolvedSettings,
  live: LiveSettings,
  environment: MutableEnvironment,
): Promise<string> {
  if (live.mode === 'paper' || live.mode === 'dry-run') {
    throw new ConfigError(
      `adopt must be for --mode testnet, demo or live, was for ${live.mode}: no other mode has an account`,
    )
  }
  return lookAtAccount({ resolved, live, environment }, async (seen) => {
    const { plan, signed, account, digest } = seen
    const left: LeftPosition[] = []
    for (const { symbol, rules } of plan.genesis.symbols)
      left.push(...(await leftPositions(signed, { symbol, baseAsset: rules.baseAsset })))
    const { take } = live
    if (take === undefined) {
      throw new ConfigError(
        `--take must say what the session takes over, such as ${example(plan.genesis)}, was not given; ${heldText(seen, left).map(inWords).join('; ')}`,
      )
    }
    checkTake(take, seen)
    const folder = StateFolder.open(plan.state)
    try {
      checkNotBegun(folder)
      const before = readAdoption(folder.path)
      const path = writeAdoption(folder.path, { account: digest, take }, Date.now())
      const { strategy, symbols, interval } = plan.genesis
      return `${[
        `adopted   ${amounts(take)} by ${strategy.name} ${live.mode} on ${symbols.map(({ symbol }) => symbol).join(', ')} ${interval}, when it first starts`,
        ...(before ? [`in place  of ${amounts(before.take)}`] : []),
        ...heldText({ plan, account }, left),
        'worth     the last close before the start, in its books; what was paid for it before is in none',
        `written   ${path}; remove it to take it back`,
      ].join('\n')}\n`
    } finally {
      folder.close()
    }
  })
}

/** What the account holds of each base asset, and what earlier sessions have left of it. */
function heldText(
  { plan, account }: Pick<SeenAccount, 'plan' | 'account'>,
  left: readonly LeftPosition[],
): readonly string[] {
  return plan.genesis.symbols.flatMap(({ symbol, rules: { baseAsset } }) => {
    const [free, total] = [account.free.get(baseAsset) ?? 0n, account.total.get(baseAsset) ?? 0n]
    const locked = total > free ? `, and ${formatUnits(total - free)} in open orders` : ''
    return [
      `account   ${formatUnits(free)} ${baseAsset} free${locked}`,
      ...left
        .filter((one) => one.symbol === symbol)
        .map(
          ({ epoch, quantity }) =>
            `left      ${formatUnits(quantity)} ${baseAsset} by the session nb${epoch}`,
        ),
    ]
  })
}

/** A row of a table as a piece of a sentence. */
function inWords(row: string): string {
  return row.replace(/ {2,}/, ': ')
}

function checkTake(take: ReadonlyMap<string, Units>, { plan, account }: SeenAccount): void {
  const { symbols } = plan.genesis
  for (const [asset, units] of take) {
    const rules = symbols.find((one) => one.rules.baseAsset === asset)?.rules
    if (!rules) {
      const bases = symbols.map((one) => one.rules.baseAsset).join(', ')
      throw new ConfigError(`--take must name what the session trades (${bases}), was ${asset}`)
    }
    const free = account.free.get(asset) ?? 0n
    const must = `--take ${asset} must be 0, or from ${formatUnits(rules.stepSize)} (a step) to the ${formatUnits(free)} that are free in the account`
    if (units !== 0n && (units < rules.stepSize || units > free))
      throw new ConfigError(`${must}, was ${formatUnits(units)}`)
  }
}

/** Books begin once: what comes later is a deposit, and changes none. */
function checkNotBegun(folder: StateFolder): void {
  const path = folder.pathOf('ledger')
  if (hasLedger(path)) {
    throw new ConfigError(
      `adopt must come before the session's first start, ${path} is its ledger; stop it, and take another --state`,
    )
  }
  if ((lastKnownHead(folder.path)?.seq ?? 0) === 0) return
  throw new ConfigError(
    `${path} must be there, for status.json knows rows of it; bring it back, or adopt into a new --state folder`,
  )
}

function amounts(take: ReadonlyMap<string, Units>): string {
  return [...take].map(([asset, units]) => `${formatUnits(units)} ${asset}`).join(', ')
}

function example({ symbols }: Genesis): string {
  return symbols.map(({ rules }) => `${rules.baseAsset}=0.5`).join(',')
}
