/** From answers to the versions of a symbol's rules, by the day of each. Pure. Floor 5. */
import { isDeepStrictEqual } from 'node:util'
import { ConfigError, DataError, InvariantError } from '../model/errors.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import type { RulesAnswer } from './rules-answer.js'

/** One version of a symbol's rules. */
export interface RulesVersion {
  /** What the manifest calls it. */
  readonly name: string
  /** The answer that was read; undefined for rules that are of no file. */
  readonly path: string | undefined
  /** From when on it is in force, UTC milliseconds; undefined where nothing says so. */
  readonly since: number | undefined
  readonly rules: SymbolRules
}

/** Versions, one at least. */
type Versions = readonly [RulesVersion, ...RulesVersion[]]

/**
 * Versions of a symbol's rules, oldest first; an answer that changes nothing makes none. Throws a DataError where
 * there are several answers and one does not say of when it is, a ConfigError for two of one moment.
 */
export function versionsOf(
  answers: readonly RulesAnswer[],
  rulesIn: (answer: RulesAnswer) => SymbolRules,
): Versions {
  const read = answers.map((answer) => ({ ...answer, rules: rulesIn(answer) }))
  if (read.length > 1) checkMoments(answers)
  read.sort((a, b) => (a.since ?? 0) - (b.since ?? 0))
  const [first, ...rest] = read
    .filter(({ rules }, k) => k === 0 || !isDeepStrictEqual(rules, read[k - 1]?.rules))
    .map(({ name, path, since, rules }) => ({ name, path, since, rules }))
  if (!first) throw new InvariantError('rules must be made of one answer at least')
  return [first, ...rest]
}

/** Those in force over bars from `from` to `to` (excluded): the first one also before its own day. */
export function inForceOver(
  versions: Versions,
  { from, to }: { readonly from: number; readonly to: number },
): Versions {
  const begun = versions.findLastIndex(({ since = 0 }) => since <= from)
  const [first = versions[0], ...rest] = versions.slice(Math.max(0, begun))
  return [first, ...rest.filter(({ since = 0 }) => since < to)]
}

function checkMoments(answers: readonly RulesAnswer[]): void {
  const byMoment = new Map<number, string>()
  for (const { path, since } of answers) {
    if (since === undefined) {
      throw new DataError(
        `${path} must say when it was given, where there are several: by a day such as 2024-01-31 in its name, or by serverTime`,
      )
    }
    const other = byMoment.get(since)
    if (other !== undefined) {
      throw new ConfigError(
        `--rules must name one answer of each day, names two of ${new Date(since).toISOString().slice(0, 10)}: ${other} and ${path}`,
      )
    }
    byMoment.set(since, path)
  }
}
