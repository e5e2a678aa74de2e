/** What a strategy's indicators said at a bar: written beside its decisions, and shown by proofs. Floor 3. */
import type { IndicatorSet } from '../../core/strategy.js'
import type { FrameColumns } from '../../math/frame-columns.js'

/** By `name`, or `name.output` where there are several: the value at the bar and at the one before. */
export type RecordedReadings = Readonly<Record<string, readonly [now: number | null, before: number | null]>>

/** The readings at bar `i`; null where a value is not there yet. */
export function readingsAt(indicators: IndicatorSet, columns: FrameColumns, i: number): RecordedReadings {
  const entries = Object.entries(indicators).flatMap(([name, indicator]) =>
    indicator.outputs.map((output) => {
      const frame = columns.frames.find(({ interval }) => interval === indicator.interval)
      const at = frame ? frame.resampler.closedAt(i) : i
      const column = columns.column(indicator, output)
      const value = (k: number): number | null => {
        const found = k < 0 ? undefined : column[k]
        return found === undefined || Number.isNaN(found) ? null : found
      }
      const key = output === 'value' ? name : `${name}.${output}`
      return [key, [value(at), value(at - 1)]] as const
    }),
  )
  return Object.fromEntries(entries)
}
