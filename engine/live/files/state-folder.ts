/** The folder of one session: its ledger, status, log and holds. One process at a time. Floor 3. */
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ConfigError, DataError } from '../../model/errors.js'
import type { ChainHead } from '../ledger/chain.js'

/** Names in a state folder. */
export const FILES = {
  ledger: 'ledger.sqlite',
  status: 'status.json',
  log: 'log.jsonl',
  lock: 'lock.sqlite',
  token: 'http-token',
} as const

/** A state folder that this process alone writes to. Close it when done. */
export class StateFolder {
  readonly path: string
  readonly #lock: DatabaseSync

  private constructor(path: string, lock: DatabaseSync) {
    this.path = path
    this.#lock = lock
  }

  /** Makes the folder where it is missing, for its owner alone. Throws a ConfigError when another process has it. */
  static open(path: string): StateFolder {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const { mode, uid } = statSync(path)
    if (process.getuid && uid !== process.getuid()) {
      throw new ConfigError(
        `${path} must belong to the user who runs this, belongs to user ${uid}: what is in it opens the gate; name another --state`,
      )
    }
    if ((mode & 0o077) !== 0) chmodSync(path, 0o700)
    // A lock of the operating system: it ends with the process, however that ends.
    const lock = new DatabaseSync(join(path, FILES.lock))
    try {
      lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    } catch (cause) {
      lock.close()
      throw new ConfigError(
        `one process must have a state folder for itself, another runs on ${path}; stop it, or name another --state`,
        { cause },
      )
    }
    return new StateFolder(path, lock)
  }

  /** Path of one of its files. */
  pathOf(file: keyof typeof FILES): string {
    return join(this.path, FILES[file])
  }

  close(): void {
    this.#lock.close()
  }
}

/** Writes a file whole or not at all, for its owner alone. */
export function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** The ledger's head as the last status file has it; undefined without one. */
export function lastKnownHead(folder: string): ChainHead | undefined {
  const status = readStatus(folder)
  const ledger = status?.get('ledger')
  const head = new Map(typeof ledger === 'object' && ledger !== null ? Object.entries(ledger) : [])
  const [seq, hash] = [head.get('seq'), head.get('hash')]
  return typeof seq === 'number' && typeof hash === 'string' ? { seq, hash } : undefined
}

/** What the status file says; undefined without one. Throws a DataError for one that is no JSON object. */
export function readStatus(folder: string): ReadonlyMap<string, unknown> | undefined {
  const path = join(folder, FILES.status)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null) return new Map(Object.entries(json))
  } catch (cause) {
    throw new DataError(`${path} must be JSON, is damaged; remove it once the ledger has been verified`, {
      cause,
    })
  }
  throw new DataError(`${path} must be a JSON object, is none; remove it once the ledger has been verified`)
}
