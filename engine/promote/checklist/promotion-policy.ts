/** What a promotion asks for, as numbers: the defaults, and what a file may say instead. Floor 4. */
import { ConfigError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'

/** Bounds of the checklist. */
export interface PromotionPolicy {
  /** Most that the probability of backtest overfitting may be, a fraction. */
  readonly maxPbo: number
  /** Least deflated Sharpe ratio, a probability. */
  readonly minDsr: number
  /** The stitched Sharpe ratio of the walk-forward must be above this. */
  readonly walkForwardSharpeAbove: number
  /** Least length of the paper or dry-run record, days of market time. */
  readonly minDays: number
  /** Least round trips in that record. */
  readonly minTrades: number
  /** Most that slippage may be, in units of what the run's model charges. */
  readonly maxSlippageRatio: number
  /** What the key must be known to be: tied to addresses, allowed to trade, or not looked at. */
  readonly key: KeyDemand
  /** Oldest fault drill that counts, days. */
  readonly maxDrillDays: number
}

/** What is asked of a key. */
export type KeyDemand = (typeof KEY_DEMANDS)[number]

const KEY_DEMANDS = ['restricted', 'trades', 'any'] as const

/** What holds where no file says otherwise. */
export const DEFAULT_POLICY: PromotionPolicy = {
  maxPbo: 0.3,
  minDsr: 0.95,
  walkForwardSharpeAbove: 0,
  minDays: 14,
  minTrades: 30,
  maxSlippageRatio: 1,
  key: 'restricted',
  maxDrillDays: 7,
}

const BOUNDS: Readonly<
  Record<Exclude<keyof PromotionPolicy, 'key'>, readonly [least: number, most: number]>
> = {
  maxPbo: [0, 1],
  minDsr: [0, 1],
  walkForwardSharpeAbove: [-10, 10],
  minDays: [0, 3650],
  minTrades: [0, 1e9],
  maxSlippageRatio: [0, 100],
  maxDrillDays: [0, 365],
}

/**
 * The policy of a table such as `{"minDays": 30}`; what it leaves out is the default. Only own keys count.
 * Throws a ConfigError on a key that is none, or a value out of bounds; `where` names the file.
 */
export function toPolicy(table: object, where: string): PromotionPolicy {
  const known = Object.keys(DEFAULT_POLICY)
  const given = new Map<string, number | KeyDemand>()
  for (const [name, value] of Object.entries(table)) {
    if (!Object.hasOwn(DEFAULT_POLICY, name)) {
      throw new ConfigError(
        `${name} in ${where} must be a bound of the promotion, is none${hintFor(name, known)} (${known.join(', ')})`,
      )
    }
    given.set(name, name === 'key' ? toDemand(value, where) : toBound(name, value, where))
  }
  // Each value was checked under its own name, and every name has a default.
  return { ...DEFAULT_POLICY, ...Object.fromEntries(given) } as PromotionPolicy
}

function toDemand(value: unknown, where: string): KeyDemand {
  const demand = KEY_DEMANDS.find((one) => one === value)
  if (demand !== undefined) return demand
  throw new ConfigError(`key in ${where} must be ${KEY_DEMANDS.join(', ')}, was ${JSON.stringify(value)}`)
}

function toBound(name: string, value: unknown, where: string): number {
  const [least, most] = Object.entries(BOUNDS).find(([one]) => one === name)?.[1] ?? [0, 0]
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw new ConfigError(
    `${name} in ${where} must be a number from ${least} to ${most}, was ${JSON.stringify(value)}`,
  )
}
