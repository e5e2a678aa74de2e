/**
 * `adopt.json`: what a person lets a new session take over from its account. It is read once, when the ledger is begun,
 * and gone then: the ledger's first record has it. Floor 3.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { roundToAmount, unitsOf } from '../../model/amount.js'
import type { Bar } from '../../model/bars.js'
import { ConfigError, DataError } from '../../model/errors.js'
import { formatUnits, parseUnits, type Units } from '../../model/money.js'
import { closeTimeOf } from '../../model/time.js'
import type { Genesis } from '../ledger/genesis.js'
import { writeWhole } from './state-folder.js'

/** What a session takes over, by base asset; of one that is there with 0 it takes nothing, and that was said. */
export interface Adoption {
  /** `accountDigest` of the account that it was looked up in. */
  readonly account: string
  readonly take: ReadonlyMap<string, Units>
}

const FILE = 'adopt.json'

const SCHEMA = z.strictObject({
  schema: z.literal('nextbar/adopt@1'),
  account: z.string(),
  time: z.iso.datetime(),
  take: z.record(z.string(), z.string()),
})

/** Writes it; `now` is this machine's time. Gives its path. */
export function writeAdoption(folder: string, { account, take }: Adoption, now: number): string {
  const path = join(folder, FILE)
  const texts = Object.fromEntries([...take].map(([asset, units]) => [asset, formatUnits(units)]))
  const json: z.infer<typeof SCHEMA> = {
    ...{ schema: 'nextbar/adopt@1', account, time: new Date(now).toISOString(), take: texts },
  }
  writeWhole(path, `${JSON.stringify(json, null, 2)}\n`)
  return path
}

/** What was let be taken over; undefined without the file. Throws a DataError for one that cannot be read. */
export function readAdoption(folder: string): Adoption | undefined {
  const path = join(folder, FILE)
  if (!existsSync(path)) return undefined
  const { success, data } = SCHEMA.safeParse(jsonOf(path))
  const amounts = Object.entries(data?.take ?? {}).map(([asset, text]) => [asset, parseUnits(text)] as const)
  const take = new Map(amounts.flatMap(([asset, units]) => (units === undefined ? [] : [[asset, units]])))
  if (!success || take.size < amounts.length || [...take.values()].some((units) => units < 0n)) {
    throw new DataError(`${path} must be what run-live.ts adopt wrote, is not; remove it, and adopt anew`)
  }
  return { account: data.account, take }
}

/** The ledger holds it now. */
export function forgetAdoption(folder: string): void {
  rmSync(join(folder, FILE), { force: true })
}

/** Throws a ConfigError unless it is of this account, and of these base assets alone. */
export function checkAdoption(adoption: Adoption, { symbols, account }: Genesis): void {
  const bases = symbols.map(({ rules }) => rules.baseAsset)
  const odd = [...adoption.take.keys()].find((asset) => !bases.includes(asset))
  if (odd !== undefined) {
    throw new ConfigError(
      `adopt.json must be of what the session trades (${bases.join(', ')}), has ${odd}: adopt anew`,
    )
  }
  if (account !== undefined && adoption.account !== account)
    throw new ConfigError('adopt.json must be of this very account, is of another: adopt anew')
}

/** The first record of a session that takes this over: what it is worth is the last close before it. */
export function adopting(
  genesis: Genesis,
  adoption: Adoption | undefined,
  histories: readonly (readonly Bar[])[],
): Genesis {
  if (!adoption) return genesis
  const symbols = genesis.symbols.map((symbol, k) => {
    const quantity = adoption.take.get(symbol.rules.baseAsset) ?? 0n
    const last = histories[k]?.at(-1)
    if (quantity === 0n || !last) return symbol
    const price = unitsOf(roundToAmount(last.close, 'nearest', symbol.rules.priceScale))
    return { ...symbol, adopted: { quantity, price, time: closeTimeOf(last.openTime, genesis.interval) } }
  })
  return { ...genesis, symbols }
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
