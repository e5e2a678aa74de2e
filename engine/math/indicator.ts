/**
 * Indicators as causal recipes: a key, a warm-up and a kernel that walks bars forward. The same kernel
 * fills a column in bulk and steps live, one bar at a time, so both give the same bits. Floor 1.
 */
import type { Column, Field } from '../model/bars.js'
import { ConfigError } from '../model/errors.js'
import type { Interval } from '../model/time.js'

/** A column of the bars themselves; open times are UTC milliseconds. */
export interface FieldSource {
  readonly kind: 'field'
  readonly key: Field | 'openTime'
  readonly field: Field | 'openTime'
  readonly warmup: 0
}

/** An interval that bars can be put together to. Three-day bars have no grid: Binance counts them from a symbol's first day. */
export type LongerInterval = Exclude<Interval, '1s' | '3d'>

/** What an indicator is computed from: a column of the bars, or another indicator's only output. */
export type Source = FieldSource | Indicator<'value'>

/**
 * A recipe. Two recipes with the same key give the same columns; `warmup` is how many leading values
 * are NaN, counted from the first bar, sources included.
 */
export interface Indicator<Output extends string = string> {
  readonly kind: 'indicator'
  readonly key: string
  readonly sources: readonly Source[]
  readonly outputs: readonly Output[]
  readonly warmup: number
  readonly createKernel: () => Kernel
  /** The longer interval over whose closed bars it is computed; the run's own when left out. */
  readonly interval?: LongerInterval
  /**
   * What a recipe from outside the engine was made of. Two recipes with one key must be of the same
   * definition: their functions may read the same and still close over different values.
   */
  readonly definition?: object
}

/** What survives JSON: a NaN or an infinity does not. */
export type PlainData =
  | number
  | string
  | boolean
  | null
  | readonly PlainData[]
  | { readonly [key: string]: PlainData }

/**
 * The walk itself. It holds what it must remember between calls and nothing else; earlier values of
 * its inputs it reads from the columns.
 */
export interface Kernel {
  /**
   * Writes values `from` (included) to `to` (excluded) of each output, going on where the last call
   * ended. Value `i` depends on inputs 0..i only.
   */
  run(inputs: readonly Column[], outputs: readonly Column[], from: number, to: number): void
  /** What it remembers, as a copy. */
  snapshot(): PlainData
  /** Takes up what `snapshot` gave; the next `run` goes on there, over the same columns. */
  restore(state: PlainData): void
}

/** A kernel that remembers nothing: each value is made of inputs that it reads from the columns. */
export function statelessKernel(run: Kernel['run']): Kernel {
  return { run, snapshot: () => [], restore: () => undefined }
}

/**
 * Writes NaN from `from` to the end of the warm-up, at most to `to`; gives the index of the first value
 * that is left to compute.
 */
export function fillWarmup(outputs: readonly Column[], from: number, to: number, warmup: number): number {
  const first = Math.max(from, Math.min(to, warmup))
  for (const output of outputs) output.fill(Number.NaN, from, first)
  return first
}

/** Opening times, UTC milliseconds. */
export const openTime: FieldSource = { kind: 'field', key: 'openTime', field: 'openTime', warmup: 0 }

/** Opening prices. */
export const open: FieldSource = { kind: 'field', key: 'open', field: 'open', warmup: 0 }
/** Highest prices. */
export const high: FieldSource = { kind: 'field', key: 'high', field: 'high', warmup: 0 }
/** Lowest prices. */
export const low: FieldSource = { kind: 'field', key: 'low', field: 'low', warmup: 0 }
/** Closing prices. */
export const close: FieldSource = { kind: 'field', key: 'close', field: 'close', warmup: 0 }
/** Base asset traded in each bar; NaN where the source of the bars has no volume. */
export const volume: FieldSource = { kind: 'field', key: 'volume', field: 'volume', warmup: 0 }

/** Checks that a period is a whole number of at least `min`. Throws a ConfigError naming the indicator. */
export function checkPeriod(indicator: string, period: number, min = 1): number {
  if (Number.isInteger(period) && period >= min) return period
  throw new ConfigError(
    `the period of ${indicator} must be a whole number of at least ${min}, was ${period}; change the parameter that sets it`,
  )
}

/** Checks that a factor of an indicator is a positive, finite number. Throws a ConfigError naming both. */
export function checkPositive(indicator: string, name: string, value: number): number {
  if (value > 0 && value < Number.POSITIVE_INFINITY) return value
  throw new ConfigError(
    `the ${name} of ${indicator} must be a positive number, was ${value}; change the parameter that sets it`,
  )
}
