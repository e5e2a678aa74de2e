/** A strategy cannot change what it sees, neither on its own context nor for those of other sessions. */
import { expect, it } from 'vitest'
import { quietRun } from '../backtest/quiet-bars.js'
import { run } from '../market.js'

it('gives a strategy a context that cannot be changed, nor what stands behind it', () => {
  let looked = 0
  run(
    quietRun({
      0: (context) => {
        const { position, bars, also } = context
        for (const shown of [context, position, bars, also]) {
          expect(Object.isFrozen(shown)).toBe(true)
          looked++
        }
        for (const own of [context, position]) {
          expect(Object.isFrozen(Object.getPrototypeOf(own))).toBe(true)
          expect(() => Object.defineProperty(own, 'equity', { value: 1e9 })).toThrow(TypeError)
        }
      },
    }),
  )
  expect(looked).toBe(4)
})
