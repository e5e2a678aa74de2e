/**
 * Covariance matrix adaptation: a cloud of places that moves, turns and stretches towards better values;
 * when it has shrunk to a point it starts again elsewhere, twice as large. Floor 4.
 * Source: Hansen, The CMA Evolution Strategy: A Tutorial, 2016.
 */
import { exp, log } from '../../math/elementary.js'
import type { Random } from '../../math/random.js'
import type { Point, Side } from '../space.js'
import { eigenOf } from './eigen.js'
import type { Sampler } from './sampler.js'

/** Step size at a start, in sides of the box. */
const SIGMA = 0.3
/** A cloud narrower than this starts again. */
const LEAST_SIGMA = 1e-4
/** Draws before a place outside the box is moved onto its edge. */
const TRIES = 20
const LEAST_BATCH = 8

/** A sampler without an end. Words count as numbers in the order they were given. */
export function cmaEsSampler(sides: readonly Side[], random: Random): Sampler {
  const n = Math.max(1, sides.length)
  let cloud = newCloud(
    n,
    Math.max(LEAST_BATCH, 4 + Math.floor(3 * log(n))),
    sides.map(() => 0.5),
  )
  let asked: readonly Point[] = []
  return {
    ask() {
      asked = cloud.draw(random)
      return asked
    },
    tell(values) {
      const ranked = asked
        .map((point, k) => ({ point, gain: worstIfNaN(values[k] ?? Number.NaN) }))
        .sort((a, b) => (a.gain === b.gain ? 0 : b.gain - a.gain))
      const isFlat = ranked[0]?.gain === ranked.at(-1)?.gain
      if (cloud.move(ranked.map(({ point }) => point)) < LEAST_SIGMA || isFlat) {
        cloud = newCloud(
          n,
          2 * cloud.size,
          sides.map(() => random.uniform()),
        )
      }
    },
  }
}

function worstIfNaN(value: number): number {
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value
}

/** A distribution of places. */
interface Cloud {
  /** Places drawn at once. */
  readonly size: number
  draw(random: Random): readonly Point[]
  /** Moves towards the first of the places, best first; gives the new step size. */
  move(ranked: readonly Point[]): number
}

function newCloud(n: number, size: number, start: readonly number[]): Cloud {
  const parents = Math.floor(size / 2)
  const raw = Array.from({ length: parents }, (_, k) => log((size + 1) / 2) - log(k + 1))
  const total = raw.reduce((sum, weight) => sum + weight, 0)
  const weights = raw.map((weight) => weight / total)
  const effective = 1 / weights.reduce((sum, weight) => sum + weight * weight, 0)
  const cc = (4 + effective / n) / (n + 4 + (2 * effective) / n)
  const cs = (effective + 2) / (n + effective + 5)
  const c1 = 2 / ((n + 1.3) * (n + 1.3) + effective)
  const cmu = Math.min(1 - c1, (2 * (effective - 2 + 1 / effective)) / ((n + 2) * (n + 2) + effective))
  const damping = 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + cs
  const expected = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n))
  const dimensions = Array.from({ length: n }, (_, i) => i)
  let mean = [...start]
  let sigma = SIGMA
  let covariance = dimensions.map((i) => dimensions.map((j) => Number(i === j)))
  let eigen = eigenOf(covariance)
  let pathC = dimensions.map(() => 0)
  let pathS = dimensions.map(() => 0)
  let fading = 1

  /** Turns a vector into the cloud's axes, scales it by a power of their lengths, and turns it back. */
  const scaled = (vector: readonly number[], scaleOf: (length: number) => number): number[] => {
    const { values, vectors } = eigen
    const turned = dimensions.map((k) => {
      const along = dimensions.reduce((sum, i) => sum + (vectors[i]?.[k] ?? 0) * (vector[i] ?? 0), 0)
      return along * scaleOf(Math.sqrt(Math.max(values[k] ?? 0, 1e-20)))
    })
    return dimensions.map((i) =>
      dimensions.reduce((sum, k) => sum + (vectors[i]?.[k] ?? 0) * (turned[k] ?? 0), 0),
    )
  }

  const drawOne = (random: Random): Point => {
    for (let attempt = 1; ; attempt++) {
      const { values, vectors } = eigen
      const normals = dimensions.map((k) => random.normal() * Math.sqrt(Math.max(values[k] ?? 0, 0)))
      const place = dimensions.map(
        (i) =>
          (mean[i] ?? 0) +
          sigma * dimensions.reduce((sum, k) => sum + (vectors[i]?.[k] ?? 0) * (normals[k] ?? 0), 0),
      )
      if (place.every((x) => x >= 0 && x < 1)) return place
      if (attempt === TRIES) return place.map((x) => Math.max(0, Math.min(1 - 2 ** -40, x)))
    }
  }

  return {
    size,
    draw: (random) => Array.from({ length: size }, () => drawOne(random)),
    move(ranked) {
      const steps = ranked
        .slice(0, parents)
        .map((point) => dimensions.map((i) => ((point[i] ?? 0) - (mean[i] ?? 0)) / sigma))
      const step = dimensions.map((i) => weights.reduce((sum, w, k) => sum + w * (steps[k]?.[i] ?? 0), 0))
      mean = dimensions.map((i) => (mean[i] ?? 0) + sigma * (step[i] ?? 0))
      const white = scaled(step, (length) => 1 / length)
      pathS = pathS.map((x, i) => (1 - cs) * x + Math.sqrt(cs * (2 - cs) * effective) * (white[i] ?? 0))
      const length = Math.sqrt(pathS.reduce((sum, x) => sum + x * x, 0))
      fading *= (1 - cs) * (1 - cs)
      const isSteady = length / Math.sqrt(1 - fading) < (1.4 + 2 / (n + 1)) * expected
      pathC = pathC.map(
        (x, i) => (1 - cc) * x + (isSteady ? Math.sqrt(cc * (2 - cc) * effective) * (step[i] ?? 0) : 0),
      )
      const old = 1 - c1 - cmu + (isSteady ? 0 : c1 * cc * (2 - cc))
      covariance = dimensions.map((i) =>
        dimensions.map((j) => {
          const spread = weights.reduce(
            (sum, w, k) => sum + w * (steps[k]?.[i] ?? 0) * (steps[k]?.[j] ?? 0),
            0,
          )
          return old * (covariance[i]?.[j] ?? 0) + c1 * (pathC[i] ?? 0) * (pathC[j] ?? 0) + cmu * spread
        }),
      )
      eigen = eigenOf(covariance)
      sigma = Math.min(1, sigma * exp(Math.min(1, (cs / damping) * (length / expected - 1))))
      return sigma * Math.sqrt(Math.max(...eigen.values, 0))
    },
  }
}
