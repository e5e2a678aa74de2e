/** Bars as candles, hollow where they rose and filled where they fell, and their volume. Floor 4. */
import type { Frame, Scale } from './canvas.js'
import type { Segment } from './segments.js'

/** Lowest and highest price of the segments; infinite where there is none. */
export function priceRange(segments: readonly Segment[]): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const { block, start, end } of segments) {
    for (let i = start; i < end; i++) {
      low = Math.min(low, block.low[i] ?? low)
      high = Math.max(high, block.high[i] ?? high)
    }
  }
  return { low, high }
}

/** Candles; bodies of less than three pixels are strokes. */
export function drawCandles(frame: Frame, segments: readonly Segment[], { y }: Scale): void {
  const { context, theme, x, perMs } = frame
  const wicks = { up: new Path2D(), down: new Path2D() }
  const filled = { up: new Path2D(), down: new Path2D() }
  const hollow = new Path2D()
  for (const { block, start, end } of segments) {
    const width = Math.max(1, Math.round(Math.min(block.ms * perMs * 0.72, block.ms * perMs - 1, 24)))
    for (let i = start; i < end; i++) {
      const open = block.open[i] ?? 0
      const close = block.close[i] ?? 0
      const way = close >= open ? 'up' : 'down'
      const centre = x((block.time[i] ?? 0) + block.ms / 2)
      const left = Math.round(centre - width / 2)
      const middle = width % 2 === 1 ? left + (width - 1) / 2 + 0.5 : left + width / 2
      const top = Math.round(y(Math.max(open, close)))
      const bottom = Math.max(top + 1, Math.round(y(Math.min(open, close))))
      const high = Math.round(y(block.high[i] ?? 0))
      const low = Math.max(high + 1, Math.round(y(block.low[i] ?? 0)))
      const wick = wicks[way]
      wick.moveTo(middle, high)
      wick.lineTo(middle, top)
      wick.moveTo(middle, bottom)
      wick.lineTo(middle, low)
      if (width < 3 || way === 'down') filled[way].rect(left, top, width, bottom - top)
      else hollow.rect(left + 0.5, top + 0.5, width - 1, Math.max(0.01, bottom - top - 1))
    }
  }
  context.lineWidth = 1
  for (const way of ['up', 'down'] as const) {
    context.strokeStyle = way === 'up' ? theme.gain : theme.loss
    context.fillStyle = context.strokeStyle
    context.stroke(wicks[way])
    context.fill(filled[way])
  }
  context.strokeStyle = theme.gain
  context.fillStyle = theme.paper
  context.fill(hollow)
  context.stroke(hollow)
}

/** Columns from the bottom of a pane; filled and hollow as the candles are. */
export function drawVolume(frame: Frame, segments: readonly Segment[], { y }: Scale): void {
  const { context, theme, x, perMs } = frame
  const bottom = y(0)
  const columns = new Path2D()
  for (const { block, start, end } of segments) {
    const width = Math.max(1, Math.round(Math.min(block.ms * perMs * 0.72, block.ms * perMs - 1, 24)))
    for (let i = start; i < end; i++) {
      const volume = volumeRate(block.volume[i] ?? 0, block.ms)
      const left = Math.round(x((block.time[i] ?? 0) + block.ms / 2) - width / 2)
      const top = y(volume)
      columns.rect(left, top, width, bottom - top)
    }
  }
  context.globalAlpha = 0.75
  context.fillStyle = theme.hold
  context.fill(columns)
  context.globalAlpha = 1
}

/** Volume an hour: bars of several lengths may stand side by side. */
export function volumeRate(volume: number, ms: number): number {
  return (volume * 3_600_000) / ms
}

/** The highest volume an hour. */
export function volumePeak(segments: readonly Segment[]): number {
  let peak = 0
  for (const { block, start, end } of segments) {
    for (let i = start; i < end; i++) peak = Math.max(peak, volumeRate(block.volume[i] ?? 0, block.ms))
  }
  return peak
}
