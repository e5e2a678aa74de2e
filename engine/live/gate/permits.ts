/** The two files that let a session trade for real: the record of its promotion, and the arming by a person. Floor 3. */
import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { writeWhole } from '../files/state-folder.js'

/** `promotion.json`, as far as the gate reads it. */
const PROMOTION = z.looseObject({
  schema: z.literal('nextbar/promotion@1'),
  isPromoted: z.boolean(),
  /** `termsDigest` of the session. */
  terms: z.string(),
})

const ARM = z.strictObject({
  schema: z.literal('nextbar/arm@1'),
  terms: z.string(),
  /** `accountDigest` of the account whose balances were shown: venue and owner. */
  account: z.string(),
  priceCollar: z.number(),
  armed: z.iso.datetime(),
  expires: z.iso.datetime(),
})

/** What `arm.json` holds. */
export type Arm = z.infer<typeof ARM>

/** Why a promotion does not hold for these terms; undefined when it does. */
export function promotionFault(path: string, terms: string): string | undefined {
  const stranger = strangerFault(path)
  if (stranger !== undefined) return stranger
  const read = PROMOTION.safeParse(readOwn(path))
  if (!read.success)
    return `a promotion record must be at ${path} (run-promote.ts makes it), there is none that can be read`
  if (!read.data.isPromoted) return `${path} says that this session was not promoted`
  return read.data.terms === terms
    ? undefined
    : `${path} is of another session: strategy, parameters, engine, symbols, interval, policy, fees, rules, limits and cash must be the same`
}

/** Why an arming does not hold; undefined when it does. */
export function armFault(
  path: string,
  {
    terms,
    account,
    priceCollar,
    now,
  }: {
    readonly terms: string
    /** Undefined as long as it is not known. */
    readonly account: string | undefined
    readonly priceCollar: number | undefined
    readonly now: number
  },
): string | undefined {
  const stranger = strangerFault(path)
  if (stranger !== undefined) return stranger
  const read = ARM.safeParse(readOwn(path))
  if (!read.success) return `${path} must be made by run-live.ts arm, there is none that can be read`
  const { expires, armed } = read.data
  if (read.data.terms !== terms) return `${path} is of another session or other limits: arm anew`
  if (account !== undefined && read.data.account !== account)
    return `${path} is of another account, or of one on another venue: arm anew`
  if (read.data.priceCollar !== priceCollar) return `${path} is of another price collar: arm anew`
  if (!(Date.parse(armed) <= now + 60_000)) return `${path} was armed in the future (${armed}): set the clock`
  return Date.parse(expires) > now ? undefined : `${path} has expired at ${expires}: arm anew`
}

/** Writes `arm.json`. */
export function writeArm(path: string, arm: Omit<Arm, 'schema'>): void {
  writeWhole(path, `${JSON.stringify({ schema: 'nextbar/arm@1', ...arm } satisfies Arm, null, 2)}\n`)
}

/** A permit that another user could have written is none. */
function strangerFault(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return undefined
  if (process.getuid && stat.uid !== process.getuid())
    return `${path} must belong to the user who runs this, belongs to user ${stat.uid}`
  return (stat.mode & 0o022) === 0
    ? undefined
    : `${path} must be writable by its owner alone, is by others; look at it, then chmod 600 ${path}`
}

function readOwn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
