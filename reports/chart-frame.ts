/** What charts of one kind share: sizes, axes of time, ticks, and numbers short enough for a spec. Floor 4. */
import { roundStep } from '../engine/math/histogram.js'
import { DAY_MS } from '../engine/model/time.js'

/** Inner width of a chart that takes the page's column, with its labels at the left in `LABEL_WIDTH`. */
export const FULL_WIDTH = 860
export const LABEL_WIDTH = 68

/** Outer size of a chart that takes half of the column. */
export const HALF = {
  width: 520,
  height: 280,
  autosize: { type: 'fit', contains: 'padding' },
  padding: { left: 2, top: 12, right: 12, bottom: 2 },
} as const

/** Around a full chart: room for its last label. */
export const FULL_PADDING = { left: 0, top: 8, right: 32, bottom: 8 } as const

/** A time scale from the first to the last moment, in UTC, with labels in digits alone. */
export function timeAxis(span: readonly [number, number], { hasLabels = true, tickCount = 4 } = {}) {
  return {
    field: 't',
    type: 'temporal' as const,
    scale: { type: 'utc' as const, domain: [...span], nice: false as const },
    axis: {
      format: dayFormat(span[1] - span[0]),
      tickCount,
      labels: hasLabels,
      labelFlush: false,
      labelPadding: 14,
    },
  }
}

/** No longer than the spacing of the ticks needs. */
function dayFormat(span: number): string {
  if (span > 150 * DAY_MS) return '%Y-%m'
  if (span > 8 * DAY_MS) return '%m-%d'
  return span > 2 * DAY_MS ? '%d %H:%M' : '%H:%M'
}

/** How an axis of amounts in quote is labelled: in full, or shortened by letters where the largest needs it; 0 is 0. */
export function amountAxis(most: number): { readonly format: string } | { readonly labelExpr: string } {
  if (most < 10_000) return { format: ',~f' }
  return { labelExpr: "datum.value === 0 ? '0' : replace(format(datum.value, '~s'), 'G', 'B')" }
}

/** Share of its range by which a scale goes beyond the values. */
export const MARGIN = 0.04

/** A domain a little wider than the values, so that a flat line lies inside it. */
export function padded(low: number, high: number): readonly [number, number] {
  const margin = (high - low) * MARGIN || Math.abs(high) * MARGIN || 1
  return [low - margin, high + margin]
}

/** About four to six round values within a logarithmic domain above 0, rising. */
export function logTicks(low: number, high: number): readonly number[] {
  if (high / low < 8) {
    const step = roundStep((high - low) / 5)
    const first = Math.ceil(low / step)
    return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step)
  }
  const ticks: number[] = []
  for (let tick = roundStep(low); tick <= high; tick = roundStep(tick * 1.5)) ticks.push(tick)
  const stride = Math.ceil(ticks.length / 6)
  return ticks.filter((_, i) => i % stride === 0)
}

/** A number of at most eight digits: more than a drawing can show. */
export function shortNumber(value: number): number {
  return Number(value.toPrecision(8))
}

/** Lowest and highest of all values of the columns, NaN left out; ±Infinity of none. */
export function rangeOf(...columns: readonly Float64Array[]): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const column of columns) {
    for (const value of column) {
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return [low, high]
}
