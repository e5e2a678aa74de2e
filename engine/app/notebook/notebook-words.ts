/** The words behind `run-notebook.ts`, and its help. Floor 5. */
import { parseArgs } from 'node:util'
import { ConfigError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'
import { checkChoice, quoted } from '../flag.js'

/** What is to be done with which notebook. */
export interface NotebookTask {
  readonly file: string
  readonly to: 'html' | 'ipynb'
  readonly out: string | undefined
  readonly isWatched: boolean
  readonly isQuiet: boolean
}

const OPTIONS = {
  to: { type: 'string' },
  out: { type: 'string' },
  watch: { type: 'boolean' },
  quiet: { type: 'boolean' },
  debug: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** The whole help. */
export const NOTEBOOK_HELP = `A notebook in TypeScript: runs a *.nb.ts file and writes its text, code and outputs as one page.

  npx tsx run-notebook.ts FILE [flags]

Example:
  npx tsx run-notebook.ts notebooks/01-look-at-bars.nb.ts

Flags:
  --to html|ipynb   one HTML page that opens from disk (html), or Jupyter's file with outputs
  --out FILE        where it is written; else reports/out/notebooks/<name>.html or .ipynb
  --watch           serve the page on this machine, run again at every change, load it anew
  --quiet           nothing on stderr but errors
  --debug           show stacks of errors
  -h, --help        print this help

A cell begins with // %%, text with // %% [markdown]. The last expression of a cell is shown, as is what
display(…) or console.log(…) is given.

Exit codes: 0 done; 1 unexpected; 2 flags; 3 data missing or damaged; 4 a cell threw (the page shows it);
130 interrupted.
`

/** Reads the words. Throws a ConfigError on what is unknown, too much or missing. */
export function readNotebookWords(words: readonly string[]): NotebookTask {
  const { tokens } = parseArgs({
    args: [...words],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const files: string[] = []
  const given = new Map<string, string>()
  for (const token of tokens) {
    if (token.kind === 'positional') files.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value } = token
    if (!isOption(name)) {
      throw new ConfigError(
        `${rawName} must be a flag of run-notebook, is none${hintFor(name, Object.keys(OPTIONS), '--')} (--help lists them)`,
      )
    }
    if (OPTIONS[name].type === 'string' && (value ?? '').trim() === '') {
      throw new ConfigError(`${rawName} must be followed by a value, was followed by nothing`)
    }
    if (given.has(name)) throw new ConfigError(`${rawName} must be given once, was given more often`)
    given.set(name, value ?? 'true')
  }
  const [file, extra] = files
  if (file === undefined)
    throw new ConfigError('a notebook must be named, such as notebooks/01-look-at-bars.nb.ts, was nothing')
  if (extra !== undefined)
    throw new ConfigError(`only one notebook can be run at a time, ${quoted(extra)} is one more`)
  const isWatched = given.has('watch')
  const to = checkChoice(given.get('to') ?? 'html', '--to', { choices: ['html', 'ipynb'] })
  if (isWatched && to === 'ipynb')
    throw new ConfigError('--watch must stand without --to ipynb: it serves a page')
  return { file, to, out: given.get('out'), isWatched, isQuiet: given.has('quiet') }
}

function isOption(name: string): name is keyof typeof OPTIONS {
  return Object.hasOwn(OPTIONS, name)
}
