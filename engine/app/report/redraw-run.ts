/** Draws the report of a run again: from its inputs, because a run folder holds no bars. Floor 5. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { ConfigError, DataError } from '../../model/errors.js'
import { sha256 } from '../canonical-json.js'
import { MANIFEST, type Manifest, readManifest } from '../manifest.js'
import { compareHashes, type RecomputeOptions, recompute } from '../reproduce.js'
import { hashFile } from '../run-files.js'
import { textOfPieces } from '../text-of-pieces.js'
import { writeRunFolder } from '../write-run-folder.js'
import { checkPagePlace, writePage } from './write-page.js'

/** A report that was drawn again. */
export interface RedrawnReport {
  readonly runId: string
  /** Where the page is. */
  readonly report: string
  /** Whether it is the report that the manifest names, to the byte. */
  readonly isSame: boolean
}

const REPORT = 'report.html'

/**
 * Checks the folder's tables, runs again, compares every file but the report with the manifest and
 * writes the report: to `out`, or into the run folder, whose manifest then names the new report.
 * Throws a DataError when the folder is damaged or an input is missing, a GateError when another table
 * comes out, a ConfigError when another engine would write into the run folder.
 */
export async function redrawRun(
  folder: string,
  { out, ...options }: RecomputeOptions & { readonly out: string | undefined },
): Promise<RedrawnReport> {
  const path = join(folder, MANIFEST)
  checkTables(folder, readManifest(path))
  const place = out === undefined ? undefined : pagePlace(out)
  const { manifest, run } = await recompute(path, options)
  compareHashes(
    manifest,
    run.files.filter(({ name }) => name !== REPORT),
  )
  const page = run.files.find(({ name }) => name === REPORT)
  if (page === undefined) throw new DataError(`the run in ${folder} must have a report, has none`)
  const isSame = manifest.files[REPORT] === hashFile(page)
  if (place !== undefined) writePage(place, textOfPieces(page.pieces()))
  else {
    if (run.head.engine !== manifest.engine) {
      throw new ConfigError(
        `--out must say where the report goes: ${folder} is a run of engine ${manifest.engine}, this is ${run.head.engine}`,
      )
    }
    const { files: _files, ...head } = manifest
    await writeRunFolder(folder, { head, files: run.files })
  }
  return { runId: manifest.runId, report: place ?? join(folder, REPORT), isSame }
}

/** `x.html` is the page itself; anything else a folder for it. */
function pagePlace(out: string): string {
  const isFolder = statSync(out, { throwIfNoEntry: false })?.isDirectory() ?? extname(out) === ''
  const place = isFolder ? join(out, REPORT) : out
  checkPagePlace(place)
  return place
}

function checkTables(folder: string, manifest: Manifest): void {
  for (const [name, hash] of Object.entries(manifest.files)) {
    const path = join(folder, name)
    if (name === REPORT) continue
    if (!existsSync(path)) throw new DataError(`${path} must be a file of the run, is missing`)
    if (sha256(readFileSync(path)) === hash) continue
    throw new DataError(`${path} must be the file that ${MANIFEST} names, its SHA-256 is another`)
  }
}
