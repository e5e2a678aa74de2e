/** The files of a run folder, made only as they are written or hashed. Floor 5. */
import { createHash } from 'node:crypto'
import { type Metrics, metricsJson } from '../math/metrics/run-metrics.js'
import type { RunResult } from '../model/run-result.js'
import { prettyJson } from './canonical-json.js'
import type { Settings } from './flag-table.js'
import { MANIFEST, type Manifest, type ManifestHead } from './manifest.js'
import { equityCsv, fillsCsv, ordersCsv, tradesCsv } from './run-tables.js'

/** One file. `pieces` makes its text anew each time. */
export interface RunFile {
  readonly name: string
  pieces(): Iterable<string>
}

/** Every file of a run but its manifest, in the order in which differences are looked for. */
export function runFiles({
  result,
  metrics,
  page,
  equity,
}: {
  readonly result: RunResult
  readonly metrics: Metrics
  /** The report as HTML. */
  readonly page: string
  readonly equity: Settings['equity']
}): readonly RunFile[] {
  return [
    { name: 'metrics.json', pieces: () => [prettyJson(metricsJson(metrics))] },
    { name: 'fills.csv', pieces: () => fillsCsv(result) },
    { name: 'orders.csv', pieces: () => ordersCsv(result) },
    { name: 'trades.csv', pieces: () => tradesCsv(result) },
    { name: 'equity.csv', pieces: () => equityCsv(result, equity) },
    { name: 'report.html', pieces: () => [page] },
  ]
}

/** Names of all files that a run folder holds. */
export const RUN_FILE_NAMES: readonly string[] = [
  MANIFEST,
  ...['metrics.json', 'fills.csv', 'orders.csv', 'trades.csv', 'equity.csv', 'report.html'],
]

/** SHA-256 of a file's text in hex. `onPiece` sees each piece as bytes. */
export function hashFile(file: RunFile, onPiece?: (bytes: Buffer) => void): string {
  const hash = createHash('sha256')
  for (const piece of file.pieces()) {
    const bytes = Buffer.from(piece, 'utf8')
    hash.update(bytes)
    onPiece?.(bytes)
  }
  return hash.digest('hex')
}

/** The manifest's text. `hashes` are those of all other files. */
export function manifestText(head: ManifestHead, hashes: ReadonlyMap<string, string>): string {
  const manifest: Manifest = { ...head, files: Object.fromEntries(hashes) }
  return prettyJson(manifest)
}
