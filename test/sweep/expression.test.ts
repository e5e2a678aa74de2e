import { describe, expect, it } from 'vitest'
import { parseCondition, parseExpression } from '../../engine/sweep/expression.js'
import { gainOf, parseObjective } from '../../engine/sweep/objective.js'

const KEYS = ['sharpe', 'trades', 'pbo']
const lookup = (key: string): number => ({ sharpe: 2, trades: 100 })[key] ?? Number.NaN
const value = (text: string): number => parseExpression(text, KEYS, '--objective')(lookup)

describe('an expression', () => {
  it.each([
    ['sharpe', 2],
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 3 - 2', 5],
    ['12 / 3 / 2', 2],
    ['-sharpe + 5', 3],
    ['2 - -1', 3],
    ['min(trades, 30, 50) / .5', 60],
    ['max(1, abs(-4)) - sqrt(9)', 1],
    ['log(1)', 0],
    ['1e2', 100],
  ])('%s is %d', (text, expected) => {
    expect(value(text)).toBe(expected)
  })

  it('is NaN where a metric is undefined', () => {
    expect(value('sharpe + pbo')).toBeNaN()
    expect(value('log(0)')).toBeNaN()
  })

  it.each([
    ['sharp', /sharp is none of its words; did you mean sharpe\?/],
    ['sharpe +', /it ends where a number or a metric must stand/],
    ['(sharpe', /\) is missing/],
    ['sharpe trades', /trades stands where/],
    ['process.exit()', /none of its words|none of these/],
    ['sharpe; trades', /"; trades" is none of these/],
  ])('%s is refused', (text, message) => {
    expect(() => value(text)).toThrow(message)
  })
})

describe('a condition', () => {
  const holds = (text: string): boolean => parseCondition(text, KEYS, '--fail-if')(lookup)

  it('compares two expressions', () => {
    expect([holds('sharpe > 1'), holds('sharpe<=1'), holds('trades / 50 >= sharpe')]).toEqual([
      true,
      false,
      true,
    ])
  })

  it('does not hold where a side is undefined', () => {
    expect([holds('pbo > 0'), holds('pbo <= 0')]).toEqual([false, false])
  })

  it('must have one comparison', () => {
    expect(() => holds('pbo')).toThrow(/must be a condition such as "pbo > 0.3"/)
    expect(() => holds('1 < sharpe < 3')).toThrow(/must be a condition/)
  })
})

describe('an objective', () => {
  it('is better when lower where the metric is', () => {
    const drawdown = parseObjective('max_drawdown', '--objective')
    expect(drawdown.direction).toBe('lower')
    expect(gainOf(drawdown, 0.2)).toBeGreaterThan(gainOf(drawdown, 0.3))
    expect(parseObjective('-max_drawdown', '--objective').direction).toBe('higher')
  })
})
