/** Whether a month that was read is the one that was written. Floor 3. */
import { DataError } from '../../engine/model/errors.js'
import { hashStoredBars } from '../content-hash.js'
import type { StoredMonth } from './store-manifest.js'
import type { StoredBars } from './stored-bars.js'

/** Throws a DataError that names the file when its content is not what the manifest says. */
export function checkMonth({ bars, closeTimes }: StoredBars, month: StoredMonth, path: string): void {
  if (hashStoredBars(bars, closeTimes) === month.sha256) return
  throw new DataError(
    `${path} must have the content of the manifest, has another (damaged or changed); remove its folder and import or fetch the bars again`,
  )
}
