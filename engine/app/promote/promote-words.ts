/** The words behind `run-promote.ts`: what is done, and its flags. Floor 5. */
import { existsSync } from 'node:fs'
import { ConfigError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'

/** What can be done. */
export type PromoteVerb = 'promote' | (typeof VERBS)[number]

const VERBS = ['drill', 'divergence', 'calibrate', 'explain'] as const

/** Every flag: what it takes, which verbs have it, and its help. */
export const PROMOTE_FLAGS = {
  state: {
    takes: 'DIR',
    of: ['promote', 'divergence', 'calibrate', 'explain'],
    help: 'the state folder of a session; it may be running',
  },
  proof: { of: ['promote'], help: 'the proofs alone' },
  sweep: { takes: 'DIR', of: ['promote'], help: 'the sweep that chose the parameters' },
  drill: { takes: 'FILE', of: ['promote'], help: 'what the verb drill wrote (state/drill.json)' },
  fills: {
    takes: 'DIR',
    of: ['promote'],
    help: 'state folder of a session on testnet, demo or live: its fills decide the gate slippage',
  },
  'policy-file': {
    takes: 'FILE',
    of: ['promote'],
    help: 'bounds as JSON or TOML, in place of the defaults below',
  },
  bands: {
    takes: 'FILE',
    of: ['divergence'],
    help: 'most that each part may be in a day, fractions of the cash, as JSON or TOML',
  },
  'alert-format': {
    takes: 'FORMAT',
    of: ['divergence'],
    help: 'how the webhook in NEXTBAR_ALERT_URL is spoken to: generic, slack, telegram (generic)',
  },
  accept: {
    takes: 'GATE REASON',
    of: ['promote'],
    help: 'lets a gate that is not met pass, and records why; may be repeated',
  },
  'key-file': {
    takes: 'FILE',
    of: ['promote'],
    help: 'the key whose rights are read, where it is not in Vault or the environment',
  },
  'rest-url': {
    takes: 'URL',
    of: ['promote'],
    help: "where the key's rights are read (https://api.binance.com)",
  },
  data: {
    takes: 'PATH',
    of: ['promote', 'divergence', 'calibrate', 'explain'],
    help: "a folder with the run's inputs; for divergence and explain the bars that count as true",
  },
  run: { takes: 'DIR', of: ['calibrate'], help: 'the run that is priced again with the proposed alpha' },
  at: { takes: 'TIME', of: ['explain'], help: 'the bar: a moment within it, UTC' },
  symbol: { takes: 'SYMBOL', of: ['explain'], help: 'where the session has several' },
  seed: { takes: 'N', of: ['calibrate'], help: 'of the intervals (1)' },
  strategy: {
    takes: 'NAME|FILE',
    of: ['promote', 'divergence', 'calibrate', 'explain'],
    help: "the strategy's code; else the file that the ledger names",
  },
  store: { takes: 'DIR', of: ['promote', 'calibrate'], help: 'where symbols are looked up (data/store)' },
  out: { takes: 'PATH', of: ['promote', 'divergence', 'drill'], help: 'where the result is written' },
  trust: {
    of: ['promote', 'divergence', 'calibrate', 'explain'],
    help: 'let the strategy import more than the engine',
  },
  json: { of: ['promote', 'drill', 'divergence', 'calibrate', 'explain'], help: 'print one JSON document' },
  quiet: { of: ['promote', 'drill', 'divergence', 'calibrate', 'explain'], help: 'no hints on stderr' },
  debug: { of: ['promote', 'drill', 'divergence', 'calibrate', 'explain'], help: 'show stacks of errors' },
  help: { of: ['promote', 'drill', 'divergence', 'calibrate', 'explain'], help: 'print this help' },
} as const satisfies Readonly<
  Record<string, { readonly takes?: string; readonly of: readonly PromoteVerb[]; readonly help: string }>
>

/** Name of a flag, without its dashes. */
export type PromoteFlag = keyof typeof PROMOTE_FLAGS

/** What was typed. */
export interface PromoteWords {
  readonly verb: PromoteVerb
  /** The run folder. */
  readonly run: string | undefined
  /** By flag; `true` for one that takes no value. */
  readonly given: ReadonlyMap<PromoteFlag, string>
  /** Reasons, in the order they were given. */
  readonly accepted: readonly (readonly [gate: string, reason: string])[]
}

/** Reads the words. Throws a ConfigError on one that means nothing here. */
export function readPromoteWords(words: readonly string[]): PromoteWords {
  const verb = VERBS.find((one) => one === words[0]) ?? 'promote'
  const given = new Map<PromoteFlag, string>()
  const accepted: (readonly [string, string])[] = []
  let run: string | undefined
  const rest = verb === 'promote' ? words : words.slice(1)
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] ?? ''
    if (!word.startsWith('--')) {
      if (verb !== 'promote') throw new ConfigError(`${verb} takes no word, ${word} is one`)
      if (run !== undefined) throw new ConfigError(`one run folder must be named, ${run} and ${word} were`)
      const hint = existsSync(word) ? '' : hintFor(word, VERBS)
      if (hint) throw new ConfigError(`there must be a run folder ${word}, is none${hint}`)
      run = word
      continue
    }
    const [text = '', inline] = splitOnce(word.slice(2))
    const name = toFlag(text, verb)
    const value = (): string => {
      const next = inline ?? rest[++i]
      if (next !== undefined && (inline !== undefined || !next.startsWith('--'))) return next
      throw new ConfigError(
        `--${name} must be followed by a value, was followed by ${next === undefined ? 'nothing' : next}`,
      )
    }
    if (name === 'accept') {
      const gate = value()
      const reason = rest[++i]
      if (reason === undefined || reason.startsWith('--') || reason.trim() === '')
        throw new ConfigError(
          `--accept ${gate} must be followed by a reason, such as "small sample, see notes"`,
        )
      accepted.push([gate, reason.trim()])
      continue
    }
    if (given.has(name)) throw new ConfigError(`--${name} must be given once, was given twice`)
    given.set(name, Object.hasOwn(PROMOTE_FLAGS[name], 'takes') ? value() : 'true')
  }
  return { verb, run, given, accepted }
}

function splitOnce(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=')
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function toFlag(text: string, verb: PromoteVerb): PromoteFlag {
  // Object.keys of a literal are its keys.
  const names = (Object.keys(PROMOTE_FLAGS) as readonly PromoteFlag[]).filter((name) => {
    const { of }: { readonly of: readonly PromoteVerb[] } = PROMOTE_FLAGS[name]
    return of.includes(verb)
  })
  const name = names.find((one) => one === text)
  if (name !== undefined) return name
  const what = verb === 'promote' ? 'run-promote' : `run-promote ${verb}`
  throw new ConfigError(`--${text} must be a flag of ${what}, is none${hintFor(text, names, '--')}`)
}

/** The value of a flag that a command cannot do without. Throws a ConfigError that says what it is. */
export function needed({ given }: PromoteWords, flag: PromoteFlag): string {
  const value = given.get(flag)
  if (value !== undefined) return value
  throw new ConfigError(`--${flag} must be given (${PROMOTE_FLAGS[flag].help}), was not`)
}
