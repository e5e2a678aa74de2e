import { describe, expect, it } from 'vitest'
import { choice, flag, int, num, parseParam } from '../../engine/core/params.js'
import { defineStrategy, strategyParams } from '../../engine/core/strategy.js'
import { ConfigError } from '../../engine/model/errors.js'
import { smaCross } from '../../strategies/sma-cross.js'

describe('a parameter', () => {
  it('is read from text of its kind', () => {
    expect(parseParam('n', int(5, { min: 1, max: 9 }), '7')).toBe(7)
    expect(parseParam('x', num(0.5, { min: 0, max: 1 }), '0.25')).toBe(0.25)
    expect(parseParam('on', flag(false), 'true')).toBe(true)
    expect(parseParam('way', choice('up', ['up', 'down']), 'down')).toBe('down')
  })

  it.each([
    [int(5, { min: 1, max: 9 }), '60', 'n must be a whole number between 1 and 9, was 60'],
    [int(5, { min: 1, max: 9 }), '2.5', 'n must be a whole number between 1 and 9, was 2.5'],
    [int(5, { min: 1, max: 9 }), '', 'n must be a whole number between 1 and 9, was '],
    [num(0.5, { min: 0, max: 1 }), 'abc', 'n must be a number between 0 and 1, was abc'],
    [num(0.5, { min: 0, max: 1 }), 'Infinity', 'n must be a number between 0 and 1, was Infinity'],
    [flag(false), 'yes', 'n must be true or false, was yes'],
    [choice('up', ['up', 'down']), 'left', 'n must be one of up, down, was left'],
  ])('that is not what it must be says so (%#)', (spec, text, message) => {
    expect(() => parseParam('n', spec, text)).toThrow(new ConfigError(message))
  })
})

describe('the parameters of a strategy', () => {
  it('are its defaults where nothing is given', () => {
    expect(strategyParams(smaCross, { fast: 10 })).toEqual({ fast: 10, slow: 1200 })
  })

  it('cannot be unknown, and a prototype’s key is unknown', () => {
    expect(() => strategyParams(smaCross, { fats: 10 })).toThrow(
      'sma-cross has no parameter fats; it has fast, slow',
    )
    expect(() => strategyParams(smaCross, { constructor: 1 })).toThrow(ConfigError)
    expect(() => strategyParams(smaCross, JSON.parse('{"__proto__": 1}'))).toThrow(ConfigError)
  })

  it('must be a combination that the strategy allows', () => {
    expect(() => strategyParams(smaCross, { fast: 50, slow: 20 })).toThrow(/sma-cross does not allow/)
  })

  it('are checked when the strategy is made, as its name is', () => {
    expect(() =>
      defineStrategy({ name: 'x', params: { n: int(0, { min: 1, max: 2 }) }, onBar() {} }),
    ).toThrow(ConfigError)
    expect(() => defineStrategy({ name: 'My Strategy', onBar() {} })).toThrow(
      'a strategy’s name'.replace('’', "'"),
    )
  })
})
