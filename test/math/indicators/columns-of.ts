/** The columns of one indicator over some bars, for tests. */
import type { Indicator } from '../../../engine/math/indicator.js'
import { IndicatorColumns } from '../../../engine/math/indicator-columns.js'
import type { Bars } from '../../../engine/model/bars.js'

/** Each output's column by its name, one number a bar. */
export function columnsOf<Output extends string>(
  indicator: Indicator<Output>,
  bars: Bars,
): Readonly<Record<Output, readonly number[]>> {
  const columns = new IndicatorColumns([indicator], bars)
  columns.extend(bars.length)
  const entries = indicator.outputs.map((output) => [
    output,
    [...columns.column(indicator, output).subarray(0, bars.length)],
  ])
  // One column for every name of the indicator's outputs.
  return Object.fromEntries(entries)
}

/** The column of an indicator with one output. */
export function columnOf(indicator: Indicator<'value'>, bars: Bars): readonly number[] {
  return columnsOf(indicator, bars).value
}
