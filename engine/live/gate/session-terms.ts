/** What a session is, as far as it must be the one that was tested: promotion and arming are for these very terms. Floor 3. */
import { createHash } from 'node:crypto'
import type { Genesis } from '../ledger/genesis.js'
import { toLedgerJson } from '../ledger/ledger-json.js'

/** Everything that may not differ between what was promoted, what was armed and what trades. */
export function sessionTerms({
  strategy,
  params,
  engine,
  symbols,
  interval,
  settings,
}: Omit<Genesis, 'epoch' | 'mode' | 'schema'>) {
  const { policy, limits, makerFee, takerFee, feeAsset, cash } = settings
  return {
    strategy: { name: strategy.name, sha256: strategy.sha256 },
    params,
    engine,
    symbols: symbols.map(({ symbol, rules }) => ({ symbol, rules })),
    interval,
    policy: policy ?? 'market',
    fees: { maker: makerFee, taker: takerFee, asset: feeAsset },
    limits: limits ?? null,
    cash,
  }
}

/** The terms as 64 hex digits. */
export function termsDigest(genesis: Parameters<typeof sessionTerms>[0]): string {
  return createHash('sha256')
    .update(toLedgerJson(sessionTerms(genesis)))
    .digest('hex')
}
