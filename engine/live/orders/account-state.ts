/** An account as the exchange shows it. Floor 3. */
import { z } from 'zod'
import { parseUnits, type Units } from '../../model/money.js'

/** What is in an account. */
export interface AccountState {
  readonly uid: string
  readonly canTrade: boolean
  /** Free and in all (with what orders hold), by asset; an asset that is not there has none. */
  readonly free: ReadonlyMap<string, Units>
  readonly total: ReadonlyMap<string, Units>
}

const amount = z.string().transform((text) => parseUnits(text) ?? 0n)
const ACCOUNT = z.object({
  uid: z.union([z.number(), z.string()]).transform(String).default(''),
  canTrade: z.boolean(),
  balances: z.array(z.object({ asset: z.string(), free: amount, locked: amount })),
})

/** The answer of `GET /api/v3/account`; undefined where it is none. */
export function accountState(json: unknown): AccountState | undefined {
  const { success, data } = ACCOUNT.safeParse(json)
  if (!success) return undefined
  return {
    uid: data.uid,
    canTrade: data.canTrade,
    free: new Map(data.balances.map(({ asset, free }) => [asset, free])),
    total: new Map(data.balances.map(({ asset, free, locked }) => [asset, free + locked])),
  }
}
