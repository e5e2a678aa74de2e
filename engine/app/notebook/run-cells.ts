/** Runs a notebook as one module and gives what each cell showed. Floor 5. */
import { registerHooks } from 'node:module'
import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Output } from '../../../reports/notebook/output.js'
import { NextbarError } from '../../model/errors.js'
import { instrument } from './instrument.js'
import type { Cell } from './parse-notebook.js'
import { runningCell, startRecording } from './recorder.js'

/** What came of a run: outputs by cell, and the error that ended it. */
export interface CellsRun {
  readonly outputs: readonly (readonly Output[])[]
  /** Undefined where every cell ran to its end. */
  readonly failure:
    | { readonly cell: number; readonly error: unknown; readonly where: string | undefined }
    | undefined
}

/** Runs the notebook at `path`, whose text is `source`. A process runs one notebook, once. */
export async function runCells(path: string, source: string, cells: readonly Cell[]): Promise<CellsRun> {
  const url = pathToFileURL(resolve(path)).href
  const file = relative('', path)
  const code = instrument(source, cells, { file, recorder: new URL('./recorder.ts', import.meta.url).href })
  const hooks = registerHooks({
    load: (wanted, context, next) =>
      wanted.split('?')[0] === url
        ? { format: 'module', source: code, shortCircuit: true }
        : next(wanted, context),
  })
  const outputs = startRecording(cells.length)
  try {
    await import(url)
    return { outputs, failure: undefined }
  } catch (error) {
    const cell = runningCell()
    const where = placeOf(error, url, file)
    outputs[cell]?.push({ kind: 'error', message: textOf(error), where })
    return { outputs, failure: { cell, error, where } }
  } finally {
    hooks.deregister()
  }
}

function textOf(error: unknown): string {
  if (error instanceof NextbarError) return error.message
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

/** `notebooks/x.nb.ts:12`, where the stack says it. */
function placeOf(error: unknown, url: string, file: string): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const at = stack.indexOf(`${url}:`)
  const line = at === -1 ? undefined : /^:(\d+)/.exec(stack.slice(at + url.length))?.[1]
  return line === undefined ? undefined : `${file}:${line}`
}
