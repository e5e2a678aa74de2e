/** What a run page may be told of the sweep that its parameters were taken from. Floor 4. */
import type { SweepVerdict } from '../engine/model/sweep-result.js'
import type { SettingValue } from './format-setting.js'

/** A set of parameters with its objective. */
export interface SweepPoint {
  readonly params: Readonly<Record<string, SettingValue>>
  readonly value: number
}

/** The objective around the chosen parameters, for two of them. */
export interface SweepNeighbourhood {
  readonly x: { readonly name: string; readonly values: readonly string[] }
  readonly y: { readonly name: string; readonly values: readonly string[] }
  /** A row a value of `y`, a cell a value of `x`; NaN where no trial was made or it failed. */
  readonly cells: readonly (readonly number[])[]
}

/** One train and test window of a walk-forward. Times are UTC milliseconds, the ends excluded. */
export interface SweepFold {
  readonly train: readonly [from: number, to: number]
  readonly test: readonly [from: number, to: number]
  readonly params: Readonly<Record<string, SettingValue>>
  readonly inSample: number
  readonly outOfSample: number
}

/** A sweep as `sweep.json` tells it; what was not computed is absent. */
export interface SweepAttachment {
  readonly sweepId: string
  /** The metric that was ranked by. */
  readonly objective: string
  readonly trials: number
  readonly failed: number
  /** Distinct trials ever made on this symbol, interval and range. */
  readonly trialsEver: number
  readonly best: SweepPoint
  readonly plateau: SweepPoint
  /** Deflated Sharpe ratio, a fraction. */
  readonly dsr?: number
  /** Probability of backtest overfitting, a fraction. */
  readonly pbo?: number
  /** The best Sharpe ratio a year to expect of `trialsEver` trials without an edge. */
  readonly expectedMaxSharpe?: number
  readonly verdict?: SweepVerdict
  readonly neighbourhood?: SweepNeighbourhood
  readonly walkForward?: { readonly folds: readonly SweepFold[]; readonly efficiency: number }
  /** Bootstrap intervals of metrics. */
  readonly intervals?: readonly {
    readonly metric: string
    /** As the sweep measured it, from daily returns. */
    readonly value?: number
    readonly low: number
    readonly high: number
    /** Share of the distribution inside, a fraction. */
    readonly level: number
  }[]
}
