/** Mouse, pen and fingers on the chart: what is pointed at, zoom by wheel and pinch, moves by drag. Floor 4. */
import { panView, type View, zoomView } from './view.js'

/** Wheel events closer than this belong to one turn of the wheel. */
const SAME_TURN_MS = 250

/** A place on the canvas, in CSS pixels. */
export interface Spot {
  readonly x: number
  readonly y: number
}

/** What the pointer reads of the chart, and what it does to it. */
export interface PointerTarget {
  readonly view: () => View
  /** Pixels for a millisecond. */
  readonly perMs: () => number
  /** Whether all of the run is in the view. */
  readonly isAll: () => boolean
  readonly move: (view: View) => void
  /** Where the pointer is; undefined when it is elsewhere. */
  readonly point: (spot: Spot | undefined) => void
}

/** Follows the pointer from now on. */
export function followPointer(
  canvas: HTMLCanvasElement,
  { view, perMs, isAll, move, point }: PointerTarget,
): void {
  const fingers = new Map<number, { x: number; y: number }>()
  let range: { from: number } | undefined
  let lastWheel = Number.NEGATIVE_INFINITY
  let isOurTurn = false

  const local = (event: MouseEvent): { x: number; y: number } => {
    const box = canvas.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const timeAt = (x: number): number => view().from + x / perMs()

  // A turn of the wheel that began beside the chart scrolls the page on.
  window.addEventListener(
    'wheel',
    (event) => {
      if (event.timeStamp - lastWheel > SAME_TURN_MS) isOurTurn = event.target === canvas
      lastWheel = event.timeStamp
    },
    { capture: true, passive: true },
  )
  canvas.addEventListener(
    'wheel',
    (event) => {
      const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
      if (!isOurTurn || (isAll() && event.deltaY > 0 && !isSideways)) return
      event.preventDefault()
      const pixels = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1
      if (isSideways) {
        move(panView(view(), ((event.deltaX || event.deltaY) * pixels) / 1000))
        return
      }
      const factor = Math.exp(Math.max(-400, Math.min(400, event.deltaY * pixels)) / 400)
      move(zoomView(view(), factor, timeAt(local(event).x)))
    },
    { passive: false },
  )
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    canvas.setPointerCapture(event.pointerId)
    fingers.set(event.pointerId, local(event))
    range = event.shiftKey ? { from: local(event).x } : undefined
  })
  canvas.addEventListener('pointermove', (event) => {
    const at = local(event)
    const before = fingers.get(event.pointerId)
    if (before === undefined || range !== undefined) {
      point(at)
      return
    }
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1]
    fingers.set(event.pointerId, at)
    point(undefined)
    if (other === undefined) {
      const shift = (before.x - at.x) / perMs()
      move({ from: view().from + shift, to: view().to + shift })
      return
    }
    const middle = (before.x + other.x) / 2
    const factor = Math.max(8, Math.abs(before.x - other.x)) / Math.max(8, Math.abs(at.x - other.x))
    move(zoomView(view(), factor, timeAt(middle)))
  })
  const release = (event: PointerEvent): void => {
    fingers.delete(event.pointerId)
    const from = range?.from
    range = undefined
    const to = local(event).x
    if (event.pointerType === 'touch') point(local(event))
    if (from !== undefined && Math.abs(to - from) > 4)
      move({ from: timeAt(Math.min(from, to)), to: timeAt(Math.max(from, to)) })
  }
  canvas.addEventListener('pointerup', release)
  canvas.addEventListener('pointercancel', (event) => {
    fingers.delete(event.pointerId)
    range = undefined
  })
  canvas.addEventListener('pointerleave', (event) => {
    // A finger leaves when it is lifted: what it tapped on stays readable.
    if (event.pointerType === 'touch') return
    point(undefined)
  })
  canvas.addEventListener('dblclick', (event) => move(zoomView(view(), 0.25, timeAt(local(event).x))))
}
