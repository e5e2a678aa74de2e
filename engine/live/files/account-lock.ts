/** One process for each account on this machine, whatever its state folder. Floor 3. */
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ConfigError } from '../../model/errors.js'

/** A lock of the operating system: it ends with the process, however that ends. */
export interface AccountLock {
  close(): void
}

/** What stands for an account where its own name must not. */
export function accountDigest(host: string, uid: string): string {
  return createHash('sha256').update(`${host} ${uid}`).digest('hex').slice(0, 16)
}

/** Takes the account for this process. Throws a ConfigError when another has it. */
export function lockAccount(digest: string, folder = join(homedir(), '.nextbar', 'accounts')): AccountLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${digest}.lock`)
  const lock = new DatabaseSync(path)
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    chmodSync(path, 0o600)
  } catch (cause) {
    lock.close()
    throw new ConfigError(
      'one process must have an account for itself, another session on this machine trades it; stop that one, or take a sub-account',
      { cause },
    )
  }
  return { close: () => lock.close() }
}
