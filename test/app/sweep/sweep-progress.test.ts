import { describe, expect, it } from 'vitest'
import { newSweepProgress } from '../../../engine/app/sweep/sweep-progress.js'
import { METRIC_KEYS } from '../../../engine/math/metrics/metric-table.js'
import { parseObjective } from '../../../engine/sweep/objective.js'
import type { EndedTrial } from '../../../engine/sweep/sweep-trials.js'

const ESCAPE = '\u001b'
const OBJECTIVE = parseObjective('sharpe', '--objective')

/** A trial whose parameters take more than a narrow line. */
function trialOf(number: number, value: number): EndedTrial {
  const params = { fast: number, slow: 100 + number, mode: 'a-word-that-is-rather-long' }
  return {
    number,
    values: Object.values(params),
    trial: { key: String(number), params, range: [0, 1] },
    row: { status: 'DONE', metrics: new Float64Array(METRIC_KEYS.length), returns: new Float64Array() },
    value,
    isRanked: true,
  }
}

/** What a terminal shows of what it was sent: lines that wrap, `\r`, cursor up, erase to the end of line or screen. */
class Screen {
  readonly isTTY = true
  columns: number
  readonly rows: number
  #lines: string[] = ['']
  #row = 0
  #column = 0
  /** Lines that left the window at its top: no cursor reaches them any more. */
  scrolled: string[] = []

  constructor(columns: number, rows: number) {
    this.columns = columns
    this.rows = rows
  }

  get lines(): readonly string[] {
    return this.#lines.map((line) => line.trimEnd())
  }

  write(text: string): void {
    for (const [k, words] of text.split(`${ESCAPE}[`).entries()) {
      const control = k === 0 ? '' : (/^\d*[A-Z]/.exec(words)?.[0] ?? '')
      if (control !== '') this.#control(control)
      for (const letter of words.slice(control.length)) this.#take(letter)
    }
  }

  #control(words: string): void {
    const kind = words.at(-1)
    if (kind === 'A') this.#row = Math.max(0, this.#row - Number(words.slice(0, -1)))
    else if (kind === 'K' || kind === 'J') {
      if (kind === 'J') this.#lines.length = this.#row + 1
      this.#set(this.#line.slice(0, this.#column))
    } else throw new Error(`no such control: ${words}`)
  }

  #take(piece: string): void {
    if (piece === '\r') this.#column = 0
    else if (piece === '\n') this.#down()
    else {
      if (this.#column === this.columns) this.#down()
      this.#set(
        this.#line.slice(0, this.#column).padEnd(this.#column) + piece + this.#line.slice(this.#column + 1),
      )
      this.#column++
    }
  }

  get #line(): string {
    return this.#lines[this.#row] ?? ''
  }

  #set(line: string): void {
    this.#lines[this.#row] = line
  }

  #down(): void {
    this.#column = 0
    this.#row++
    if (this.#row === this.#lines.length) this.#lines.push('')
    if (this.#lines.length <= this.rows) return
    this.scrolled.push(...this.#lines.splice(0, 1))
    this.#row--
  }
}

/** A sweep of 40 trials, one each 250 ms, and what follows. */
function play(stream: { isTTY?: boolean; write(text: string): unknown }, tick = 250) {
  let now = 0
  const progress = newSweepProgress(
    stream,
    () => OBJECTIVE,
    () => now,
  )
  return {
    progress,
    run(trials = 40) {
      progress.begin('sweep', trials)
      for (let k = 1; k <= trials; k++) {
        now += tick
        progress.onTrial(trialOf(k, (k * 7) % 11), false)
      }
    },
    wait: (ms: number) => {
      now += ms
    },
  }
}

describe('the board of a sweep', () => {
  it('shows the best five, how many trials there are, what is left and the speed', () => {
    const screen = new Screen(80, 24)
    const { progress } = play(screen)
    progress.begin('sweep', 40)
    expect(screen.lines).toEqual(['  sweep 0 of 40 trials', ''])
    play(screen).run()
    const lines = screen.lines
    expect(lines).toHaveLength(1 + 6 + 1)
    expect(lines[1]).toBe('  1.    10.000  #3  fast=3 slow=103 mode=a-word-that-is-rather-long')
    expect(lines[6]).toBe('  sweep 40 of 40 trials, 0 s left, 4.00 trials/s')
  })

  it.each([
    [120, 40],
    [80, 24],
    [30, 24],
    [12, 4],
    [0, 0],
  ])('leaves nothing on a terminal of %i columns and %i rows', (columns, rows) => {
    const screen = new Screen(columns || 80, rows || 24)
    screen.write('$ npx tsx\n')
    const sized = columns === 0 ? { isTTY: true, write: (text: string) => screen.write(text) } : screen
    const { progress, run } = play(sized)
    progress.onProgress?.('load', 1, 2)
    run()
    expect(screen.lines.every((line) => line.length < screen.columns)).toBe(true)
    progress.onStep('weighing luck', 1, 4)
    progress.clear()
    progress.clear()
    expect([...screen.scrolled, ...screen.lines].filter((line) => line !== '')).toEqual(['$ npx tsx'])
  })

  it('leaves nothing where the terminal became narrower meanwhile', () => {
    const screen = new Screen(80, 24)
    const { progress, run } = play(screen)
    run()
    // A terminal wraps what it shows anew.
    const narrow = new Screen(30, 24)
    narrow.write(`$ npx tsx\n${screen.lines.join('\n')}`)
    screen.columns = 30
    screen.write = (text) => narrow.write(text)
    progress.clear()
    expect(narrow.lines.filter((line) => line !== '')).toEqual(['$ npx tsx'])
  })

  it('is a line every ten seconds where there is no terminal, and then one for each step behind a long sweep', () => {
    let text = ''
    const { progress, run, wait } = play({ write: (piece) => (text += piece) }, 500)
    run(45)
    progress.onStep('weighing luck', 1, 4)
    wait(3000)
    progress.onStep('drawing the report', 4, 4)
    wait(1500)
    progress.finishSweep(1000)
    expect(text.split('\n')).toEqual([
      'sweep 20 of 45 trials, 13 s left, 2.00 trials/s, best 10.000',
      'sweep 40 of 45 trials, 3 s left, 2.00 trials/s, best 10.000',
      'weighing luck (1 of 4)',
      'drawing the report (4 of 4)',
      '45 trials in 22.50 s (2.0 trials/s, 0.0 million bars a second), judged and written in 4.50 s',
      '',
    ])
  })

  it('says nothing of the steps behind a short sweep where there is no terminal', () => {
    let text = ''
    const { progress, run } = play({ write: (piece) => (text += piece) })
    run(3)
    progress.onStep('weighing luck', 1, 4)
    expect(text).toBe('')
  })
})
