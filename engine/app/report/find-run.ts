/** Which folder a word on the command line means. Floor 5. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DataError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'
import { quoted } from '../flag.js'
import { MANIFEST } from '../manifest.js'

/** Where runs are written unless they are told otherwise. */
export const RUNS_DIR = join('reports', 'out')

/**
 * The run folder that a word names: a folder, its manifest, or a run's id in `reports/out`.
 * Throws a DataError with the nearest run where there is none.
 */
export function findRun(word: string): string {
  for (const folder of [word, join(RUNS_DIR, word)]) {
    if (basename(folder) === MANIFEST && existsSync(folder)) return dirname(folder)
    if (existsSync(join(folder, MANIFEST))) return folder
  }
  if (statSync(word, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DataError(`${word} must be a run folder, has no ${MANIFEST}${insideHint(word)}`)
  }
  throw new DataError(`there must be a run folder ${quoted(word)}, is none${nearest(word)}`)
}

/** Names of the folders in a folder that hold a manifest; none where it cannot be read. */
export function runNames(folder: string): readonly string[] {
  return folderNames(folder).filter((name) => existsSync(join(folder, name, MANIFEST)))
}

/** Names of the visible folders in a folder, sorted; none where it cannot be read. */
export function folderNames(folder: string): readonly string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory())
    .sort()
}

function insideHint(folder: string): string {
  const names = runNames(folder)
  return names.length === 0 ? '' : `; it holds ${names.length} runs: list ${folder} shows them`
}

function nearest(word: string): string {
  const beside = dirname(word)
  const hint = hintFor(basename(word), runNames(beside), beside === '.' ? '' : `${beside}/`)
  return hint || hintFor(word, [...runNames(RUNS_DIR), 'list']) || `; list shows those in ${RUNS_DIR}`
}
