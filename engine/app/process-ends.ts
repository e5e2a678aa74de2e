/** What ends the process from outside: signals, and a reader that goes away. Floor 5. */

import { stopColumns } from '../../data/storage/column-source.js'
import { drawingStarted } from '../../reports/draw-chart.js'
import { errorText } from './error-text.js'
import { endLevelsThreads } from './levels-thread.js'

/** 128 and the signal's number, as shells have it. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/**
 * Ends the process in order on a signal. A run folder is written without a pause, so a signal comes
 * before or after it and never leaves half of one. `onInterrupt` may keep the process alive on Ctrl-C or SIGTERM
 * by giving true, to end it in its own way. A closed stdout is no error: its reader has enough;
 * one that cannot be written ends with code 1, in words.
 */
export function exitInOrder(
  clear: () => void,
  { onInterrupt = () => false }: { readonly onInterrupt?: () => boolean } = {},
): void {
  for (const [signal, code] of Object.entries(EXIT_CODES)) {
    process.on(signal, () => {
      if (signal !== 'SIGHUP' && onInterrupt()) return
      clear()
      end(code)
    })
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: Error & { readonly code?: string }) => {
      if (error.code === 'EPIPE') return end(process.exitCode)
      if (stream !== process.stderr) process.stderr.write(errorText(error, false))
      end(1)
    })
  }
}

/** Exits when no other thread is in the midst of what an exit would break. */
function end(code: typeof process.exitCode): void {
  void Promise.all([drawingStarted(), endLevelsThreads(), stopColumns()]).finally(() => process.exit(code))
}
