import { expect, it } from 'vitest'
import { Words } from '../../../engine/core/journal/rows.js'

it('words get numbers in the order in which they come, whatever they are', () => {
  const texts = ['\0', '', 'a', '\0\0', 'b']
  for (let k = 0; k < texts.length; k++) {
    const turned = [...texts.slice(k), ...texts.slice(0, k)]
    const words = new Words()
    expect([...turned, ...turned].map((text) => words.codeOf(text))).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    expect(turned.map((_, code) => words.wordOf(code))).toEqual(turned)
  }
})
