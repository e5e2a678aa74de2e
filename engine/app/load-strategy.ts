/** A strategy by name or by file. Its code runs with the user's rights, like any program. Floor 5. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Strategy } from '../core/strategy.js'
import { ConfigError, StrategyError } from '../model/errors.js'
import { hintFor, nearestName } from '../model/nearest-name.js'
import { sha256 } from './canonical-json.js'
import { checkStrategyImports } from './check-strategy-imports.js'

/** A strategy and the file it came from. */
export interface LoadedStrategy {
  readonly strategy: Strategy
  /** How a command names it: its name in `strategies/`, else its file's name. */
  readonly given: string
  /** The file's name, never a path. */
  readonly file: string
  /** Of the file's bytes. */
  readonly sha256: string
}

/** The repository's own strategies. */
export const STRATEGIES_DIR = fileURLToPath(new URL('../../strategies/', import.meta.url))

const EXTENSIONS = new Set(['.ts', '.mts', '.js', '.mjs'])

/**
 * Loads `sma-cross` from the repository's strategies, or a path such as `./my.ts` from the working
 * folder. Throws a ConfigError when there is no such file, or it does not export exactly one strategy,
 * or when it imports more than the engine's door and is not trusted; a StrategyError when the file
 * throws while it is loaded.
 */
export async function loadStrategy(text: string, isTrusted = false): Promise<LoadedStrategy> {
  const path = findStrategy(text)
  const bytes = readFileSync(path)
  if (!isTrusted) checkStrategyImports(path, bytes.toString('utf8'))
  const strategy = onlyStrategy(await importFile(path), path)
  return {
    strategy,
    given: dirname(path) === resolve(STRATEGIES_DIR) ? basename(path, extname(path)) : basename(path),
    file: basename(path),
    sha256: sha256(bytes),
  }
}

/** Throws a ConfigError when the first word of a command is no strategy, and nearly one of its verbs. */
export function checkFirstWord(word: string | undefined, verbs: readonly string[]): void {
  if (word === undefined || word.startsWith('-') || isPath(word)) return
  const known = strategyNames()
  const nearest = known.includes(word) ? word : nearestName(word, [...known, ...verbs])
  if (nearest === undefined || !verbs.includes(nearest)) return
  throw new ConfigError(`no strategy or verb is named ${word}; did you mean ${nearest}?`)
}

/** Absolute path of the file that a name or path means. Throws a ConfigError with the nearest name. */
export function findStrategy(text: string): string {
  if (!isPath(text)) {
    const names = strategyFiles(STRATEGIES_DIR)
    const file = names.find((name) => basename(name, extname(name)) === text)
    if (file !== undefined) return resolve(STRATEGIES_DIR, file)
    const known = strategyNames()
    throw new ConfigError(
      `no strategy is named ${text}${hintFor(text, known)} (strategies/ has ${known.join(', ')}; a file of your own is given as a path such as ./${text}.ts)`,
    )
  }
  const path = resolve(text)
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path
  const beside = strategyFiles(dirname(path))
  throw new ConfigError(`no strategy file is at ${text}${hintFor(basename(path), beside, shownFolder(text))}`)
}

function strategyNames(): readonly string[] {
  return strategyFiles(STRATEGIES_DIR).map((name) => basename(name, extname(name)))
}

function isPath(text: string): boolean {
  return /[\\/]/.test(text) || EXTENSIONS.has(extname(text))
}

function shownFolder(text: string): string {
  const folder = dirname(text)
  return folder === '.' ? '' : `${join(folder)}/`
}

function strategyFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder)
    .filter((name) => EXTENSIONS.has(extname(name)) && name !== 'index.ts')
    .sort()
}

async function importFile(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new StrategyError(`${basename(path)} must load, threw instead: ${message}`, { cause })
  }
}

function onlyStrategy(module: unknown, path: string): Strategy {
  const exported = exportsOf(module)
  const wrapped = exported.flatMap((value) => (isStrategy(value) ? [] : exportsOf(value)))
  const strategies = new Set([...exported, ...wrapped].filter(isStrategy))
  const [strategy] = strategies
  if (strategy && strategies.size === 1) return strategy
  throw new ConfigError(
    `${basename(path)} must export exactly one strategy made by defineStrategy, exports ${strategies.size === 0 ? 'none' : strategies.size}`,
  )
}

/** Values that a module exports; a CommonJS module's stand a level deeper. */
function exportsOf(module: unknown): unknown[] {
  return typeof module === 'object' && module !== null ? Object.values(module) : []
}

function isStrategy(value: unknown): value is Strategy {
  // `kind` is set by defineStrategy alone, which checks all the rest.
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'strategy'
}
