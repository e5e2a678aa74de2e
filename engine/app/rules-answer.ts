/** One exchangeInfo answer in a file: what it holds, and of when it is. Floor 5. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { ConfigError, DataError } from '../model/errors.js'
import { hintFor } from '../model/nearest-name.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import { exchangeInfoSymbols, exchangeInfoTime, rulesFromExchangeInfo } from '../venue/exchange-info.js'

/** An answer as it was read. */
export interface RulesAnswer {
  /** What the manifest calls it: never a path. */
  readonly name: string
  readonly path: string
  /** When it was given, UTC milliseconds: the day in its name, else what it says itself; undefined without. */
  readonly since: number | undefined
  /** What the file holds, believed in nothing. */
  readonly json: unknown
}

/** Reads an answer, of plain or gzipped JSON. Throws a DataError when the file is missing or damaged. */
export function readAnswer(path: string, name: string): RulesAnswer {
  const json = readJson(path)
  return { name, path, json, since: dayIn(name) ?? exchangeInfoTime(json) }
}

/** Whether an answer holds a symbol. Throws a DataError naming the file when it is no such answer. */
export function holdsSymbol(answer: RulesAnswer, symbol: string): boolean {
  return symbolsIn(answer).includes(symbol)
}

/** A symbol's rules. Throws a ConfigError when the answer lacks it, a DataError when a filter is damaged. */
export function rulesIn(answer: RulesAnswer, symbol: string): SymbolRules {
  const symbols = symbolsIn(answer)
  if (!symbols.includes(symbol)) {
    throw new ConfigError(
      `${answer.path} must hold the symbol ${symbol}, holds ${symbols.length} others${hintFor(symbol, symbols)}`,
    )
  }
  return named(answer, () => rulesFromExchangeInfo(answer.json, symbol))
}

function symbolsIn(answer: RulesAnswer): readonly string[] {
  return named(answer, () => exchangeInfoSymbols(answer.json))
}

/** Says in which file a fault is. */
function named<T>({ path }: RulesAnswer, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    throw new DataError(`${path}: ${error.message}`, { cause: error })
  }
}

/** A day such as 2024-01-31 in a name; undefined when there is none, or it is in no calendar. */
function dayIn(name: string): number | undefined {
  const [day] = /(?<!\d)\d{4}-\d\d-\d\d(?!\d)/.exec(name) ?? []
  const time = day === undefined ? Number.NaN : Date.parse(day)
  return Number.isNaN(time) ? undefined : time
}

function readJson(path: string): unknown {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new DataError(`the rules must be a file that can be read, was ${path}: ${messageOf(cause)}`, {
      cause,
    })
  }
  try {
    return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))
  } catch (cause) {
    throw new DataError(`${path} must be an exchangeInfo answer in JSON: ${messageOf(cause)}`, { cause })
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
