/**
 * What a ledger's rows hold, as text: JSON in which an exact amount stands as `{"$":"0.001"}`. The same value
 * is the same text, so that rows can be compared and hashed. Floor 3.
 */
import { DataError } from '../../model/errors.js'
import { formatUnits, parseUnits } from '../../model/money.js'

/** A value as a row's text; keys in the order they were made. */
export function toLedgerJson(value: unknown): string {
  // A bar has no amounts, and most rows are bars: without a replacer they are written five times as fast.
  if (isBar(value)) return JSON.stringify(value)
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'bigint' ? { $: formatUnits(one) } : one,
  )
}

/** A value as text that is the same whatever order its fields came in: a record that was read has another than one that was made. */
export function toSortedJson(value: unknown): string {
  return toLedgerJson(sorted(value))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]))
}

/** The value of a row's text. Throws a DataError when it is no JSON. */
export function fromLedgerJson(text: string): unknown {
  try {
    if (!text.includes('{"$":')) return JSON.parse(text)
    return JSON.parse(text, (_key, one: unknown) => unitsOf(one) ?? one)
  } catch (cause) {
    throw new DataError(`a row of the ledger must be JSON, was ${text.slice(0, 60)}`, { cause })
  }
}

function isBar(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'BAR'
}

function unitsOf(value: unknown): bigint | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, '$')) return undefined
  const text = Object.getOwnPropertyDescriptor(value, '$')?.value
  return typeof text === 'string' ? parseUnits(text) : undefined
}
