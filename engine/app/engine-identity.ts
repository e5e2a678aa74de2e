/** Which engine computed a run: its version, and a hash of the sources that can change a number. Floor 5. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** An engine's identity. */
export interface EngineIdentity {
  readonly version: string
  /** First 12 hex digits of the content hash of the folders in `HASHED`. */
  readonly hash: string
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Folders whose code decides what a run computes. */
const HASHED = ['engine/backtest', 'engine/core', 'engine/math', 'engine/model']

/** Pinned to one version each. */
const LIBRARIES = ['technicalindicators', 'vega', 'vega-lite']

let known: EngineIdentity | undefined

/** The running engine's identity, read from its own files once. */
export function engineIdentity(): EngineIdentity {
  known ??= { version: versionOf(readPackage(), 'version'), hash: hashSources() }
  return known
}

/** An engine as a manifest names it: `0.1.0+0123456789ab`. */
export function engineName({ version, hash }: EngineIdentity): string {
  return `${version}+${hash}`
}

/** Libraries whose code works out or draws what a report shows, and their versions. */
export function libraryVersions(): Readonly<Record<string, string>> {
  const dependencies = fieldOf(readPackage(), 'dependencies')
  return Object.fromEntries(LIBRARIES.map((name) => [name, versionOf(dependencies, name)]))
}

function readPackage(): unknown {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
}

function versionOf(of: unknown, key: string): string {
  const version = fieldOf(of, key)
  return typeof version === 'string' ? version : 'unknown'
}

function fieldOf(of: unknown, key: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined
}

/** SHA-256 over the files in order of their paths: path, length and bytes of each. */
function hashSources(): string {
  const hash = createHash('sha256')
  for (const path of HASHED.flatMap(sourceFiles).sort()) {
    const bytes = readFileSync(join(ROOT, path))
    hash.update(`${path}\n${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex').slice(0, 12)
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length).replaceAll('\\', '/'))
}
