/**
 * Tree-structured Parzen estimator: it models where good places lie and where the others do, and proposes
 * those that are likelier among the good. All sides are modelled together, so that it learns of parameters
 * that depend on each other. Floor 4.
 * Source: Bergstra, Bardenet, Bengio and Kégl, Algorithms for Hyper-Parameter Optimization, 2011; the joint
 * kernels are those of Falkner, Klein and Hutter, BOHB, 2018.
 */
import { exp, pow } from '../../math/elementary.js'
import { normalCdf, normalQuantile } from '../../math/normal.js'
import type { Random } from '../../math/random.js'
import type { Point, Side } from '../space.js'
import type { Sampler } from './sampler.js'

/** Places asked at once: the same with any number of workers. */
const BATCH = 8
/** Places drawn at random before anything is modelled. */
const START = 16
/** Share of the places that count as good, and the most of them. */
const GOOD_SHARE = 0.15
const MOST_GOOD = 25
/** Candidates of which the most promising is proposed. */
const CANDIDATES = 24
/** Narrowest kernel: a box of so many of them side by side. */
const NARROWEST = 100
/** How much of a kernel of words is spread over the other words. */
const WORD_SPREAD = 0.2

/** Kernels around places, and one as wide as the box. */
interface Mixture {
  readonly centres: readonly Point[]
  /** Standard deviation of each kernel on an ordered side. */
  readonly width: number
  /** What a kernel's density at its own centre is: one over what of it lies inside the box. */
  readonly heights: readonly number[]
}

/** A sampler without an end that learns from what it is told; a NaN counts as worst. */
export function tpeSampler(sides: readonly Side[], random: Random): Sampler {
  const seen: { readonly point: Point; readonly gain: number }[] = []
  let asked: readonly Point[] = []
  return {
    ask() {
      const anywhere = (): Point => sides.map(() => random.uniform())
      const models = seen.length < START ? undefined : split()
      asked = Array.from({ length: BATCH }, () => (models ? propose(models.good, models.others) : anywhere()))
      return asked
    },
    tell(values) {
      values.forEach((value, k) => {
        const point = asked[k]
        if (point) seen.push({ point, gain: Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value })
      })
    },
  }

  function split(): { readonly good: Mixture; readonly others: Mixture } {
    // The order of equals is that in which they were asked.
    const sorted = seen.toSorted((a, b) => (a.gain === b.gain ? 0 : b.gain - a.gain))
    const count = Math.max(2, Math.min(MOST_GOOD, Math.ceil(GOOD_SHARE * sorted.length)))
    return {
      good: mixtureOf(sorted.slice(0, count).map(({ point }) => point)),
      others: mixtureOf(sorted.slice(count).map(({ point }) => point)),
    }
  }

  /** Scott's rule, not below the narrowest. */
  function mixtureOf(centres: readonly Point[]): Mixture {
    const n = centres.length + 1
    const width = 0.2 * pow(n, -1 / (sides.length + 4))
    return { centres, ...kernelsOf(centres, Math.max(width, 1 / Math.min(NARROWEST, 4 * n))) }
  }

  function kernelsOf(centres: readonly Point[], width: number): Pick<Mixture, 'width' | 'heights'> {
    const heights = centres.map((centre) =>
      sides.reduce((product, { isOrdered }, side) => {
        const at = centre[side] ?? 0
        return isOrdered ? product / (width * ROOT_TWO_PI * massWithin(at, width)) : product
      }, 1),
    )
    return { width, heights }
  }

  function propose(good: Mixture, others: Mixture): Point {
    let best: Point = []
    let most = Number.NEGATIVE_INFINITY
    for (let k = 0; k < CANDIDATES; k++) {
      const point = drawFrom(good)
      const score = densityAt(good, point) / densityAt(others, point)
      if (best.length > 0 && !(score > most)) continue
      best = point
      most = score
    }
    return best
  }

  function drawFrom({ centres, width }: Mixture): Point {
    const centre = centres[Math.floor(random.uniform() * (centres.length + 1))]
    return sides.map(({ levels, isOrdered }, side) => {
      const at = centre?.[side]
      if (at === undefined || (!isOrdered && random.uniform() < WORD_SPREAD)) return random.uniform()
      if (!isOrdered) return (Math.floor(at * levels) + 0.5) / levels
      const [low, high] = [normalCdf((0 - at) / width), normalCdf((1 - at) / width)]
      const drawn = at + width * normalQuantile(low + random.uniform() * (high - low))
      return Math.max(0, Math.min(1 - 2 ** -40, drawn))
    })
  }

  function densityAt({ centres, width, heights }: Mixture, point: Point): number {
    let sum = 1
    for (const [k, centre] of centres.entries()) {
      let far = 0
      let product = heights[k] ?? 0
      for (const [side, { levels, isOrdered }] of sides.entries()) {
        const [from, at] = [centre[side] ?? 0, point[side] ?? 0]
        if (isOrdered) far += ((at - from) / width) * ((at - from) / width)
        else product *= wordKernel(Math.floor(from * levels) === Math.floor(at * levels), levels)
      }
      sum += product * exp(-0.5 * far)
    }
    return sum / (centres.length + 1)
  }
}

const ROOT_TWO_PI = 2.5066282746310002

/** How much of a normal distribution around a place lies inside the box. */
function massWithin(centre: number, width: number): number {
  return normalCdf((1 - centre) / width) - normalCdf((0 - centre) / width)
}

function wordKernel(isSame: boolean, levels: number): number {
  return WORD_SPREAD + (isSame ? (1 - WORD_SPREAD) * levels : 0)
}
