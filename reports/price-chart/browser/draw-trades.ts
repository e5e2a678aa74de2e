/** Trades: entries ▲ and exits ▼ joined by a line; what is too close for that as a count and its net. Floor 4. */
import type { Frame, Pane, Scale } from './canvas.js'
import { compact } from './format.js'
import { lowerBound } from './segments.js'
import type { PositionColumns, TradeColumns } from './trade-columns.js'

/** Trades with less than this between their entries are counted, not drawn. */
const LEAST_APART = 2

/** Width of a count, in pixels. */
const COUNT_WIDTH = 60

/** Height of the strip that counts stand in. */
export const COUNT_HEIGHT = 34

/** Trades that are too close to be drawn one by one. */
export interface TradeCount {
  readonly left: number
  readonly count: number
  readonly net: number
}

/** How the trades of a view are shown. */
export interface ShownTrades {
  /** Rows that are drawn one by one. */
  readonly rows: readonly number[]
  readonly counts: readonly TradeCount[]
  /** All that touch the view. */
  readonly total: number
  /** Distance of entries, in pixels, where it is smallest among those drawn. */
  readonly apart: number
}

/** Sorts the trades that touch the view. */
export function sortTrades(
  { view, x, perMs }: Pick<Frame, 'view' | 'x' | 'perMs'>,
  trades: TradeColumns,
): ShownTrades {
  const rows: number[] = []
  const bins = new Map<number, { count: number; net: number }>()
  const binMs = COUNT_WIDTH / perMs
  // Counted from the first trade, not from the edge of the view: panning moves the counts as they are.
  const origin = trades.entryTime[0] ?? 0
  let total = 0
  let apart = Number.POSITIVE_INFINITY
  const end = lowerBound(trades.entryTime, view.to)
  for (let i = Math.max(0, firstEnding(trades, view.from)); i < end; i++) {
    total++
    const entry = trades.entryTime[i] ?? 0
    const before = (entry - (trades.entryTime[i - 1] ?? Number.NEGATIVE_INFINITY)) * perMs
    const after = ((trades.entryTime[i + 1] ?? Number.POSITIVE_INFINITY) - entry) * perMs
    if (Math.min(before, after) > LEAST_APART) {
      rows.push(i)
      apart = Math.min(apart, before, after)
      continue
    }
    const bin = Math.floor((entry - origin) / binMs)
    const one = bins.get(bin) ?? { count: 0, net: 0 }
    one.count++
    one.net += trades.net[i] || 0
    bins.set(bin, one)
  }
  const counts = [...bins].map(([bin, { count, net }]) => ({ left: x(origin + bin * binMs), count, net }))
  return { rows, counts, total, apart }
}

/** The first trade that ends in the view or later: trades of one symbol end in the order of their entries. */
function firstEnding({ exitTime, n }: TradeColumns, from: number): number {
  let low = 0
  let high = n
  while (low < high) {
    const middle = (low + high) >> 1
    if ((exitTime[middle] ?? 0) < from) low = middle + 1
    else high = middle
  }
  return low
}

/** Lines and triangles; the chosen trade is drawn last, and thicker. */
export function drawTrades(
  frame: Frame,
  trades: TradeColumns,
  {
    shown,
    scale,
    chosen,
    lastPrice,
  }: {
    readonly shown: ShownTrades
    readonly scale: Scale
    readonly chosen: number | undefined
    /** Where an open trade stands at the end. */
    readonly lastPrice: { readonly time: number; readonly price: number } | undefined
  },
): void {
  const rows = shown.rows.filter((row) => row !== chosen)
  if (chosen !== undefined) rows.push(chosen)
  const size = Math.max(2.5, Math.min(6, shown.apart / 2))
  for (const row of rows)
    drawTrade(frame, trades, {
      row,
      scale,
      size: row === chosen ? 7 : size,
      isChosen: row === chosen,
      lastPrice,
    })
}

function drawTrade(
  { context, theme, x }: Frame,
  trades: TradeColumns,
  {
    row,
    scale,
    size,
    isChosen,
    lastPrice,
  }: {
    readonly row: number
    readonly scale: Scale
    readonly size: number
    readonly isChosen: boolean
    readonly lastPrice: { readonly time: number; readonly price: number } | undefined
  },
): void {
  const isOpen = Number.isNaN(trades.exitTime[row])
  const from = { x: x(trades.entryTime[row] ?? 0), y: scale.y(trades.entryPrice[row] ?? 0) }
  const to = isOpen
    ? { x: x(lastPrice?.time ?? 0), y: scale.y(lastPrice?.price ?? 0) }
    : { x: x(trades.exitTime[row] ?? 0), y: scale.y(trades.exitPrice[row] ?? 0) }
  const hasWon = (trades.net[row] ?? 0) > 0
  context.strokeStyle = isOpen ? theme.quiet : hasWon ? theme.gain : theme.loss
  context.lineWidth = isChosen ? 2.5 : 1.25
  context.setLineDash(hasWon ? [] : [4, 3])
  if (!isOpen || lastPrice !== undefined) {
    context.beginPath()
    context.moveTo(from.x, from.y)
    context.lineTo(to.x, to.y)
    context.stroke()
  }
  context.setLineDash([])
  triangle(context, { x: from.x, y: from.y, size, isUp: true, fill: theme.ink, rim: theme.paper })
  if (!isOpen) triangle(context, { x: to.x, y: to.y, size, isUp: false, fill: theme.ink, rim: theme.paper })
}

/** A triangle whose tip touches the point: from below when it points up, from above when down. */
function triangle(
  context: CanvasRenderingContext2D,
  {
    x,
    y,
    size,
    isUp,
    fill,
    rim,
  }: {
    readonly x: number
    readonly y: number
    readonly size: number
    readonly isUp: boolean
    readonly fill: string
    readonly rim: string
  },
): void {
  const way = isUp ? 1 : -1
  context.beginPath()
  context.moveTo(x, y)
  context.lineTo(x - size, y + way * size * 1.6)
  context.lineTo(x + size, y + way * size * 1.6)
  context.closePath()
  context.fillStyle = fill
  context.strokeStyle = rim
  context.lineWidth = 1
  context.fill()
  context.stroke()
}

/** How many trades, and their net, in a strip at the bottom of the pane. */
export function drawCounts({ context, theme }: Frame, pane: Pane, counts: readonly TradeCount[]): void {
  const top = pane.top + pane.height - COUNT_HEIGHT + 1
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  for (const { left, count, net } of counts) {
    const centre = left + COUNT_WIDTH / 2
    context.fillStyle = theme.panel
    context.strokeStyle = theme.rule
    context.lineWidth = 1
    context.beginPath()
    context.roundRect(centre - COUNT_WIDTH / 2 + 2.5, top + 0.5, COUNT_WIDTH - 5, COUNT_HEIGHT - 4, 4)
    context.fill()
    context.stroke()
    context.font = `11px ${theme.font}`
    context.fillStyle = theme.quiet
    context.fillText(`${compact(count)} ▲▼`, centre, top + 9)
    context.fillStyle = net > 0 ? theme.gain : net < 0 ? theme.loss : theme.quiet
    context.fillText(`${net > 0 ? '+' : ''}${compact(Math.round(net))}`, centre, top + 22)
  }
}

/** Base held at a moment. */
export function heldAt({ time, held }: PositionColumns, moment: number): number {
  const after = lowerBound(time, moment + 1)
  return after === 0 ? 0 : (held[after - 1] ?? 0)
}

/** What was held, as steps: changes on one pixel are one line from the least to the most. */
export function drawPosition(
  { context, theme, view, x, right }: Frame,
  position: PositionColumns,
  { y }: Scale,
): void {
  const start = lowerBound(position.time, view.from)
  const end = lowerBound(position.time, view.to)
  const zero = y(0)
  let held = heldAt(position, view.from)
  let before = 0
  const area = new Path2D()
  for (let i = start; i < end; ) {
    const pixel = Math.round(x(position.time[i] ?? 0))
    area.rect(before, y(held), pixel - before, zero - y(held))
    let most = held
    for (; i < end && Math.round(x(position.time[i] ?? 0)) <= pixel; i++) {
      held = position.held[i] ?? 0
      most = Math.max(most, held)
    }
    area.rect(pixel, y(most), 1, zero - y(most))
    before = pixel
  }
  area.rect(before, y(held), right - before, zero - y(held))
  context.fillStyle = theme.hold
  context.globalAlpha = 0.55
  context.fill(area)
  context.globalAlpha = 1
}

/** The most that was held in the view. */
export function mostHeld(
  position: PositionColumns,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  let most = heldAt(position, from)
  const end = lowerBound(position.time, to)
  for (let i = lowerBound(position.time, from); i < end; i++) most = Math.max(most, position.held[i] ?? 0)
  return most
}
