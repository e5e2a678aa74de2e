/** Writes one page whole or not at all, and says how pages find each other. Floor 5. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { ConfigError } from '../../model/errors.js'

/** Throws a ConfigError before any work is done when the place is a folder. */
export function checkPagePlace(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  throw new ConfigError(`--out must be a file such as page.html, ${path} is a folder`)
}

/** Writes the text beside its place first. Throws a ConfigError where nothing can be written. */
export function writePage(path: string, text: string): void {
  const made = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(made, text, { flag: 'wx' })
    renameSync(made, path)
  } catch (error) {
    rmSync(made, { force: true })
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!REFUSED.has(code)) throw error
    throw new ConfigError(`${path} must be a file that can be written, cannot (${code})`, { cause: error })
  }
}

const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENAMETOOLONG'])

/**
 * Address of a run's report relative to a page: each part of the path encoded, so that a folder's name
 * can be nothing but a name. Undefined where the run has no report.
 */
export function reportLink(page: string, folder: string): string | undefined {
  const report = join(folder, 'report.html')
  if (!existsSync(report)) return undefined
  const parts = relative(dirname(page), report).split(sep)
  return ['.', ...parts.map(encodeURIComponent)].join('/')
}
