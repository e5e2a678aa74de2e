/**
 * Writes a run folder whole or not at all: into a folder beside it first, which takes its name at the
 * end. Floor 5.
 */
import { createHash, randomBytes } from 'node:crypto'
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
import { setImmediate } from 'node:timers/promises'
import { ConfigError } from '../model/errors.js'
import { MANIFEST, type ManifestHead, parseManifest } from './manifest.js'
import { manifestText, RUN_FILE_NAMES, type RunFile } from './run-files.js'

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

/**
 * Writes the files and then the manifest. A run that was there before is replaced; other files in it stay. Signals are
 * heard meanwhile: a process that exits takes with it what is not whole.
 */
export async function writeRunFolder(
  folder: string,
  { head, files }: { readonly head: ManifestHead; readonly files: readonly RunFile[] },
): Promise<void> {
  checkRunFolder(folder)
  const target = existsSync(folder) ? realpathSync(folder) : resolve(folder)
  let made: string | undefined
  const remove = (): void => {
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
  }
  process.on('exit', remove)
  try {
    makeFolders(dirname(target))
    made = makeBeside(target)
    const hashes = new Map<string, string>()
    for (const file of files) hashes.set(file.name, await writeFile(join(made, file.name), file))
    writeFileSync(join(made, MANIFEST), manifestText(head, hashes))
    putInPlace(made, target)
  } catch (error) {
    remove()
    throw toWriteError(error, folder)
  } finally {
    process.off('exit', remove)
  }
}

function isRunFolder(folder: string): boolean {
  const path = join(folder, MANIFEST)
  return existsSync(path) && parseManifest(readFileSync(path, 'utf8')) !== undefined
}

/** Most bytes between two looks at the event loop: one that stands still for 60 ms is killed by what `npx tsx` is. */
const SLICE = 1 << 20

/** Writes a file and gives the SHA-256 of its text. */
async function writeFile(path: string, file: RunFile): Promise<string> {
  const hash = createHash('sha256')
  const descriptor = openSync(path, 'wx')
  try {
    for (const piece of file.pieces()) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece
      for (let start = 0; start < bytes.length; start += SLICE) {
        const slice = bytes.subarray(start, start + SLICE)
        hash.update(slice)
        for (let written = 0; written < slice.length; ) written += writeSync(descriptor, slice, written)
        await setImmediate()
      }
    }
  } finally {
    closeSync(descriptor)
  }
  return hash.digest('hex')
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
