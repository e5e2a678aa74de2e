/** What a sweep knows of its space before its first trial: the one warm-up, and how many sets it allows. Floor 4. */
import { declaredHistory } from '../core/first-call.js'
import type { ParamSpecs, ParamValues } from '../core/params.js'
import type { Strategy } from '../core/strategy.js'
import { newRandom } from '../math/random.js'
import type { RunSettings } from '../model/settings.js'
import type { SweepValue } from '../model/sweep-result.js'
import type { Interval } from '../model/time.js'
import { gridSampler } from './samplers/grid-sampler.js'
import { SOBOL_SIDES, sobolSampler } from './samplers/sobol-sampler.js'
import { cornersOf, type Space, sidesOf, sizeOf, toParams, valuesAt } from './space.js'

/** A space of so many sets at most is looked through whole. */
const WHOLE = 50_000
/** Batches of Sobol's sequence that a larger space is looked at with, beside its corners. */
const BATCHES = 4

/** A space that was looked through. */
export interface Survey {
  /**
   * The most bars that any allowed set needs before its first call: of all sets where they can be counted,
   * else of the allowed corners and of places between them. 0 where nothing is allowed.
   */
  readonly warmup: number
  /** How many sets are allowed; infinite where they are too many to be counted. */
  readonly allowed: number
}

/** Looks a space through. */
export function surveySpace(
  strategy: Strategy,
  space: Space,
  {
    settings,
    interval,
    isAllowed,
  }: {
    readonly settings: RunSettings
    readonly interval: Interval
    readonly isAllowed: (params: ParamValues<ParamSpecs>) => boolean
  },
): Survey {
  let warmup = 0
  let allowed = 0
  for (const values of probes(space)) {
    const params = toParams(space, values)
    if (!isAllowed(params)) continue
    allowed++
    warmup = Math.max(warmup, declaredHistory(strategy, params, settings, interval))
  }
  return { warmup, allowed: sizeOf(space) <= WHOLE ? allowed : Number.POSITIVE_INFINITY }
}

function* probes(space: Space): Generator<readonly SweepValue[]> {
  const sides = sidesOf(space)
  if (sizeOf(space) <= WHOLE) {
    const grid = gridSampler(sides)
    for (let points = grid.ask(); points.length > 0; points = grid.ask()) {
      for (const point of points) yield valuesAt(space, point)
    }
    return
  }
  yield* cornersOf(space)
  const sampler = sobolSampler(sides.slice(0, SOBOL_SIDES), newRandom(0))
  for (let batch = 0; batch < BATCHES; batch++) {
    for (const point of sampler.ask()) yield valuesAt(space, point)
  }
}
