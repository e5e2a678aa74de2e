/** A sampler by its name. Floor 4. */
import { newRandom } from '../../math/random.js'
import { type Space, sidesOf } from '../space.js'
import { cmaEsSampler } from './cma-es-sampler.js'
import { gridSampler } from './grid-sampler.js'
import { randomSampler } from './random-sampler.js'
import type { Sampler } from './sampler.js'
import { sobolSampler } from './sobol-sampler.js'
import { tpeSampler } from './tpe-sampler.js'

/** The samplers that there are. */
export const SAMPLERS = ['grid', 'random', 'sobol', 'tpe', 'cma-es'] as const

/** Name of a sampler. */
export type SamplerName = (typeof SAMPLERS)[number]

/** Makes a sampler. The same seed proposes the same places. */
export function createSampler(name: SamplerName, space: Space, seed: number): Sampler {
  const sides = sidesOf(space)
  switch (name) {
    case 'grid':
      return gridSampler(sides)
    case 'random':
      return randomSampler(sides, newRandom(seed))
    case 'sobol':
      return sobolSampler(sides, newRandom(seed))
    case 'tpe':
      return tpeSampler(sides, newRandom(seed))
    case 'cma-es':
      return cmaEsSampler(sides, newRandom(seed))
  }
}
