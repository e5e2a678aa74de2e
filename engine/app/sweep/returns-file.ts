/** `returns.parquet`: the daily returns of a sweep, a row a day and a column a trial. Floor 5. */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { writeTable } from '../../../data/storage/table-parquet.js'
import type { SweepRange } from '../../model/sweep-result.js'
import { DAY_MS } from '../../model/time.js'
import type { EndedTrial } from '../../sweep/sweep-trials.js'

/** Name of the file. */
export const RETURNS_FILE = 'returns.parquet'

/** Writes the file; `time` is the midnight at which a day's return is known, a failed trial's column is empty. */
export async function writeReturns(
  folder: string,
  trials: readonly EndedTrial[],
  [from]: SweepRange,
): Promise<void> {
  const days = trials.reduce(
    (most, { row }) => Math.max(most, row.status === 'DONE' ? row.returns.length : 0),
    0,
  )
  const first = Math.ceil(from / DAY_MS) * DAY_MS
  const times = Float64Array.from({ length: days }, (_, day) => first + (day + 1) * DAY_MS)
  const none = new Float64Array(days).fill(Number.NaN)
  const columns = new Map(
    trials.map(({ number, row }) => [`trial_${number}`, row.status === 'DONE' ? row.returns : none]),
  )
  const made = join(folder, `.${RETURNS_FILE}.new`)
  await writeTable(made, times, columns)
  renameSync(made, join(folder, RETURNS_FILE))
}
