/** What an account must be for a ledger to begin on it: nothing is left there of which nobody knows whose it is. Floor 3. */
import { formatUnits, multiplyDown } from '../../model/money.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import type { Adoption } from '../files/adoption.js'
import type { AccountState } from './account-state.js'
import { type LeftLine, leftPositions } from './left-positions.js'

/** Why a session may not begin with a symbol, in words; none lets it. Throws an ExchangeError. */
export async function beginningFaults(
  { symbol, rules }: { readonly symbol: string; readonly rules: SymbolRules },
  {
    line,
    account,
    adoption,
  }: {
    readonly line: LeftLine
    readonly account: AccountState
    readonly adoption: Adoption | undefined
  },
): Promise<readonly string[]> {
  const { baseAsset } = rules
  const take = adoption?.take.get(baseAsset)
  const free = account.free.get(baseAsset) ?? 0n
  if (take !== undefined) {
    const must = `the account must have the ${formatUnits(take)} ${baseAsset} of adopt.json free`
    return free >= take ? [] : [`${must}, has ${formatUnits(free)}: adopt anew`]
  }
  const held = account.total.get(baseAsset) ?? 0n
  if (held < rules.stepSize) return []
  const left = await leftPositions(line, { symbol, baseAsset })
  const sum = left.reduce((all, { quantity }) => all + quantity, 0n)
  const quantity = sum < held ? sum : held
  const price = left.at(-1)?.price ?? 0n
  // Dust that nobody can sell is no position.
  if (quantity < rules.stepSize || multiplyDown(price, quantity) < rules.minNotional) return []
  const sessions = left.map(({ epoch }) => `nb${epoch}`).join(', ')
  const text = `${baseAsset}=${formatUnits(quantity)}`
  return [
    `unknown history: ${formatUnits(quantity)} ${baseAsset} on this account were bought by an earlier session (${sessions}) whose ledger is not here; go on with its own --state folder, or take them over by run-live.ts adopt with the same words and --take ${text}; --take ${baseAsset}=0 leaves them to their owner`,
  ]
}
