/** What every part of the picture needs: the canvas, its colours, and where a moment lies. Floor 4. */
import type { View } from './view.js'

/** Colours and fonts, from the page's variables, so that they follow light and dark. */
export interface Theme {
  readonly paper: string
  readonly panel: string
  readonly ink: string
  readonly quiet: string
  readonly rule: string
  readonly grid: string
  readonly gain: string
  readonly loss: string
  readonly hold: string
  readonly lines: readonly string[]
  readonly font: string
}

/** Patterns of lines that share a pane: never told apart by colour alone. */
export const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3]]

/** A picture in the making, in CSS pixels. */
export interface Frame {
  readonly context: CanvasRenderingContext2D
  readonly theme: Theme
  readonly view: View
  readonly width: number
  readonly height: number
  /** Where the plots end and the labels of values begin. */
  readonly right: number
  /** Pixels for a millisecond. */
  readonly perMs: number
  /** Where a moment lies. */
  readonly x: (time: number) => number
}

/** A pane: a band of the picture with a scale of its own. */
export interface Pane {
  readonly kind: 'price' | 'indicator' | 'position' | 'equity' | 'drawdown' | 'volume'
  readonly title: string
  /** Number of its lines in the manifest; −1 for a pane without lines. */
  readonly number: number
  readonly top: number
  readonly height: number
}

/** The scale of a pane: where a value lies. */
export interface Scale {
  readonly low: number
  readonly high: number
  readonly y: (value: number) => number
}

/** A scale from `low` at the bottom to `high` at the top, with room for the extremes. */
export function scaleOf(
  { top, height }: Pane,
  { low, high }: { readonly low: number; readonly high: number },
  { above = 8, below = 6 }: { readonly above?: number; readonly below?: number } = {},
): Scale {
  const isFlat = !(high > low)
  const flat = Math.abs(high) * 0.01 || 1
  const [bottom, peak] = isFlat
    ? [(Number.isFinite(low) ? low : 0) - flat, (Number.isFinite(high) ? high : 0) + flat]
    : [low, high]
  const room = height - above - below
  return { low: bottom, high: peak, y: (value) => top + above + ((peak - value) / (peak - bottom)) * room }
}

/** Reads the page's variables. */
export function readTheme(element: HTMLElement): Theme {
  const style = getComputedStyle(element)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim() || '#888888'
  return {
    paper: colour('paper'),
    panel: colour('panel'),
    ink: colour('ink'),
    quiet: colour('quiet'),
    rule: colour('rule'),
    grid: colour('grid'),
    gain: colour('gain'),
    loss: colour('loss'),
    hold: colour('hold'),
    lines: [1, 2, 3, 4].map((n) => colour(`line${n}`)),
    font: style.getPropertyValue('--sans').trim() || 'sans-serif',
  }
}

/** Draws with the context as it was before, clipped to a pane's plot. */
export function inPane({ context, right }: Frame, { top, height }: Pane, draw: () => void): void {
  context.save()
  context.beginPath()
  context.rect(0, top, right, height)
  context.clip()
  draw()
  context.restore()
}
