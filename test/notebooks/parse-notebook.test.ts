import { describe, expect, it } from 'vitest'
import { parseNotebook } from '../../engine/app/notebook/parse-notebook.js'
import { ConfigError } from '../../engine/model/errors.js'

const parse = (...lines: readonly string[]) => parseNotebook(lines.join('\n'), 'a.nb.ts')

describe('parseNotebook', () => {
  it('reads code and text cells with their titles and the lines of their marks', () => {
    expect(
      parse('// %% [markdown]', '// # Title', '//', '// Text', '', '// %% Sum', 'const a = 1', '', 'a'),
    ).toEqual([
      { kind: 'markdown', title: '', text: '# Title\n\nText', markLine: 1 },
      { kind: 'code', title: 'Sum', text: 'const a = 1\n\na', markLine: 6 },
    ])
  })

  it('makes a cell of what stands before the first mark, and none where nothing does', () => {
    expect(parse('import "x"', '// %%', '1').map(({ markLine }) => markLine)).toEqual([0, 2])
    expect(parse('', '// %%', '1').map(({ markLine }) => markLine)).toEqual([2])
  })

  it('reads %% without a space and lines that end in CR LF', () => {
    expect(
      parseNotebook('//%%\r\n1\r\n//%% [md]\r\n// x\r\n', 'a').map(({ kind, text }) => [kind, text]),
    ).toEqual([
      ['code', '1'],
      ['markdown', 'x'],
    ])
  })

  it('keeps a comment that is no mark in its cell', () => {
    expect(parse('// %%', '// a %% b', 'const s = `// %%`')[0]?.text).toBe('// a %% b\nconst s = `// %%`')
  })

  it('names the line of an unknown kind, and of text that is no comment', () => {
    expect(() => parse('', '// %% [sql]')).toThrow(
      new ConfigError('a.nb.ts:2: a cell must be code (// %%) or text (// %% [markdown]), was [sql]'),
    )
    expect(() => parse('// %% [markdown]', '// x', 'const a = 1')).toThrow(
      /^a\.nb\.ts:3: a line of a text cell must begin with \/\//,
    )
  })
})
