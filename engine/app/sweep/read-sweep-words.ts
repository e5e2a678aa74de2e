/** The words behind `run-sweep.ts`: flags of sweeps on one side, those of every run on the other. Floor 5. */
import { ConfigError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'
import { quoted } from '../flag.js'
import { FLAG_NAMES, type FlagName, isFlagName, LATER_FLAGS } from '../flag-table.js'
import type { Layer, OwnFlags } from '../layer.js'
import {
  isSweepFlagName,
  SWEEP_FLAG_NAMES,
  SWEEP_FLAGS,
  type SweepFlagName,
  type SweepSettings,
} from './sweep-flags.js'

/** Flags of runs that mean nothing to a sweep. */
export const NOT_HERE: ReadonlySet<FlagName> = new Set(['reproduce', 'measure-warmup'])

/** What the words say. */
export interface SweepWords {
  /** The flags of sweeps; environment and config file add theirs. */
  readonly own: SweepFlags
  /** The other words, as `run-backtest.ts` reads them. */
  readonly rest: readonly string[]
}

/** A value as a place gave it. */
interface GivenValue {
  readonly texts: readonly string[]
  readonly origin: string
  /** The flag as the place spells it. */
  readonly name: string
}

/** The flags of sweeps as they were given, the place that wins first. */
export class SweepFlags implements OwnFlags {
  readonly names = SWEEP_FLAG_NAMES
  readonly #given = new Map<string, GivenValue>()

  take(flag: string, texts: readonly string[], { origin, nameOf }: Pick<Layer, 'origin' | 'nameOf'>): void {
    if (!this.#given.has(flag)) this.#given.set(flag, { texts, origin, name: nameOf(flag) })
  }

  /** Every flag's value. Throws a ConfigError on the first that is none. */
  settings(): SweepSettings {
    const settings = SWEEP_FLAG_NAMES.map((name) => [name, this.#settingOf(name)] as const)
    // Each value was checked by its own flag, and every flag has one.
    return Object.fromEntries(settings) as unknown as SweepSettings
  }

  /** Where a flag's value came from. */
  originOf(flag: SweepFlagName): string {
    return this.#given.get(flag)?.origin ?? 'default'
  }

  #settingOf(flag: SweepFlagName): unknown {
    const { default: other, isRepeatable, parse } = SWEEP_FLAGS[flag]
    const given = this.#given.get(flag)
    if (given === undefined) return other
    const { texts, name } = given
    if (texts.length > 1 && !isRepeatable) {
      throw new ConfigError(
        `${name} must be given once, was given ${texts.length} times: ${texts.join(', ')}`,
      )
    }
    return parse(texts, name)
  }
}

/**
 * Takes the flags of sweeps out of the words. Throws a ConfigError on a flag that is unknown to sweeps and
 * runs, or one without its value.
 */
export function readSweepWords(words: readonly string[]): SweepWords {
  const values = new Map<SweepFlagName, string[]>()
  const rest: string[] = []
  for (let k = 0; k < words.length; k++) {
    const word = words[k] ?? ''
    const [, name = '', inline] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    if (!isSweepFlagName(name)) {
      if (name !== '') checkKnown(name)
      rest.push(word)
      continue
    }
    const flag = SWEEP_FLAGS[name]
    let text = inline
    if (text === undefined && flag.takes === undefined) text = 'true'
    if (text === undefined) text = words[++k]
    if (text === undefined || (inline === undefined && flag.takes !== undefined && /^--?[a-z]/i.test(text))) {
      throw new ConfigError(
        `--${name} must be followed by ${flag.takes}, was followed by ${text === undefined ? 'nothing' : quoted(text)}`,
      )
    }
    values.set(name, [...(values.get(name) ?? []), text])
  }
  const own = new SweepFlags()
  for (const [name, texts] of values) {
    own.take(name, texts, { origin: 'flag', nameOf: (flag) => `--${flag}` })
  }
  return { own, rest }
}

function checkKnown(name: string): void {
  if (isFlagName(name)) {
    if (!NOT_HERE.has(name)) return
    throw new ConfigError(`--${name} is a flag of run-backtest.ts and means nothing to a sweep; leave it out`)
  }
  if (LATER_FLAGS.has(name)) return
  const known = [...SWEEP_FLAG_NAMES, ...FLAG_NAMES.filter((flag) => !NOT_HERE.has(flag))]
  throw new ConfigError(
    `--${name} must be a flag of run-sweep, is none${hintFor(name, known, '--')} (--help lists them)`,
  )
}
