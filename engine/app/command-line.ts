/** The command line as a layer of settings. Floor 5. */
import { parseArgs } from 'node:util'
import { ConfigError } from '../model/errors.js'
import { quoted } from './flag.js'
import { FLAG_NAMES, FLAGS, type FlagName, LATER_FLAGS } from './flag-table.js'
import { checkFlagName, checkOnce, type Layer } from './layer.js'

/**
 * Reads the words behind the script's name: flags, and at most one word more, the strategy.
 * Throws a ConfigError on an unknown flag, one without its value, or one too many.
 */
export function readCommandLine(words: readonly string[]): Layer {
  const given = new Map<string, string[]>()
  const positionals: string[] = []
  const { tokens } = parseArgs({
    args: [...words],
    options: parseOptions(),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const values = given.get(token.name) ?? []
    given.set(token.name, [...values, textOf(token)])
  }
  const values = new Map<FlagName, readonly string[]>()
  for (const [text, texts] of given) {
    const flag = checkFlagName(text, texts, { nameOf, isCommandLine: true })
    if (flag === undefined) continue
    checkOnce(flag, texts, nameOf(flag))
    values.set(flag, texts)
  }
  addStrategy(values, positionals)
  return { origin: 'flag', values, nameOf }
}

function addStrategy(values: Map<FlagName, readonly string[]>, positionals: readonly string[]): void {
  const [strategy, extra] = positionals
  if (strategy === undefined) return
  if (extra !== undefined) {
    const hint = extra.includes('=') ? `; a parameter is given as -p ${extra}` : ''
    throw new ConfigError(
      `only one word may stand without a flag, the strategy; ${quoted(extra)} is one more${hint}`,
    )
  }
  if (values.has('strategy')) {
    throw new ConfigError(
      `the strategy must be named once, was named by --strategy and by the word ${quoted(strategy)}`,
    )
  }
  values.set('strategy', [strategy])
}

/** Every flag to node's parser, those of later versions too, so that their values are not taken for words. */
function parseOptions() {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string; multiple: true }> = {}
  for (const name of FLAG_NAMES) {
    options[name] = { type: FLAGS[name].takes === undefined ? 'boolean' : 'string', multiple: true }
  }
  for (const name of LATER_FLAGS.keys()) {
    options[name] = { type: name === 'trust' ? 'boolean' : 'string', multiple: true }
  }
  options.param = { type: 'string', short: 'p', multiple: true }
  options.help = { type: 'boolean', short: 'h', multiple: true }
  return options
}

function textOf(token: {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}): string {
  const takes = Object.hasOwn(FLAGS, token.name) ? FLAGS[token.name as FlagName].takes : undefined
  const { value, rawName } = token
  if (takes === undefined) return value ?? 'true'
  const isFlag = token.inlineValue !== true && value !== undefined && /^--?[a-z]/i.test(value)
  if (value === undefined || isFlag) {
    throw new ConfigError(
      `${rawName} must be followed by ${takes}, was followed by ${value === undefined ? 'nothing' : quoted(value)}`,
    )
  }
  return value
}

function nameOf(flag: string): string {
  return flag.length === 1 ? `-${flag}` : `--${flag}`
}
