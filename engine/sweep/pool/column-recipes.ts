/**
 * The indicator columns that a trial reads, named so that trials which read the same ones can share them.
 * Floor 4.
 */
import type { ParamSpecs, ParamValues } from '../../core/params.js'
import type { Strategy } from '../../core/strategy.js'
import { atr } from '../../math/atr.js'
import type { Indicator, LongerInterval } from '../../math/indicator.js'
import type { TrialSetup } from '../run-trial.js'
import type { Trial } from '../trial.js'

/** One indicator over the bars of one interval of one symbol. */
export interface ColumnRecipe {
  /** The same for the same columns: index of the symbol, interval, key. */
  readonly id: string
  /** Its place among those of the trial: the same in every thread, whose source text may read otherwise. */
  readonly place: number
  readonly symbolIndex: number
  readonly interval: LongerInterval | undefined
  readonly indicator: Indicator
  /** Ids of the indicators that it is made of. */
  readonly sources: readonly string[]
  /** Whether the strategy reads it, rather than another indicator alone. */
  readonly isRead: boolean
}

/** The name of an indicator's columns. */
export function columnId(symbolIndex: number, interval: LongerInterval | undefined, key: string): string {
  return `${symbolIndex}/${interval ?? ''}/${key}`
}

/** Every distinct indicator of a trial, its sources before it: the strategy's, and the execution range. */
export function columnRecipes(
  strategy: Strategy,
  params: ParamValues<ParamSpecs>,
  { atrPeriod, symbols }: { readonly atrPeriod: number; readonly symbols: number },
): readonly ColumnRecipe[] {
  const read = [...Object.values(strategy.indicators(params)), atr(atrPeriod)]
  const recipes = new Map<string, Omit<ColumnRecipe, 'place'>>()
  const add = (
    indicator: Indicator,
    symbolIndex: number,
    interval: LongerInterval | undefined,
    isRead: boolean,
  ): string => {
    const id = columnId(symbolIndex, interval, indicator.key)
    const known = recipes.get(id)
    const sources = indicator.sources.flatMap((source) =>
      source.kind === 'indicator' ? [add(source, symbolIndex, interval, false)] : [],
    )
    // One definition a key: a set with two is refused when its columns are made.
    if (known === undefined || isRead) {
      recipes.set(id, {
        id,
        symbolIndex,
        interval,
        indicator,
        sources,
        isRead: isRead || known?.isRead === true,
      })
    }
    return id
  }
  for (let k = 0; k < symbols; k++) {
    for (const indicator of read) add(indicator, k, indicator.interval, true)
  }
  return [...recipes.values()].map((recipe, place) => ({ ...recipe, place }))
}

/**
 * Which columns may be shared: a recipe from outside the engine only with the definition that had its key
 * first. Functions that read the same may close over different values, and then their columns are not the
 * same.
 */
export class Definitions {
  readonly #known = new Map<string, object | undefined>()

  /** The recipes that trials may share; made of others only where those may be shared too. */
  shareable(recipes: readonly ColumnRecipe[]): readonly ColumnRecipe[] {
    const shared = new Set<string>()
    return recipes.filter(({ id, indicator, sources }) => {
      if (!this.#known.has(id)) this.#known.set(id, indicator.definition)
      const isSame = this.#known.get(id) === indicator.definition
      if (!isSame || !sources.every((source) => shared.has(source))) return false
      shared.add(id)
      return true
    })
  }
}

/** Places of trials in the order in which they share columns best; one whose indicators throw stands last. */
export function columnOrder(
  { strategy, symbols, settings }: TrialSetup,
  trials: readonly Pick<Trial, 'params'>[],
): readonly number[] {
  const read = trials.map(({ params }) => {
    try {
      return columnRecipes(strategy, params, { atrPeriod: settings.atrPeriod, symbols: symbols.length })
    } catch {
      return undefined
    }
  })
  return [...trials.keys()].sort((a, b) => compareColumns(read[a], read[b]) || a - b)
}

/** Those that read the same first column stand together, of those the ones with the same second, … */
export function compareColumns(
  a: readonly ColumnRecipe[] | undefined,
  b: readonly ColumnRecipe[] | undefined,
): number {
  if (!a || !b) return Number(!a) - Number(!b)
  const length = Math.min(a.length, b.length)
  for (let k = 0; k < length; k++) {
    const [left, right] = [a[k]?.id ?? '', b[k]?.id ?? '']
    if (left !== right) return left < right ? -1 : 1
  }
  return a.length - b.length
}
