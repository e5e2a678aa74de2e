/** The files of a run folder, made only as they are written or hashed. Floor 5. */
import { createHash } from 'node:crypto'
import { type Metrics, metricsJson } from '../math/metrics/run-metrics.js'
import type { RunResult } from '../model/run-result.js'
import { prettyJson } from './canonical-json.js'
import type { Settings } from './flag-table.js'
import { MANIFEST, type Manifest, type ManifestHead } from './manifest.js'
import { equityCsv, fillsCsv, ordersCsv, tradesCsv } from './run-tables.js'

/** One file. `pieces` gives its text or the bytes of it, as often as it is asked; a piece holds until the next. */
export interface RunFile {
  readonly name: string
  pieces(): Iterable<string | Uint8Array>
}

/** Rows of all tables up to which their text is made at once and kept: some 10 MB. */
const MOST_KEPT = 100_000

/**
 * Every file of a run but its page and its manifest, in the order in which differences are looked for. The text of
 * small tables is made now; that of larger ones row by row as it is written or hashed.
 */
export function tableFiles({
  result,
  metrics,
  equity,
}: {
  readonly result: RunResult
  readonly metrics: Metrics
  readonly equity: Settings['equity']
}): readonly RunFile[] {
  const files: readonly RunFile[] = [
    { name: 'metrics.json', pieces: () => [prettyJson(metricsJson(metrics))] },
    { name: 'fills.csv', pieces: () => fillsCsv(result) },
    { name: 'orders.csv', pieces: () => ordersCsv(result) },
    { name: 'trades.csv', pieces: () => tradesCsv(result) },
    { name: 'equity.csv', pieces: () => equityCsv(result, equity) },
  ]
  const { fills, orders, trades, first, end } = result
  const marks = equity === 'days' ? metrics.marks.times.length : end - first
  if (2 * fills.length + orders.length + trades.length + marks > MOST_KEPT) return files
  return files.map(({ name, pieces }) => {
    const kept = Array.from(pieces(), (piece) => piece.slice())
    return { name, pieces: () => kept }
  })
}

/** The report as HTML. */
export function pageFile(page: string): RunFile {
  return { name: 'report.html', pieces: () => [page] }
}

/** Names of all files that a run folder holds. */
export const RUN_FILE_NAMES: readonly string[] = [
  MANIFEST,
  ...['metrics.json', 'fills.csv', 'orders.csv', 'trades.csv', 'equity.csv', 'report.html'],
]

/** SHA-256 of a file's text in hex. */
export function hashFile(file: RunFile): string {
  const hash = createHash('sha256')
  for (const piece of file.pieces()) hash.update(piece)
  return hash.digest('hex')
}

/** The manifest's text. `hashes` are those of all other files. */
export function manifestText(head: ManifestHead, hashes: ReadonlyMap<string, string>): string {
  const manifest: Manifest = { ...head, files: Object.fromEntries(hashes) }
  return prettyJson(manifest)
}
