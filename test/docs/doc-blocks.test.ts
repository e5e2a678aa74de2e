import { describe, expect, it } from 'vitest'
import { commandsOf, docBlocks, holdsExample, holdsExcerpt, taskOf } from './doc-blocks.js'

describe('blocks of a document', () => {
  const blocks = docBlocks('a\n```sh run\nx\n```\n\n```\ny\nz\n```\n', 'a.md')

  it('are read with their tags and lines', () => {
    expect(blocks).toEqual([
      { tag: 'sh run', text: 'x', line: 2 },
      { tag: '', text: 'y\nz', line: 6 },
    ])
    expect(blocks.map((block) => taskOf(block, 'a.md'))).toEqual(['run', 'shown'])
  })

  it('are read inside of a list, without its indent', () => {
    expect(docBlocks('1. a\n\n   ```sh\n   x\n     y\n\n   ```\n', 'a.md')).toEqual([
      { tag: 'sh', text: 'x\n  y\n', line: 3 },
    ])
  })

  it('must end, and have a tag that means something', () => {
    expect(() => docBlocks('```sh\nx', 'a.md')).toThrow('a.md:1: a code block must end')
    expect(() => taskOf({ tag: 'sh ru', text: '', line: 3 }, 'a.md')).toThrow('a.md:3: a block must be')
  })

  it('are commands without prompts and comments', () => {
    expect(commandsOf('$ a --b   # why\nc "#d"')).toBe('a --b\nc "#d"')
  })
})

describe('an example of what is printed', () => {
  const printed = 'one 1\n  two 2.5 s\nthree\nfour\n'

  it.each([
    ['one 1', true],
    ['  two … s\nthree', true],
    ['one 1\n…\nfour', true],
    ['two', false],
    ['one 1\nthree', false],
    ['thre.', false],
    ['four\nfive', false],
  ])('%j is there: %s', (example, isThere) => {
    expect(holdsExample(printed, example)).toBe(isThere)
  })
})

describe('an excerpt', () => {
  const text = 'a {\n  b\n\n  c\n}\n'

  it.each([
    ['b\nc', true],
    ['a {\n    b', true],
    ['a {\nc', false],
    ['a', false],
    ['b\nd', false],
  ])('%j is there: %s', (excerpt, isThere) => {
    expect(holdsExcerpt(text, excerpt)).toBe(isThere)
  })
})
