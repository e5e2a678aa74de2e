/** Parallel axes that can be brushed: by dragging along an axis, or by two sliders an axis. Floor 4. */
import { LINE_CLASSES, PARALLEL, parallelAxes, parallelPaths, parallelY } from './parallel-lines.js'
import { isRankedRow, type SweepList } from './sweep-data.js'

const STEPS = 100

/** Turns the brushes on, and draws every trial. */
export function startParallel(list: SweepList): void {
  const figure = document.getElementById('parallel')
  const drawing = figure?.querySelector('svg')
  const panel = document.getElementById('brushes')
  if (!figure || !drawing || panel === null || list.rows.length === 0) return
  const svg = drawing
  const axes = parallelAxes(list)
  const ranges = axes.map(() => ({ low: 0, high: 1 }))
  const bands = [...svg.querySelectorAll('.brush')]
  const sliders = axes.map((axis, a) => slidersOf(axis.name, (low, high) => set(a, low, high)))
  const says = document.createElement('p')
  says.setAttribute('role', 'status')
  says.className = 'quiet'
  const clear = document.createElement('button')
  clear.type = 'button'
  clear.textContent = 'Clear'
  clear.addEventListener('click', () => {
    for (const range of ranges) Object.assign(range, { low: 0, high: 1 })
    show()
  })
  const groups = document.createElement('div')
  groups.className = 'brush-groups'
  groups.append(...sliders.map(({ group }) => group))
  const foot = document.createElement('div')
  foot.className = 'brush-foot'
  foot.append(clear, says)
  panel.append(groups, foot)
  panel.hidden = false

  function set(a: number, low: number, high: number): void {
    const range = ranges[a]
    if (range) Object.assign(range, { low: Math.min(low, high), high: Math.max(low, high) })
    show()
  }

  function show(): void {
    const isBrushed = ranges.some(({ low, high }) => low > 0 || high < 1)
    const kept: number[] = []
    const left: number[] = []
    list.rows.forEach((_, row) => {
      const isKept = axes.every(({ places }, a) => {
        const { low, high } = ranges[a] ?? { low: 0, high: 1 }
        const place = places[row] ?? Number.NaN
        // Half a step of a slider: its rounding must lose no trial.
        return Number.isNaN(place) ? !isBrushed : place >= low - 0.5 / STEPS && place <= high + 0.5 / STEPS
      })
      if (isKept) kept.push(row)
      else left.push(row)
    })
    svg.querySelector('.left')?.setAttribute('d', parallelPaths(list, axes, left).join(''))
    for (const [i, path] of parallelPaths(list, axes, kept).entries()) {
      svg.querySelector(`.${LINE_CLASSES[i]}`)?.setAttribute('d', path)
    }
    ranges.forEach(({ low, high }, a) => {
      bands[a]?.setAttribute('y', String(parallelY(high)))
      bands[a]?.setAttribute('height', String(isBrushed ? parallelY(low) - parallelY(high) : 0))
      sliders[a]?.show(low, high)
    })
    const ranked = kept.filter((row) => isRankedRow(list, row)).length
    says.textContent = isBrushed
      ? `${kept.length} of ${list.rows.length} trials are inside every brush, ${ranked} of them ranked; the leaderboard lists them alone.`
      : 'Drag along an axis, or move its sliders, to keep the trials inside; the leaderboard then lists them alone.'
    clear.disabled = !isBrushed
    document.dispatchEvent(new CustomEvent('nextbar-keep', { detail: isBrushed ? new Set(kept) : undefined }))
  }

  followAxes(svg, axes.length, set)
  show()
}

interface AxisSliders {
  readonly group: HTMLElement
  readonly show: (low: number, high: number) => void
}

function slidersOf(name: string, changed: (low: number, high: number) => void): AxisSliders {
  const group = document.createElement('fieldset')
  const legend = document.createElement('legend')
  const words = document.createElement('bdi')
  words.textContent = name
  legend.append(words)
  const slider = (end: string): HTMLInputElement => {
    const input = document.createElement('input')
    input.type = 'range'
    input.min = '0'
    input.max = String(STEPS)
    input.setAttribute('aria-label', `${end} end of the brush on ${name}`)
    input.addEventListener('input', () => changed(low.valueAsNumber / STEPS, high.valueAsNumber / STEPS))
    return input
  }
  const low = slider('Lower')
  const high = slider('Upper')
  group.append(legend, low, high)
  return {
    group,
    show: (from, to) => {
      low.value = String(Math.round(from * STEPS))
      high.value = String(Math.round(to * STEPS))
    },
  }
}

/** Brushes by pointer: the nearest axis, from where it was pressed to where it is. */
function followAxes(
  svg: SVGSVGElement,
  count: number,
  set: (a: number, low: number, high: number) => void,
): void {
  let held: { readonly axis: number; readonly from: number } | undefined
  const placeOf = (event: PointerEvent): { axis: number; place: number } => {
    const box = svg.getBoundingClientRect()
    const x = ((event.clientX - box.left) / box.width) * PARALLEL.width
    const y = ((event.clientY - box.top) / box.height) * PARALLEL.height
    const gap = (PARALLEL.right - PARALLEL.left) / Math.max(1, count - 1)
    const place = (PARALLEL.bottom - y) / (PARALLEL.bottom - PARALLEL.top)
    return {
      axis: Math.min(count - 1, Math.max(0, Math.round((x - PARALLEL.left) / gap))),
      place: Math.min(1, Math.max(0, place)),
    }
  }
  svg.addEventListener('pointerdown', (event) => {
    const { axis, place } = placeOf(event)
    held = { axis, from: place }
    svg.setPointerCapture(event.pointerId)
    event.preventDefault()
  })
  svg.addEventListener('pointermove', (event) => {
    if (held) set(held.axis, held.from, placeOf(event).place)
  })
  const release = (): void => {
    held = undefined
  }
  svg.addEventListener('pointerup', release)
  svg.addEventListener('pointercancel', release)
}
