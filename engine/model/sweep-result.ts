/**
 * What a finished sweep leaves behind: every trial, what was chosen, and how far luck may explain it.
 * Plain data; `sweep.json`, `leaderboard.csv` and the sweep's report are drawn from it. Floor 0.
 * Times are UTC milliseconds, ranges `[from, to)`; a number that is not defined is NaN.
 */

/** A range of time; its end is excluded. */
export type SweepRange = readonly [from: number, to: number]

/** The value of a parameter in a trial. */
export type SweepValue = number | boolean | string

/** A parameter of the strategy, and what the sweep let it be. */
export type SweepParam = SweptLevels | SweptRange | FixedParam

/** A parameter that took one of some values: a grid's steps in rising order, or words as they were given. */
export interface SweptLevels {
  readonly kind: 'levels'
  readonly name: string
  readonly values: readonly SweepValue[]
}

/** A number drawn from a range, both ends included. */
export interface SweptRange {
  readonly kind: 'range'
  readonly name: string
  readonly min: number
  readonly max: number
  /** Whether only whole numbers were drawn. */
  readonly isWhole: boolean
}

/** A parameter that was the same in all trials. */
export interface FixedParam {
  readonly kind: 'fixed'
  readonly name: string
  readonly value: SweepValue
}

/** One parameter set that was run, or failed to. */
export type SweepTrial = DoneTrial | FailedTrial

/** A trial that ran to its end. */
export interface DoneTrial {
  readonly status: 'DONE'
  /** Its number in the sweep, from 1, whatever worker ran it. */
  readonly trial: number
  /** In the order of the sweep's `params`. */
  readonly params: readonly SweepValue[]
  /** Metrics by key, in the order of `metrics.json`; NaN where one is undefined. */
  readonly metrics: Readonly<Record<string, number>>
  /** The objective; NaN where it is undefined. */
  readonly value: number
  /** Whether it has `minTrades` trades and a value: only then it may be chosen. */
  readonly isRanked: boolean
  /** Plateau score of its neighbourhood, in units of the objective; NaN without a neighbour. */
  readonly plateau: number
  /** Sharpe ratio a year of its daily returns in each part of `split`; NaN without a split. */
  readonly train: number
  readonly test: number
}

/** A trial whose strategy threw. */
export interface FailedTrial {
  readonly status: 'FAILED'
  readonly trial: number
  readonly params: readonly SweepValue[]
  /** The message, and the stack of the strategy's own code. */
  readonly error: string
  readonly stack: string
}

/** One value that the sweep points at: the trial, and the number it was chosen by. */
export interface SweepChoice {
  readonly trial: number
  readonly value: number
}

/** An interval of a metric of the best trial, by the stationary bootstrap of its daily returns. */
export interface SweepInterval {
  /** Key of the metric. */
  readonly metric: string
  readonly value: number
  readonly low: number
  readonly high: number
  /** Share of the distribution inside, a fraction. */
  readonly level: number
}

/** The champion of each half of the days, measured in the other half: Sharpe ratios of one day. */
export interface SweepDegradation {
  /** A value a split, in one order with `pboLogits`. */
  readonly inSample: readonly number[]
  readonly outOfSample: readonly number[]
  /** Least squares of out of sample on in sample; below 0 where a better past means a worse future. */
  readonly slope: number
  readonly intercept: number
  readonly r2: number
  /** Share of the champions that lost out of sample, a fraction. */
  readonly lossShare: number
}

/** Whether entries at random times would have done as well: equal count, equal durations, no costs. */
export interface SweepRandomEntry {
  readonly draws: number
  readonly trades: number
  /** Mean return of a trade before costs, fractions: the best trial's, and the mean of the draws. */
  readonly actual: number
  readonly randomMean: number
  /** Share of the draws, the actual one counted in, that did at least as well. */
  readonly pValue: number
}

/** Max drawdown of the best trial's trades in another order, fractions. */
export interface SweepTradeShuffle {
  readonly draws: number
  readonly trades: number
  readonly actual: number
  readonly median: number
  /** 95 % of the orders stay above this. */
  readonly worst: number
}

/** One thing that a sweep must show before its best trial may be believed. */
export interface SweepCheck {
  readonly isMet: boolean
  /** A sentence with the number and its bound. */
  readonly words: string
}

/** The verdict in words. `isPassing` when every check is met. */
export interface SweepVerdict {
  readonly isPassing: boolean
  readonly words: string
  readonly checks: readonly SweepCheck[]
}

/** What luck may explain of a sweep's best trial. Sharpe ratios a year unless said. */
export interface SweepOverfitting {
  /** Daily returns of each trial. */
  readonly days: number
  /** Trials with daily returns. */
  readonly trials: number
  /** Independent trials that as many correlated ones are worth: ρ + (1 − ρ) · `trialsEver`. */
  readonly effectiveTrials: number
  /** Mean correlation of the trials' daily returns. */
  readonly meanCorrelation: number
  /** Sharpe ratio of the best trial, and its probability of being above 0. */
  readonly sharpe: number
  readonly psr: number
  /** The best Sharpe ratio to expect of `trialsEver` trials without any edge. */
  readonly expectedMaxSharpe: number
  /** Deflated Sharpe ratio, a fraction: with `trialsEver`, and with `effectiveTrials`. */
  readonly dsr: number
  readonly dsrEffective: number
  /** Days of returns until the Sharpe ratio would be above 0 with 95 % confidence. */
  readonly minTrackRecordDays: number
  /** Years below which the best of `trialsEver` trials without an edge shows such a Sharpe ratio. */
  readonly minBacktestYears: number
  /** Probability of backtest overfitting, a fraction; NaN where it cannot be computed. */
  readonly pbo: number
  readonly pboBlocks: number
  /** A logit a split of the blocks; empty where PBO cannot be computed. */
  readonly pboLogits: readonly number[]
  readonly degradation: SweepDegradation
  readonly intervals: readonly SweepInterval[]
  readonly randomEntry?: SweepRandomEntry
  readonly tradeShuffle?: SweepTradeShuffle
}

/** One fold of a walk-forward: chosen on `train`, measured on `test`. */
export interface SweepFold {
  readonly train: SweepRange
  readonly test: SweepRange
  /** What was chosen, in the order of the sweep's `params`. */
  readonly params: readonly SweepValue[]
  /** The objective in each window. */
  readonly inSample: number
  readonly outOfSample: number
}

/** A walk-forward, its test windows joined to one run that was never trained on. */
export interface SweepWalkForward {
  readonly isAnchored: boolean
  readonly folds: readonly SweepFold[]
  readonly stitched: {
    readonly metrics: Readonly<Record<string, number>>
    /** Equity in quote at UTC midnights of the test windows, in order of time. */
    readonly times: readonly number[]
    readonly equity: readonly number[]
  }
  /** Mean objective out of sample ÷ in sample. */
  readonly efficiency: number
}

/** One symbol that was swept over. */
export interface SweepData {
  readonly symbol: string
  readonly interval: string
  readonly from: number
  readonly to: number
  readonly bars: number
  readonly gaps: number
  /** The file's name, never a path. */
  readonly source: string
  readonly sha256: string
}

/** A finished sweep. */
export interface SweepResult {
  readonly sweepId: string
  readonly engineVersion: string
  /** First 12 hex digits of the engine's content hash. */
  readonly engineHash: string
  readonly strategy: { readonly name: string; readonly file: string; readonly sha256: string }
  readonly data: readonly SweepData[]
  /** Settings that can change a number, in the order to print them. */
  readonly settings: Readonly<Record<string, SweepValue | readonly SweepValue[] | undefined>>
  readonly seed: number
  /** The command line that sweeps again. */
  readonly command: string
  readonly sampler: string
  /** Key of a metric, or an expression of keys; and which way it is better. */
  readonly objective: string
  readonly direction: 'higher' | 'lower'
  readonly minTrades: number
  readonly params: readonly SweepParam[]
  /** By number. */
  readonly trials: readonly SweepTrial[]
  /** Distinct trials ever made on this symbol and interval over an overlapping range, these included. */
  readonly trialsEver: number
  /** The ranked trial with the best value, and the one with the best plateau score; undefined of none. */
  readonly best: SweepChoice | undefined
  readonly plateau: SweepChoice | undefined
  /** Both parts of the range that `train` and `test` of the trials are of. */
  readonly split: { readonly train: SweepRange; readonly test: SweepRange } | undefined
  /** The range that was kept from the sweep. */
  readonly holdout: SweepRange | undefined
  readonly overfitting: SweepOverfitting
  readonly verdict: SweepVerdict
  readonly walkForward: SweepWalkForward | undefined
  /** The file with the daily returns of every trial, beside `sweep.json`. */
  readonly returnsFile: string
  /**
   * Run folders of the best few and the best plateau, relative to the sweep's folder: `best/<runId>`; beside
   * each, as `best/<runId>.html`, its report with what the sweep says of it.
   */
  readonly bestRuns: readonly { readonly trial: number; readonly runId: string; readonly folder: string }[]
}
