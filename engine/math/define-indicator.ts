/** Indicators of one's own, causal by the way they are written: one bar after the other. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { ConfigError } from '../model/errors.js'
import { fillWarmup, type Indicator, type Kernel, type PlainData, type Source } from './indicator.js'
import { hashText } from './text-hash.js'

/** Sources of an indicator by name. */
export type SourceSet = Readonly<Record<string, Source>>

/** Parameters of an indicator by name. */
export type IndicatorParams = Readonly<Record<string, number | string | boolean>>

/** What it remembers between bars: plain data, which survives JSON. */
export type IndicatorMemory = { [key: string]: PlainData }

/** The same values, where a `false` that is only the first one may become true. */
export type Widened<Values> = { [K in keyof Values]: Values[K] extends boolean ? boolean : Values[K] }

/** What `defineIndicator` takes. */
export interface IndicatorSpec<
  Sources extends SourceSet,
  Params extends IndicatorParams,
  State extends IndicatorMemory,
  Output extends string,
> {
  /** Kebab-case name. */
  readonly name: string
  /** What it is computed from, by name; whoever uses it may put other sources in their place. */
  readonly sources: Sources
  /** Parameters with their defaults. */
  readonly params?: Params
  /** Names of its values when there are several; then `next` gives an object of them. */
  readonly outputs?: readonly Output[]
  /** Bars that `next` must have seen, beyond the warm-up of its sources, before its value counts. */
  readonly warmup: (params: Readonly<Widened<Params>>) => number
  /** What it remembers, before the first bar. */
  readonly state?: (params: Readonly<Widened<Params>>) => State
  /**
   * The value at the bar that has just closed. It is called once for each bar, from the first bar on
   * which all its sources are defined, and gets their values there, what it remembers (to be changed
   * in place) and the parameters. It may use nothing else that differs from one use to the next.
   */
  readonly next: (
    inputs: { readonly [K in keyof Sources]: number },
    state: Widened<State>,
    params: Readonly<Widened<Params>>,
  ) => [NoInfer<Output>] extends ['value'] ? number : { readonly [O in NoInfer<Output>]: number }
}

/** What changes from one use of an indicator to another: sources and parameters by name. */
export type IndicatorUse<Sources extends SourceSet, Params extends IndicatorParams> = {
  readonly [K in keyof Sources]?: Source
} & { readonly [K in keyof Params]?: Widened<Params>[K] }

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/**
 * Makes an indicator of one's own: a function that gives the recipe for other sources or parameters
 * than the defaults. Its key holds a hash of its functions, its sources and its parameters, so that a
 * changed indicator is another column. Throws a ConfigError when the name is not kebab-case, when a
 * source and a parameter share a name, or, at the use, when a name is unknown or the warm-up is no
 * whole number of at least 0.
 */
export function defineIndicator<
  Sources extends SourceSet,
  // Without parameters or state these are empty records.
  Params extends IndicatorParams = Record<never, never>,
  State extends IndicatorMemory = Record<never, never>,
  Output extends string = 'value',
>(
  spec: IndicatorSpec<Sources, Params, State, Output>,
): (use?: IndicatorUse<Sources, Params>) => Indicator<Output> {
  // Inside, sources, parameters and state go by their names; the type of `spec` has matched them.
  const { name, next, warmup, state = () => ({}), ...rest } = spec as unknown as ErasedSpec
  const params = rest.params ?? {}
  if (!NAME.test(name)) throw new ConfigError(`an indicator's name must be kebab-case, was ${name}`)
  const known = [...Object.keys(rest.sources), ...Object.keys(params)]
  const twice = known.find((one, i) => known.indexOf(one) !== i)
  if (twice) throw new ConfigError(`a source and a parameter of ${name} must not both be called ${twice}`)
  const code = hashText([next, warmup, state].map(String).join('\n'))
  // Without `outputs` the only output is 'value': the type of `next` says the same.
  const outputs = spec.outputs ?? (['value'] as unknown as readonly Output[])

  return (use = {}) => {
    const given: Readonly<Record<string, unknown>> = use
    const unknown = Object.keys(given).find((one) => !known.includes(one))
    if (unknown) {
      throw new ConfigError(`${name} has no source or parameter ${unknown}; it has ${known.join(', ')}`)
    }
    const sources = Object.entries({ ...rest.sources, ...pick(use, rest.sources) })
    const values = Object.freeze({ ...params, ...pick(use, params) })
    const first = Math.max(0, ...sources.map(([, source]) => source.warmup))
    const own = warmup(values)
    if (!Number.isInteger(own) || own < 0) {
      throw new ConfigError(`the warm-up of ${name} must be a whole number of at least 0, was ${own}`)
    }
    const names = sources.map(([key]) => key)
    const parts = [
      ...sources.map(([key, source]) => `${key}=${source.key}`),
      ...Object.entries(values).map(([key, value]) => `${key}=${JSON.stringify(value)}`),
    ]
    return {
      kind: 'indicator',
      key: `${name}#${code}(${[...parts, outputs.join('|'), own].join(',')})`,
      sources: sources.map(([, source]) => source),
      outputs,
      warmup: first + own,
      definition: next,
      createKernel: () =>
        createKernel({
          names,
          outputs,
          first,
          warmup: first + own,
          state: () => state(values),
          next: (inputs, memory) => next(inputs, memory, values),
        }),
    }
  }
}

interface ErasedSpec {
  readonly name: string
  readonly sources: SourceSet
  readonly params?: IndicatorParams
  readonly warmup: (params: IndicatorParams) => number
  readonly state?: (params: IndicatorParams) => IndicatorMemory
  readonly next: (
    inputs: Readonly<Record<string, number>>,
    state: IndicatorMemory,
    params: IndicatorParams,
  ) => number | Readonly<Record<string, number>>
}

/** What `use` says of the names in `defaults`. */
function pick<Value>(use: object, defaults: Readonly<Record<string, Value>>): Record<string, Value> {
  // The type of `use` gives each name the type of its default.
  const given = Object.entries(use) as [string, Value | undefined][]
  return Object.fromEntries(
    given.filter((entry): entry is [string, Value] => entry[0] in defaults && entry[1] !== undefined),
  )
}

interface Steps {
  readonly names: readonly string[]
  readonly outputs: readonly string[]
  /** The first bar on which all sources are defined. */
  readonly first: number
  readonly warmup: number
  readonly state: () => IndicatorMemory
  readonly next: (
    inputs: Readonly<Record<string, number>>,
    state: IndicatorMemory,
  ) => number | Readonly<Record<string, number>>
}

function createKernel({ names, outputs, first, warmup, state, next }: Steps): Kernel {
  let memory = structuredClone(state())
  const values: Record<string, number> = Object.fromEntries(names.map((name) => [name, Number.NaN]))
  const write = (columns: readonly Column[], i: number, value: ReturnType<Steps['next']>): void => {
    columns.forEach((column, k) => {
      column[i] = typeof value === 'number' ? value : (value[outputs[k] ?? ''] ?? Number.NaN)
    })
  }
  return {
    run(inputs, columns, from, to) {
      fillWarmup(columns, from, to, warmup)
      for (let i = Math.max(from, first); i < to; i++) {
        names.forEach((name, k) => {
          const input = inputs[k]
          if (input) values[name] = valueAt(input, i)
        })
        const value = next(values, memory)
        if (i >= warmup) write(columns, i, value)
      }
    },
    snapshot: () => structuredClone(memory),
    restore: (kept) => {
      // A snapshot of this kernel is what its own `state` was.
      memory = structuredClone(kept) as IndicatorMemory
    },
  }
}
