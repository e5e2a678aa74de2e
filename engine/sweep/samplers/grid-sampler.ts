/** Every combination of levels, the last parameter moving fastest. Floor 4. */
import type { Point, Side } from '../space.js'
import type { Sampler } from './sampler.js'

const BATCH = 4096

/** A sampler that walks through a grid once. Every side must have a finite number of levels. */
export function gridSampler(sides: readonly Side[]): Sampler {
  const size = sides.reduce((product, { levels }) => product * levels, 1)
  let next = 0
  return {
    ask() {
      const count = Math.min(BATCH, size - next)
      const points = Array.from({ length: Math.max(0, count) }, (_, k) => placeOf(sides, next + k))
      next += points.length
      return points
    },
    tell: () => undefined,
  }
}

function placeOf(sides: readonly Side[], index: number): Point {
  let rest = index
  return sides
    .toReversed()
    .map(({ levels }) => {
      const level = rest % levels
      rest = (rest - level) / levels
      return (level + 0.5) / levels
    })
    .toReversed()
}
