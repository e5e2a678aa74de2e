/** How far a sweep is, on stderr: a board of the best on a terminal, else a line now and then. Floor 5. */
import { briefNumber, formatCount, formatFixed } from '../../../reports/format-number.js'
import { gainOf, type Objective } from '../../sweep/objective.js'
import type { EndedTrial } from '../../sweep/sweep-trials.js'
import { newProgress, type Progress, type ProgressStream } from '../progress.js'
import { newBoard } from './terminal-board.js'

/** Progress of one sweep. */
export interface SweepProgress extends Progress {
  /** A stretch of trials begins: at most `total` of them. */
  begin(name: string, total: number): void
  /** A trial has ended; known ones cost nothing and count for no speed. */
  onTrial(ended: EndedTrial, isKnown: boolean): void
  /** What follows the trials: `step` of `steps` begins. */
  onStep(words: string, step: number, steps: number): void
  /** One line on all trials, their speed, and the time that it took to judge and write them. */
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
  const board = newBoard(stream)
  const start = now()
  let name = ''
  let total = 0
  let done = 0
  let known = 0
  let failed = 0
  let all = 0
  let allRun = 0
  let last = Number.NEGATIVE_INFINITY
  let speed = 0
  let counted = { at: start, run: 0 }
  let trialsEnd = start
  let best: EndedTrial[] = []
  const clear = (): void => {
    loading.clear()
    board.clear()
  }
  const status = (time: number): string => {
    const run = done - known
    if (time > counted.at && run > counted.run) {
      const newest = (run - counted.run) / (time - counted.at)
      speed = speed === 0 ? newest : NEWEST * newest + (1 - NEWEST) * speed
      counted = { at: time, run }
    }
    // What a narrow terminal cuts off stands last.
    return [
      `${name} ${formatFixed(done, 0)} of ${formatCount(total, 'trial')}`,
      ...(speed === 0
        ? []
        : [
            `${duration((total - done) / speed)} left`,
            `${formatFixed(speed * 1000, speed < 0.01 ? 2 : 0)} trials/s`,
          ]),
      ...(failed === 0 ? [] : [`${formatFixed(failed, 0)} failed`]),
      ...(known === 0 ? [] : [`${formatFixed(known, 0)} known`]),
    ].join(', ')
  }
  const draw = (words: string): void => {
    loading.clear()
    board.draw([
      ...best.map(
        (one, k) => `  ${k + 1}. ${formatFixed(one.value, 3).padStart(9)}  #${one.number}  ${setText(one)}`,
      ),
      `  ${words}`,
    ])
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
      best = []
      last = now()
      counted = { at: last, run: 0 }
      if (isTerminal) draw(status(last))
    },
    onTrial(ended, isKnown) {
      done++
      all++
      if (isKnown) known++
      else allRun++
      if (ended.row.status === 'FAILED') failed++
      const ranking = objective()
      if (ranking && ended.isRanked) {
        best.push(ended)
        best.sort((a, b) => gainOf(ranking, b.value) - gainOf(ranking, a.value) || a.number - b.number)
        best = best.slice(0, ROWS)
      }
      const time = now()
      trialsEnd = time
      if (time - last < (isTerminal ? REDRAW_MS : LINE_MS)) return
      last = time
      if (isTerminal) draw(status(time))
      else {
        const [top] = best
        stream.write(`${status(time)}${top ? `, best ${formatFixed(top.value, 3)}` : ''}\n`)
      }
    },
    onStep(words, step, steps) {
      const text = `${words} (${step} of ${steps})`
      if (isTerminal) draw(text)
      else if (now() - start >= LINE_MS) stream.write(`${text}\n`)
    },
    finishSweep(bars) {
      clear()
      const ms = Math.max(1, trialsEnd - start)
      const rate = formatFixed((allRun / ms) * 1000, 1)
      const throughput = formatFixed((allRun * bars) / ms / 1000, 1)
      const spared = all - allRun
      const words = spared === 0 ? '' : `, ${spared} of them known`
      stream.write(
        `${formatCount(all, 'trial')}${words} in ${formatFixed(ms / 1000, 2)} s (${rate} trials/s, ${throughput} million bars a second), judged and written in ${formatFixed((now() - trialsEnd) / 1000, 2)} s\n`,
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
