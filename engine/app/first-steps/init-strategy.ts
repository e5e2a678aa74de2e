/** `run-backtest.ts init my-strategy`: a strategy file to begin from, and its test. Floor 5. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../../model/errors.js'
import { quoted } from '../flag.js'
import { STRATEGIES_DIR } from '../load-strategy.js'
import { strategyText, testText } from './strategy-template.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Words that no strategy can be called by: the language's, and those that `run-backtest.ts` knows. */
const RESERVED = new Set([
  'break',
  'case',
  'catch',
  'class',
  'const',
  'continue',
  'default',
  'delete',
  'do',
  'else',
  'enum',
  'export',
  'false',
  'finally',
  'for',
  'function',
  'if',
  'import',
  'in',
  'instanceof',
  'let',
  'new',
  'null',
  'return',
  'static',
  'super',
  'switch',
  'this',
  'throw',
  'true',
  'try',
  'typeof',
  'var',
  'void',
  'while',
  'with',
  'yield',
  'await',
  'doctor',
  'high',
  'highest',
  'init',
  'int',
  'low',
  'lowest',
])

/**
 * Writes both files, in the repository or below another `root`, and says what comes next. Throws a ConfigError on
 * a name that is none and on files that are there: nothing is ever overwritten.
 */
export function initStrategy(words: readonly string[], year: number, root = ROOT): string {
  const [name, extra] = words
  if (name === undefined || extra !== undefined) {
    throw new ConfigError(
      `init must be followed by one name such as my-strategy, was followed by ${extra === undefined ? 'nothing' : quoted(words.join(' '))}`,
    )
  }
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 60 || RESERVED.has(name)) {
    throw new ConfigError(
      `a strategy's name must be small letters, digits and single hyphens such as my-strategy, was ${quoted(name)}`,
    )
  }
  const strategy = join(root, basename(STRATEGIES_DIR), `${name}.ts`)
  const test = join(root, 'test', 'strategies', `${name}.test.ts`)
  for (const file of [strategy, test]) {
    if (existsSync(file)) throw new ConfigError(`${shown(file)} must not be there yet, is; take another name`)
  }
  writeBoth([
    [strategy, strategyText(name, year)],
    [test, testText(name)],
  ])
  return `  ${shown(strategy)}  a breakout to begin from
  ${shown(test)}  its test

  next  npx tsx run-backtest.ts ${name}
        npx vitest run ${relative(root, test)}
        strategies/README.md says what else a strategy can do
`
}

function writeBoth(files: readonly (readonly [path: string, text: string])[]): void {
  const written: string[] = []
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text, { flag: 'wx' })
      written.push(path)
    }
  } catch (cause) {
    for (const path of written) rmSync(path, { force: true })
    throw new ConfigError(
      `the folders strategies and test/strategies must be writable, are not: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
}

function shown(path: string): string {
  return relative('', path)
}
