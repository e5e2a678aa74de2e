import { describe, expect, it } from 'vitest'
import { toOutputs } from '../../engine/app/notebook/to-output.js'
import { cellText, isNumberColumn, outputText } from '../../reports/notebook/output-text.js'

describe('toOutputs', () => {
  it('makes a table of rows, with the columns of all of them and the rest counted', () => {
    const rows = Array.from({ length: 60 }, (_, k) => (k === 0 ? { a: k } : { a: k, b: 'x' }))
    expect(toOutputs(rows)).toMatchObject([{ kind: 'table', columns: ['a', 'b'], total: 60 }])
    const [table] = toOutputs(rows)
    expect(table?.kind === 'table' && [table.rows.length, table.rows[0], table.rows[1]]).toEqual([
      50,
      [0, null],
      [1, 'x'],
    ])
  })

  it('makes a chart of a Vega-Lite spec, named by its description', () => {
    const spec = { description: 'Closes', data: { values: [] }, mark: 'line' }
    expect(toOutputs(spec)).toEqual([{ kind: 'chart', spec, label: 'Closes' }])
  })

  it('lets a value say itself how it is shown', () => {
    expect(toOutputs({ toOutputs: () => [{ kind: 'text', text: 'mine' }] })).toEqual([
      { kind: 'text', text: 'mine' },
    ])
  })

  it('shows nothing for undefined, text as it is, and everything else as Node does', () => {
    expect(toOutputs(undefined)).toEqual([])
    expect(toOutputs('a\nb')).toEqual([{ kind: 'text', text: 'a\nb' }])
    expect(toOutputs(new Map([['a', 1n]]))).toEqual([{ kind: 'text', text: "Map(1) { 'a' => 1n }" }])
    expect(toOutputs([])).toEqual([{ kind: 'text', text: '[]' }])
  })
})

describe('a table as text', () => {
  it.each([
    [25017.1, '25017.1'],
    [43022.867, '43022.87'],
    [-0.38951408, '-0.3895'],
    [1.234567891, '1.23457'],
    [12345678.125, '12345678.13'],
    [1_700_000_000_000, '1700000000000'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [null, '–'],
    ['x', 'x'],
  ])('prints %s as %s', (value, text) => {
    expect(cellText(value)).toBe(text)
  })

  it('sets numbers, and texts of numbers, to the right', () => {
    expect(isNumberColumn([['−1.2%'], ['3,000.5'], ['']], 0)).toBe(true)
    expect(isNumberColumn([['12'], ['a']], 0)).toBe(false)
    expect(isNumberColumn([[''], [null]], 0)).toBe(false)
    expect(
      outputText({
        kind: 'table',
        columns: ['name', 'n'],
        rows: [
          ['a', 1],
          ['bcdef', 20],
        ],
        total: 3,
      }),
    ).toBe('name    n\na       1\nbcdef  20\n… 1 more rows of 3')
  })
})
