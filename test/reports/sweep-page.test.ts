import { describe, expect, it } from 'vitest'
import { heatGrid } from '../../reports/sweep/browser/heat-grid.js'
import { parallelAxes, parallelPaths } from '../../reports/sweep/browser/parallel-lines.js'
import type { SweepList } from '../../reports/sweep/browser/sweep-data.js'
import { renderSweepPage } from '../../reports/sweep-page.js'
import { sampleSweepResult } from './sample-sweep.js'

/** Four trials of two numbers: rank, x, y, value, plateau. */
const LIST: SweepList = {
  columns: [],
  words: [],
  rows: [
    [1, 10, 1, 4, 2],
    [2, 20, 1, 3, 1],
    [3, 10, 1, 1, 0.5],
    [null, 20, 2, 9, null],
  ],
  axes: [
    { name: 'x', column: 1, isWord: false },
    { name: 'y', column: 2, isWord: false },
  ],
  value: 3,
  plateau: 4,
  direction: 'higher',
  bestRow: 0,
  plateauRow: 0,
  objective: 'value',
}
const [X, Y] = LIST.axes

describe('heatGrid', () => {
  const grid = (aggregate: 'best' | 'mean' | 'median', list = LIST) =>
    X && Y ? heatGrid(list, X, Y, { aggregate, shown: 'value' }) : undefined

  it('gathers the ranked trials of a cell, the highest row on top', () => {
    expect(grid('best')).toMatchObject({ columns: ['10', '20'], rows: ['2', '1'] })
    expect(grid('best')?.cells[1]?.map(({ value }) => value)).toEqual([4, 3])
    expect(grid('mean')?.cells[1]?.map(({ value }) => value)).toEqual([2.5, 3])
    expect(grid('median')?.cells[1]?.map(({ value }) => value)).toEqual([2.5, 3])
  })

  it('calls a cell thin that has trials of which none may be chosen, and leaves one without trials empty', () => {
    expect(grid('best')?.cells[0]).toMatchObject([
      { isThin: false, value: Number.NaN, shade: '' },
      { isThin: true, value: Number.NaN, shade: '' },
    ])
  })

  it('marks the best, and outlines the highest plateau scores', () => {
    const cells = grid('best')?.cells.flat() ?? []
    expect(cells.map(({ hasBest }) => hasBest)).toEqual([false, false, true, false])
    expect(cells.map(({ isPlateau }) => isPlateau)).toEqual([false, false, true, false])
  })

  it('takes the lowest as the best, and the darkest, where lower is better', () => {
    const cells = grid('best', { ...LIST, direction: 'lower' })?.cells[1]
    expect(cells?.map(({ value, shade }) => [value, shade])).toEqual([
      [1, 'up-5'],
      [3, 'up-1'],
    ])
  })

  it('gives values on both sides of 0 two colours', () => {
    const rows = [
      [1, 10, 1, 2, 1],
      [2, 20, 1, -1, 1],
    ]
    expect(grid('best', { ...LIST, rows })?.cells[0]?.map(({ shade }) => shade)).toEqual(['up-5', 'down-5'])
  })

  it('cuts many values into bins of one width, the fewer the fewer trials there are', () => {
    const of = (length: number, step: number) =>
      grid('best', {
        ...LIST,
        rows: Array.from({ length }, (_, i) => [i + 1, step * i, 1, i, i]),
      })
    // √(100 ÷ 2) is about 7 bins; whole numbers are cut at whole numbers: 15 of them make a bin.
    expect(of(100, 1)?.columns).toEqual(['≥ 0', '≥ 15', '≥ 30', '≥ 45', '≥ 60', '≥ 75', '≥ 90'])
    expect(of(100, 1)?.cells[0]?.map(({ value }) => value)).toEqual([14, 29, 44, 59, 74, 89, 99])
    expect(of(29, 0.25)?.columns).toEqual(['≥ 0', '≥ 1.75', '≥ 3.5', '≥ 5.25'])
    expect(of(29, 0.25)?.cells[0]?.map(({ value }) => value)).toEqual([6, 13, 20, 28])
    expect(of(2000, 1)?.columns).toHaveLength(14)
  })
})

describe('parallelPaths', () => {
  it('draws each trial once, ranked ones by fifths, the best last', () => {
    const rows = Array.from({ length: 10 }, (_, i) => [i + 1, i, 1, 10 - i, 1])
    const list = { ...LIST, rows }
    const paths = parallelPaths(list, parallelAxes(list), [...rows.keys()])
    expect(paths.map((path) => path.split('M').length - 1)).toEqual([0, 2, 2, 2, 2, 2])
  })
})

describe('renderSweepPage', () => {
  it('gives the same bytes for the same sweep', async () => {
    expect(await renderSweepPage(sampleSweepResult())).toBe(await renderSweepPage(sampleSweepResult()))
  })

  it('forbids itself everything but its own style and scripts', async () => {
    const page = await renderSweepPage(sampleSweepResult())
    expect(page).toContain(`content="default-src 'none'; style-src 'sha256-`)
    expect(page).not.toContain('unsafe-')
    expect(page).not.toMatch(/ style="/)
  })
})
