import { describe, expect, it } from 'vitest'
import { crossedAbove, crossedBelow } from '../../engine/core/cross.js'
import { type Cursor, Series } from '../../engine/math/series.js'
import { newColumn } from '../../engine/model/bars.js'

const seriesOf = (values: readonly number[], cursor: Cursor): Series => {
  const column = newColumn(values.length)
  column.set(values)
  return new Series(column, cursor)
}

describe('a series', () => {
  const cursor = { index: 2 }
  const series = seriesOf([1, 2, 3, 4], cursor)

  it('looks back from the bar that has closed', () => {
    expect([series.at(0), series.at(1), series.at(2)]).toEqual([3, 2, 1])
  })

  it('is NaN before the first bar', () => {
    expect(series.at(3)).toBeNaN()
  })

  it.each([-1, 0.5, Number.NaN])('has no value at %s', (back: number) => {
    expect(() => series.at(back)).toThrow(`k must be a whole number of at least 0, was ${back}`)
  })

  it('shows its column in no way', () => {
    expect(Object.keys(series)).toEqual([])
    expect(JSON.stringify(series)).toBe('{}')
  })
})

describe('a crossing', () => {
  const cross = (a: readonly [number, number], b: readonly [number, number]) => {
    const cursor = { index: 1 }
    const left = seriesOf(a, cursor)
    const right = seriesOf(b, cursor)
    const [level] = b
    const results = [crossedAbove(left, right), crossedBelow(left, right)]
    if (b[0] === b[1]) expect([crossedAbove(left, level), crossedBelow(left, level)]).toEqual(results)
    return results
  }

  it.each([
    ['from below to above', [1, 3], [2, 2], [true, false]],
    ['from equal to above', [2, 3], [2, 2], [true, false]],
    ['from below to equal', [1, 2], [2, 2], [false, false]],
    ['staying above', [3, 4], [2, 2], [false, false]],
    ['from above to below', [3, 1], [2, 2], [false, true]],
    ['from equal to below', [2, 1], [2, 2], [false, true]],
    ['out of NaN', [Number.NaN, 3], [2, 2], [false, false]],
    ['against NaN', [1, 3], [Number.NaN, 2], [false, false]],
    ['by the noise of a sum', [2, 2 * (1 + 9e-13)], [2, 2], [false, false]],
    ['by more than that', [2, 2 * (1 + 3e-12)], [2, 2], [true, false]],
    ['from above by noise to above', [2 * (1 + 9e-13), 3], [2, 2], [true, false]],
    ['of negative numbers', [-3, -1], [-2, -2], [true, false]],
    ['of zero', [-1, 1], [0, 0], [true, false]],
  ] as const)('%s', (_name, a, b, expected) => {
    expect(cross(a, b)).toEqual(expected)
  })

  it('needs two bars', () => {
    const cursor = { index: 0 }
    expect(crossedAbove(seriesOf([3], cursor), seriesOf([2], cursor))).toBe(false)
  })
})
