/** The stretch of time that is looked at: one for all panes. Floor 4. */

/** UTC milliseconds; `to` is above `from`. */
export interface View {
  readonly from: number
  readonly to: number
}

/** What a view stays within. */
export interface ViewBounds extends View {
  /** The shortest view. */
  readonly least: number
}

/** The view moved and cut so that it lies within the bounds. */
export function clampView({ from, to }: View, bounds: ViewBounds): View {
  const whole = bounds.to - bounds.from
  const span = Math.min(whole, Math.max(Math.min(bounds.least, whole), to - from))
  const start = (from + to - span) / 2
  const moved = Math.min(bounds.to - span, Math.max(bounds.from, start))
  return { from: moved, to: moved + span }
}

/** `factor` times as long, with the moment `anchor` where it was. */
export function zoomView({ from, to }: View, factor: number, anchor: number): View {
  return { from: anchor - (anchor - from) * factor, to: anchor + (to - anchor) * factor }
}

/** Moved by a share of its length. */
export function panView({ from, to }: View, share: number): View {
  return { from: from + (to - from) * share, to: to + (to - from) * share }
}

/** The view as a page's hash, to the second; with the number of its symbol unless that is the first. */
export function viewHash({ from, to }: View, symbol = 0): string {
  const text = (time: number) => `${new Date(Math.round(time / 1000) * 1000).toISOString().slice(0, 19)}Z`
  return `#view=${text(from)},${text(to)}${symbol === 0 ? '' : `&symbol=${symbol}`}`
}

/** The view that a hash says; undefined when it says none. */
export function parseViewHash(hash: string): (View & { readonly symbol: number }) | undefined {
  const match = /^#view=([\dT:.+-]+Z),([\dT:.+-]+Z)(?:&symbol=(\d{1,3}))?$/.exec(hash.replaceAll('%3A', ':'))
  const from = Date.parse(match?.[1] ?? '')
  const to = Date.parse(match?.[2] ?? '')
  return to > from ? { from, to, symbol: Number(match?.[3] ?? 0) } : undefined
}
