/**
 * What must not compile. `tsc` is the test: each `@ts-expect-error` fails the type check when the line
 * under it compiles. Vitest only sees that the file loads.
 */
import { expect, it } from 'vitest'
import { atr, close, crossedAbove, defineStrategy, int, sma } from '../../engine/index.js'

const fixture = defineStrategy({
  name: 'fixture',
  params: { fast: int(3, { min: 1, max: 9 }) },
  state: () => ({ held: 0 }),
  indicators: (p) => {
    // @ts-expect-error: a parameter that is not declared
    p.slow
    return { mean: sma(close, p.fast), range: atr(3) }
  },
  onBar({ mean, range, ...others }, { bars, params, state, target, position, ...rest }) {
    // @ts-expect-error: an indicator that is not declared
    others.slow
    // @ts-expect-error: a parameter that is not declared
    params.slow
    // @ts-expect-error: state that is not declared
    state.since
    // @ts-expect-error: reading ahead
    mean.at(-1)
    // @ts-expect-error: parameters are read only
    params.fast = 4
    // @ts-expect-error: the past is read only
    bars.close = mean
    // @ts-expect-error: a position is read only
    position.isLong = true
    // @ts-expect-error: there is no clock
    rest.now
    // @ts-expect-error: a series is no number
    target(mean)
    // @ts-expect-error: a weight is a number
    target('all')
    const fast: number = params.fast
    state.held += fast
    if (crossedAbove(mean, range) && mean.at(1) > range.at(0)) target(0.5, { tag: 'in' })
  },
})

it('a strategy whose types are right compiles', () => {
  expect(fixture.name).toBe('fixture')
})
