import { expect, it } from 'vitest'
import { Words } from '../../../engine/core/journal/rows.js'

it('words get numbers from 1 in the order in which they come, whatever they are, and no word is 0', () => {
  const texts = ['\0', 'undefined', 'a', '\0no word of any table\0', 'b']
  for (let k = 0; k < texts.length; k++) {
    const turned = [...texts.slice(k), ...texts.slice(0, k)]
    const words = new Words()
    const codes = [...turned, '', ...turned].map((text) => words.codeOf(text))
    expect(codes).toEqual([1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
    expect(codes.map((code) => words.wordOf(code))).toEqual([...turned, '', ...turned])
  }
})
