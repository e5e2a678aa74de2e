/** What a session is, as far as it must be the one that was tested: promotion and arming are for these very terms. Floor 3. */
import { createHash } from 'node:crypto'
import type { SymbolRules } from '../../model/symbol-rules.js'
import type { Genesis } from '../ledger/genesis.js'
import { toSortedJson } from '../ledger/ledger-json.js'

/** What a session is made of, whichever mode it has. */
export type SessionMakeup = Omit<Genesis, 'epoch' | 'mode' | 'schema' | 'strategy'> & {
  readonly strategy: Pick<Genesis['strategy'], 'name' | 'sha256'>
}

/** What may not differ, as data. */
export type SessionTerms = ReturnType<typeof sessionTerms>

/** Everything that may not differ between what was promoted, what was armed and what trades. */
export function sessionTerms({ strategy, params, engine, symbols, interval, settings }: SessionMakeup) {
  const { policy, limits, makerFee, takerFee, feeAsset, cash } = settings
  return {
    strategy: { name: strategy.name, sha256: strategy.sha256 },
    params,
    engine,
    symbols: symbols.map(({ symbol, rules }) => ({ symbol, rules: lastingRules(rules) })),
    interval,
    policy: policy ?? 'market',
    fees: { maker: makerFee, taker: takerFee, asset: feeAsset },
    limits: limits ?? null,
    cash,
  }
}

/** Where rules were read says nothing of them, and a market order's most is another every day: it follows the volume. */
function lastingRules({ source: _, marketMaxQuantity: __, ...rules }: SymbolRules) {
  return rules
}

/** The terms as 64 hex digits. */
export function termsDigest(genesis: SessionMakeup): string {
  return createHash('sha256')
    .update(toSortedJson(sessionTerms(genesis)))
    .digest('hex')
}
