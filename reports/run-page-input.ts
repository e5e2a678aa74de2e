/** What a run page is drawn from: plain data, put together by whoever ran the backtest. Floor 4. */

import type { FrameColumns } from '../engine/math/frame-columns.js'
import type { Indicator } from '../engine/math/indicator.js'
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../engine/model/run-result.js'
import type { Sensitivity } from '../engine/model/sensitivity.js'
import type { SettingValue } from './format-setting.js'
import type { StartedChart } from './price-chart/chart-data.js'
import type { Detail } from './price-chart/kept-bars.js'
import type { SweepAttachment } from './sweep-attachment.js'

/** Where one symbol's bars came from. `from`, `to`, `bars` and `gaps` are of the range that was run. */
export interface DataIdentity {
  readonly symbol: string
  readonly interval: string
  /** UTC milliseconds, included. */
  readonly from: number
  /** UTC milliseconds, excluded. */
  readonly to: number
  readonly bars: number
  readonly gaps: number
  /** The file's name, never a path. */
  readonly source: string
  readonly sha256: string
}

/** Everything that says which run this is, as in its manifest. */
export interface RunIdentity {
  readonly runId: string
  readonly engineVersion: string
  /** First 12 hex digits of the engine's content hash. */
  readonly engineHash: string
  /** Versions of the libraries that had a part in the page, by name. */
  readonly libraries: Readonly<Record<string, string>>
  readonly strategy: { readonly name: string; readonly file: string; readonly sha256: string }
  readonly params: Readonly<Record<string, SettingValue>>
  /** One a symbol, the run's own first. */
  readonly data: readonly DataIdentity[]
  /** Every flag that can change a number, in the order to print them. */
  readonly settings: Readonly<Record<string, SettingValue>>
  readonly seed: number
  /** The command line that runs it again. */
  readonly command: string
  /** What the look-ahead audit found, in a line. */
  readonly audit: string
  readonly auditVerdict: 'clean' | 'look-ahead' | 'not audited'
}

/** Input of `renderRunPage`. */
export interface RunPageInput {
  readonly result: RunResult
  readonly metrics: Metrics
  readonly identity: RunIdentity
  /** What a reader must know before believing the numbers, each a sentence. */
  readonly warnings: readonly string[]
  /** The text of `trades.csv`, where it shall stand inside the page. */
  readonly tradesCsv?: string | undefined
  /** Vega's builds for browsers, where charts shall answer the pointer. */
  readonly chartRuntime?: readonly string[] | undefined
  /** Results at other costs, where they were asked for. */
  readonly sensitivity?: Sensitivity | undefined
  /** The sweep that the parameters were taken from, where there was one. */
  readonly sweep?: SweepAttachment | undefined
  /** The strategy's indicators by name, drawn with the price. */
  readonly indicators?: Readonly<Record<string, Indicator>>
  /** Their columns over all of the bars, where the run has left them: they are not computed again then. */
  readonly columns?: FrameColumns | undefined
  /** The price chart of a run with one symbol, where it is under way already. */
  readonly chart?: StartedChart | undefined
  /** How many of the bars the price chart carries; those around trades when left out. */
  readonly detail?: Detail
}
