/** How far a sweep is, on stderr: a board of the best on a terminal, else a line now and then. Floor 5. */
import { briefNumber, formatCount, formatFixed } from '../../../reports/format-number.js'
import { gainOf, type Objective } from '../../sweep/objective.js'
import type { EndedTrial } from '../../sweep/sweep-trials.js'
import { newProgress, type Progress, type ProgressStream } from '../progress.js'

/** Progress of one sweep. */
export interface SweepProgress extends Progress {
  /** A stretch of trials begins: at most `total` of them. */
  begin(name: string, total: number): void
  /** A trial has ended; known ones cost nothing and count for no speed. */
  onTrial(ended: EndedTrial, isKnown: boolean): void
  /** One line on all trials and their speed. */
  finishSweep(bars: number): void
}

const ROWS = 5
const REDRAW_MS = 200
const LINE_MS = 10_000
/** Weight of the newest stretch in the mean speed. */
const NEWEST = 0.3

/** Progress that is written to a stream; `now` is a clock in milliseconds. */
export function newSweepProgress(
  stream: ProgressStream,
  objective: () => Objective | undefined,
  now: () => number = () => performance.now(),
): SweepProgress {
  const loading = newProgress(stream, now)
  const isTerminal = stream.isTTY === true
  const start = now()
  let name = ''
  let total = 0
  let done = 0
  let known = 0
  let failed = 0
  let all = 0
  let allRun = 0
  let drawn = 0
  let last = Number.NEGATIVE_INFINITY
  let began = start
  let speed = 0
  let counted = { at: start, run: 0 }
  let sweepMs = 0
  let board: EndedTrial[] = []
  const clear = (): void => {
    loading.clear()
    if (drawn > 0) stream.write(`\u001b[${drawn}A\r\u001b[J`)
    drawn = 0
  }
  const status = (time: number): string => {
    const run = done - known
    if (time > counted.at && run > counted.run) {
      const newest = (run - counted.run) / (time - counted.at)
      speed = speed === 0 ? newest : NEWEST * newest + (1 - NEWEST) * speed
      counted = { at: time, run }
    }
    const left =
      speed === 0
        ? ''
        : `, ${formatFixed(speed * 1000, speed < 0.01 ? 2 : 0)} trials/s, ${duration((total - done) / speed)} left`
    const faults = failed === 0 ? '' : `, ${formatFixed(failed, 0)} failed`
    const cached = known === 0 ? '' : `, ${known} known`
    const [best] = board
    const top = best === undefined ? '' : `, best ${formatFixed(best.value, 3)}`
    return `${name} ${formatFixed(done, 0)} of ${formatCount(total, 'trial')}${cached}${faults}${top}${left}`
  }
  return {
    ...loading,
    clear,
    begin(stretch, most) {
      name = stretch
      total = most
      done = 0
      known = 0
      failed = 0
      speed = 0
      board = []
      began = now()
      counted = { at: began, run: 0 }
      last = isTerminal ? Number.NEGATIVE_INFINITY : began
    },
    onTrial(ended, isKnown) {
      done++
      all++
      if (isKnown) known++
      else allRun++
      if (ended.row.status === 'FAILED') failed++
      const ranking = objective()
      if (ranking && ended.isRanked) {
        board.push(ended)
        board.sort((a, b) => gainOf(ranking, b.value) - gainOf(ranking, a.value) || a.number - b.number)
        board = board.slice(0, ROWS)
      }
      const time = now()
      sweepMs = time - start
      if (time - last < (isTerminal ? REDRAW_MS : LINE_MS)) return
      last = time
      if (!isTerminal) {
        stream.write(`${status(time)}\n`)
        return
      }
      clear()
      const lines = [
        ...board.map(
          (one, k) => `  ${k + 1}. ${formatFixed(one.value, 3).padStart(9)}  #${one.number}  ${setText(one)}`,
        ),
        `  ${status(time)}`,
      ]
      // A line that wraps would stand where the next board does not clear.
      const width = Math.max(20, (stream.columns ?? 80) - 1)
      stream.write(lines.map((line) => `${line.slice(0, width)}\n`).join(''))
      drawn = lines.length
    },
    finishSweep(bars) {
      clear()
      const ms = Math.max(1, sweepMs)
      const rate = formatFixed((allRun / ms) * 1000, 1)
      const throughput = formatFixed((allRun * bars) / ms / 1000, 1)
      const spared = all - allRun
      const words = spared === 0 ? '' : `, ${spared} of them known`
      stream.write(
        `${formatCount(all, 'trial')}${words} in ${formatFixed(ms / 1000, 2)} s (${rate} trials/s, ${throughput} million bars a second)\n`,
      )
    },
  }
}

function setText({ trial }: EndedTrial): string {
  return Object.entries(trial.params)
    .map(([name, value]) => `${name}=${typeof value === 'number' ? briefNumber(value) : value}`)
    .join(' ')
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
