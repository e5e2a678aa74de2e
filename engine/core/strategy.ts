/** A strategy: one plain object that every mode runs unchanged. Floor 2. */
import type { Indicator, LongerInterval } from '../math/indicator.js'
import type { Series } from '../math/series.js'
import { ConfigError } from '../model/errors.js'
import type { Context, Market, Together } from './context.js'
import { checkParam, defaultValues, type ParamSpecs, type ParamValues } from './params.js'

/** Indicators of a strategy by name. */
export type IndicatorSet = Readonly<Record<string, Indicator>>

/** Longer intervals by a strategy's own names. */
export type LongerIntervals = Readonly<Record<string, LongerInterval>>

/** What a strategy reads of its indicators: one series, or one for each output. */
export type Readings<I extends IndicatorSet> = {
  readonly [K in keyof I]: I[K] extends Indicator<infer Output>
    ? [Output] extends ['value']
      ? Series
      : { readonly [O in Output]: Series }
    : never
}

/** Plain data that a strategy keeps between bars: it is recorded, copied and replayed. */
export type PlainState = { [key: string]: PlainValue }
type PlainValue = number | string | boolean | null | PlainValue[] | { [key: string]: PlainValue }

/** What `defineStrategy` takes. */
export interface StrategySpec<
  P extends ParamSpecs,
  I extends IndicatorSet,
  S extends PlainState,
  A extends LongerIntervals,
> {
  /** Kebab-case name, the same as the file's. */
  readonly name: string
  /** Parameters with their defaults and bounds. */
  readonly params?: P
  /** Which combinations of parameters make sense; all when left out. */
  readonly allow?: (params: ParamValues<P>) => boolean
  /** Symbols it trades, all with one quote asset; the run's own when left out. */
  readonly symbols?: readonly string[]
  /** Longer intervals whose bars it reads, by name: `{ h1: '1h' }`. An indicator over one is `on('1h', …)`. */
  readonly also?: A
  /** Causal recipes by name. */
  readonly indicators?: (params: ParamValues<P>) => I
  /** What it remembers between bars, at the start. */
  readonly state?: (params: ParamValues<P>) => S
  /**
   * Called at the close of every bar, once every indicator is defined. It asks through the context. With
   * several symbols it is called for each in the order of their names, and each has a state of its own.
   */
  readonly onBar?: (indicators: Readings<I>, context: Context<ParamValues<P>, S, A>) => void
  /**
   * In place of `onBar`: called once at a close with every symbol whose bar has closed and whose indicators
   * are defined, in the order of their names. One state for all.
   */
  readonly onBars?: (
    markets: readonly Market<Readings<I>, ParamValues<P>, S, A>[],
    together: Together<ParamValues<P>, S>,
  ) => void
}

/** A symbol of a strategy whose own types are not known here. */
export type AnyMarket = Market<Readings<IndicatorSet>, ParamValues<ParamSpecs>, PlainState, LongerIntervals>

/** A strategy whose own types are not known here: what the engine and the shells handle. */
export interface Strategy {
  readonly kind: 'strategy'
  readonly name: string
  readonly params: ParamSpecs
  readonly symbols: readonly string[] | undefined
  readonly also: LongerIntervals
  readonly allow: (params: ParamValues<ParamSpecs>) => boolean
  readonly indicators: (params: ParamValues<ParamSpecs>) => IndicatorSet
  readonly state: (params: ParamValues<ParamSpecs>) => PlainState
  readonly onBar: (indicators: Readings<IndicatorSet>, context: AnyMarket) => void
  /** Undefined where each symbol is decided on its own. */
  readonly onBars:
    | ((markets: readonly AnyMarket[], together: Together<ParamValues<ParamSpecs>, PlainState>) => void)
    | undefined
}

/** Functions that come back before they are done. */
const ASYNC: ReadonlySet<string> = new Set(['AsyncFunction', 'GeneratorFunction', 'AsyncGeneratorFunction'])

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/

/**
 * Makes a strategy. Every type is inferred: an unknown parameter or indicator does not compile.
 * Throws a ConfigError when the name is not kebab-case or a default lies outside its bounds.
 */
export function defineStrategy<
  // Without parameters, indicators or state these are empty records.
  P extends ParamSpecs = Record<never, never>,
  I extends IndicatorSet = Record<never, never>,
  S extends PlainState = Record<never, never>,
  const A extends LongerIntervals = Record<never, never>,
>(spec: StrategySpec<P, I, S, A>): Strategy {
  if (typeof spec.name !== 'string' || !NAME.test(spec.name))
    throw new ConfigError(`a strategy's name must be kebab-case, was ${spec.name}`)
  const { onBar, onBars } = spec
  if ((onBar === undefined) === (onBars === undefined)) {
    throw new ConfigError(`strategy ${spec.name} must have onBar or onBars, and not both`)
  }
  if (ASYNC.has((onBar ?? onBars)?.constructor.name ?? '')) {
    throw new ConfigError(
      `strategy ${spec.name} must decide at once: ${onBar ? 'onBar' : 'onBars'} must be a plain function, is async or a generator`,
    )
  }
  const params: ParamSpecs = spec.params ?? {}
  for (const [name, param] of Object.entries(params)) checkParam(name, param, param.default)
  const strategy = {
    kind: 'strategy',
    name: spec.name,
    params,
    symbols: spec.symbols,
    also: spec.also ?? {},
    allow: spec.allow ?? (() => true),
    indicators: spec.indicators ?? (() => ({})),
    state: spec.state ?? (() => ({})),
    onBar: onBar ?? ((_indicators: unknown, market: never) => onBars?.([market], market)),
    onBars,
  }
  // The engine hands the functions only values that it made from this very spec.
  return Object.freeze(strategy) as unknown as Strategy
}

/** Checks values against a strategy's parameters, filling in defaults. Throws a ConfigError. */
export function strategyParams(
  strategy: Strategy,
  given: Readonly<Record<string, unknown>>,
): ParamValues<ParamSpecs> {
  const values: Record<string, number | boolean | string> = { ...defaultValues(strategy.params) }
  for (const [name, value] of Object.entries(given)) {
    const spec = Object.hasOwn(strategy.params, name) ? strategy.params[name] : undefined
    if (!spec) {
      const known = Object.keys(strategy.params).join(', ')
      throw new ConfigError(`${strategy.name} has no parameter ${name}; it has ${known || 'none'}`)
    }
    values[name] = checkParam(name, spec, value)
  }
  const params = Object.freeze(values)
  if (!strategy.allow(params)) {
    throw new ConfigError(
      `${strategy.name} does not allow ${JSON.stringify(params)}; see \`allow\` in the strategy's file`,
    )
  }
  return params
}
