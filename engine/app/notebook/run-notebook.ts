/** A notebook from its file to a page. Floor 5. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { startDrawing } from '../../../reports/draw-chart.js'
import { renderNotebookPage, type ShownCell } from '../../../reports/notebook/notebook-page.js'
import { ConfigError, NextbarError, StrategyError } from '../../model/errors.js'
import { checkPagePlace, writePage } from '../report/write-page.js'
import type { NotebookTask } from './notebook-words.js'
import { parseNotebook } from './parse-notebook.js'
import { type CellsRun, runCells } from './run-cells.js'
import { toIpynb } from './to-ipynb.js'

/** A notebook that has run and is written. */
export interface WrittenNotebook {
  readonly page: string
  readonly cells: readonly ShownCell[]
  /** What to throw where a cell failed, with the page written all the same. */
  readonly failure: NextbarError | undefined
}

/** Runs the notebook and writes its page. Throws a ConfigError where there is no notebook at the path. */
export async function runNotebook(
  task: Pick<NotebookTask, 'file' | 'to' | 'out'>,
  reloadScript?: string,
): Promise<WrittenNotebook> {
  const { file, to } = task
  if (!existsSync(file)) throw new ConfigError(`no notebook is at ${file}`)
  const page = task.out ?? join('reports', 'out', 'notebooks', `${nameOf(file)}.${to}`)
  checkPagePlace(page)
  startDrawing()
  const source = readFileSync(file, 'utf8')
  const parsed = parseNotebook(source, relative('', file))
  const run = await runCells(file, source, parsed)
  const cells = parsed.map(({ kind, title, text }, k) => ({
    kind,
    title,
    text,
    outputs: run.outputs[k] ?? [],
  }))
  const text =
    to === 'ipynb'
      ? await toIpynb(cells)
      : await renderNotebookPage({ title: titleOf(cells, file), file: basename(file), cells, reloadScript })
  writePage(page, text)
  return { page, cells, failure: failureOf(run, file) }
}

function nameOf(file: string): string {
  return basename(file).replace(/(\.nb)?\.m?[jt]s$/, '')
}

/** The notebook's first heading, else its file's name. */
function titleOf(cells: readonly ShownCell[], file: string): string {
  const headings = cells.flatMap(({ kind, text }) =>
    kind === 'markdown' ? (/^# (.+)$/m.exec(text)?.[1] ?? []) : [],
  )
  return headings[0] ?? nameOf(file)
}

function failureOf({ failure }: CellsRun, file: string): NextbarError | undefined {
  if (failure === undefined) return undefined
  const { error: cause, where } = failure
  if (cause instanceof NextbarError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  return new StrategyError(
    `${where ?? relative('', file)}: a cell must run to its end, threw instead: ${message}`,
    { cause },
  )
}
