/** Places drawn at random, each as likely as any other. Floor 4. */
import type { Random } from '../../math/random.js'
import type { Side } from '../space.js'
import type { Sampler } from './sampler.js'

const BATCH = 1024

/** A sampler without an end. */
export function randomSampler(sides: readonly Side[], random: Random): Sampler {
  return {
    ask: () => Array.from({ length: BATCH }, () => sides.map(() => random.uniform())),
    tell: () => undefined,
  }
}
