/** A run as its folder holds it: what the index and the compare page are drawn from. Plain data. Floor 4. */
import type { MetricKey } from '../engine/math/metrics/metric-table.js'
import type { Interval } from '../engine/model/time.js'
import type { SettingValue } from './format-setting.js'
import type { DataIdentity } from './run-page-input.js'

/** What a run's manifest and metrics say: enough for a row of an index. */
export interface RunSummary {
  readonly runId: string
  /** How the run is found: its folder as given, or as it lies below an index. */
  readonly folder: string
  readonly engine: string
  readonly strategy: { readonly name: string; readonly file: string; readonly sha256: string }
  readonly params: Readonly<Record<string, SettingValue>>
  /** The run's own symbol. */
  readonly data: DataIdentity & { readonly interval: Interval }
  /** Names of all its symbols, its own first. */
  readonly symbols: readonly string[]
  readonly settings: Readonly<Record<string, SettingValue>>
  readonly seed: number
  readonly command: string
  /** NaN where a metric is undefined. */
  readonly metrics: Readonly<Record<MetricKey, number>>
}

/** Names of a run's symbols: all of up to three, else the first two and how many more there are. */
export function symbolsText({ symbols }: Pick<RunSummary, 'symbols'>): string {
  if (symbols.length <= 3) return symbols.join(', ')
  return `${symbols.slice(0, 2).join(', ')} and ${symbols.length - 2} more`
}

/** Rows of `equity.csv` in order of time, as columns of one length. */
export interface EquityColumns {
  /** UTC milliseconds. */
  readonly times: Float64Array
  readonly equity: Float64Array
  /** A fraction of at least 0. */
  readonly drawdown: Float64Array
}

/** A closed trade, as far as runs are compared by it. */
export interface StoredTrade {
  readonly number: number
  readonly symbol: string
  /** UTC milliseconds. */
  readonly entryTime: number
  readonly exitTime: number
  readonly entryPrice: number
  readonly exitPrice: number
  /** In quote. */
  readonly net: number
  /** A fraction. */
  readonly return: number
}

/** A run with its tables. */
export interface StoredRun extends RunSummary {
  /** Every row, those of fills too. */
  readonly rows: EquityColumns
  /** Rows of marks alone: UTC midnights, or the end of each bar, and the end of the run. */
  readonly marks: EquityColumns
  /** Equity at each 00:00 UTC of the range, as every daily number has it. */
  readonly days: { readonly times: Float64Array; readonly equity: Float64Array }
  readonly trades: readonly StoredTrade[]
}

/** A run and what a comparison calls it: a letter, because a name is someone else's and may be long. */
export interface LabelledRun {
  readonly label: string
  readonly run: StoredRun
}
