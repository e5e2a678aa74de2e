/** The rules that a symbol's orders must meet: asked for, built in, or none. Floor 5. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { ConfigError, DataError } from '../model/errors.js'
import { hintFor } from '../model/nearest-name.js'
import { openRules, type SymbolRules } from '../model/symbol-rules.js'
import { exchangeInfoSymbols, exchangeInfoTime, rulesFromExchangeInfo } from '../venue/exchange-info.js'
import { knownRules, splitSymbol } from '../venue/known-symbols.js'

/** Rules, and whether they are the user's, the built-in ones, or a guess. */
export interface LoadedRules {
  readonly rules: SymbolRules
  /** What the manifest says: a file's name (never a path), `none`, `built-in`, or `unknown` for a guess. */
  readonly given: string
  /** Nothing is known of the symbol, and nobody said so. */
  readonly isGuess: boolean
  /** When an exchangeInfo answer was given, UTC milliseconds. */
  readonly since?: number
}

/**
 * Rules of a symbol: from the exchangeInfo answer at `asked`, none at all for `none`, else built in.
 * Throws a DataError when the file is missing or damaged, a ConfigError when it lacks the symbol.
 */
export function loadRules(asked: string | undefined, symbol: string): LoadedRules {
  if (asked !== undefined && asked !== 'none') {
    const { rules, since } = readRules(asked, symbol)
    return { rules, given: basename(asked), isGuess: false, ...(since !== undefined && { since }) }
  }
  const known = asked === undefined ? knownRules(symbol) : undefined
  if (known) return { rules: known, given: 'built-in', isGuess: false }
  const { baseAsset, quoteAsset } = splitSymbol(symbol)
  return {
    rules: openRules(symbol, baseAsset, quoteAsset),
    given: asked ?? 'unknown',
    isGuess: asked === undefined,
  }
}

function readRules(
  path: string,
  symbol: string,
): { readonly rules: SymbolRules; readonly since: number | undefined } {
  const json = readJson(path)
  try {
    const symbols = exchangeInfoSymbols(json)
    if (symbols.includes(symbol)) {
      return { rules: rulesFromExchangeInfo(json, symbol), since: exchangeInfoTime(json) }
    }
    throw new ConfigError(
      `${path} must hold the symbol ${symbol}, holds ${symbols.length} others${hintFor(symbol, symbols)}`,
    )
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    throw new DataError(`${path}: ${error.message}`, { cause: error })
  }
}

function readJson(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new DataError(`--rules must name a file that can be read, was ${path}: ${messageOf(cause)}`, {
      cause,
    })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DataError(`${path} must be an exchangeInfo answer in JSON: ${messageOf(cause)}`, { cause })
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
