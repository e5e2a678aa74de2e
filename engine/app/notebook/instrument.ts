/**
 * A notebook's source as the module that runs: types stripped in place, each cell's mark replaced by a call
 * that says which cell begins, and the last expression of a cell shown. Lines stay where they are, so that
 * errors and breakpoints name the notebook's own. Floor 5.
 */
import { stripTypeScriptTypes } from 'node:module'
import { type ExpressionStatement, type ModuleDeclaration, type Node, parse, type Statement } from 'acorn'
import { ConfigError } from '../../model/errors.js'
import type { Cell } from './parse-notebook.js'

/** Names that a notebook cannot have itself. */
const BEGIN = '__nextbarCell'
const SHOW = '__nextbarShow'

/**
 * JavaScript of the notebook; `recorder` is the URL of the module that records. Throws a ConfigError when the
 * source does not parse, and when a mark stands inside of a statement.
 */
export function instrument(
  source: string,
  cells: readonly Cell[],
  { file, recorder }: { readonly file: string; readonly recorder: string },
): string {
  const marks = new Set(cells.map(({ markLine }) => markLine))
  // A cell ends where the next begins: without this, `[1]` above a mark and `(2)` below it would be one call.
  const ended = source
    .split('\n')
    .map((line, i) => (marks.has(i + 1) ? `;${line}` : line))
    .join('\n')
  const { code, body } = parsed(ended, () => markInside(source, cells, file), file)
  const starts = lineStarts(code)
  const edits = [...markEdits(cells, starts), ...lastEdits(cells, starts, body, code)]
  return `import { beginCell as ${BEGIN}, display as ${SHOW} } from ${JSON.stringify(recorder)};${applyEdits(code, edits)}`
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

type TopLevel = Statement | ModuleDeclaration

function strip(source: string, file: string): string {
  const { emitWarning } = process
  // Node calls it experimental at its first use, which is nothing to say to who wrote the notebook.
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(source)
  } catch (cause) {
    throw new ConfigError(
      `${file} must be TypeScript whose types can be left out, is not: ${messageOf(cause)}`,
      {
        cause,
      },
    )
  } finally {
    process.emitWarning = emitWarning
  }
}

/** The code without types and its statements. `explain` may know more of why it does not parse. */
function parsed(
  source: string,
  explain: () => void,
  file: string,
): { readonly code: string; readonly body: readonly TopLevel[] } {
  try {
    const code = strip(source, file)
    return { code, body: topLevel(code, file) }
  } catch (error) {
    explain()
    throw error
  }
}

function topLevel(code: string, file: string): readonly TopLevel[] {
  try {
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module' }).body
  } catch (cause) {
    throw new ConfigError(`${file} must be a TypeScript module, is not: ${messageOf(cause)}`, { cause })
  }
}

/** Throws a ConfigError when the source parses as it stands, and so a mark is what cuts a statement in two. */
function markInside(source: string, cells: readonly Cell[], file: string): void {
  const code = strip(source, file)
  const body = topLevel(code, file)
  const starts = lineStarts(code)
  for (const { markLine } of cells) {
    const at = startOf(starts, markLine)
    if (markLine === 0 || !body.some((node) => node.start < at && at < node.end)) continue
    throw new ConfigError(
      `${file}:${markLine}: a cell must begin between statements, this mark stands inside one`,
    )
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function lineStarts(code: string): readonly number[] {
  const starts = [0]
  for (let at = code.indexOf('\n'); at !== -1; at = code.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Where line `line` (from 1) begins. */
function startOf(starts: readonly number[], line: number): number {
  return starts[line - 1] ?? 0
}

function markEdits(cells: readonly Cell[], starts: readonly number[]): readonly Edit[] {
  return cells.flatMap(({ markLine }, cell) => {
    if (markLine === 0) return []
    const at = startOf(starts, markLine)
    return [{ start: at, end: at, text: `;${BEGIN}(${cell})` }]
  })
}

/** Shows the last expression of each code cell, unless it is for its effect alone. */
function lastEdits(
  cells: readonly Cell[],
  starts: readonly number[],
  body: readonly TopLevel[],
  code: string,
): readonly Edit[] {
  return cells.flatMap(({ kind, markLine }, cell) => {
    if (kind !== 'code') return []
    const from = markLine === 0 ? 0 : startOf(starts, markLine)
    const next = cells[cell + 1]
    const to = next === undefined ? code.length : startOf(starts, next.markLine)
    const last = body
      .filter((node) => node.type !== 'EmptyStatement' && node.start >= from && node.start < to)
      .at(-1)
    if (last?.type !== 'ExpressionStatement' || isEffect(last)) return []
    const { start, end } = last.expression
    return [
      { start, end: start, text: `${SHOW}(` },
      { start: end, end, text: ')' },
    ]
  })
}

function isEffect({ expression }: ExpressionStatement): boolean {
  switch (expression.type) {
    case 'AssignmentExpression':
    case 'UpdateExpression':
      return true
    case 'CallExpression':
      return isShowing(expression.callee)
    default:
      return false
  }
}

/** Whether what is called shows its values itself. */
function isShowing(callee: Node): boolean {
  if (callee.type === 'Identifier' && 'name' in callee) return callee.name === 'display'
  if (callee.type !== 'MemberExpression' || !('object' in callee)) return false
  const { object } = callee as { readonly object: Node & { readonly name?: string } }
  return object.type === 'Identifier' && object.name === 'console'
}

function applyEdits(code: string, edits: readonly Edit[]): string {
  let edited = ''
  let at = 0
  for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start)) {
    edited += code.slice(at, start) + text
    at = end
  }
  return edited + code.slice(at)
}
