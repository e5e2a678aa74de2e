/** Which version of a symbol's rules is in force: whoever lets time pass asks for it at each change. Floor 2. */
import { type MarketRules, marketRules, type SymbolRules } from '../../model/symbol-rules.js'

/** The versions of a symbol's rules over time. The first is in force before its own day too. */
export class RulesInForce {
  readonly #versions: readonly { readonly since: number; readonly rules: MarketRules }[]
  #current = 0

  constructor(rules: SymbolRules) {
    const later = (rules.later ?? []).map((one) => ({ since: one.since, rules: marketRules(one.rules) }))
    this.#versions = [{ since: Number.NEGATIVE_INFINITY, rules: marketRules(rules) }, ...later]
  }

  /** When the next version comes into force, UTC milliseconds; infinity when there is none. */
  get changesAt(): number {
    return this.#versions[this.#current + 1]?.since ?? Number.POSITIVE_INFINITY
  }

  /** The version in force from this moment on; undefined where it is the one that was given last. */
  follow(time: number): MarketRules | undefined {
    const k = this.#versions.findLastIndex(({ since }) => since <= time)
    if (k === this.#current) return undefined
    this.#current = k
    return this.#versions[k]?.rules
  }
}

/**
 * Makes held rules those of another version, in place: all who work for a symbol hold this one object and look into it
 * at each use, so that a run with one version pays nothing for those with several.
 */
export function putInForce(held: MarketRules, version: MarketRules): void {
  Object.assign(held, { further: undefined, bansCancelReplace: undefined }, version)
}

/** The versions of a symbol's rules; undefined where one is in force at all times. */
export function rulesInForce(rules: SymbolRules): RulesInForce | undefined {
  return rules.later === undefined ? undefined : new RulesInForce(rules)
}
