/** Every sampler on the same ground: its contract, and functions whose best place is known. */
import { describe, expect, it } from 'vitest'
import { createSampler, SAMPLERS, type SamplerName } from '../../../engine/sweep/samplers/create-sampler.js'
import type { Point, Space } from '../../../engine/sweep/space.js'

const PLANE: Space = [
  { kind: 'range', name: 'x', min: 0, max: 1, isWhole: false },
  { kind: 'range', name: 'y', min: 0, max: 1, isWhole: false },
]
const GRID: Space = [
  { kind: 'levels', name: 'x', values: [1, 2, 3] },
  { kind: 'fixed', name: 'z', value: 9 },
  { kind: 'levels', name: 'y', values: ['a', 'b'] },
]

/** A bowl with its lowest place, 0, at (0.3, 0.7). */
const bowl = ([x = 0, y = 0]: Point): number => -((x - 0.3) ** 2 + (y - 0.7) ** 2)
/** Rosenbrock's valley (1960) over −2..2: its lowest place, 0, is at x = y = 1. */
const valley = ([u = 0, v = 0]: Point): number => {
  const [x, y] = [4 * u - 2, 4 * v - 2]
  return -((1 - x) ** 2 + 100 * (y - x * x) ** 2)
}
/** Branin's function (1972) on its usual ground: three lowest places of 0.397887. */
const branin = ([u = 0, v = 0]: Point): number => {
  const [x, y] = [15 * u - 5, 15 * v]
  const bent = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6
  return -(bent * bent + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10)
}

/** The best value after about `count` places. */
function bestAfter(name: SamplerName, seed: number, count: number, value: (point: Point) => number): number {
  const sampler = createSampler(name, PLANE, seed)
  let best = Number.NEGATIVE_INFINITY
  let seen = 0
  while (seen < count) {
    const points = sampler.ask().slice(0, count - seen)
    const values = points.map(value)
    best = Math.max(best, ...values)
    seen += points.length
    sampler.tell(values)
  }
  return best
}

function medianBest(name: SamplerName, count: number, value: (point: Point) => number): number {
  const best = Array.from({ length: 7 }, (_, seed) => bestAfter(name, seed, count, value))
  return best.sort((a, b) => a - b)[3] ?? Number.NaN
}

describe.each(SAMPLERS)('sampler %s', (name) => {
  const space = name === 'grid' ? GRID : PLANE

  it('proposes places inside the box, one number a parameter that is not fixed', () => {
    const sampler = createSampler(name, space, 1)
    for (let batch = 0; batch < 5; batch++) {
      const points = sampler.ask()
      expect(points.every((point) => point.length === 2 && point.every((x) => x >= 0 && x < 1))).toBe(true)
      sampler.tell(points.map((_, k) => (k % 3 === 0 ? Number.NaN : k)))
    }
  })

  it('proposes the same places for the same seed and values', () => {
    const [a, b] = [createSampler(name, space, 5), createSampler(name, space, 5)]
    for (let batch = 0; batch < 4; batch++) {
      const points = a.ask()
      expect(b.ask()).toEqual(points)
      for (const sampler of [a, b]) sampler.tell(points.map(bowl))
    }
  })
})

describe('the grid', () => {
  it('holds every combination once, the last parameter moving fastest', () => {
    const sampler = createSampler('grid', GRID, 1)
    const cells = sampler.ask().map(([x = 0, y = 0]) => [Math.floor(3 * x), Math.floor(2 * y)])
    expect(cells).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ])
    expect(sampler.ask()).toEqual([])
  })
})

describe("Sobol's sequence", () => {
  const sides = Array.from({ length: 21 }, (_, k) => ({
    kind: 'range' as const,
    name: `p${k}`,
    min: 0,
    max: 1,
    isWhole: false,
  }))

  it('puts one place in each of 2^k equal stretches of every side', () => {
    const points = createSampler('sobol', sides, 3).ask().slice(0, 1024)
    for (const side of sides.keys()) {
      expect(new Set(points.map((point) => Math.floor((point[side] ?? 0) * 1024))).size).toBe(1024)
    }
  })

  it('puts one place in each box of 16 by 16 of its first two sides', () => {
    const points = createSampler('sobol', PLANE, 4).ask().slice(0, 256)
    expect(new Set(points.map(([x = 0, y = 0]) => 16 * Math.floor(16 * x) + Math.floor(16 * y))).size).toBe(
      256,
    )
  })

  it('takes 21 parameters and no more', () => {
    const more = [...sides, { kind: 'range' as const, name: 'p21', min: 0, max: 1, isWhole: false }]
    expect(() => createSampler('sobol', more, 1)).toThrow(/at most 21 swept parameters, was given 22/)
  })
})

describe('samplers that learn', () => {
  it.each(['tpe', 'cma-es'] as const)('%s finds the bottom of a bowl far better than chance', (name) => {
    const random = medianBest('random', 120, bowl)
    expect(medianBest(name, 120, bowl)).toBeGreaterThan(random / 3)
  })

  it.each(['tpe', 'cma-es'] as const)(
    "%s finds one of the three lowest places of Branin's function",
    (name) => {
      expect(medianBest(name, 200, branin)).toBeGreaterThan(-0.6)
    },
  )

  it("cma-es walks down Rosenbrock's valley", () => {
    expect(medianBest('cma-es', 400, valley)).toBeGreaterThan(-0.02)
    expect(medianBest('random', 400, valley)).toBeLessThan(-0.02)
  })
})
