/** Parameters as they were given → what a sweep lets them be. Floor 5. */
import type { ParamSpec } from '../../core/params.js'
import type { Strategy } from '../../core/strategy.js'
import { ConfigError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'
import type { SweepParam, SweepValue } from '../../model/sweep-result.js'
import type { Space } from '../../sweep/space.js'
import { numberOf, quoted } from '../flag.js'
import type { GivenParam } from '../resolve-settings.js'
import { readParam } from '../strategy-params.js'

/** The most values of one parameter. */
const MOST_LEVELS = 100_000

/**
 * The space of a sweep: `key=from:to:step`, `key=from:to`, `key=a,b,c` or one value. What was not given keeps
 * its default, or where nothing was given a range takes all of the strategy's own. A grid of ranges without
 * steps is spread evenly, so that it has at most `most` sets. Throws a ConfigError naming the parameter.
 */
export function readSpace(
  strategy: Strategy,
  given: ReadonlyMap<string, GivenParam>,
  { isGrid, most }: { readonly isGrid: boolean; readonly most: number },
): Space {
  const names = Object.keys(strategy.params)
  for (const name of given.keys()) {
    if (Object.hasOwn(strategy.params, name)) continue
    throw new ConfigError(
      `${strategy.name} has no parameter ${name}${hintFor(name, names)} (it has ${names.join(', ') || 'none'})`,
    )
  }
  const asked = Object.entries(strategy.params).map(([name, spec]) => {
    const text = given.get(name)?.text
    return [name, spec, text === undefined ? undefined : readAsked(name, spec, text)] as const
  })
  const isOpen = asked.every(([, , param]) => param === undefined || param.kind === 'fixed')
  const space = asked.map(
    ([name, spec, param]) => param ?? (isOpen ? wholeRange(name, spec) : fixed(name, spec.default)),
  )
  return isGrid ? spread(space, most) : space
}

function readAsked(name: string, spec: ParamSpec, text: string): SweepParam {
  const parts = text.split(':')
  if (isNumeric(spec) && parts.length > 1) return readRange(name, spec, parts)
  const words = text.split(',')
  const values = words.map((word) => readParam(name, spec, word))
  const twice = values.find((value, k) => values.indexOf(value) !== k)
  if (twice !== undefined) throw new ConfigError(`${name} must name each value once, named ${twice} twice`)
  const [only] = values
  if (only !== undefined && values.length === 1) return fixed(name, only)
  return { kind: 'levels', name, values: isNumeric(spec) ? values.toSorted(rising) : values }
}

function readRange(
  name: string,
  spec: ParamSpec & { readonly kind: 'int' | 'number' },
  parts: readonly string[],
): SweepParam {
  const [from = '', to = '', step] = parts
  const min = Number(readParam(name, spec, from))
  const max = Number(readParam(name, spec, to))
  if (!(min < max) || parts.length > 3) {
    throw new ConfigError(
      `${name} must be from:to or from:to:step with from below to, was ${quoted(parts.join(':'))}`,
    )
  }
  if (step === undefined) return { kind: 'range', name, min, max, isWhole: spec.kind === 'int' }
  const size = numberOf(step.trim())
  if (!(size > 0) || (spec.kind === 'int' && !Number.isInteger(size))) {
    throw new ConfigError(
      `the step of ${name} must be ${spec.kind === 'int' ? 'a whole number' : 'a number'} above 0, was ${quoted(step)}`,
    )
  }
  const count = Math.floor((max - min) / size + 1e-9) + 1
  if (count > MOST_LEVELS) {
    throw new ConfigError(
      `${name} must have at most ${MOST_LEVELS} values, ${quoted(parts.join(':'))} has ${count}`,
    )
  }
  const values = Array.from({ length: count }, (_, k) => tidy(min + k * size))
  return values.length === 1 ? fixed(name, min) : { kind: 'levels', name, values }
}

function wholeRange(name: string, spec: ParamSpec): SweepParam {
  switch (spec.kind) {
    case 'int':
    case 'number':
      return { kind: 'range', name, min: spec.min, max: spec.max, isWhole: spec.kind === 'int' }
    case 'flag':
      return { kind: 'levels', name, values: [false, true] }
    case 'choice':
      return { kind: 'levels', name, values: spec.words }
  }
}

/** Ranges as levels, evenly apart, both ends included: as many for each as leaves at most `most` sets. */
function spread(space: Space, most: number): Space {
  const ranges = space.filter(({ kind }) => kind === 'range').length
  if (ranges === 0) return space
  const others = space.reduce((product, one) => product * (one.kind === 'levels' ? one.values.length : 1), 1)
  let count = 2
  while ((count + 1) ** ranges * others <= most) count++
  return space.map((param) => {
    if (param.kind !== 'range') return param
    const { name, min, max, isWhole } = param
    const last = isWhole ? Math.min(count - 1, max - min) : count - 1
    const values = Array.from({ length: last + 1 }, (_, k) => {
      const value = min + ((max - min) * k) / last
      return isWhole ? Math.round(value) : tidy(value)
    })
    return { kind: 'levels', name, values }
  })
}

function isNumeric(spec: ParamSpec): spec is ParamSpec & { readonly kind: 'int' | 'number' } {
  return spec.kind === 'int' || spec.kind === 'number'
}

function fixed(name: string, value: SweepValue): SweepParam {
  return { kind: 'fixed', name, value }
}

function rising(a: SweepValue, b: SweepValue): number {
  return Number(a) - Number(b)
}

/** 0.1 + 2 · 0.1 is 0.3 to whoever types it. */
function tidy(value: number): number {
  return Number(value.toPrecision(12))
}
