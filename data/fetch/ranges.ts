/** Ranges of time that are done, and what is left of another. Pure. Floor 3. */

/** UTC milliseconds, `to` not included. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

/** The ranges with one more, in order; what touches becomes one. */
export function addRange(ranges: readonly TimeRange[], more: TimeRange): readonly TimeRange[] {
  if (more.to <= more.from) return ranges
  const apart = ranges.filter(({ from, to }) => to < more.from || from > more.to)
  const joined = ranges.filter((range) => !apart.includes(range))
  const from = Math.min(more.from, ...joined.map((range) => range.from))
  const to = Math.max(more.to, ...joined.map((range) => range.to))
  return [...apart, { from, to }].sort((a, b) => a.from - b.from)
}

/** What of a range lies in none of the ranges, which are in order. */
export function missingOf(ranges: readonly TimeRange[], whole: TimeRange): readonly TimeRange[] {
  const missing: TimeRange[] = []
  let at = whole.from
  for (const { from, to } of ranges) {
    if (to <= at) continue
    if (from >= whole.to) break
    if (from > at) missing.push({ from: at, to: from })
    at = to
  }
  if (at < whole.to) missing.push({ from: at, to: whole.to })
  return missing
}
