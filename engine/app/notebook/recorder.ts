/**
 * Where a notebook's outputs go while it runs: cell by cell under `run-notebook.ts`, to the terminal in a plain
 * `npx tsx notebooks/x.nb.ts`. One a process: a notebook is one module, run once. Floor 5.
 */
import { format } from 'node:util'
import type { Output } from '../../../reports/notebook/output.js'
import { outputText } from '../../../reports/notebook/output-text.js'
import { toOutputs } from './to-output.js'

let outputs: Output[][] | undefined
let current = 0

/** Shows values below the cell that is running: text, tables of rows, Vega-Lite specs, runs, data frames. */
export function display(...values: readonly unknown[]): void {
  for (const value of values) for (const output of toOutputs(value)) show(output)
}

/** Begins to record: what is shown and what `console` prints from now on belongs to cells. */
export function startRecording(cells: number): readonly Output[][] {
  outputs = Array.from({ length: cells }, () => [])
  current = 0
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    console[name] = (...words: readonly unknown[]) => show({ kind: 'text', text: format(...words) })
  }
  return outputs
}

/** The cell that runs from now on, from 0. */
export function beginCell(cell: number): void {
  current = cell
}

/** The cell that began last. */
export function runningCell(): number {
  return current
}

function show(output: Output): void {
  if (outputs === undefined) {
    process.stdout.write(`${outputText(output)}\n`)
    return
  }
  outputs[current]?.push(output)
}
