/** The first record of a ledger: which session this is. Another mode, strategy or symbol is another ledger. Floor 3. */
import { z } from 'zod'
import type { ParamSpecs, ParamValues } from '../../core/params.js'
import type { Adopted } from '../../model/adopted.js'
import { ConfigError, DataError } from '../../model/errors.js'
import type { RunSettings } from '../../model/settings.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import { INTERVALS, type Interval } from '../../model/time.js'
import { fromLedgerJson, toSortedJson } from './ledger-json.js'

/** How a session meets the market. */
export type Mode = 'paper' | 'dry-run' | 'testnet' | 'demo' | 'live'

/** What a session is, from its first day on. */
export interface Genesis {
  readonly schema: 'nextbar/ledger@1'
  readonly mode: Mode
  /** Seconds since 1970 at which the ledger was made: part of every order's id. */
  readonly epoch: number
  readonly strategy: {
    readonly name: string
    readonly file: string
    readonly sha256: string
    /** The file's text, so that a proof can show the line that has changed. */
    readonly source: string
  }
  readonly params: ParamValues<ParamSpecs>
  readonly interval: Interval
  /** By name: their order is that of every event. */
  readonly symbols: readonly {
    readonly symbol: string
    readonly rules: SymbolRules
    /** What the session has taken over from the account; nothing when left out. */
    readonly adopted?: Adopted | undefined
  }[]
  readonly settings: RunSettings
  /** Version and hash of the engine that began it. */
  readonly engine: string
  /** Digest of venue and account, where it sends orders. */
  readonly account?: string
}

const ADOPTED = z.object({ quantity: z.bigint(), price: z.bigint(), time: z.int() })

const SCHEMA = z.looseObject({
  schema: z.literal('nextbar/ledger@1'),
  mode: z.enum(['paper', 'dry-run', 'testnet', 'demo', 'live']),
  epoch: z.int().nonnegative(),
  strategy: z.object({ name: z.string(), file: z.string(), sha256: z.string(), source: z.string() }),
  params: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])),
  interval: z.enum(INTERVALS),
  symbols: z
    .array(z.looseObject({ symbol: z.string(), rules: z.looseObject({}), adopted: ADOPTED.optional() }))
    .min(1),
  settings: z.looseObject({ cash: z.bigint(), alpha: z.number(), atrPeriod: z.number() }),
  engine: z.string(),
  account: z.string().optional(),
})

/** The record of a row's text. Throws a DataError when it is none of this version. */
export function parseGenesis(text: string): Genesis {
  const parsed = SCHEMA.safeParse(fromLedgerJson(text))
  if (!parsed.success) {
    throw new DataError(
      `the ledger's first record must be of nextbar/ledger@1, is not: ${z.prettifyError(parsed.error)}`,
    )
  }
  // Rules and settings are what `toLedgerJson` wrote of these very types, and the chain holds them to it.
  return parsed.data as unknown as Genesis
}

/** What must be the same for a session to go on with a ledger, in the words of the command line. */
const FIXED = ['mode', 'strategy', 'params', 'interval', 'symbols', 'settings', 'account'] as const

/** Refuses to go on with the ledger of another session. Throws a ConfigError that names what differs. */
export function checkSameSession(held: Genesis, asked: Omit<Genesis, 'epoch' | 'engine'>): void {
  for (const key of FIXED) {
    const [was, is] = [shown(held, key), shown(asked, key)]
    if (was === is) continue
    throw new ConfigError(
      `the ledger must be of this very session, but ${key} was ${clip(was)} and is ${clip(is)}; take another --state folder, or the ${key} it was begun with`,
    )
  }
}

function shown(genesis: Omit<Genesis, 'epoch' | 'engine'>, key: (typeof FIXED)[number]): string {
  if (key === 'strategy') return `${genesis.strategy.name} (${genesis.strategy.sha256.slice(0, 12)})`
  if (key === 'symbols') return genesis.symbols.map(({ symbol }) => symbol).join(', ')
  return toSortedJson(genesis[key] ?? null)
}

function clip(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
