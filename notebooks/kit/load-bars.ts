/** Bars from files, the store or the generator, and bars and rows of plain objects into each other. Roof. */
import { loadSymbols } from '../../engine/app/load-symbols.js'
import {
  BarColumns,
  type Bars,
  FIELDS,
  OPTIONAL_FIELDS,
  type OptionalField,
  valueAt,
} from '../../engine/model/bars.js'
import { ConfigError } from '../../engine/model/errors.js'
import type { Interval } from '../../engine/model/time.js'
import { type FlagValues, resolveFlags } from './resolve-flags.js'

/** One bar as a row: `time` is its open time, ISO UTC. */
export interface BarRow {
  readonly time: string
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly [column: string]: string | number | null
}

/**
 * The bars that `--data` would name: `await loadBars('synthetic:1:5000')`, `await loadBars('BTCUSDT', { interval: '1h' })`.
 * `from` and `to` cut them. Throws as `run-backtest.ts` ends with an error.
 */
export async function loadBars(data: string, flags: Omit<FlagValues, 'data'> = {}): Promise<Bars> {
  const { settings } = resolveFlags({ ...flags, data }, {})
  const [loaded, another] = await loadSymbols(settings, undefined)
  if (!loaded || another)
    throw new ConfigError(`${data} must name one symbol, names several: load each on its own`)
  return cut(loaded.bars, loaded.first, loaded.end)
}

function cut(bars: Bars, first: number, end: number): Bars {
  if (first === 0 && end === bars.length) return bars
  return toBars(toRows(bars).slice(first, end), { symbol: bars.symbol, interval: bars.interval })
}

/** Rows of bars, oldest first; a column that the source lacks is left out. */
export function toRows(bars: Bars): readonly BarRow[] {
  const optional = OPTIONAL_FIELDS.filter((field) => bars[field] !== undefined)
  return Array.from({ length: bars.length }, (_, i) => ({
    time: new Date(valueAt(bars.openTime, i)).toISOString(),
    open: valueAt(bars.open, i),
    high: valueAt(bars.high, i),
    low: valueAt(bars.low, i),
    close: valueAt(bars.close, i),
    volume: valueAt(bars.volume, i),
    ...Object.fromEntries(optional.map((field) => [field, bars[field]?.[i] ?? null])),
  }))
}

/**
 * Bars of rows that have `time` (ISO or UTC milliseconds), `open`, `high`, `low`, `close`, `volume` and rise in time.
 * Throws a ConfigError that names the row which does not.
 */
export function toBars(
  rows: readonly Readonly<Record<string, unknown>>[],
  { symbol, interval }: { readonly symbol: string; readonly interval: Interval },
): Bars {
  const optional = OPTIONAL_FIELDS.filter(
    (field): field is OptionalField => rows[0] !== undefined && field in rows[0],
  )
  const bars = new BarColumns({ symbol, interval, capacity: rows.length, optional })
  let last = Number.NEGATIVE_INFINITY
  for (const [i, row] of rows.entries()) {
    const openTime = typeof row.time === 'number' ? row.time : Date.parse(String(row.time))
    if (!(openTime > last)) {
      throw new ConfigError(`row ${i}: time must be a time after the row before, was ${String(row.time)}`)
    }
    last = openTime
    const [open, high, low, close, volume] = FIELDS.map((field) => numberIn(row, field, i))
    bars.append({
      openTime,
      open: open ?? Number.NaN,
      high: high ?? Number.NaN,
      low: low ?? Number.NaN,
      close: close ?? Number.NaN,
      volume: volume ?? Number.NaN,
      ...Object.fromEntries(optional.map((field) => [field, Number(row[field] ?? Number.NaN)])),
      origin: 'import',
    })
  }
  return bars
}

function numberIn(row: Readonly<Record<string, unknown>>, field: string, i: number): number {
  const value = row[field]
  const isGood =
    typeof value === 'number' && Number.isFinite(value) && (field === 'volume' ? value >= 0 : value > 0)
  if (isGood) return value
  throw new ConfigError(`row ${i}: ${field} must be a number above 0, was ${String(value)}`)
}
