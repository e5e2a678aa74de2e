/** Any value of a notebook → what is shown of it. Floor 5. */
import { inspect } from 'node:util'
import type { TopLevelSpec } from 'vega-lite'
import { type Output, SHOWN_ROWS, type TableCell } from '../../../reports/notebook/output.js'

/** A value that says itself how it is shown: a run, a table of bars. */
export interface Displayable {
  toOutputs(): readonly Output[]
}

/**
 * Outputs of a value: its own where it has `toOutputs`, a chart for a Vega-Lite spec, a table for rows of plain
 * objects and for data frames, else text as Node prints it. Nothing for `undefined`.
 */
export function toOutputs(value: unknown): readonly Output[] {
  if (value === undefined) return []
  if (typeof value === 'string') return [{ kind: 'text', text: value }]
  if (isDisplayable(value)) return value.toOutputs()
  if (isFrame(value)) return [frameTable(value)]
  if (isSpec(value)) return [{ kind: 'chart', spec: value, label: labelOf(value) }]
  if (isRows(value)) return [rowsTable(value)]
  return [{ kind: 'text', text: inspect(value, { depth: 4, breakLength: 100, maxArrayLength: 60 }) }]
}

function isDisplayable(value: unknown): value is Displayable {
  return isObject(value) && 'toOutputs' in value && typeof value.toOutputs === 'function'
}

/** What is read of a data frame of danfojs, without loading it. */
interface Frame {
  readonly columns: readonly unknown[]
  readonly values: readonly (readonly unknown[])[]
  readonly index: readonly unknown[]
}

function isFrame(value: unknown): value is Frame {
  return (
    isObject(value) &&
    'dtypes' in value &&
    'columns' in value &&
    Array.isArray(value.columns) &&
    'index' in value &&
    Array.isArray(value.index) &&
    'values' in value &&
    Array.isArray(value.values)
  )
}

function frameTable({ columns, values, index }: Frame): Output {
  const rows = values.slice(0, SHOWN_ROWS).map((row, i) => [index[i], ...[row].flat()].map(toCell))
  return { kind: 'table', columns: ['', ...columns.map(String)], rows, total: values.length }
}

function isSpec(value: unknown): value is TopLevelSpec {
  if (!isObject(value)) return false
  if ('$schema' in value) return String(value.$schema).includes('vega-lite')
  return (
    'data' in value && ['mark', 'layer', 'hconcat', 'vconcat', 'facet', 'repeat'].some((key) => key in value)
  )
}

function labelOf(spec: TopLevelSpec): string {
  const { title, description } = spec
  if (typeof description === 'string') return description
  if (typeof title === 'string') return title
  return 'Chart'
}

function isRows(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.length > 0 && value.every((row) => isObject(row) && isPlain(row))
}

function rowsTable(rows: readonly Readonly<Record<string, unknown>>[]): Output {
  const shown = rows.slice(0, SHOWN_ROWS)
  const columns = [...new Set(shown.flatMap((row) => Object.keys(row)))]
  return {
    kind: 'table',
    columns,
    rows: shown.map((row) => columns.map((column) => toCell(row[column]))),
    total: rows.length,
  }
}

function toCell(value: unknown): TableCell {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Date) return value.toISOString()
  return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY })
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
