/**
 * Sobol's sequence: places that fill the box evenly, however many are taken. A random shift of its bits
 * makes another sequence of each seed and keeps its evenness. Floor 4.
 * Source: Joe and Kuo, Constructing Sobol sequences with better two-dimensional projections, 2008.
 */

import type { Random } from '../../math/random.js'
import { ConfigError } from '../../model/errors.js'
import type { Point, Side } from '../space.js'
import type { Sampler } from './sampler.js'

const BITS = 32
const BATCH = 1024

/** Degree, coefficients and first direction numbers of the second dimension and those after it. */
const DIRECTIONS: readonly (readonly [degree: number, coefficients: number, first: readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
  [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]],
  [6, 13, [1, 1, 1, 15, 21, 21]],
  [6, 16, [1, 3, 1, 13, 27, 49]],
  [6, 19, [1, 1, 1, 15, 7, 5]],
  [6, 22, [1, 3, 1, 15, 13, 25]],
  [6, 25, [1, 1, 5, 5, 19, 61]],
  [7, 1, [1, 3, 7, 11, 23, 15, 103]],
  [7, 4, [1, 3, 7, 13, 13, 15, 69]],
]

/** The most parameters that the table has directions for. */
export const SOBOL_SIDES = DIRECTIONS.length + 1

/** A sampler of at most 2^32 places. Throws a ConfigError above `SOBOL_SIDES` parameters. */
export function sobolSampler(sides: readonly Side[], random: Random): Sampler {
  if (sides.length > SOBOL_SIDES) {
    throw new ConfigError(
      `--sampler sobol takes at most ${SOBOL_SIDES} swept parameters, was given ${sides.length}; fix some, or take --sampler random`,
    )
  }
  const directions = sides.map((_, side) => directionsOf(side))
  const shifts = sides.map(() => random.int32())
  const state = new Int32Array(sides.length)
  let index = 0
  return {
    ask: () => Array.from({ length: BATCH }, next),
    tell: () => undefined,
  }

  /** Gray code order: from one place to the next a single direction is added (Antonov and Saleev 1979). */
  function next(): Point {
    const point = Array.from(state, (bits, side) => ((bits ^ (shifts[side] ?? 0)) >>> 0) / 2 ** BITS)
    const bit = lowestZero(index++)
    directions.forEach((direction, side) => {
      state[side] = (state[side] ?? 0) ^ (direction[bit] ?? 0)
    })
    return point
  }
}

function lowestZero(index: number): number {
  let bit = 0
  for (let rest = index; rest % 2 === 1; rest = Math.floor(rest / 2)) bit++
  return bit
}

function directionsOf(side: number): Int32Array {
  const numbers = new Int32Array(BITS)
  const row = DIRECTIONS[side - 1]
  if (!row) return numbers.map((_, k) => 1 << (BITS - 1 - k))
  const [degree, coefficients, first] = row
  for (let k = 0; k < BITS; k++) {
    if (k < degree) {
      numbers[k] = (first[k] ?? 1) << (BITS - 1 - k)
      continue
    }
    const before = numbers[k - degree] ?? 0
    let bits = before ^ (before >>> degree)
    for (let j = 1; j < degree; j++) {
      if ((coefficients >>> (degree - 1 - j)) & 1) bits ^= numbers[k - j] ?? 0
    }
    numbers[k] = bits
  }
  return numbers
}
