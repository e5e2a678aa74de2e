/**
 * One writer a folder: a lock file that says who holds it. A lock whose process is dead, by `kill -9` or
 * a power cut, is taken over. Floor 3.
 */
import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { DataError } from '../../engine/model/errors.js'
import { isGone, type ProcessMark, startOf } from './process-mark.js'

const LOCK = '.lock'
const RETRY_MS = 50

/** Who holds a lock. */
interface Holder extends ProcessMark {
  readonly token: string
}

/** Does the work while holding the folder's lock. Throws a DataError when another holds it for `waitMs`. */
export async function withLock<T>(folder: string, waitMs: number, work: () => T | Promise<T>): Promise<T> {
  const release = await takeLock(folder, waitMs)
  try {
    return await work()
  } finally {
    release()
  }
}

async function takeLock(folder: string, waitMs: number): Promise<() => void> {
  const path = join(folder, LOCK)
  const token = randomUUID()
  const own = join(folder, `.lock.${token}.tmp`)
  const me: Holder = { pid: process.pid, host: hostname(), startedAt: startOf(process.pid), token }
  writeFileSync(own, JSON.stringify(me))
  try {
    for (let waited = 0; ; waited += RETRY_MS) {
      // A link appears with its content or not at all, which a new file does not.
      if (tryTo(() => linkSync(own, path))) break
      const holder = readHolder(path)
      if (holder !== undefined && isGone(holder)) breakLock(path, holder, folder)
      else if (waited >= waitMs) {
        throw new DataError(
          `${folder} must have one writer at a time, is being written by process ${holder?.pid ?? 'unknown'} on ${holder?.host ?? 'this machine'}; wait for it, or remove ${path} if that process is gone`,
        )
      } else await setTimeout(RETRY_MS)
    }
  } finally {
    tryTo(() => unlinkSync(own))
  }
  return () => {
    if (readHolder(path)?.token === token) tryTo(() => unlinkSync(path))
  }
}

/** Moves a dead process's lock away. A lock that took its place meanwhile is put back. */
function breakLock(path: string, dead: Holder, folder: string): void {
  const away = join(folder, `.lock.${randomUUID()}.tmp`)
  if (!tryTo(() => renameSync(path, away))) return
  if (readHolder(away)?.token !== dead.token) tryTo(() => linkSync(away, path))
  tryTo(() => unlinkSync(away))
}

function readHolder(path: string): Holder | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof json !== 'object' || json === null) return undefined
    const own = new Map<string, unknown>(Object.entries(json))
    const [pid, host, startedAt, token] = [
      own.get('pid'),
      own.get('host'),
      own.get('startedAt'),
      own.get('token'),
    ]
    if (typeof pid !== 'number' || typeof host !== 'string') return undefined
    if (typeof startedAt !== 'string' || typeof token !== 'string') return undefined
    return { pid, host, startedAt, token }
  } catch {
    return undefined
  }
}

function tryTo(action: () => void): boolean {
  try {
    action()
    return true
  } catch {
    return false
  }
}
