/** A backtest from a cell: the same engine, settings and metrics as `run-backtest.ts`, without a folder. Roof. */
import { parse } from 'csv-parse/sync'
import { canonicalJson, sha256 } from '../../engine/app/canonical-json.js'
import { type LoadedStrategy, loadStrategy } from '../../engine/app/load-strategy.js'
import type { Displayable } from '../../engine/app/notebook/to-output.js'
import { type ComputedRun, computeRun, partsOf } from '../../engine/app/run-once.js'
import { equityCsv, fillsCsv, ordersCsv, tradesCsv } from '../../engine/app/run-tables.js'
import { textOfPieces } from '../../engine/app/text-of-pieces.js'
import type { Strategy } from '../../engine/core/strategy.js'
import type { MetricKey } from '../../engine/math/metrics/metric-table.js'
import type { Bars } from '../../engine/model/bars.js'
import type { Output } from '../../reports/notebook/output.js'
import { dataOf } from './memory-data.js'
import { type FlagValues, resolveFlags } from './resolve-flags.js'
import { tearSheet } from './tear-sheet.js'

/** A row of one of a run's tables: columns as in the run folder, numbers as numbers, what is empty as `null`. */
export type Row = Readonly<Record<string, string | number | boolean | null>>

/** A run in a notebook. `display` shows it as a short tear sheet. */
export interface NotebookRun extends Displayable {
  readonly runId: string
  /** The command that runs it again, where its data and strategy are files. */
  readonly command: string
  /** By key as in `metrics.json`; NaN where it is undefined. */
  readonly metrics: Readonly<Record<MetricKey, number>>
  readonly trades: readonly Row[]
  readonly fills: readonly Row[]
  readonly orders: readonly Row[]
  /** A row a UTC day and one at each fill. */
  readonly equity: readonly Row[]
  readonly warnings: readonly string[]
  /** What the look-ahead audit found. */
  readonly audit: 'clean' | 'look-ahead' | 'not audited'
}

/** Flags of `run-backtest.ts` by name, and what only a notebook has. */
export interface BacktestOptions extends FlagValues {
  /** The strategy's parameters; its defaults for the rest. */
  readonly params?: Readonly<Record<string, number | string | boolean>>
  /** Bars that are at hand, in place of `data`. */
  readonly bars?: Bars
}

/**
 * Runs a strategy: the object that a cell defines, or a name in `strategies/` or a path.
 * Throws as `run-backtest.ts` ends with an error.
 */
export async function backtest(
  strategy: Strategy | string,
  { params = {}, bars, ...flags }: BacktestOptions = {},
): Promise<NotebookRun> {
  const resolved = resolveFlags(flags, params)
  const loaded = typeof strategy === 'string' ? await loadStrategy(strategy) : inCell(strategy)
  const data = bars === undefined ? undefined : [dataOf(bars, resolved.settings)]
  return toRun(await computeRun(await partsOf(loaded, resolved, {}, data)))
}

/** A strategy without a file: its hash is of the text of its functions. */
function inCell(strategy: Strategy): LoadedStrategy {
  const { name, params, indicators, state, allow, onBar, onBars } = strategy
  const text = canonicalJson({
    name,
    params: JSON.parse(JSON.stringify(params)),
    functions: [indicators, state, allow, onBar, onBars].map(String),
  })
  return { strategy, given: name, file: `${name} in a cell`, sha256: sha256(text) }
}

function toRun(run: ComputedRun): NotebookRun {
  const { head, metrics, result, warnings } = run
  return {
    runId: head.runId,
    command: head.command,
    metrics: metrics.values,
    trades: rows(tradesCsv(result)),
    fills: rows(fillsCsv(result)),
    orders: rows(ordersCsv(result)),
    equity: rows(equityCsv(result, 'days')),
    warnings,
    audit: head.audit.verdict,
    toOutputs: (): readonly Output[] => tearSheet(run),
  }
}

/** Columns that hold numbers' text and are names all the same. */
const NAMES = new Set(['order_id', 'time_in_force', 'reason', 'tag', 'entry_tag', 'exit_tag'])

function rows(pieces: Iterable<Uint8Array>): readonly Row[] {
  return parse(textOfPieces(pieces), {
    columns: true,
    cast: (text, { column, header }) => {
      if (header || NAMES.has(String(column))) return text
      if (text === '') return null
      if (text === 'true' || text === 'false') return text === 'true'
      const value = Number(text)
      return Number.isNaN(value) ? text : value
    },
  })
}
