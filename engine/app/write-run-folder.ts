/**
 * Writes a run folder whole or not at all: into a folder beside it first, which takes its name at the
 * end. Floor 5.
 */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ConfigError } from '../model/errors.js'
import { MANIFEST, type ManifestHead, parseManifest } from './manifest.js'
import { hashFile, manifestText, RUN_FILE_NAMES, type RunFile } from './run-files.js'

/**
 * Refuses a place that holds something else: a file, or a folder that is not empty and no run's.
 * Throws a ConfigError before any work is done.
 */
export function checkRunFolder(folder: string): void {
  const entry = statSync(folder, { throwIfNoEntry: false })
  if (!entry) return
  if (!entry.isDirectory()) throw new ConfigError(`--out must be a folder, ${folder} is a file`)
  if (readdirSync(folder).length === 0 || isRunFolder(folder)) return
  throw new ConfigError(
    `--out must be a new folder, an empty one or a run's, ${folder} holds other files; name another`,
  )
}

/** Writes the files and then the manifest. A run that was there before is replaced; other files in it stay. */
export function writeRunFolder(
  folder: string,
  { head, files }: { readonly head: ManifestHead; readonly files: readonly RunFile[] },
): void {
  checkRunFolder(folder)
  const target = existsSync(folder) ? realpathSync(folder) : resolve(folder)
  let made: string | undefined
  try {
    makeFolders(dirname(target))
    made = makeBeside(target)
    const hashes = new Map(files.map((file) => [file.name, writeFile(join(made ?? '', file.name), file)]))
    writeFileSync(join(made, MANIFEST), manifestText(head, hashes))
    putInPlace(made, target)
  } catch (error) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
    throw toWriteError(error, folder)
  }
}

function isRunFolder(folder: string): boolean {
  const path = join(folder, MANIFEST)
  return existsSync(path) && parseManifest(readFileSync(path, 'utf8')) !== undefined
}

function writeFile(path: string, file: RunFile): string {
  const descriptor = openSync(path, 'wx')
  try {
    return hashFile(file, (bytes) => {
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written)
    })
  } finally {
    closeSync(descriptor)
  }
}

/** Makes a folder and those above it: Node's own way never ends where the system says ENOENT, as below /proc. */
function makeFolders(path: string): void {
  if (existsSync(path)) return
  makeFolders(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/** A new folder beside the target, on the same disk, so that it can take the target's name. */
function makeBeside(target: string): string {
  const path = join(dirname(target), `.${basename(target)}-${randomBytes(6).toString('hex')}`)
  mkdirSync(path)
  return path
}

/** How often another process may take the place first. */
const ATTEMPTS = 10

function putInPlace(made: string, target: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      if (existsSync(target)) replace(made, target)
      else renameSync(made, target)
      return
    } catch (error) {
      if (attempt === ATTEMPTS || !TAKEN.has(codeOf(error))) throw error
    }
  }
}

/** Puts the new folder where the old one is; what is not of a run moves over. */
function replace(made: string, target: string): void {
  const aside = makeBeside(target)
  const old = join(aside, 'run')
  try {
    renameSync(target, old)
    try {
      renameSync(made, target)
    } catch (error) {
      renameSync(old, target)
      throw error
    }
    for (const name of readdirSync(old)) {
      if (!RUN_FILE_NAMES.includes(name)) renameSync(join(old, name), join(target, name))
    }
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

/** What a rename says when another run came or went in between. */
const TAKEN = new Set(['ENOTEMPTY', 'EEXIST', 'ENOENT'])

const REFUSED = new Set(['EACCES', 'ENOENT', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENAMETOOLONG'])

/** What the user can do something about is a ConfigError; a full disk is not. */
function toWriteError(error: unknown, folder: string): unknown {
  const code = codeOf(error)
  if (!REFUSED.has(code)) return error
  return new ConfigError(`--out must be a folder that can be written, ${folder} cannot (${code})`, {
    cause: error,
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
