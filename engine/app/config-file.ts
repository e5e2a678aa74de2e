/** A config file as a layer of settings: any flags, as JSON or TOML. Floor 5. */
import { readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { parse as parseToml } from 'smol-toml'
import { ConfigError } from '../model/errors.js'
import type { FlagName } from './flag-table.js'
import { checkFlagName, checkOnce, type Layer, type OwnFlags } from './layer.js'

/**
 * Reads a `.json` or `.toml` file whose keys are flags: `{"alpha": 0.7, "param": {"fast": 10}}`. Only
 * the file's own keys count, and only those that name a flag, or one of `own`. Throws a ConfigError otherwise.
 */
export function readConfigFile(path: string, own?: OwnFlags): Layer {
  const origin = basename(path)
  const nameOf = (flag: string): string => `${flag} in ${origin}`
  const values = new Map<FlagName, readonly string[]>()
  for (const [key, value] of Object.entries(readTable(path, '--config'))) {
    if (key === 'config') throw new ConfigError(`${nameOf(key)} must not name another config file`)
    const texts = key === 'param' ? paramTexts(value, nameOf(key)) : textsOf(value, nameOf(key))
    if (own?.names.includes(key)) {
      own.take(key, texts, { origin, nameOf })
      continue
    }
    const flag = checkFlagName(key, texts, { nameOf, isCommandLine: false })
    if (flag === undefined) continue
    checkOnce(flag, texts, nameOf(flag))
    values.set(flag, texts)
  }
  return { origin, values, nameOf }
}

/** The table in a `.json` or `.toml` file that `flag` names. Throws a ConfigError when it is none. */
export function readTable(path: string, flag: string): object {
  const parse = PARSERS.get(extname(path).toLowerCase())
  if (!parse) throw new ConfigError(`${flag} must name a .json or .toml file, was ${path}`)
  let text: string
  try {
    text = readFileSync(path, 'utf8').replace(BYTE_ORDER_MARK, '')
  } catch (cause) {
    throw new ConfigError(`${flag} must name a file that can be read, was ${path}: ${messageOf(cause)}`, {
      cause,
    })
  }
  let content: unknown
  try {
    content = parse(text)
  } catch (cause) {
    throw new ConfigError(`${path} must be well-formed: ${messageOf(cause)}`, { cause })
  }
  if (isTable(content)) return content
  throw new ConfigError(`${path} must hold one table, holds something else`)
}

/** Editors on Windows put it in front. */
const BYTE_ORDER_MARK = /^\uFEFF/

const PARSERS: ReadonlyMap<string, (text: string) => unknown> = new Map([
  ['.json', (text) => JSON.parse(text)],
  ['.toml', (text) => parseToml(text)],
])

/** Parameters as a table (`{"fast": 10}`) or as a list of `key=value`. */
function paramTexts(value: unknown, name: string): string[] {
  if (!isTable(value)) return textsOf(value, name)
  return Object.entries(value).map(([key, one]) => `${key}=${textOf(one, `${key} of ${name}`)}`)
}

function textsOf(value: unknown, name: string): string[] {
  return Array.isArray(value) ? value.map((one) => textOf(one, name)) : [textOf(value, name)]
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  if (value instanceof Date) return value.toISOString()
  throw new ConfigError(`${name} must be text, a number, true or false, was ${JSON.stringify(value)}`)
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
}
