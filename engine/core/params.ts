/** A strategy's parameters: what they are, what they may be, and how text becomes them. Floor 2. */
import { ConfigError } from '../model/errors.js'

/** A whole number between `min` and `max`, both included. */
export interface IntParam {
  readonly kind: 'int'
  readonly default: number
  readonly min: number
  readonly max: number
}

/** A number between `min` and `max`, both included. */
export interface NumberParam {
  readonly kind: 'number'
  readonly default: number
  readonly min: number
  readonly max: number
}

/** Yes or no. */
export interface FlagParam {
  readonly kind: 'flag'
  readonly default: boolean
}

/** One of some words. */
export interface ChoiceParam<Word extends string = string> {
  readonly kind: 'choice'
  readonly default: Word
  readonly words: readonly Word[]
}

/** A parameter of a strategy. */
export type ParamSpec = IntParam | NumberParam | FlagParam | ChoiceParam

/** The parameters of a strategy by name. */
export type ParamSpecs = Readonly<Record<string, ParamSpec>>

/** The value of a parameter. */
export type ParamValue = number | boolean | string

type ValueOf<S extends ParamSpec> =
  S extends ChoiceParam<infer Word> ? Word : S extends FlagParam ? boolean : number

/** The values of a set of parameters, typed from their specs. */
export type ParamValues<P extends ParamSpecs> = { readonly [K in keyof P]: ValueOf<P[K]> }

/** A whole-number parameter. */
export function int(value: number, bounds: { readonly min: number; readonly max: number }): IntParam {
  return { kind: 'int', default: value, ...bounds }
}

/** A number parameter. */
export function num(value: number, bounds: { readonly min: number; readonly max: number }): NumberParam {
  return { kind: 'number', default: value, ...bounds }
}

/** A yes-or-no parameter. */
export function flag(value: boolean): FlagParam {
  return { kind: 'flag', default: value }
}

/** A parameter that is one of some words. */
export function choice<const Word extends string>(value: Word, words: readonly Word[]): ChoiceParam<Word> {
  return { kind: 'choice', default: value, words }
}

/** The default value of each parameter. */
export function defaultValues<P extends ParamSpecs>(specs: P): ParamValues<P> {
  const values = Object.entries(specs).map(([name, spec]) => [name, spec.default])
  // Each value is its own spec's default, which is what the mapped type says.
  return Object.freeze(Object.fromEntries(values)) as ParamValues<P>
}

/** Reads a parameter's value from text. Throws a ConfigError naming the parameter and its bounds. */
export function parseParam(name: string, spec: ParamSpec, text: string): ParamValue {
  switch (spec.kind) {
    case 'int':
    case 'number': {
      const value = text.trim() === '' ? Number.NaN : Number(text)
      return checkParam(name, spec, Number.isNaN(value) ? text : value)
    }
    case 'flag':
      return checkParam(name, spec, text === 'true' ? true : text === 'false' ? false : text)
    case 'choice':
      return checkParam(name, spec, text)
  }
}

/** Checks a parameter's value. Throws a ConfigError naming the parameter and its bounds. */
export function checkParam(name: string, spec: ParamSpec, value: unknown): ParamValue {
  switch (spec.kind) {
    case 'int':
      if (Number.isInteger(value) && isWithin(value, spec)) return value
      throw new ConfigError(
        `${name} must be a whole number between ${spec.min} and ${spec.max}, was ${value}`,
      )
    case 'number':
      if (isWithin(value, spec)) return value
      throw new ConfigError(`${name} must be a number between ${spec.min} and ${spec.max}, was ${value}`)
    case 'flag':
      if (typeof value === 'boolean') return value
      throw new ConfigError(`${name} must be true or false, was ${value}`)
    case 'choice':
      if (typeof value === 'string' && spec.words.includes(value)) return value
      throw new ConfigError(`${name} must be one of ${spec.words.join(', ')}, was ${value}`)
  }
}

function isWithin(value: unknown, bounds: IntParam | NumberParam): value is number {
  return typeof value === 'number' && value >= bounds.min && value <= bounds.max
}
