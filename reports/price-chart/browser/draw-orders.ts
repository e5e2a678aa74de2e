/** Orders with a price of their own: a hollow mark where each began, and a line as long as it stood. Floor 4. */
import type { Frame, Scale, Theme } from './canvas.js'
import type { ShownOrders } from './shown-orders.js'
import type { OrderColumns } from './trade-columns.js'

/** Draws them: ◇ a limit that did not fill, □ a stop, ○ a target. */
export function drawOrders(
  { context, theme, x, right }: Frame,
  orders: OrderColumns,
  { shown, scale }: { readonly shown: ShownOrders; readonly scale: Scale },
): void {
  for (const [first, last] of shown.rows) {
    const mark = orders.mark[first] ?? 0
    context.strokeStyle = colourOf(mark, theme)
    context.lineWidth = 1
    context.setLineDash(mark === 0 ? [2, 3] : [5, 3])
    context.beginPath()
    for (let i = first; i <= last; i++) {
      // On whole pixels, so that a level line is sharp.
      const y = Math.round(scale.y(orders.price[i] ?? 0)) + 0.5
      const start = Math.max(-10, x(orders.from[i] ?? 0))
      if (i === first) context.moveTo(start, y)
      else context.lineTo(start, y)
      context.lineTo(Math.min(right + 10, x(orders.to[i] ?? 0)), y)
    }
    context.stroke()
    context.setLineDash([])
    context.lineWidth = 1.25
    hollow(context, { x: x(orders.from[first] ?? 0), y: scale.y(orders.price[first] ?? 0) }, mark, theme)
  }
}

function colourOf(mark: number, theme: Theme): string {
  return mark === 1 ? theme.loss : mark === 2 ? theme.gain : theme.quiet
}

function hollow(
  context: CanvasRenderingContext2D,
  { x, y }: { readonly x: number; readonly y: number },
  mark: number,
  theme: Theme,
): void {
  context.beginPath()
  if (mark === 1) context.rect(x - 3.5, y - 3.5, 7, 7)
  else if (mark === 2) context.arc(x, y, 4, 0, 2 * Math.PI)
  else {
    context.moveTo(x, y - 5)
    context.lineTo(x + 5, y)
    context.lineTo(x, y + 5)
    context.lineTo(x - 5, y)
    context.closePath()
  }
  context.fillStyle = theme.paper
  context.fill()
  context.stroke()
}
