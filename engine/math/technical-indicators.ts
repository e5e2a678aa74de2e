/**
 * The one door to the package `technicalindicators`: any of its indicators, fed closed bars one at a
 * time, so that each value stands at its own bar. `docs/indicators.md` names the package's faults.
 * Floor 1; the only file that knows the package.
 */
import { createRequire } from 'node:module'
import { type Column, valueAt } from '../model/bars.js'
import { ConfigError, InvariantError } from '../model/errors.js'
import {
  close,
  fillWarmup,
  high,
  type Indicator,
  type Kernel,
  low,
  open,
  type Source,
  volume,
} from './indicator.js'
import {
  type TechnicalName,
  type TechnicalOptions,
  type TechnicalOutput,
  type TechnicalSources,
  technicalNames,
  technicalRow,
} from './technical-table.js'

const COLUMNS = { values: close, open, high, low, close, volume } as const

/** Bars that a pattern is shown: the longest looks at five. */
const PATTERN_BARS = 5

/** Bars after which an indicator that has given nothing is taken to have wrong options. */
const PROBE_BARS = 100_000

/**
 * An indicator of the package under its own name, options and names of values: `technical('WilliamsR',
 * { period: 14 })`, `technical('MACD', { … }).macd`, `technical('doji')`. `values` is the close unless a
 * source is given for it. A pattern is 1 or 0. The warm-up is measured on made-up bars; a value that the
 * package leaves out later is NaN. After a restore every bar is fed again. The package is loaded at the
 * first use (0.1 s). Throws a ConfigError when the name or an option is unknown, or the options give no
 * values.
 */
export function technical<Name extends TechnicalName>(
  name: Name,
  options?: TechnicalOptions<Name>,
  sources: TechnicalSources<Name, Source> = {},
): Indicator<TechnicalOutput<Name>> {
  if (!technicalNames.includes(name)) {
    throw new ConfigError(
      `technical() must be given an indicator of technicalindicators, was ${name}; it knows ${technicalNames.join(', ')}`,
    )
  }
  const row = technicalRow(name)
  const chosen: Readonly<Record<string, unknown>> = options ?? {}
  const unknown = Object.keys(chosen).find((option) => !row.options.includes(option))
  if (unknown) {
    throw new ConfigError(`${name} has no option ${unknown}; it has ${row.options.join(', ') || 'none'}`)
  }
  // Whatever the name, its sources are sources by name.
  const replaced = sources as Readonly<Record<string, Source | undefined>>
  const inputs = row.takes.map((input) => replaced[input] ?? COLUMNS[input])
  const recipe: Recipe = {
    name,
    options: chosen,
    takes: row.takes,
    gives: row.gives,
    isPattern: row.isPattern,
  }
  const own = row.isPattern ? PATTERN_BARS - 1 : measureWarmup(recipe)
  const first = Math.max(...inputs.map((input) => input.warmup))
  const values = row.options.map((option) => `${option}=${String(chosen[option])}`)
  return {
    kind: 'indicator',
    key: `technical:${name}(${[...inputs.map(({ key }) => key), ...values].join(',')})`,
    sources: inputs,
    // The table's names are those that the type of the output is mapped from.
    outputs: row.gives as readonly TechnicalOutput<Name>[],
    warmup: first + own,
    createKernel: () => createKernel(recipe, first, first + own),
  }
}

interface Recipe {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
  readonly takes: readonly string[]
  readonly gives: readonly string[]
  readonly isPattern: boolean
}

/** One bar's values by the names of the package. */
type Tick = Readonly<Record<string, number>>

/** Feeds one bar; gives the values at it, as the package says them. */
type Step = (tick: Tick) => unknown

interface Streaming {
  nextValue(value: number | Tick): unknown
}

/**
 * The package costs 0.1 s to load, which a run without it must not pay, and a kernel cannot wait for an
 * `import`: so it is required at the first use.
 */
function load(name: string): unknown {
  const library: Readonly<Record<string, unknown>> = createRequire(import.meta.url)('technicalindicators')
  const found = library[name]
  if (found === undefined) throw new InvariantError(`technicalindicators must have ${name}`)
  return found
}

function createStep({ name, options, takes, isPattern }: Recipe): Step {
  if (isPattern) {
    // The table's patterns are functions of columns of prices.
    const hasPattern = load(name) as (columns: Readonly<Record<string, readonly number[]>>) => boolean
    const last: Tick[] = []
    return (tick) => {
      last.push(tick)
      if (last.length > PATTERN_BARS) last.shift()
      if (last.length < PATTERN_BARS) return undefined
      return hasPattern(Object.fromEntries(takes.map((one) => [one, last.map((bar) => bar[one] ?? 0)])))
    }
  }
  // The table's other names are classes with a `nextValue`.
  const Class = load(name) as new (input: object) => Streaming
  const empty = { values: [], open: [], high: [], low: [], close: [], volume: [] }
  const indicator = new Class({ ...empty, ...options })
  return takes[0] === 'values'
    ? ({ values = Number.NaN }) => indicator.nextValue(values)
    : (tick) => indicator.nextValue(tick)
}

/** One value by its name: numbers as they are, yes and no as 1 and 0, anything else as NaN. */
function readValue(result: unknown, output: string): number {
  const value: unknown = typeof result === 'object' && result !== null ? Reflect.get(result, output) : result
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' ? value : Number.NaN
}

function createKernel(recipe: Recipe, first: number, warmup: number): Kernel {
  const { takes, gives } = recipe
  let step = createStep(recipe)
  let fed = 0
  const feed = (inputs: readonly Column[], i: number): unknown =>
    step(Object.fromEntries(takes.map((name, k) => [name, inputAt(inputs, k, i)])))
  return {
    run(inputs, outputs, from, to) {
      if (fed !== from) {
        step = createStep(recipe)
        for (let i = first; i < from; i++) feed(inputs, i)
      }
      fillWarmup(outputs, from, to, warmup)
      for (let i = Math.max(from, first); i < to; i++) {
        const result = feed(inputs, i)
        if (i < warmup) continue
        gives.forEach((name, k) => {
          const output = outputs[k]
          if (output) output[i] = readValue(result, name)
        })
      }
      fed = to
    },
    snapshot: () => [],
    restore: () => {
      fed = -1
    },
  }
}

function inputAt(inputs: readonly Column[], k: number, i: number): number {
  const input = inputs[k]
  return input ? valueAt(input, i) : Number.NaN
}

/** Bars before the first on which every value is there, over prices that move at every bar. */
function measureWarmup(recipe: Recipe): number {
  const { name, options, gives } = recipe
  try {
    const step = createStep(recipe)
    let draw = 1
    let price = 1000
    for (let i = 0; i < PROBE_BARS; i++) {
      // The generator of Numerical Recipes: moves of both signs, none of them 0.
      draw = (Math.imul(draw, 1_664_525) + 1_013_904_223) >>> 0
      const move = 1 + (draw >>> 28) / 5
      const open = price
      price += (draw >>> 27) % 2 === 0 && price > 500 ? -move : move
      const [high, low] = [Math.max(open, price) + 0.5, Math.min(open, price) - 0.25]
      const result = step({ values: price, open, high, low, close: price, volume: 1 + (draw >>> 30) })
      if (gives.every((output) => Number.isFinite(readValue(result, output)))) return i
    }
  } catch (cause) {
    throw new ConfigError(
      `${name} must take the options ${JSON.stringify(options)}, it threw: ${String(cause)}`,
      {
        cause,
      },
    )
  }
  throw new ConfigError(
    `${name} must give values with the options ${JSON.stringify(options)}, gave none in ${PROBE_BARS} bars; see which options it needs`,
  )
}
