/** Everything that a promotion is judged by, as plain data: whoever gathers it reads files, the judge does not. Floor 4. */
import type { DrillRecord } from './drill-record.js'

/** Something that was looked at, or why it could not be. */
export type Looked<T> = T | { readonly missing: string }

/** Whether something could not be looked at. */
export function isMissing<T extends object>(looked: Looked<T>): looked is { readonly missing: string } {
  return Object.hasOwn(looked, 'missing')
}

/** A sweep's verdict, as far as it decides; NaN where the sweep could not tell. */
export interface SweepFacts {
  readonly sweepId: string
  readonly pbo: number
  readonly dsr: number
  /** Sharpe ratio of the stitched walk-forward; undefined where none was made. */
  readonly walkForwardSharpe: number | undefined
  /** In what the sweep is of something else than the run. */
  readonly differences: readonly string[]
}

/** What was found of one promotion. */
export interface PromotionFacts {
  /** Undefined when the run came out the same; else what differs or is not there. */
  readonly reproductionFault: string | undefined
  /** The audit's verdict of the manifest. */
  readonly audit: 'clean' | 'look-ahead' | 'not audited'
  /** Bars; `measured` is undefined when not even the longest history that was tried is enough. */
  readonly warmup: Looked<{ readonly declared: number; readonly measured: number | undefined }>
  readonly sweep: Looked<SweepFacts>
  readonly record: {
    readonly mode: string
    /** Days of market time behind its warm-up. */
    readonly days: number
    readonly trades: number
  }
  /** What each proof broke on; undefined when it holds. */
  readonly proofA: string | undefined
  readonly proofB: string | undefined
  /** Mean slippage of orders that took liquidity, and what the model charges, both in units of ATR. */
  readonly slippage: Looked<{
    readonly source: string
    readonly orders: number
    readonly mean: number
    /** A tick in units of ATR: prices are rounded to it, against the trader. */
    readonly tick: number
    readonly alpha: number
  }>
  readonly key: { readonly verdict: 'ok' | 'note' | 'fault' | 'skipped'; readonly text: string }
  readonly drill: Looked<DrillRecord>
  /** Flags of the limits that are not set. */
  readonly missingLimits: readonly string[]
  /** What is not the same in run and session, in words. */
  readonly differences: readonly string[]
  /** The engine that runs now. */
  readonly engine: string
  /** UTC milliseconds. */
  readonly now: number
}
