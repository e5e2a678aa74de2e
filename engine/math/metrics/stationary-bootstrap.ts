/**
 * An interval for the mean of a series whose values depend on their neighbours, by the stationary
 * bootstrap. Floor 1. Source: Politis and Romano, The Stationary Bootstrap, 1994.
 */
import { valueAt } from '../../model/bars.js'
import type { Random } from '../random.js'
import { mean, quantileOfSorted } from '../statistics.js'

/** The mean of a series, and where it lies in series drawn from it anew. */
export interface MeanInterval {
  readonly count: number
  readonly mean: number
  /** Ends of the interval: quantiles of the drawn means; NaN below two values. */
  readonly low: number
  readonly high: number
  /** Share of the drawn means above 0; NaN below two values. */
  readonly shareAbove: number
  /** Expected length of a block, in values. */
  readonly blockLength: number
  readonly draws: number
}

/** How an interval is drawn. */
export interface BootstrapOptions {
  readonly random: Random
  /** Series drawn. */
  readonly draws?: number
  /** Share of the drawn means inside the interval. */
  readonly level?: number
}

/** The shortest expected block with length³ of at least `count`: the rate that keeps the bias small. */
export function blockLengthOf(count: number): number {
  let length = 1
  while (length * length * length < count) length++
  return length
}

/**
 * The percentile interval of the mean. Each drawn series is as long as the given one and made of blocks
 * of it: a block begins anywhere, wraps around the end, and ends after each value with probability
 * 1 / `blockLength`.
 */
export function bootstrapMean(
  values: Float64Array,
  { random, draws = 2000, level = 0.95 }: BootstrapOptions,
): MeanInterval {
  const count = values.length
  const blockLength = blockLengthOf(count)
  const known = { count, mean: mean(values), blockLength, draws }
  if (count < 2) return { ...known, low: Number.NaN, high: Number.NaN, shareAbove: Number.NaN }
  const into = new Float64Array(count)
  const drawMean = (): number => {
    resampleBlocks(values, { blockLength, random, into })
    return into.reduce((sum, value) => sum + value, 0) / count
  }
  const means = new Float64Array(draws).map(drawMean).sort()
  return {
    ...known,
    low: quantileOfSorted(means, (1 - level) / 2),
    high: quantileOfSorted(means, (1 + level) / 2),
    shareAbove: means.filter((one) => one > 0).length / draws,
  }
}

/** Fills `into` with values of the series in blocks, as `bootstrapMean` draws them. */
export function resampleBlocks(
  values: Float64Array,
  { blockLength, random, into }: { blockLength: number; random: Random; into: Float64Array },
): void {
  const count = values.length
  const ends = 1 / blockLength
  let i = Math.floor(random.uniform() * count)
  for (let drawn = 0; drawn < into.length; drawn++) {
    into[drawn] = valueAt(values, i)
    i = random.uniform() < ends ? Math.floor(random.uniform() * count) : (i + 1) % count
  }
}
