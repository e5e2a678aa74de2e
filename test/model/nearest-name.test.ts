import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editDistance, hintFor, nearestName } from '../../engine/model/nearest-name.js'

describe('editDistance', () => {
  // Classical pairs: Wikipedia, Levenshtein distance and Damerau–Levenshtein distance.
  it.each([
    ['kitten', 'sitting', 3],
    ['saturday', 'sunday', 3],
    ['ca', 'ac', 1],
    ['ca', 'abc', 3],
    ['', 'abc', 3],
    ['alpah', 'alpha', 1],
    ['same', 'same', 0],
  ])('%s and %s are %i edits apart', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
  })

  it('is the same in both directions, and never more than the longer word', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }),
    )
  })
})

describe('nearestName', () => {
  it('finds the name that was meant', () => {
    expect(nearestName('smacross', ['buy-and-hold', 'sma-cross'])).toBe('sma-cross')
    expect(nearestName('ALPHA', ['clamp', 'alpha'])).toBe('alpha')
  })

  it('takes the first of equally near names', () => {
    expect(nearestName('fat', ['fast', 'flat'])).toBe('fast')
  })

  it('offers nothing when no name is near', () => {
    expect(nearestName('zzzzzz', ['alpha', 'clamp'])).toBeUndefined()
    expect(hintFor('zzzzzz', ['alpha'])).toBe('')
  })

  it('ends a sentence with a hint', () => {
    expect(hintFor('alpah', ['alpha'], '--')).toBe('; did you mean --alpha?')
  })
})

describe('the nearest of some names', () => {
  it.each([
    ['clsoe', ['open', 'close'], 'close'],
    ['BTCUSDT-1m.cvs', ['ETHUSDT-1m.csv', 'BTCUSDT-1m.csv'], 'BTCUSDT-1m.csv'],
    ['TIME', ['time'], 'time'],
    ['volumes', ['volume', 'volumens'], 'volume'],
    ['entirely', ['different'], undefined],
    ['x', ['y'], undefined],
    ['abc', [], undefined],
  ])('to %s of %j is %s', (name, names, nearest) => {
    expect(nearestName(name, names)).toBe(nearest)
  })
})
