/**
 * Data frames of danfojs and back. Good for looking at trades and days: groups, means, joins, plots of thousands
 * of rows. It has no rolling windows, sorts slowly, and holds every number as a float32 in some of its
 * operations: for millions of bars take `sql`. Roof.
 */
import { DataFrame, toJSON } from 'danfojs-node'
import type { Bars } from '../../engine/model/bars.js'
import { ConfigError } from '../../engine/model/errors.js'
import { toRows } from './load-bars.js'

/** A frame of rows, or of bars. Throws a ConfigError on no rows: a frame without a column cannot be made. */
export function toDanfo(source: Bars | readonly object[]): DataFrame {
  const rows = isBars(source) ? toRows(source) : source
  if (rows.length === 0) throw new ConfigError('a frame must have at least one row, had none')
  return new DataFrame(rows.map((row) => ({ ...row })))
}

/** A frame's rows as plain objects, in its order. */
export function fromDanfo(frame: DataFrame): readonly Readonly<Record<string, unknown>>[] {
  const rows: unknown = toJSON(frame)
  // In Node, without a path, `toJSON` gives an object a row.
  return Array.isArray(rows) ? rows : []
}

function isBars(source: Bars | readonly object[]): source is Bars {
  return 'openTime' in source
}
