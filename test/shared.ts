/** Where the shared market data and the results of others are, when they are there. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** A path in the folder of shared data beside the repository. */
export function sharedPath(...parts: readonly string[]): string {
  return path.join(ROOT, '..', 'shared', ...parts)
}

/** Whether the folder of shared data is there; tests that need it skip, visibly, when it is not. */
export const HAS_SHARED = existsSync(sharedPath('data', 'README.md'))
