/** What a promotion and an arming are for: everything that may not differ, and nothing that moves by itself. */
import { describe, expect, it } from 'vitest'
import { termsDigest } from '../../../engine/live/gate/session-terms.js'
import type { Genesis } from '../../../engine/live/ledger/genesis.js'
import { parseGenesis } from '../../../engine/live/ledger/genesis.js'
import { toLedgerJson } from '../../../engine/live/ledger/ledger-json.js'
import { ONE } from '../../../engine/model/money.js'
import { genesisOf } from '../live-session.js'

const genesis = genesisOf({ state: '', settings: { cash: 5n * ONE, limits: undefined } })
const withRules = (change: object): Genesis => ({
  ...genesis,
  symbols: genesis.symbols.map(({ symbol, rules }) => ({ symbol, rules: { ...rules, ...change } })),
})
const withSettings = (change: object): Genesis => ({
  ...genesis,
  settings: { ...genesis.settings, ...change },
})

describe('the terms of a session', () => {
  it.each<[string, Genesis]>([
    ['another mode and day', { ...genesis, mode: 'live', epoch: 1 }],
    ['a record that was written and read again', parseGenesis(toLedgerJson(genesis))],
    ['another largest market order, which follows the volume', withRules({ marketMaxQuantity: 77n })],
    ['rules that were read elsewhere', withRules({ source: 'exchange-info' })],
    ['another slippage in the model', withSettings({ alpha: 0.9 })],
  ])('are the same with %s', (_what, other) => expect(termsDigest(other)).toBe(termsDigest(genesis)))

  it.each<[string, Genesis]>([
    ['strategy', { ...genesis, strategy: { ...genesis.strategy, sha256: 'cd'.repeat(32) } }],
    ['parameters', { ...genesis, params: { ...genesis.params, fast: 6 } }],
    ['engine', { ...genesis, engine: 'another' }],
    ['symbols', { ...genesis, symbols: genesis.symbols.map((one) => ({ ...one, symbol: 'ETHUSDT' })) }],
    ['interval', { ...genesis, interval: '5m' }],
    ['tick', withRules({ tickSize: 2n })],
    ['policy', withSettings({ policy: { postTimeoutMs: 60_000, escalate: 'market' } })],
    ['fees', withSettings({ takerFee: 0.002 })],
    ['limits', withSettings({ limits: { maxOrderQuote: ONE } })],
    ['cash', withSettings({ cash: 6n * ONE })],
  ])('are others with another %s', (_what, other) =>
    expect(termsDigest(other)).not.toBe(termsDigest(genesis)),
  )
})
