/** The folder of a sweep: which places may be one, and its files written so that each is whole. Floor 5. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../../model/errors.js'

/** The file that says what a folder is; it is written last. */
export const SWEEP_FILE = 'sweep.json'

/** Where the sweep was begun, and how its trials are run there; no result depends on it. */
export const RERUN_FILE = 'rerun.json'

const OWN: ReadonlySet<string> = new Set([
  SWEEP_FILE,
  RERUN_FILE,
  ...['leaderboard.csv', 'returns.parquet', 'failed.json', 'report.html', 'best'],
])

/** Refuses a place that holds something else than a sweep. Throws a ConfigError before any work is done. */
export function checkSweepFolder(folder: string): void {
  const entry = statSync(folder, { throwIfNoEntry: false })
  if (!entry) return
  if (!entry.isDirectory()) throw new ConfigError(`--out must be a folder, ${folder} is a file`)
  // One that was cut off while it was written has some of the files.
  if (readdirSync(folder).every((name) => OWN.has(name.replace(/^\.(.*)\.new$/, '$1')))) return
  if (existsSync(join(folder, SWEEP_FILE))) return
  throw new ConfigError(
    `--out must be a new folder, an empty one or a sweep's, ${folder} holds other files; name another`,
  )
}

/** Makes the folder ready for new files: what an earlier sweep left there goes. */
export function clearSweepFolder(folder: string): void {
  checkSweepFolder(folder)
  mkdirSync(folder, { recursive: true })
  for (const name of [SWEEP_FILE, RERUN_FILE, 'best'])
    rmSync(join(folder, name), { recursive: true, force: true })
}

/** Writes one file whole or not at all. */
export function writeSweepFile(folder: string, name: string, pieces: Iterable<string | Uint8Array>): void {
  const made = join(folder, `.${name}.new`)
  writeFileSync(made, '')
  for (const piece of pieces) writeFileSync(made, piece, { flag: 'a' })
  renameSync(made, join(folder, name))
}
