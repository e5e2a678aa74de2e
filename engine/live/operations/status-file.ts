/** Writes the status file: after what happens, but not more often than eyes can follow. Floor 3. */
import { join } from 'node:path'
import { failpoint } from '../failpoint.js'
import { FILES, writeWhole } from '../files/state-folder.js'
import type { LiveStatus } from './status.js'

const LEAST_MS = 500
const BEAT_MS = 5_000

/** Keeps `status.json` fresh. Close it when done. */
export class StatusFile {
  readonly #path: string
  readonly #make: () => LiveStatus | undefined
  readonly #onFault: (message: string) => void
  #timer: NodeJS.Timeout | undefined
  readonly #beat: NodeJS.Timeout
  #last = 0

  constructor(folder: string, make: () => LiveStatus | undefined, onFault: (message: string) => void) {
    this.#path = join(folder, FILES.status)
    this.#make = make
    this.#onFault = onFault
    this.#beat = setInterval(() => this.write(), BEAT_MS)
  }

  /** Something has changed. */
  touch(): void {
    if (this.#timer) return
    const wait = Math.max(0, this.#last + LEAST_MS - performance.now())
    this.#timer = setTimeout(() => this.write(), wait)
  }

  write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#last = performance.now()
    const status = this.#make()
    if (!status) return
    try {
      writeWhole(this.#path, `${JSON.stringify(status, null, 2)}\n`)
    } catch (cause) {
      this.#onFault(`${this.#path} could not be written: ${String(cause)}`)
    }
    failpoint('after-status')
  }

  close(): void {
    clearTimeout(this.#timer)
    clearInterval(this.#beat)
    this.write()
  }
}
