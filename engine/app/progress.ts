/** How far a run is, on stderr: a bar on a terminal, else a line now and then. Floor 5. */
import { formatFixed } from '../../reports/format-number.js'
import type { Environment } from './environment.js'
import type { Phase, RunHooks } from './run-phases.js'

/** Where progress is written. */
export interface ProgressStream {
  readonly isTTY?: boolean
  /** Width of the terminal. */
  readonly columns?: number
  /** Height of the terminal. */
  readonly rows?: number
  write(text: string): unknown
}

/** Progress of one run. */
export interface Progress extends RunHooks {
  /** Takes the bar off the screen. */
  clear(): void
  /** One line on how long the run took. */
  finish(bars: number): void
}

const BAR_WIDTH = 30
const USUAL_COLUMNS = 80
const REDRAW_MS = 100
const LINE_MS = 10_000
/** A phase that took less is not named in the last line. */
const SHOWN_MS = 5
const NAMES: Readonly<Record<Phase, string>> = {
  load: 'loading',
  replay: 'replaying',
  audit: 'auditing',
  metrics: 'measuring',
  variants: 'running variants',
  report: 'drawing',
  write: 'writing',
}

/** A stream for progress: a terminal that cannot move its cursor (`TERM=dumb`) counts as none. */
export function progressStream(stream: ProgressStream, { TERM }: Environment): ProgressStream {
  return TERM === 'dumb' ? { write: (text) => stream.write(text) } : stream
}

/** Progress that is written to a stream; `now` is a clock in milliseconds. */
export function newProgress(stream: ProgressStream, now: () => number = () => performance.now()): Progress {
  const start = now()
  const times = new Map<Phase, number>()
  let last = stream.isTTY === true ? Number.NEGATIVE_INFINITY : start
  let isDrawn = false
  const clear = (): void => {
    if (isDrawn) stream.write('\r\u001b[K')
    isDrawn = false
  }
  return {
    onPhase(phase, ms) {
      times.set(phase, (times.get(phase) ?? 0) + ms)
      clear()
    },
    onProgress(phase, done, total) {
      const time = now()
      if (time - last < (stream.isTTY === true ? REDRAW_MS : LINE_MS)) return
      last = time
      const share = total === 0 ? 1 : Math.min(1, done / total)
      const text = `${NAMES[phase]} ${formatFixed(share * 100, 0)}%`
      if (stream.isTTY === true) {
        const filled = Math.round(share * BAR_WIDTH)
        const line = `  ${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${text}`
        // What wrapped could not be taken off again.
        stream.write(`\r\u001b[K${line.slice(0, Math.max(1, (stream.columns || USUAL_COLUMNS) - 1))}`)
        isDrawn = true
      } else {
        stream.write(`${text}\n`)
      }
    },
    clear,
    finish(bars) {
      clear()
      const replay = times.get('replay') ?? 0
      const speed = replay === 0 ? '' : `, ${speedText((bars / replay) * 1000)} bars a second`
      const shown = [...times].filter(([, ms]) => ms >= SHOWN_MS)
      const phases = shown.map(([phase, ms]) => `${NAMES[phase]} ${formatFixed(ms / 1000, 2)} s`)
      stream.write(`${formatFixed((now() - start) / 1000, 2)} s (${phases.join(', ')}${speed})\n`)
    },
  }
}

function speedText(perSecond: number): string {
  return perSecond < 1e6 ? formatFixed(perSecond, 0) : `${formatFixed(perSecond / 1e6, 1)} million`
}

/** Progress that says nothing. */
export const SILENT: Progress = { clear: () => undefined, finish: () => undefined }
