import { describe, expect, it } from 'vitest'
import { foldsOf, minTradesIn } from '../../engine/sweep/walk-forward.js'

const PLAN = { train: 40, test: 20, step: 20, isAnchored: false }

describe('the folds of a walk-forward', () => {
  it('train before they test, and test windows follow each other', () => {
    expect(foldsOf([0, 100], PLAN)).toEqual([
      { train: [0, 40], test: [40, 60] },
      { train: [20, 60], test: [60, 80] },
      { train: [40, 80], test: [80, 100] },
    ])
  })

  it('train from the start where they are anchored', () => {
    const folds = foldsOf([0, 100], { ...PLAN, isAnchored: true })
    expect(folds.map(({ train }) => train)).toEqual([
      [0, 40],
      [0, 60],
      [0, 80],
    ])
  })

  it('leave out a test window that is not whole', () => {
    expect(foldsOf([0, 99], PLAN)).toHaveLength(2)
  })

  it('are refused where there is none', () => {
    expect(() => foldsOf([0, 59], PLAN)).toThrow(/must leave room for one fold/)
  })

  it('ask for as many trades a time as the whole range does', () => {
    expect(minTradesIn([0, 40], [0, 100], 30)).toBe(12)
  })
})
