/** Parameters as they were given → checked values of a strategy. Floor 5. */
import {
  type ParamSpec,
  type ParamSpecs,
  type ParamValue,
  type ParamValues,
  parseParam,
} from '../core/params.js'
import { type Strategy, strategyParams } from '../core/strategy.js'
import { ConfigError } from '../model/errors.js'
import { hintFor } from '../model/nearest-name.js'
import { numberOf, quoted } from './flag.js'
import { guardStrategy } from './guard-strategy.js'
import type { GivenParam } from './resolve-settings.js'

/**
 * Reads a strategy's parameters from text, with defaults for the rest. Throws a ConfigError that names
 * the strategy's parameters and their bounds when one is unknown, and the bounds when one is outside; a
 * StrategyError when the strategy's `allow` throws.
 */
export function parseParams(
  strategy: Strategy,
  given: ReadonlyMap<string, GivenParam>,
): ParamValues<ParamSpecs> {
  const values = [...given].map(([name, { text }]) => {
    const spec = Object.hasOwn(strategy.params, name) ? strategy.params[name] : undefined
    if (spec) return [name, readParam(name, spec, text)] as const
    const known = Object.entries(strategy.params)
    const bounds = known.map(([key, one]) => `${key} (${boundsOf(one)})`).join(', ')
    throw new ConfigError(
      `${strategy.name} has no parameter ${name}${hintFor(name, Object.keys(strategy.params))} (it has ${bounds || 'none'})`,
    )
  })
  return guardStrategy(strategy.name, () => strategyParams(strategy, Object.fromEntries(values)))
}

/**
 * A parameter's value from text, numbers as flags take them. Throws a ConfigError that names the parameter and its
 * bounds, or says that its number must be a decimal one.
 */
export function readParam(name: string, spec: ParamSpec, text: string): ParamValue {
  const isNumeric = spec.kind === 'int' || spec.kind === 'number'
  if (
    isNumeric &&
    text.trim() !== '' &&
    Number.isNaN(numberOf(text.trim())) &&
    Number.isFinite(Number(text))
  ) {
    throw new ConfigError(`${name} must be a decimal number such as ${Number(text)}, was ${quoted(text)}`)
  }
  return parseParam(name, spec, text)
}

/** What a parameter may be, in words. */
function boundsOf(spec: ParamSpec): string {
  switch (spec.kind) {
    case 'int':
    case 'number':
      return `${spec.min} to ${spec.max}`
    case 'flag':
      return 'true or false'
    case 'choice':
      return spec.words.join(', ')
  }
}
