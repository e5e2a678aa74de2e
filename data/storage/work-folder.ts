/**
 * A folder below the store for files that are being brought, on the disk on which they will stay. What a dead
 * process left in its own is taken away by the next. Floor 3.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isGone, startOf } from './process-mark.js'

const HOME = '.downloads'
/** In no host's name. */
const BETWEEN = '~'

/** Does the work with a new, empty folder, which is gone afterwards. */
export async function withWorkFolder<T>(store: string, work: (folder: string) => Promise<T>): Promise<T> {
  const home = join(store, HOME)
  mkdirSync(home, { recursive: true })
  for (const name of readdirSync(home)) {
    const [host = '', pid, startedAt = ''] = name.split(BETWEEN)
    if (isGone({ host, pid: Number(pid), startedAt }))
      rmSync(join(home, name), { recursive: true, force: true })
  }
  const folder = join(home, [hostname(), process.pid, startOf(process.pid), randomUUID()].join(BETWEEN))
  mkdirSync(folder)
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
