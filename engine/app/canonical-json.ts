/** JSON that is the same text for the same content. Floor 5. */
import { createHash } from 'node:crypto'
import { InvariantError } from '../model/errors.js'

/** What can be hashed: JSON, and `undefined` for keys that are not there. */
export type Json =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Json[]
  | { readonly [key: string]: Json }

/**
 * JSON without spaces, keys sorted by code unit at every depth, absent ones left out.
 * Throws an InvariantError on NaN and infinities, which JSON would silently make `null`.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new InvariantError(`a number in canonical JSON must be finite, was ${value}`)
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join(',')}}`
}

/** JSON as files hold it: two spaces, keys in the order given, a line break at the end. */
export function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** SHA-256 of text (as UTF-8) or bytes, in hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
