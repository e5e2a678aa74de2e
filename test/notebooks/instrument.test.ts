import { describe, expect, it } from 'vitest'
import { instrument } from '../../engine/app/notebook/instrument.js'
import { parseNotebook } from '../../engine/app/notebook/parse-notebook.js'

const instrumented = (...lines: readonly string[]): readonly string[] => {
  const source = lines.join('\n')
  const code = instrument(source, parseNotebook(source, 'a.nb.ts'), {
    file: 'a.nb.ts',
    recorder: 'file:///r.ts',
  })
  return code.split('\n')
}

describe('instrument', () => {
  it('keeps every line where it was, so that errors name the notebook’s own', () => {
    const code = instrumented('// %%', 'const a: number = 1', '', '// %%', 'type T = { a: 1 }', 'a + 1')
    expect(code).toHaveLength(6)
    expect(code[1]?.trim()).toMatch(/^const a\s+= 1$/)
    expect(code[5]).toBe('__nextbarShow(a + 1)')
  })

  it('shows the last expression of each code cell and no other', () => {
    const code = instrumented('// %%', '1', '2', '// %% [markdown]', '// text', '// %%', 'await f()')
    expect(code[1]).toBe('1')
    expect(code[2]).toBe('__nextbarShow(2)')
    expect(code[6]).toBe('__nextbarShow(await f())')
  })

  it.each([
    ['an assignment', 'let a = 1\na = 2'],
    ['a count', 'let a = 1\na++'],
    ['what shows itself', 'display(1)'],
    ['what prints itself', "console.log('x')"],
    ['a declaration', 'const b = 1'],
  ])('does not show %s', (_, cell) => {
    expect(instrumented('// %%', ...cell.split('\n')).join('\n')).not.toContain('__nextbarShow(')
  })

  it('says which cell begins, counting text cells', () => {
    const code = instrumented('// %% [markdown]', '// a', '// %%', '1')
    expect(code[0]).toContain(';__nextbarCell(0);')
    expect(code[2]).toMatch(/^;__nextbarCell\(1\);/)
  })

  it('ends a cell where the next begins, whatever they would be together', () => {
    const code = instrumented('// %%', '[1]', '// %%', '(2)')
    expect([code[1], code[3]]).toEqual(['__nextbarShow([1])', '(__nextbarShow(2))'])
  })

  it('refuses a mark inside of a statement, and what is no TypeScript', () => {
    expect(() => instrumented('// %%', 'const a = [', '// %%', '1]')).toThrow(
      'a.nb.ts:3: a cell must begin between statements, this mark stands inside one',
    )
    expect(() => instrumented('// %%', 'const = 1')).toThrow(
      /^a\.nb\.ts must be TypeScript whose types can be left out/,
    )
  })
})
