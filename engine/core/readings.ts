/** Binds a strategy's indicators and the bars to series that a strategy can read. Floor 2. */

import type { FrameColumns } from '../math/frame-columns.js'
import type { Indicator, LongerInterval } from '../math/indicator.js'
import { type Cursor, Series } from '../math/series.js'
import { type Bars, type Column, FIELDS, newColumn, OPTIONAL_FIELDS } from '../model/bars.js'
import type { BarsView } from './context.js'
import type { IndicatorSet, Readings } from './strategy.js'

/** Series for a strategy, and a way to follow the columns when they move. */
export interface Bound<View> {
  readonly view: View
  readonly follow: () => void
}

/** One series for each single output, an object of series for an indicator with several. */
export function bindIndicators(
  set: IndicatorSet,
  columns: FrameColumns,
  cursorOf: (interval: LongerInterval | undefined) => Cursor,
): Bound<Readings<IndicatorSet>> {
  const moves: (() => void)[] = []
  const bind = (indicator: Indicator, output: string): Series => {
    const series = new Series(columns.column(indicator, output), cursorOf(indicator.interval))
    moves.push(() => Series.move(series, columns.column(indicator, output)))
    return series
  }
  const entries = Object.entries(set).map(([name, indicator]) => {
    const isSingle = indicator.outputs.length === 1 && indicator.outputs[0] === 'value'
    const read = isSingle
      ? bind(indicator, 'value')
      : Object.freeze(
          Object.fromEntries(indicator.outputs.map((output) => [output, bind(indicator, output)])),
        )
    return [name, read] as const
  })
  // The entries are built output by output from the very set that the type is mapped from.
  const view = Object.freeze(Object.fromEntries(entries)) as Readings<IndicatorSet>
  return { view, follow: () => moves.forEach((move) => void move()) }
}

/** The bars as series; a column that the source lacks reads as NaN. */
export function bindBars(bars: Bars, cursor: Cursor): Bound<BarsView> {
  const missing = newColumn(0)
  const names = ['openTime', ...FIELDS, ...OPTIONAL_FIELDS] as const
  const column = (name: (typeof names)[number]): Column => bars[name] ?? missing
  const series = names.map((name) => [name, new Series(column(name), cursor)] as const)
  // One series for every name of the view.
  const view = Object.freeze(Object.fromEntries(series)) as unknown as BarsView
  const follow = () => {
    for (const [name, one] of series) Series.move(one, column(name))
  }
  return { view, follow }
}
