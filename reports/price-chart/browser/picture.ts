/** The whole picture: panes one below the other on one time scale. Floor 4. */
import { type Frame, inPane, type Pane, type Scale, scaleOf, type Theme } from './canvas.js'
import type { ChartManifest } from './chart-manifest.js'
import { drawCandles, drawVolume, priceRange, volumePeak } from './draw-bars.js'
import { drawDepth, drawLine, lineRange } from './draw-lines.js'
import { drawOrders } from './draw-orders.js'
import {
  COUNT_HEIGHT,
  drawCounts,
  drawPosition,
  drawTrades,
  mostHeld,
  type ShownTrades,
  sortTrades,
} from './draw-trades.js'
import { compact, fixed, momentText, percent } from './format.js'
import type { BlockSource } from './segments.js'
import { levelFor, type Segment, segmentsIn } from './segments.js'
import { orderRange, type ShownOrders, sortOrders } from './shown-orders.js'
import { timeTicks, valueTicks } from './ticks.js'
import type { OrderColumns, PositionColumns, TradeColumns } from './trade-columns.js'
import type { View } from './view.js'

/** What the picture shows. */
export interface PictureInput {
  readonly context: CanvasRenderingContext2D
  readonly theme: Theme
  readonly manifest: ChartManifest
  readonly source: BlockSource
  readonly trades: TradeColumns | undefined
  readonly position: PositionColumns | undefined
  readonly orders: OrderColumns | undefined
  readonly view: View
  readonly width: number
  /** Row of the trade that was jumped to. */
  readonly chosen: number | undefined
  /** Where the pointer is, in CSS pixels; undefined when it is elsewhere. */
  readonly pointer: { readonly x: number; readonly y: number } | undefined
}

/** What was drawn: what the legend reads. */
export interface Picture {
  readonly frame: Frame
  readonly bars: readonly Segment[]
  readonly lines: readonly Segment[]
  readonly trades: ShownTrades | undefined
  readonly orders: ShownOrders | undefined
  /** Name of the level that fits the zoom, and of the one that is drawn where the pointer may be. */
  readonly level: string
  /** The deepest drawdown in the view, a fraction; NaN where none is known. */
  readonly deepest: number
}

/** Least width of a bar, in pixels. */
const LEAST_BAR = 2.5

/** Room for the moments under the panes. */
const TIME_HEIGHT = 24

/** Width of the labels of values. */
const VALUE_WIDTH = 66

/** The panes from top to bottom. */
export function panesOf(manifest: ChartManifest, width: number): readonly Pane[] {
  const isNarrow = width < 600
  const panes: Pane[] = []
  let top = 0
  const add = (kind: Pane['kind'], title: string, number: number, height: number): void => {
    panes.push({ kind, title, number, top, height })
    top += height
  }
  add('price', `${manifest.symbol}, ${manifest.quoteAsset}`, 0, isNarrow ? 260 : 340)
  for (const [i, name] of manifest.panes.entries()) add('indicator', name, i + 1, isNarrow ? 70 : 84)
  const own = manifest.panes.length + 1
  if (manifest.hasVolume) add('volume', `Volume, ${manifest.baseAsset} an hour`, -1, 58)
  add('position', `Position, ${manifest.baseAsset}`, -1, 48)
  add('equity', `Equity after costs, ${manifest.quoteAsset}`, own, isNarrow ? 84 : 100)
  add('drawdown', 'Drawdown', own + 1, isNarrow ? 64 : 76)
  return panes
}

/** Height of the picture. */
export function heightOf(panes: readonly Pane[]): number {
  const last = panes[panes.length - 1]
  return (last === undefined ? 0 : last.top + last.height) + TIME_HEIGHT
}

/** Draws everything. */
export function drawPicture(input: PictureInput): Picture {
  const { context, manifest, theme, view, width, source, trades, position, orders } = input
  const panes = panesOf(manifest, width)
  const right = width - VALUE_WIDTH
  const perMs = right / (view.to - view.from)
  const x = (time: number): number => (time - view.from) * perMs
  const frame: Frame = { context, theme, view, width, height: heightOf(panes), right, perMs, x }
  const finest = levelFor(manifest.levels, LEAST_BAR / perMs)
  const bars = segmentsIn(view, { manifest, finest, hasLines: false, source })
  const lines = segmentsIn(view, { manifest, finest, hasLines: true, source })
  const shown = trades === undefined ? undefined : sortTrades(frame, trades)
  const shownOrders = orders === undefined ? undefined : sortOrders(frame, orders)
  const drawdown = manifest.series.length - 1
  const deepest = lineRange(lines, [drawdown]).high

  context.fillStyle = theme.paper
  context.fillRect(0, 0, width, frame.height)
  drawTimes(frame)
  for (const pane of panes) drawPane(pane)
  drawPointer(frame, panes, input.pointer, bars)
  return {
    frame,
    bars,
    lines,
    trades: shown,
    orders: shownOrders,
    level: manifest.levels[finest]?.name ?? '',
    deepest: deepest === Number.NEGATIVE_INFINITY ? Number.NaN : deepest,
  }

  function drawPane(pane: Pane): void {
    context.strokeStyle = theme.rule
    context.lineWidth = 1
    if (pane.top > 0) rule(context, 0, width, pane.top)
    switch (pane.kind) {
      case 'price':
        drawPrices(pane)
        break
      case 'indicator':
      case 'equity':
        drawLines(pane)
        break
      case 'drawdown': {
        const depth = Number.isNaN(deepest) || deepest <= 0 ? 0.0001 : deepest
        const scale = scaleOf(pane, { low: -depth, high: 0 }, { above: 16, below: 4 })
        // Without a drawdown there is 0 alone to label.
        const print = (value: number, decimals: number) =>
          deepest > 0 || value === 0 ? percent(value, deepest > 0 ? Math.max(0, decimals - 2) : 0) : ''
        grid(pane, scale, print)
        inPane(frame, pane, () => drawDepth(frame, lines, { line: drawdown, scale }))
        break
      }
      case 'volume': {
        const scale = scaleOf(pane, { low: 0, high: volumePeak(lines) || 1 }, { above: 16, below: 0 })
        grid(pane, scale, compact)
        inPane(frame, pane, () => drawVolume(frame, lines, scale))
        break
      }
      case 'position': {
        const most = position === undefined ? 0 : mostHeld(position, view)
        const scale = scaleOf(pane, { low: 0, high: most || 1 }, { above: 16, below: 0 })
        if (most > 0) grid(pane, scale, compact)
        if (position !== undefined) inPane(frame, pane, () => drawPosition(frame, position, scale))
        break
      }
    }
    title(pane)
  }

  function drawPrices(pane: Pane): void {
    const range = priceRange(bars)
    for (const row of shown?.rows ?? []) {
      for (const price of [trades?.entryPrice[row] ?? Number.NaN, trades?.exitPrice[row] ?? Number.NaN]) {
        if (price < range.low) range.low = price
        if (price > range.high) range.high = price
      }
    }
    if (orders !== undefined && shownOrders !== undefined) widen(range, orderRange(view, orders, shownOrders))
    const hasCounts = (shown?.counts.length ?? 0) > 0
    const scale = scaleOf(pane, range, { above: 24, below: hasCounts ? COUNT_HEIGHT + 6 : 12 })
    grid(pane, scale, fixed)
    inPane(frame, pane, () => {
      for (const [look, line] of linesOf(pane).entries()) drawLineOf(line, look, scale)
      drawCandles(frame, bars, scale)
      if (orders !== undefined && shownOrders !== undefined)
        drawOrders(frame, orders, { shown: shownOrders, scale })
      if (trades !== undefined && shown !== undefined) {
        drawTrades(frame, trades, { shown, scale, chosen: input.chosen, lastPrice: lastPriceOf(bars) })
        drawCounts(frame, pane, shown.counts)
      }
    })
  }

  function linesOf(pane: Pane): readonly number[] {
    return manifest.series.flatMap((one, i) => (one.pane === pane.number ? [i] : []))
  }

  function drawLines(pane: Pane): void {
    const own = linesOf(pane)
    const scale = scaleOf(pane, lineRange(lines, own), { above: 18, below: 6 })
    grid(pane, scale, label)
    inPane(frame, pane, () => {
      for (const [look, line] of own.entries()) drawLineOf(line, look, scale)
    })
  }

  function drawLineOf(line: number, look: number, scale: Scale): void {
    const isEquity = line === manifest.series.length - 2
    const colour = isEquity ? theme.gain : (theme.lines[look % theme.lines.length] ?? theme.ink)
    drawLine(frame, lines, { line, scale, colour, look })
  }

  function grid(pane: Pane, scale: Scale, print: (value: number, decimals: number) => string): void {
    const apart = pane.height < 200 ? 20 : 46
    const { values, decimals } = valueTicks(scale.low, scale.high, Math.max(3, pane.height / apart))
    context.font = `11px ${theme.font}`
    context.textAlign = 'left'
    context.textBaseline = 'middle'
    for (const value of values) {
      const y = scale.y(value)
      const text = print(value, decimals)
      if (text === '' || y < pane.top + 12 || y > pane.top + pane.height - 5) continue
      context.strokeStyle = theme.grid
      context.lineWidth = 1
      rule(context, 0, right, Math.round(y))
      context.fillStyle = theme.quiet
      context.fillText(text, right + 8, y, VALUE_WIDTH - 10)
    }
  }

  function title(pane: Pane): void {
    context.font = `11px ${theme.font}`
    context.textAlign = 'left'
    context.textBaseline = 'top'
    const text = pane.title.length > 48 ? `${pane.title.slice(0, 47)}…` : pane.title
    context.lineWidth = 3
    context.strokeStyle = theme.paper
    context.strokeText(text, 4, pane.top + 5)
    context.fillStyle = theme.quiet
    context.fillText(text, 4, pane.top + 5)
  }
}

/** Makes room for prices of orders, but not so much that the bars would be flat. */
function widen(
  range: { low: number; high: number },
  by: { readonly low: number; readonly high: number } | undefined,
): void {
  if (by === undefined) return
  const room = 0.75 * (range.high - range.low)
  const { low, high } = range
  if (by.low < low) range.low = Math.max(by.low, low - room)
  if (by.high > high) range.high = Math.min(by.high, high + room)
}

function label(value: number, decimals: number): string {
  return Math.abs(value) >= 1e6 ? compact(value) : fixed(value, decimals)
}

function lastPriceOf(
  bars: readonly Segment[],
): { readonly time: number; readonly price: number } | undefined {
  const last = bars[bars.length - 1]
  if (last === undefined) return undefined
  const { block, end } = last
  return { time: (block.time[end - 1] ?? 0) + block.ms, price: block.close[end - 1] ?? 0 }
}

function rule(context: CanvasRenderingContext2D, from: number, to: number, y: number): void {
  context.beginPath()
  context.moveTo(from, y + 0.5)
  context.lineTo(to, y + 0.5)
  context.stroke()
}

function drawTimes({ context, theme, view, right, height, x }: Frame): void {
  context.font = `11px ${theme.font}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.lineWidth = 1
  const bottom = height - TIME_HEIGHT
  for (const { time, label: text } of timeTicks(view.from, view.to, right / 90)) {
    const at = Math.round(x(time))
    context.strokeStyle = theme.grid
    context.beginPath()
    context.moveTo(at + 0.5, 0)
    context.lineTo(at + 0.5, bottom)
    context.stroke()
    if (at < 20 || at > right - 4) continue
    context.fillStyle = theme.quiet
    context.fillText(text, at, bottom + TIME_HEIGHT / 2 + 1)
  }
  context.strokeStyle = theme.rule
  rule(context, 0, right, bottom)
}

/** A cross through all panes, on the middle of the bar that is read. */
function drawPointer(
  { context, theme, right, height, x, view, perMs }: Frame,
  panes: readonly Pane[],
  pointer: { readonly x: number; readonly y: number } | undefined,
  bars: readonly Segment[],
): void {
  if (pointer === undefined || pointer.x < 0 || pointer.x > right) return
  const bar = barUnder(bars, view.from + pointer.x / perMs)
  const at = bar === undefined ? pointer.x : x(bar.time + bar.ms / 2)
  context.strokeStyle = theme.quiet
  context.lineWidth = 1
  context.setLineDash([3, 3])
  context.beginPath()
  context.moveTo(Math.round(at) + 0.5, 0)
  context.lineTo(Math.round(at) + 0.5, height - TIME_HEIGHT)
  context.stroke()
  const isInPane = panes.some(({ top, height: own }) => pointer.y >= top && pointer.y < top + own)
  if (isInPane) rule(context, 0, right, Math.round(pointer.y))
  context.setLineDash([])
  if (bar === undefined) return
  const text = momentText(bar.time, bar.ms)
  context.font = `11px ${theme.font}`
  const width = context.measureText(text).width + 12
  const left = Math.min(right - width, Math.max(0, at - width / 2))
  context.fillStyle = theme.ink
  context.fillRect(left, height - TIME_HEIGHT + 2, width, TIME_HEIGHT - 4)
  context.fillStyle = theme.paper
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillText(text, left + 6, height - TIME_HEIGHT / 2 + 1)
}

/** A bar under a moment: its block and row. */
export interface BarUnder {
  readonly segment: Segment
  readonly row: number
  readonly time: number
  readonly ms: number
}

/** The bar that a moment lies in, or the last one before it; the first where there is none before. */
export function barUnder(segments: readonly Segment[], moment: number): BarUnder | undefined {
  let found: BarUnder | undefined
  for (const segment of segments) {
    const { block, start, end, from } = segment
    if (found !== undefined && from > moment) return found
    let row = start
    let high = end
    while (row < high) {
      const middle = (row + high) >> 1
      if ((block.time[middle] ?? 0) <= moment) row = middle + 1
      else high = middle
    }
    if (row === start && found !== undefined) return found
    const at = Math.max(start, row - 1)
    found = { segment, row: at, time: block.time[at] ?? 0, ms: block.ms }
  }
  return found
}
