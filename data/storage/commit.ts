/**
 * A change of several files that happens whole or not at all. The new files lie ready under temporary
 * names; one small file, put in place in one step, says what they become: that step is the change. Whoever
 * comes next, after a kill too, finishes it. Floor 3.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { DataError } from '../../engine/model/errors.js'
import { manifestText, parseStoreManifest, STORE_MANIFEST, type StoreManifest } from './store-manifest.js'
import { isTempName, syncFolder, writeWholeFile } from './whole-file.js'

const COMMIT = '.commit.json'

/** A change that is decided and perhaps not finished. */
export interface Commit {
  readonly manifest: StoreManifest
  /** Temporary name and name of each new file. */
  readonly files: readonly (readonly [temp: string, name: string])[]
}

/** Decides the change, and finishes it. The files must be on the disk. */
export function commit(folder: string, change: Commit): void {
  const { manifest, files } = change
  writeWholeFile(join(folder, COMMIT), JSON.stringify({ files, manifest: manifestText(manifest) }))
  finishCommit(folder)
}

/**
 * Finishes a change that a killed writer had decided, and sweeps what it had not. Only for the lock's holder.
 * True when there was anything to sweep.
 */
export function finishCommit(folder: string): boolean {
  const change = readCommit(folder)
  if (change) {
    for (const [temp, name] of change.files) {
      if (existsSync(join(folder, temp))) renameSync(join(folder, temp), join(folder, name))
    }
    syncFolder(folder)
    writeWholeFile(join(folder, STORE_MANIFEST), manifestText(change.manifest))
    unlinkSync(join(folder, COMMIT))
    syncFolder(folder)
  }
  const left = readdirSync(folder).filter((name) => isTempName(name) && !name.startsWith('.lock.'))
  for (const name of left) rmSync(join(folder, name), { force: true })
  return left.length > 0
}

/** Whether something was ever written to the folder, damaged or not. */
export function hasState(folder: string): boolean {
  return existsSync(join(folder, COMMIT)) || existsSync(join(folder, STORE_MANIFEST))
}

/** Files named as months that are none of the series: who reads the folder as one table takes them for some. */
export function strayMonths(folder: string): readonly string[] {
  const state = readState(folder)
  if (!state) return []
  const held = new Set(state.manifest.months.map(({ month }) => `${month}.parquet`))
  return readdirSync(folder)
    .filter((name) => name.endsWith('.parquet') && !name.startsWith('.') && !held.has(name))
    .sort()
}

/** What the folder holds, a decided change counted as done; undefined when it was never written. */
export function readState(folder: string): Commit | undefined {
  const change = readCommit(folder)
  if (change) return change
  const text = readText(join(folder, STORE_MANIFEST))
  if (text === undefined) return undefined
  const manifest = parseStoreManifest(text)
  if (manifest) return { manifest, files: [] }
  throw new DataError(
    `${join(folder, STORE_MANIFEST)} must be a manifest of the store, is damaged or was changed; remove the folder and import or fetch its bars again`,
  )
}

function readCommit(folder: string): Commit | undefined {
  const text = readText(join(folder, COMMIT))
  if (text === undefined) return undefined
  const json = parseJson(text)
  if (typeof json === 'object' && json !== null && 'files' in json && 'manifest' in json) {
    const manifest = typeof json.manifest === 'string' ? parseStoreManifest(json.manifest) : undefined
    if (manifest && Array.isArray(json.files) && json.files.every(isPair))
      return { manifest, files: json.files }
  }
  throw new DataError(
    `${join(folder, COMMIT)} must be a change of the store, is damaged; remove its folder and import or fetch the bars again`,
  )
}

/** Undefined for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isPair(value: unknown): value is readonly [string, string] {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((name) => typeof name === 'string' && !/[/\\]/.test(name))
  )
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
