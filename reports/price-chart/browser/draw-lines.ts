/** Lines as bands from the lowest to the highest value of each bar, with the last value through them. Floor 4. */
import { DASHES, type Frame, type Scale } from './canvas.js'
import { beginOf, endOf, type Segment } from './segments.js'

/** Lowest and highest value of some lines; infinite where there is none. */
export function lineRange(
  segments: readonly Segment[],
  lines: readonly number[],
): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const { block, start, end } of segments) {
    for (const line of lines) {
      const columns = block.lines[line]
      if (columns === undefined) continue
      for (let i = start; i < end; i++) {
        const least = columns.low[i] ?? Number.NaN
        const most = columns.high[i] ?? Number.NaN
        if (least < low) low = least
        if (most > high) high = most
      }
    }
  }
  return { low, high }
}

/** The line with this index of the manifest; `look` chooses colour and dashes. */
export function drawLine(
  frame: Frame,
  segments: readonly Segment[],
  {
    line,
    scale,
    colour,
    look,
  }: { readonly line: number; readonly scale: Scale; readonly colour: string; readonly look: number },
): void {
  const { context, x, perMs } = frame
  const band = new Path2D()
  const path = new Path2D()
  let isDown = false
  for (const segment of segments) {
    const { block, start, end } = segment
    const columns = block.lines[line]
    if (columns === undefined) continue
    // The value before leads the line in from the edge of the view.
    const hasBefore = (block.time[start - 1] ?? 0) + block.ms === block.time[start]
    for (let i = hasBefore ? start - 1 : start; i < end; i++) {
      const last = columns.last[i] ?? Number.NaN
      if (Number.isNaN(last)) {
        isDown = false
        continue
      }
      // What a finer bar shows is not drawn again: the line would run back.
      const begin = beginOf(segment, i)
      const stop = endOf(segment, i)
      if (stop <= begin) continue
      const left = x(begin)
      const width = (stop - begin) * perMs
      const top = scale.y(columns.high[i] ?? last)
      const bottom = scale.y(columns.low[i] ?? last)
      if (bottom - top > 0.5) band.rect(left, top, Math.max(1, width), bottom - top)
      // Its last value lies behind what a finer bar shows of it.
      if (stop < (block.time[i] ?? 0) + block.ms) continue
      // The first value has its bar's width, so that one alone is seen.
      if (!isDown) path.moveTo(left, scale.y(last))
      path.lineTo(left + width, scale.y(last))
      isDown = true
    }
  }
  context.fillStyle = colour
  context.globalAlpha = 0.22
  context.fill(band)
  context.globalAlpha = 1
  context.strokeStyle = colour
  context.lineWidth = 1.5
  context.lineJoin = 'round'
  context.setLineDash([...(DASHES[look % DASHES.length] ?? [])])
  context.stroke(path)
  context.setLineDash([])
}

/** A drawdown as an area that hangs from 0: as deep as the deepest value of each bar. */
export function drawDepth(
  frame: Frame,
  segments: readonly Segment[],
  { line, scale }: { readonly line: number; readonly scale: Scale },
): void {
  const { context, theme, x, perMs } = frame
  const area = new Path2D()
  const edge = new Path2D()
  const top = scale.y(0)
  let isDown = false
  for (const segment of segments) {
    const { block, start, end } = segment
    const columns = block.lines[line]
    if (columns === undefined) continue
    for (let i = start; i < end; i++) {
      const depth = columns.high[i] ?? Number.NaN
      if (Number.isNaN(depth)) continue
      const begin = beginOf(segment, i)
      const width = (endOf(segment, i) - begin) * perMs
      if (width <= 0) continue
      const left = x(begin)
      const bottom = scale.y(-depth)
      area.rect(left, top, width + 0.3, bottom - top)
      if (isDown) edge.lineTo(left, bottom)
      else edge.moveTo(left, bottom)
      edge.lineTo(left + width, bottom)
      isDown = true
    }
  }
  context.fillStyle = theme.loss
  context.globalAlpha = 0.25
  context.fill(area)
  context.globalAlpha = 1
  context.strokeStyle = theme.loss
  context.lineWidth = 1
  context.stroke(edge)
}
