/** The runs of a folder, sorted, and what in it is no run. Floor 5. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { RunSummary } from '../../../reports/stored-run.js'
import { compareMetric } from '../../math/metrics/metric-direction.js'
import { isMetricKey } from '../../math/metrics/metric-table.js'
import { DataError, NextbarError } from '../../model/errors.js'
import { SWEEP_FILE } from '../sweep/sweep-folder.js'
import { folderNames, runNames } from './find-run.js'
import { readSummary } from './read-run.js'

/** What a folder holds. */
export interface RunList {
  readonly runs: readonly RunSummary[]
  /** Folders that are no run, or a damaged one, and why. */
  readonly skipped: readonly { readonly folder: string; readonly reason: string }[]
}

/** Reads every run of a folder. A damaged one stops nothing. Throws a DataError where there is no folder. */
export function listRuns(folder: string, sort: string): RunList {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DataError(
      `there must be a folder ${folder} with runs, is none; npx tsx run-backtest.ts makes a run`,
    )
  }
  const runs: RunSummary[] = []
  const skipped: { folder: string; reason: string }[] = []
  const names = new Set(runNames(folder))
  for (const name of folderNames(folder)) {
    try {
      if (names.has(name)) runs.push({ ...readSummary(join(folder, name)), folder: name })
      // Sweeps stand in the same folder and have a list of their own.
      else if (!existsSync(join(folder, name, SWEEP_FILE)))
        skipped.push({ folder: name, reason: 'no run folder: it has no manifest.json' })
    } catch (error) {
      if (!(error instanceof NextbarError)) throw error
      skipped.push({ folder: name, reason: error.message })
    }
  }
  return { runs: sortRuns(runs, sort), skipped }
}

/** Better metrics first, text and times upwards; equals by strategy, symbol, range and id. */
function sortRuns(runs: readonly RunSummary[], sort: string): readonly RunSummary[] {
  const keysOf = ({ strategy, data, runId }: RunSummary) => ({
    strategy: strategy.name,
    symbol: data.symbol,
    from: data.from,
    to: data.to,
    run: runId,
  })
  const byKeys = (a: RunSummary, b: RunSummary): number => {
    const [one, other] = [keysOf(a), keysOf(b)]
    return (
      compareText(one.strategy, other.strategy) ||
      compareText(one.symbol, other.symbol) ||
      one.from - other.from ||
      one.to - other.to ||
      compareText(one.run, other.run)
    )
  }
  const bySort = (a: RunSummary, b: RunSummary): number => {
    if (isMetricKey(sort)) return compareMetric(sort, a.metrics[sort], b.metrics[sort])
    switch (sort) {
      case 'symbol':
        return compareText(a.data.symbol, b.data.symbol)
      case 'from':
      case 'to':
        return a.data[sort] - b.data[sort]
      case 'run':
        return compareText(a.runId, b.runId)
      default:
        return 0
    }
  }
  return runs.toSorted((a, b) => bySort(a, b) || byKeys(a, b))
}

/** By code unit, whatever the locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
