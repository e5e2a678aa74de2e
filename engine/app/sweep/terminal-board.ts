/** Lines of a terminal that are drawn over again and again. Floor 5. */
import type { ProgressStream } from '../progress.js'

/** A few lines at the end of what a terminal shows. */
export interface TerminalBoard {
  /** Draws lines in the place of those before; each is cut at the terminal's edge. */
  draw(lines: readonly string[]): void
  /** Takes the lines off the screen. */
  clear(): void
}

const USUAL = { columns: 80, rows: 24 }

/** A board on a stream, as large as the stream's terminal is at that moment. */
export function newBoard(stream: ProgressStream): TerminalBoard {
  let drawn: readonly string[] = []
  const clear = (): void => {
    const columns = stream.columns || USUAL.columns
    // A terminal that became narrower since has wrapped the lines.
    const height = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0)
    if (height > 0) stream.write(`\u001b[${height}A\r\u001b[J`)
    drawn = []
  }
  return {
    clear,
    draw(lines) {
      clear()
      const { columns, rows } = { columns: stream.columns || USUAL.columns, rows: stream.rows || USUAL.rows }
      // What scrolled out of the window could not be taken back: the last lines are the ones that count.
      drawn = lines.slice(-Math.max(1, rows - 1)).map((line) => line.slice(0, Math.max(1, columns - 1)))
      stream.write(drawn.map((line) => `${line}\n`).join(''))
    },
  }
}
