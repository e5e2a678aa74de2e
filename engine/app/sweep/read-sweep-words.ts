/** The words behind `run-sweep.ts`: flags of sweeps on one side, those of every run on the other. Floor 5. */
import { ConfigError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'
import { quoted } from '../flag.js'
import { FLAG_NAMES, type FlagName, isFlagName, LATER_FLAGS } from '../flag-table.js'
import {
  isSweepFlagName,
  SWEEP_FLAG_NAMES,
  SWEEP_FLAGS,
  type SweepFlagName,
  type SweepSettings,
} from './sweep-flags.js'

/** Flags of runs that mean nothing to a sweep. */
export const NOT_HERE: ReadonlySet<FlagName> = new Set(['reproduce', 'measure-warmup', 'show-config'])

/** What the words say. */
export interface SweepWords {
  readonly sweep: SweepSettings
  /** Flags of sweeps that were given. */
  readonly given: ReadonlySet<SweepFlagName>
  /** The other words, as `run-backtest.ts` reads them. */
  readonly rest: readonly string[]
}

/**
 * Reads the flags of sweeps. Throws a ConfigError on a flag that is unknown to sweeps and runs, one without
 * its value, or one too many.
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
  const settings = SWEEP_FLAG_NAMES.map((name) => [name, settingOf(name, values.get(name))] as const)
  // Each value was checked by its own flag, and every flag has one.
  const sweep = Object.fromEntries(settings) as unknown as SweepSettings
  return { sweep, given: new Set(values.keys()), rest }
}

function settingOf(name: SweepFlagName, texts: readonly string[] | undefined): unknown {
  const flag = SWEEP_FLAGS[name]
  if (texts === undefined) return flag.default
  if (texts.length > 1 && !flag.isRepeatable) {
    throw new ConfigError(
      `--${name} must be given once, was given ${texts.length} times: ${texts.join(', ')}`,
    )
  }
  return flag.parse(texts, `--${name}`)
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
