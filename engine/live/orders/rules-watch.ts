/**
 * Holds the rules of a session's symbols against what the exchange says of them. A change is told and given to the
 * session, unless the rules are part of what was promoted. Floor 3.
 */
import { ConfigError, DataError } from '../../model/errors.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import { rulesFromExchangeInfo } from '../../venue/exchange-info.js'
import type { TellOrders } from './order-news.js'
import { changesText, type RulesChange, rulesChanges } from './rules-change.js'

/** What a watch works with. */
export interface RulesWatchParts {
  /** By their index, with the rules that the session was asked for: in mode live those of its promotion. */
  readonly symbols: readonly { readonly symbol: string; readonly rules: SymbolRules }[]
  /** Whether the session goes by the exchange's rules; those of a file are kept as they are. */
  readonly follows: boolean
  /** Whether the rules are part of what was promoted. */
  readonly isPromoted: boolean
  /** The rules that the session goes by. */
  readonly rulesOf: (symbolIndex: number) => SymbolRules
  /** Gives the session other rules; the orders that it asks for behind this go by them. */
  readonly change: (symbolIndex: number, rules: SymbolRules) => void
  readonly tell: TellOrders
  readonly halt: (reason: string) => void
}

/** One for each session. */
export class RulesWatch {
  readonly #parts: RulesWatchParts
  /** What the session has been given, by index; it may still wait for its turn. */
  readonly #given = new Map<number, SymbolRules>()
  readonly #changedAt = new Map<string, number>()
  /** The change that has halted, by symbol. */
  readonly #refused = new Map<string, string>()

  constructor(parts: RulesWatchParts) {
    this.#parts = parts
  }

  /** Whether the rules of a symbol have changed since a moment of the process's own clock. */
  hasChangedSince(symbol: string, moment: number): boolean {
    return (this.#changedAt.get(symbol) ?? Number.NEGATIVE_INFINITY) > moment
  }

  /** Takes what an exchangeInfo answer says of a symbol. */
  take(symbol: string, json: unknown): void {
    const { symbols, follows, rulesOf, change, tell } = this.#parts
    const index = symbols.findIndex((one) => one.symbol === symbol)
    if (!follows || index < 0) return
    const rules = this.#read(symbol, json)
    if (!rules) return
    const changes = rulesChanges(this.#given.get(index) ?? rulesOf(index), rules)
    if (changes.length === 0) return
    const reason = this.#refusal(index, rules, changes)
    if (reason !== undefined) {
      this.#refuse(symbol, reason)
      return
    }
    this.#given.set(index, rules)
    this.#changedAt.set(symbol, performance.now())
    change(index, rules)
    const isDaily = changes.every((one) => one.isDaily)
    const what = `the exchange has changed the rules of ${symbol}: ${changesText(changes)}`
    tell('rules', isDaily ? 'note' : 'ticket', `${what}; the next orders go by them`)
  }

  /** A person has cleared a halt: a change that is still there halts again. */
  forget(): void {
    this.#refused.clear()
  }

  #read(symbol: string, json: unknown): SymbolRules | undefined {
    try {
      const rules = rulesFromExchangeInfo(json, symbol)
      this.#parts.tell('rules', 'note', `the rules of ${symbol} are read`, {
        about: `rules ${symbol}`,
        isOver: true,
      })
      return rules
    } catch (error) {
      if (!(error instanceof DataError || error instanceof ConfigError)) throw error
      const message = `the rules of ${symbol} cannot be read, those from before are kept: ${error.message}`
      this.#parts.tell('rules', 'ticket', message, { about: `rules ${symbol}` })
      return undefined
    }
  }

  /** Why the session may not go on with these rules; undefined where it may. */
  #refusal(index: number, rules: SymbolRules, changes: readonly RulesChange[]): string | undefined {
    const { symbols, isPromoted } = this.#parts
    const asked = symbols[index]
    if (!asked) return undefined
    const { symbol } = asked
    if (changes.some(({ name }) => name === 'baseAsset' || name === 'quoteAsset'))
      return `${symbol} is another market now: ${changesText(changes)}; look at the exchange, and begin a new session`
    // What was promoted since the ledger was begun is what was asked for.
    const other = rulesChanges(asked.rules, rules).filter(({ isDaily }) => !isDaily)
    if (!isPromoted || other.length === 0) return undefined
    return `the exchange has changed the rules of ${symbol}: ${changesText(other)}; rules are part of what was promoted: promote again with these (a run and a session that have them, then run-promote.ts), arm, clear this halt and start again`
  }

  #refuse(symbol: string, reason: string): void {
    if (this.#refused.get(symbol) === reason) return
    this.#refused.set(symbol, reason)
    this.#parts.halt(reason)
  }
}
