/** Whether an open ledger is still in its folder: what is written to a file that was removed is nowhere. Floor 3. */
import { statSync } from 'node:fs'
import { LedgerError } from '../../model/errors.js'

/** The database and its WAL, as they were when they were first seen. */
export class SameFiles {
  readonly #paths: readonly string[]
  readonly #seen = new Map<string, string>()

  constructor(path: string) {
    this.#paths = [path, `${path}-wal`]
  }

  /** Throws a LedgerError when one of them is not there any more, or is another. */
  check(): void {
    for (const path of this.#paths) {
      const stat = statSync(path, { throwIfNoEntry: false })
      const now = stat && `${stat.dev} ${stat.ino}`
      const before = this.#seen.get(path)
      if (now !== undefined && before === undefined) this.#seen.set(path, now)
      else if (now === undefined || now !== before) {
        throw new LedgerError(
          `the ledger must stay where it is while a session runs, ${path} was moved, removed or replaced; nothing was sent behind it; bring the folder back as it was, then start again`,
        )
      }
    }
  }
}
