/**
 * What has been fetched of a series: `_fetched.json` beside its months. It is written behind the bars, so that a
 * fetch that was cut off does again what it is not sure of, and never leaves a hole. Floor 3.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DataError } from '../../engine/model/errors.js'
import { writeWholeFile } from '../storage/whole-file.js'
import { withLock } from '../storage/writer-lock.js'
import { addRange, type TimeRange } from './ranges.js'

/** An archive that was taken, and the hash it had. */
export interface TakenArchive {
  readonly name: string
  readonly sha256: string
}

/** What is done. */
export interface FetchLog {
  readonly ranges: readonly TimeRange[]
  readonly archives: readonly TakenArchive[]
}

const SCHEMA = 'nextbar/fetched@1'
const EMPTY: FetchLog = { ranges: [], archives: [] }

/** Reads the log; nothing is done where there is none. Throws a DataError for a damaged one. */
export function readFetchLog(path: string): FetchLog {
  if (!existsSync(path)) return EMPTY
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    json = undefined
  }
  if (isLog(json)) return { ranges: json.ranges, archives: json.archives }
  throw new DataError(`${path} must be a log of what was fetched, is damaged; remove it to fetch again`)
}

/** Another writer of the series may be at it for some seconds. */
const WAIT_MS = 60_000

/** Writes down that a range is done, by an archive or without one. */
export async function logFetched(path: string, range: TimeRange, archive?: TakenArchive): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  // Under the lock of the bars: of two fetches at once neither may write over what the other has written down.
  await withLock(dirname(path), WAIT_MS, () => {
    const { ranges, archives } = readFetchLog(path)
    const others = archive === undefined ? archives : archives.filter(({ name }) => name !== archive.name)
    const log = {
      schema: SCHEMA,
      ranges: addRange(ranges, range),
      archives: archive === undefined ? others : [...others, archive],
    }
    writeWholeFile(path, `${JSON.stringify(log, undefined, 2)}\n`)
  })
}

function isLog(json: unknown): json is FetchLog & { readonly schema: string } {
  if (typeof json !== 'object' || json === null) return false
  const own = new Map<string, unknown>(Object.entries(json))
  const [ranges, archives] = [own.get('ranges'), own.get('archives')]
  return (
    own.get('schema') === SCHEMA &&
    Array.isArray(ranges) &&
    ranges.every((range) => isNumber(range?.from) && isNumber(range?.to) && range.from < range.to) &&
    Array.isArray(archives) &&
    archives.every((one) => typeof one?.name === 'string' && typeof one?.sha256 === 'string')
  )
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value)
}
