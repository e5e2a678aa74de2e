/** What the store says of one symbol and interval: `_manifest.json` beside the months. Floor 3. */
import { createHash } from 'node:crypto'
import { OPTIONAL_FIELDS, type OptionalField, ORIGINS, type Origin } from '../../engine/model/bars.js'
import { type Interval, isInterval } from '../../engine/model/time.js'

/** Schema of the manifests that this version writes. */
export const STORE_SCHEMA = 'nextbar/store@1'

/** Name of the manifest in a series' folder. Who reads the folder as one table leaves out names that begin so. */
export const STORE_MANIFEST = '_manifest.json'

/** Which bars: one symbol and interval. */
export interface Series {
  readonly symbol: string
  readonly interval: Interval
}

/** Missing bars between bars that are there. */
export interface StoredGap {
  /** Open time of the first missing bar, UTC milliseconds. */
  readonly from: number
  /** Open time of the bar behind the gap. */
  readonly to: number
  /** Bars that are missing, at least 1. */
  readonly missing: number
}

/** One month of a series: one Parquet file. */
export interface StoredMonth {
  /** `2024-01`, of the open times. */
  readonly month: string
  readonly rows: number
  /** Open times of the first and the last bar. */
  readonly first: number
  readonly last: number
  /** The columns beyond volume of which at least one bar has a value. */
  readonly columns: readonly OptionalField[]
  /** Bars whose close time is not the end of their interval. */
  readonly irregularCloses: number
  readonly origins: Readonly<Partial<Record<Origin, number>>>
  /** `hashStoredBars` of the month: the name of its columns in the cache. */
  readonly sha256: string
}

/** What the store holds of a series. Times are UTC milliseconds. */
export interface StoreManifest extends Series {
  readonly schema: typeof STORE_SCHEMA
  /** Open time of the first bar. */
  readonly from: number
  /** End of the last bar, not included. */
  readonly to: number
  readonly rows: number
  /** Oldest first. */
  readonly gaps: readonly StoredGap[]
  /** Bars by origin; an origin without bars is absent. */
  readonly origins: Readonly<Partial<Record<Origin, number>>>
  /** `hashBars` of all bars: what a run's manifest calls `data[].sha256`. */
  readonly sha256: string
  /** Oldest first. */
  readonly months: readonly StoredMonth[]
}

/** A manifest as text, the same bytes for the same content, with a checksum line that a torn file fails. */
export function manifestText(manifest: StoreManifest): string {
  return `${JSON.stringify({ ...manifest, checksum: checksumOf(manifest) }, undefined, 2)}\n`
}

/** The manifest in a text; undefined when it is none or was changed by hand. */
export function parseStoreManifest(text: string): StoreManifest | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof json !== 'object' || json === null || !('checksum' in json)) return undefined
  const { checksum, ...manifest } = json
  return isStoreManifest(manifest) && checksum === checksumOf(manifest) ? manifest : undefined
}

function checksumOf(manifest: object): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex')
}

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isWhole: Check = (value) => Number.isSafeInteger(value)
const isOrigins: Check = (value) =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(
    ([key, count]) => ORIGINS.some((origin) => origin === key) && Number.isSafeInteger(count),
  )

function isStoreManifest(value: unknown): value is StoreManifest {
  return hasOwn(value, {
    schema: (schema) => schema === STORE_SCHEMA,
    symbol: isText,
    interval: (interval) => typeof interval === 'string' && isInterval(interval),
    from: isWhole,
    to: isWhole,
    rows: isWhole,
    gaps: listOf((gap) => hasOwn(gap, { from: isWhole, to: isWhole, missing: isWhole })),
    origins: isOrigins,
    sha256: isText,
    months: listOf(isMonth),
  })
}

const isMonth: Check = (value) =>
  hasOwn(value, {
    month: (month) => typeof month === 'string' && /^\d{4}-\d{2}$/.test(month),
    rows: isWhole,
    first: isWhole,
    last: isWhole,
    columns: listOf((column) => OPTIONAL_FIELDS.some((field) => field === column)),
    irregularCloses: isWhole,
    origins: isOrigins,
    sha256: (hash) => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash),
  })

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check)
}

function hasOwn(value: unknown, checks: Readonly<Record<string, Check>>): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const own = new Map(Object.entries(value))
  return Object.entries(checks).every(([key, check]) => own.has(key) && check(own.get(key)))
}
