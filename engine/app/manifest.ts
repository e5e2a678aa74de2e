/** `manifest.json`: which run a folder holds, and the hash of each of its files. Floor 5. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditReport } from '../backtest/look-ahead-audit.js'
import { DataError } from '../model/errors.js'
import { formatTime } from '../model/time.js'
import { type ManifestAudit, manifestAudit } from './audit-verdict.js'
import { engineName } from './engine-identity.js'
import type { ShownValue } from './flag.js'
import type { RunData } from './load-data.js'
import { type ManifestInput, type ManifestRules, manifestInputs } from './manifest-inputs.js'
import { commandOf, type RunParts, runIdOf, shownSettings } from './run-identity.js'

/** Name of the manifest in a run folder. */
export const MANIFEST = 'manifest.json'

/** Schema of the manifests that this version writes. */
const RUN_SCHEMA = 'nextbar/run@1'

/** Value of a parameter. */
type ParamShown = number | boolean | string

/** One symbol's bars in a manifest. Times as ISO text, of the range that was run. */
export interface ManifestData {
  readonly symbol: string
  readonly interval: string
  readonly from: string
  readonly to: string
  readonly bars: number
  readonly gaps: number
  /** Names of the files, parted by commas, never a path. */
  readonly source: string
  readonly sha256: string
}

/** A run's manifest. */
export interface Manifest {
  readonly schema: typeof RUN_SCHEMA
  readonly runId: string
  readonly engine: string
  readonly strategy: { readonly name: string; readonly file: string; readonly sha256: string }
  readonly params: Readonly<Record<string, ParamShown>>
  readonly data: readonly ManifestData[]
  /** Absent in manifests of older versions, as `fine` and `bnb` are. */
  readonly rules?: readonly ManifestRules[]
  readonly fine?: ManifestInput
  readonly bnb?: ManifestInput
  readonly settings: Readonly<Record<string, ShownValue>>
  readonly seed: number
  readonly command: string
  readonly audit: ManifestAudit
  /** SHA-256 of every other file of the folder, by name. */
  readonly files: Readonly<Record<string, string>>
}

/** A manifest before its files are hashed. */
export type ManifestHead = Omit<Manifest, 'files'>

/** What a manifest says of a run before its files are written. */
export function manifestHead(parts: RunParts, audit: AuditReport | undefined): ManifestHead {
  const { symbols, engine, params, settings, strategy } = parts
  return {
    schema: RUN_SCHEMA,
    runId: runIdOf(parts),
    engine: engineName(engine),
    strategy: { name: strategy.strategy.name, file: strategy.file, sha256: strategy.sha256 },
    params,
    data: symbols.map(({ data }) => shownData(data)),
    ...manifestInputs(parts),
    settings: shownSettings(parts),
    seed: settings.seed,
    command: commandOf(parts),
    audit: manifestAudit(audit),
  }
}

/** One symbol's bars as a manifest names them. */
export function shownData(data: RunData): ManifestData {
  return {
    symbol: data.symbol,
    interval: data.interval,
    from: formatTime(data.from),
    to: formatTime(data.to),
    bars: data.end - data.first,
    gaps: data.gaps,
    source: data.sources.join(','),
    sha256: data.hash.text,
  }
}

/** Reads a manifest. Throws a DataError when the file is missing or is no manifest of this schema. */
export function readManifest(path: string): Manifest {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      const inside = join(path, MANIFEST)
      const hint = existsSync(inside) ? `name ${inside}` : `it holds no ${MANIFEST} either`
      throw new DataError(`${path} must be the manifest of a run, is a folder; ${hint}`, { cause })
    }
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(`${path} must be the manifest of a run, cannot be read: ${why}`, { cause })
  }
  const manifest = parseManifest(text)
  if (manifest) return manifest
  throw new DataError(`${path} must be a manifest of schema ${RUN_SCHEMA}, is none or is damaged`)
}

/** The manifest in a text; undefined when it is none. Only own keys of the right types count. */
export function parseManifest(text: string): Manifest | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  return isManifest(json) && hasGoodInputs(json) ? json : undefined
}

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isNumber: Check = (value) => typeof value === 'number'
const isPlain: Check = (value) => isText(value) || isNumber(value) || typeof value === 'boolean'
const isShown: Check = (value) =>
  value === null || isPlain(value) || (Array.isArray(value) && value.every(isText))

function isManifest(json: unknown): json is Manifest {
  return hasOwn(json, {
    schema: (value) => value === RUN_SCHEMA,
    runId: isText,
    engine: isText,
    strategy: (value) => hasOwn(value, { name: isText, file: isText, sha256: isText }),
    params: recordOf(isPlain),
    data: (value) => Array.isArray(value) && value.length > 0 && value.every(isManifestData),
    settings: recordOf(isShown),
    seed: isNumber,
    command: isText,
    files: recordOf(isText),
  })
}

const isInput: Check = (value) => value === undefined || hasOwn(value, { source: isText, sha256: isText })

const isRulesVersion: Check = (value) =>
  hasOwn(value, {
    symbol: isText,
    source: isText,
    since: (since) => since === null || isText(since),
    sha256: isText,
  })

function hasGoodInputs({ rules, fine, bnb }: Manifest): boolean {
  return (
    (rules === undefined || (Array.isArray(rules) && rules.every(isRulesVersion))) &&
    isInput(fine) &&
    isInput(bnb)
  )
}

const isManifestData: Check = (value) =>
  hasOwn(value, {
    symbol: isText,
    interval: isText,
    from: isText,
    to: isText,
    bars: isNumber,
    gaps: isNumber,
    source: isText,
    sha256: isText,
  })

function hasOwn(value: unknown, checks: Readonly<Record<string, Check>>): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const own = new Map(Object.entries(value))
  return Object.entries(checks).every(([key, check]) => own.has(key) && check(own.get(key)))
}

function recordOf(check: Check): Check {
  return (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(check)
}
