import { describe, expect, it } from 'vitest'
import { plateauScores } from '../../../engine/math/metrics/plateau.js'
import { newRandom } from '../../../engine/math/random.js'
import type { SweepParam, SweepValue } from '../../../engine/model/sweep-result.js'

const levels = (name: string, values: readonly SweepValue[]): SweepParam => ({ kind: 'levels', name, values })

/** Trials of a grid, one a cell, row by row. */
const gridTrials = (xs: readonly number[], ys: readonly number[], values: readonly number[]) =>
  ys.flatMap((y, row) =>
    xs.map((x, column) => ({ params: [x, y], value: values[row * xs.length + column] ?? Number.NaN })),
  )

describe('plateauScores on a grid', () => {
  const params = [levels('x', [5, 10, 15]), levels('y', [1, 2, 3])]
  const trials = gridTrials([5, 10, 15], [1, 2, 3], [1, 2, 3, 4, 9, 6, 7, 8, 5])

  it('is the lower quartile of the trial and the cells around it', () => {
    const scores = plateauScores(params, trials, 'higher')
    // All nine, sorted 1..9: the quartile is at 0.25 · 8 = the third value.
    expect(scores[4]).toBe(3)
    // The corner 1 with 2, 4 and 9: at 0.25 · 3 = 0.75 between 1 and 2.
    expect(scores[0]).toBe(1.75)
  })

  it('is the upper quartile where lower is better', () => {
    expect(plateauScores(params, trials, 'lower')[4]).toBe(7)
  })

  it('prefers a plateau to a peak that stands alone', () => {
    const xs = [1, 2, 3, 4, 5, 6, 7]
    const line = [0, 5, 0, 3, 3, 3, 3]
    const scores = plateauScores(
      [levels('x', xs)],
      xs.map((x, i) => ({ params: [x], value: line[i] ?? 0 })),
      'higher',
    )
    const bestOf = (values: readonly number[]) => values.indexOf(Math.max(...values))
    expect(bestOf(line)).toBe(1)
    expect(bestOf([...scores])).toBe(4)
  })

  it('counts a neighbour without a value as the worst, and gives none to such a trial', () => {
    const scores = plateauScores(
      [levels('x', [1, 2, 3])],
      [
        { params: [1], value: 4 },
        { params: [2], value: Number.NaN },
        { params: [3], value: 2 },
      ],
      'higher',
    )
    // 4 and the worst, 2: 2 + 0.25 · 2.
    expect([...scores]).toEqual([2.5, Number.NaN, 2])
  })

  it('leaves words to themselves, and a fixed parameter out', () => {
    const mixed: readonly SweepParam[] = [
      levels('side', ['a', 'b']),
      levels('x', [1, 2]),
      { kind: 'fixed', name: 'z', value: 7 },
    ]
    const scores = plateauScores(
      mixed,
      [
        { params: ['a', 1, 7], value: 10 },
        { params: ['a', 2, 7], value: 10 },
        { params: ['b', 1, 7], value: 0 },
        { params: ['b', 2, 7], value: 0 },
      ],
      'higher',
    )
    expect([...scores]).toEqual([10, 10, 0, 0])
  })

  it('is undefined for a trial alone', () => {
    expect([...plateauScores(params, [{ params: [5, 1], value: 1 }], 'higher')]).toEqual([Number.NaN])
    expect(plateauScores(params, [], 'higher')).toHaveLength(0)
  })
})

describe('plateauScores over a range', () => {
  const params: readonly SweepParam[] = [
    { kind: 'range', name: 'x', min: 0, max: 100, isWhole: false },
    { kind: 'range', name: 'y', min: 0, max: 1, isWhole: false },
  ]

  it('takes the four nearest in scaled parameters', () => {
    const random = newRandom(3)
    const trials = Array.from({ length: 60 }, () => ({
      params: [100 * random.uniform(), random.uniform()],
      value: random.normal(),
    }))
    const scores = plateauScores(params, trials, 'higher')
    for (const [
      i,
      {
        params: [x = 0, y = 0],
        value,
      },
    ] of trials.entries()) {
      const nearest = trials
        .filter((_, other) => other !== i)
        .map(({ params: [u = 0, v = 0], value: one }) => ({
          apart: ((x - u) / 100) ** 2 + (y - v) ** 2,
          one,
        }))
        .sort((a, b) => a.apart - b.apart)
        .slice(0, 4)
        .map(({ one }) => one)
      // The quartile of five values is the second.
      expect(scores[i]).toBe([value, ...nearest].sort((a, b) => a - b)[1])
    }
  })
})
