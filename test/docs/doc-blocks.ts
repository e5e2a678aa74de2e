/** Code blocks of a Markdown document, and what is to be done with each. */

/** A fenced block. */
export interface DocBlock {
  /** What follows the fence: `sh run`, `ts run`, `sh needs-exchange`, `sh needs-redis`, `ts excerpt`, `text output`. */
  readonly tag: string
  readonly text: string
  /** Line of the opening fence, from 1. */
  readonly line: number
}

/**
 * What is done with a block: run here, run against local servers, compared with what the block before printed, looked
 * for in the repository's own files, shown only.
 */
export type DocTask = 'run' | 'needs-exchange' | 'needs-redis' | 'output' | 'excerpt' | 'shown'

/** The blocks in their order, those inside of lists without their indent. Throws on a fence that does not end. */
export function docBlocks(markdown: string, file: string): readonly DocBlock[] {
  const blocks: DocBlock[] = []
  let open: { tag: string; line: number; indent: string; lines: string[] } | undefined
  for (const [i, line] of markdown.split('\n').entries()) {
    const fence = /^( *)```(.*)$/.exec(line)
    if (!fence) open?.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line)
    else if (open) {
      blocks.push({ tag: open.tag, text: open.lines.join('\n'), line: open.line })
      open = undefined
    } else open = { tag: (fence[2] ?? '').trim(), line: i + 1, indent: fence[1] ?? '', lines: [] }
  }
  if (open) throw new Error(`${file}:${open.line}: a code block must end`)
  return blocks
}

/** What is to be done with a block. Throws on a tag that means nothing, such as a mistyped one. */
export function taskOf({ tag, line }: DocBlock, file: string): DocTask {
  const [language = '', task = '', ...rest] = tag.split(/\s+/)
  if (rest.length === 0 && language === 'text' && task === 'output') return 'output'
  if (rest.length === 0 && (language === 'sh' || language === 'ts') && task === 'run') return 'run'
  if (rest.length === 0 && language === 'sh' && (task === 'needs-exchange' || task === 'needs-redis'))
    return task
  if (rest.length === 0 && language === 'ts' && task === 'excerpt') return 'excerpt'
  if (rest.length === 0 && task === '') return 'shown'
  throw new Error(
    `${file}:${line}: a block must be sh, ts or text, then run, needs-exchange, needs-redis, excerpt or output; was ${tag}`,
  )
}

/** A command of a document as someone types it: a leading `$ ` and comments behind ` # ` are left out. */
export function commandsOf(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/^\$ /, '').replace(/\s+# .*$/, ''))
    .join('\n')
}

/**
 * Whether what was printed holds the lines of an example, in their order and next to each other. `…` stands for
 * anything on its line, a line of nothing but `…` for any lines.
 */
export function holdsExample(printed: string, example: string): boolean {
  const pattern = example
    .trimEnd()
    .split('\n')
    .map((line) =>
      line.trim() === '…' ? '(?:.*\n)*?' : `${line.trimEnd().split('…').map(escaped).join('.*')}[ ]*\n`,
    )
    .join('')
  return new RegExp(`(?:^|\n)${pattern}`).test(`${printed.trimEnd()}\n`)
}

/** Whether all lines of an excerpt stand in a text, in their order and next to each other, whatever their indent. */
export function holdsExcerpt(text: string, excerpt: string): boolean {
  const plain = (lines: string): string =>
    lines
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join('\n')
  return `\n${plain(text)}\n`.includes(`\n${plain(excerpt)}\n`)
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
