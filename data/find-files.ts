/** Files, folders and globs → the data files they name. Floor 3. */
import { glob, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { DataError } from '../engine/model/errors.js'
import { nearestName } from '../engine/model/nearest-name.js'
import { quoteCell } from './quote-cell.js'

/** How a data file is packed. */
export type FileKind = 'csv' | 'gz' | 'zip' | 'parquet' | 'arrow' | 'json'

/** A data file that is there. */
export interface FoundFile {
  readonly path: string
  /** Its name without folders: what results may carry. */
  readonly name: string
  /** Its path as the user would write it: what messages carry. */
  readonly shown: string
  readonly kind: FileKind
  /** Bytes on disk. */
  readonly size: number
  /** Whether a folder was named, and not the file. */
  readonly isFromFolder: boolean
}

/**
 * The data files that the patterns name, each once, sorted by name. A folder stands for the data files
 * in it, not in folders below it, and no folder is a file, whatever its name ends in; nor is what begins with a dot,
 * as systems leave it beside files, unless it is named so. Throws a DataError when a pattern names none, or another kind of file.
 */
export async function findFiles(patterns: readonly string[], cwd: string): Promise<readonly FoundFile[]> {
  const found = new Map<string, FoundFile>()
  for (const pattern of patterns) {
    for (const file of await expand(pattern, cwd)) {
      const known = found.get(file.path)
      if (!known || known.isFromFolder) found.set(file.path, file)
    }
  }
  return [...found.values()].sort((a, b) => compare(a.name, b.name) || compare(a.path, b.path))
}

async function expand(pattern: string, cwd: string): Promise<FoundFile[]> {
  const path = resolve(cwd, pattern)
  const entry = await statOf(path)
  if (entry?.isDirectory()) {
    const files: FoundFile[] = []
    for (const name of await readdir(path)) {
      const kind = kindOf(name)
      // In a folder a .json may be anything.
      if (!kind || kind === 'json' || (await isAside(join(path, name)))) continue
      files.push(await toFound(join(path, name), join(pattern, name), true))
    }
    if (files.length > 0) return files
    throw new DataError(
      `folder ${pattern} must hold .csv, .csv.gz, .zip, .parquet or .arrow files, holds none`,
    )
  }
  if (entry) return [await toFound(path, pattern, false)]
  const files: FoundFile[] = []
  for await (const match of glob(pattern, { cwd })) {
    if (!kindOf(match) || (await isAside(resolve(cwd, match), pattern))) continue
    files.push(await toFound(resolve(cwd, match), match, false))
  }
  if (files.length > 0) return files
  throw new DataError(`no file matches ${quoteCell(pattern)}${await hintFor(path)}`)
}

/** What only looks like a data file: a folder, and `._BTCUSDT-1m.csv` beside the file itself. */
async function isAside(path: string, pattern = ''): Promise<boolean> {
  if (basename(path).startsWith('.') && !basename(pattern).startsWith('.')) return true
  return (await statOf(path))?.isDirectory() === true
}

/** Whether a file, once unpacked, is of lines of text. */
export function isTextFile({ kind }: Pick<FoundFile, 'kind'>): boolean {
  return kind === 'csv' || kind === 'gz' || kind === 'zip'
}

async function toFound(path: string, shown: string, isFromFolder: boolean): Promise<FoundFile> {
  const kind = kindOf(path)
  if (!kind)
    throw new DataError(
      `${shown}: a data file must end in .csv, .csv.gz, .zip, .parquet, .arrow, .json or .json.gz`,
    )
  const size = (await statOf(path))?.size ?? 0
  return { path, name: basename(path), shown, kind, size, isFromFolder }
}

function kindOf(name: string): FileKind | undefined {
  if (/\.csv$/i.test(name)) return 'csv'
  if (/\.csv\.gz$/i.test(name)) return 'gz'
  if (/\.zip$/i.test(name)) return 'zip'
  if (/\.parquet$/i.test(name)) return 'parquet'
  if (/\.arrow$/i.test(name)) return 'arrow'
  if (/\.json(\.gz)?$/i.test(name)) return 'json'
  return undefined
}

async function statOf(path: string) {
  return await stat(path).catch(() => undefined)
}

/** The name beside the missing one that is most like it, as the end of a message. */
async function hintFor(path: string): Promise<string> {
  const names = await readdir(dirname(path)).catch(() => [])
  const nearest = nearestName(basename(path), names)
  return nearest === undefined ? '' : `; did you mean ${quoteCell(nearest)}?`
}

/** By code units: the same in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
