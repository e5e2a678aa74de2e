/** One place that settings come from: its values as text, by flag. Floor 5. */
import { ConfigError } from '../model/errors.js'
import { hintFor } from '../model/nearest-name.js'
import { COMMAND_FLAGS, FLAG_NAMES, FLAGS, type FlagName, isFlagName, LATER_FLAGS } from './flag-table.js'

/** Values of one place. */
export interface Layer {
  /** What `--show-config` says: `flag`, `environment`, `config.toml`, `run 0123456789ab`. */
  readonly origin: string
  readonly values: ReadonlyMap<FlagName, readonly string[]>
  /** A flag as this place spells it: `--alpha`, `NEXTBAR_ALPHA`, `alpha in config.toml`. */
  nameOf(flag: string): string
}

/** The flags that one command has beside those of every run, where they may come from the same places. */
export interface OwnFlags {
  readonly names: readonly string[]
  /** Takes what a place gives for one of the names; the place that wins comes first. */
  take(name: string, values: readonly string[], place: Pick<Layer, 'origin' | 'nameOf'>): void
}

/**
 * Checks a flag's name before its value is looked at. Undefined for a flag that is not available yet
 * but asks for what this version does anyway. Throws a ConfigError on any other that is unknown,
 * not available yet, or not to be given in this place.
 */
export function checkFlagName(
  text: string,
  values: readonly string[],
  { nameOf, isCommandLine }: Pick<Layer, 'nameOf'> & { readonly isCommandLine: boolean },
): FlagName | undefined {
  if (isFlagName(text)) {
    if (isCommandLine || !COMMAND_FLAGS.has(text)) return text
    throw new ConfigError(`${nameOf(text)} can only be given on the command line, as --${text}`)
  }
  const accepted = LATER_FLAGS.get(text)
  if (accepted === undefined) {
    const known = [...FLAG_NAMES, ...LATER_FLAGS.keys()]
    throw new ConfigError(
      `${nameOf(text)} must be a flag of run-backtest, is none${hintFor(text, known, isCommandLine ? '--' : '')} (--help lists them)`,
    )
  }
  if (values.length === 1 && accepted.includes(values[0] ?? '')) return undefined
  const all = accepted.length === 0 ? 'leave it out' : `leave it out or say ${accepted.join(' or ')}`
  throw new ConfigError(`${nameOf(text)} is not available yet in this version; ${all}`)
}

/** Checks that a flag which takes one value has one. */
export function checkOnce(flag: FlagName, values: readonly string[], name: string): void {
  if (values.length <= 1 || FLAGS[flag].isRepeatable) return
  throw new ConfigError(`${name} must be given once, was given ${values.length} times: ${values.join(', ')}`)
}
