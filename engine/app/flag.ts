/** What a flag is, and the kinds of flags: how text becomes a checked value and a value text again. Floor 5. */
import { ConfigError } from '../model/errors.js'
import { formatUnits, ONE, parseUnits, type Units } from '../model/money.js'
import { hintFor } from '../model/nearest-name.js'
import { type EpochMs, formatTime, parseTime } from '../model/time.js'
import { plainDecimal } from './plain-decimal.js'

/** A value as manifests and `--show-config` print it; `null` is "none". */
export type ShownValue = string | number | boolean | null | readonly string[]

/** One flag: the same rules whether it came from the command line, the environment, a file or a run. */
export interface Flag<Value> {
  readonly help: string
  /** What stands behind the flag in the help; undefined for a switch. */
  readonly takes: string | undefined
  readonly isRepeatable: boolean
  readonly default: Value
  /** Checks text. `name` is the flag as its source spells it, for messages. Throws a ConfigError. */
  parse(texts: readonly string[], name: string): Value
  show(value: Value): ShownValue
}

interface FlagWords<Value> {
  readonly default: Value
  readonly takes?: string
  readonly help: string
}

/** A flag with one text. */
export function flagOf<Value>({
  parse,
  show,
  ...words
}: FlagWords<Value> & {
  readonly takes: string
  readonly parse: (text: string, name: string) => Value
  readonly show: (value: Value) => ShownValue
}): Flag<Value> {
  return { ...words, isRepeatable: false, parse: (texts, name) => parse(texts[0] ?? '', name), show }
}

/** A flag that may be given more than once. */
export function listFlag(
  words: FlagWords<readonly string[]> & { readonly takes: string },
): Flag<readonly string[]> {
  return {
    ...words,
    isRepeatable: true,
    parse(texts, name) {
      for (const text of texts) checkText(text, name)
      return texts
    },
    show: (texts) => texts,
  }
}

/** Text that is there or not. */
export function textFlag(
  words: Omit<FlagWords<string | undefined>, 'default'> & { readonly takes: string },
): Flag<string | undefined> {
  return flagOf({ ...words, default: undefined, parse: checkText, show: (text) => text ?? null })
}

/** On or off. */
export function switchFlag(help: string): Flag<boolean> {
  return {
    help,
    takes: undefined,
    isRepeatable: false,
    default: false,
    parse([text = ''], name) {
      if (text === 'true' || text === '1') return true
      if (text === 'false' || text === '0') return false
      throw new ConfigError(`${name} must be true or false, was ${quoted(text)}`)
    },
    show: (value) => value,
  }
}

/** One of some words. `later` are words that are known and not available yet. */
export function choiceFlag<const Word extends string>(
  words: FlagWords<Word> & { readonly choices: readonly Word[]; readonly later?: readonly string[] },
): Flag<Word> {
  const { choices, later = [], help } = words
  return flagOf({
    help,
    default: words.default,
    takes: words.takes ?? choices.join('|'),
    parse: (text, name) => checkChoice(text, name, { choices, later }),
    show: (word) => word,
  })
}

/** The word of a list that the text is. Throws a ConfigError with the nearest one. */
export function checkChoice<Word extends string>(
  text: string,
  name: string,
  { choices, later = [] }: { readonly choices: readonly Word[]; readonly later?: readonly string[] },
): Word {
  const word = choices.find((choice) => choice === text)
  if (word !== undefined) return word
  if (later.includes(text)) {
    throw new ConfigError(`${name} ${text} is not available yet; this version has ${choices.join(', ')}`)
  }
  throw new ConfigError(
    `${name} must be ${choices.length === 1 ? '' : 'one of '}${choices.join(', ')}, was ${quoted(text)}${hintFor(text, choices)}`,
  )
}

/** A number between bounds, `below` excluded. */
export function numberFlag({
  min,
  below = Number.POSITIVE_INFINITY,
  ...words
}: FlagWords<number> & { readonly min: number; readonly below?: number }): Flag<number> {
  const bound = below === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to below ${below}`
  return flagOf({
    takes: 'NUMBER',
    ...words,
    parse(text, name) {
      const value = numberOf(text)
      if (value >= min && value < below) return value
      throw new ConfigError(`${name} must be a number ${bound}, was ${quoted(text)}`)
    },
    show: (value) => value,
  })
}

/** A whole number of at least `min`. */
export function wholeFlag<Default extends number | undefined>({
  min,
  ...words
}: FlagWords<Default> & { readonly min: number }): Flag<number | Default> {
  return flagOf<number | Default>({
    takes: 'COUNT',
    ...words,
    parse(text, name) {
      const value = numberOf(text)
      if (Number.isSafeInteger(value) && value >= min) return value
      throw new ConfigError(`${name} must be a whole number of at least ${min}, was ${quoted(text)}`)
    },
    show: (value) => value ?? null,
  })
}

/** An amount above 0 with at most 8 decimals, and no more digits than a number holds. */
export function amountFlag(words: FlagWords<Units>): Flag<Units> {
  return flagOf({
    takes: 'AMOUNT',
    ...words,
    parse(text, name) {
      const value = numberOf(text)
      const units = Number.isFinite(value) ? parseUnits(plainDecimal(value)) : undefined
      const isExact = parseUnits(text) === undefined || parseUnits(text) === units
      if (units !== undefined && units > 0n && isExact) return units
      throw new ConfigError(
        `${name} must be an amount above 0 with at most 8 decimals and 15 digits, was ${quoted(text)}`,
      )
    },
    show: (units) => Number(formatUnits(units)),
  })
}

/** An amount above 0 that binds where it is given. */
export function limitFlag(help: string): Flag<Units | undefined> {
  const amount = amountFlag({ default: ONE, help })
  return {
    ...amount,
    default: undefined,
    show: (units) => (units === undefined ? null : amount.show(units)),
  }
}

const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** A length of time such as `60s` or `5m`, in milliseconds. */
export function durationFlag(words: FlagWords<number>): Flag<number> {
  return flagOf({
    takes: 'DURATION',
    ...words,
    parse(text, name) {
      const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
      const ms = Number(count) * (UNITS_MS.get(unit) ?? Number.NaN)
      if (count !== '' && Number.isSafeInteger(ms)) return ms
      throw new ConfigError(`${name} must be a length of time such as 60s, 5m or 1h, was ${quoted(text)}`)
    },
    show: showDuration,
  })
}

function showDuration(ms: number): string {
  const unit = [...UNITS_MS].toReversed().find(([, size]) => ms % size === 0 && ms >= size)
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`
}

/** A date or time, UTC where it says nothing else. */
export function momentFlag(help: string): Flag<EpochMs | undefined> {
  return flagOf<EpochMs | undefined>({
    help,
    takes: 'TIME',
    default: undefined,
    parse(text, name) {
      const time = parseTime(text)
      if (time !== undefined) return time
      throw new ConfigError(
        `${name} must be an ISO date or time such as 2024-01-31 or 2024-01-31T12:00Z, was ${quoted(text)}`,
      )
    },
    show: (time) => (time === undefined ? null : formatTime(time)),
  })
}

/** A whole number of quote asset as a default. */
export function wholeUnits(amount: number): Units {
  return BigInt(amount) * ONE
}

/** Text in quotes, cut where it is long, as messages show what was given. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i

/** A decimal as a number; NaN for anything else, `Infinity`, hexadecimal and spaces included. */
export function numberOf(text: string): number {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : Number.NaN
}

function checkText(text: string, name: string): string {
  if (text.trim() !== '') return text
  throw new ConfigError(`${name} must not be empty`)
}
