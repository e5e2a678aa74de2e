/** `run-notebook.ts`: from words to an exit code. Floor 5. */
import { drawingStarted } from '../../../reports/draw-chart.js'
import { NextbarError } from '../../model/errors.js'
import { errorText } from '../error-text.js'
import { exitInOrder } from '../process-ends.js'
import { NOTEBOOK_HELP, readNotebookWords } from './notebook-words.js'
import { runNotebook } from './run-notebook.js'
import { RELOAD_SCRIPT, watchNotebook } from './watch-notebook.js'

/** Runs the command and gives its exit code. */
export async function notebookMain(words: readonly string[]): Promise<number> {
  exitInOrder(() => undefined)
  const { stdout, stderr } = process
  try {
    if (words.some((word) => word === '--help' || word === '-h')) {
      stdout.write(NOTEBOOK_HELP)
      return 0
    }
    const task = readNotebookWords(words)
    if (task.isWatched) return await watchNotebook(task, stderr)
    // Of a process that the watching one has started.
    const isServed = process.env.NEXTBAR_NOTEBOOK_SERVED === '1'
    const { page, cells, failure } = await runNotebook(task, isServed ? RELOAD_SCRIPT : undefined)
    if (failure !== undefined) {
      if (!task.isQuiet) stderr.write(`${page} has the cells up to the one that failed\n`)
      throw failure
    }
    if (!task.isQuiet) {
      const code = cells.filter(({ kind }) => kind === 'code').length
      stderr.write(`${code} cells ran\n`)
    }
    stdout.write(`${page}\n`)
    return 0
  } catch (error) {
    stderr.write(errorText(error, words.includes('--debug')))
    await drawingStarted()
    return error instanceof NextbarError ? error.exitCode : 1
  }
}
