/**
 * A notebook in percent format as cells: `// %%` begins code, `// %% [markdown]` text in line comments.
 * Floor 5.
 */
import { ConfigError } from '../../model/errors.js'

/** One cell of a notebook. */
export interface Cell {
  readonly kind: 'code' | 'markdown'
  /** What stands behind its mark; empty where nothing does. */
  readonly title: string
  /** Code as it is, or text without its comment signs; no blank lines around it. */
  readonly text: string
  /** Line of its mark in the file, from 1; 0 for what stands before the first mark. */
  readonly markLine: number
}

const MARK = /^\/\/ ?%%(?:[ \t]*\[(\w+)\])?[ \t]*(.*)$/

/** Reads the cells. Throws a ConfigError on a kind of cell that is unknown and on text that is no comment. */
export function parseNotebook(source: string, file: string): readonly Cell[] {
  const cells: Cell[] = []
  let open: { kind: Cell['kind']; title: string; markLine: number; lines: string[] } = {
    kind: 'code',
    title: '',
    markLine: 0,
    lines: [],
  }
  const end = (): void => {
    const { kind, title, markLine } = open
    const text = trimBlank(open.lines).join('\n')
    if (markLine > 0 || text !== '') cells.push({ kind, title, text, markLine })
  }
  for (const [i, line] of source.split(/\r?\n/).entries()) {
    const mark = MARK.exec(line)
    if (mark) {
      end()
      open = { kind: kindOf(mark[1], file, i + 1), title: (mark[2] ?? '').trim(), markLine: i + 1, lines: [] }
    } else open.lines.push(open.kind === 'markdown' ? uncomment(line, file, i + 1) : line)
  }
  end()
  return cells
}

function kindOf(word: string | undefined, file: string, line: number): Cell['kind'] {
  if (word === undefined) return 'code'
  if (word === 'markdown' || word === 'md') return 'markdown'
  throw new ConfigError(
    `${file}:${line}: a cell must be code (// %%) or text (// %% [markdown]), was [${word}]`,
  )
}

function uncomment(line: string, file: string, number: number): string {
  if (line.trim() === '') return ''
  const [, text] = /^\/\/ ?(.*)$/.exec(line) ?? []
  if (text !== undefined) return text
  throw new ConfigError(
    `${file}:${number}: a line of a text cell must begin with //, was ${JSON.stringify(line.slice(0, 60))}; begin the code behind it with // %%`,
  )
}

function trimBlank(lines: readonly string[]): readonly string[] {
  const isFull = (line: string): boolean => line.trim() !== ''
  const first = lines.findIndex(isFull)
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex(isFull) + 1)
}
