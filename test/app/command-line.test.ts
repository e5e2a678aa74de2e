import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../engine/app/command-line.js'
import { ConfigError } from '../../engine/model/errors.js'

function valuesOf(...words: string[]): Record<string, readonly string[]> {
  return Object.fromEntries(readCommandLine(words).values)
}

describe('readCommandLine', () => {
  it('reads flags in every form that a shell gives them', () => {
    expect(valuesOf('sma-cross', '-p', 'fast=5', '-pslow=9', '--param=x=y', '--alpha=0.3', '--json')).toEqual(
      {
        strategy: ['sma-cross'],
        param: ['fast=5', 'slow=9', 'x=y'],
        alpha: ['0.3'],
        json: ['true'],
      },
    )
  })

  it('takes a number below 0 for a value and not for a flag', () => {
    expect(valuesOf('--alpha', '-1')).toEqual({ alpha: ['-1'] })
  })

  it('lets a switch be turned off that an environment or file turned on', () => {
    expect(valuesOf('--close-at-end=false')).toEqual({ 'close-at-end': ['false'] })
  })

  it.each([
    [['--alpah', '1'], '--alpah must be a flag of run-backtest, is none; did you mean --alpha?'],
    [['--atr_period', '1'], 'did you mean --atr-period?'],
    [['--zzzzzzzzzz'], /is none \(--help lists them\)/],
    [['-x'], '-x must be a flag of run-backtest, is none'],
    [['--fail-if', 'sharpe<1'], '--fail-if is not available yet in this version; leave it out'],
    [['--alpha'], '--alpha must be followed by NUMBER, was followed by nothing'],
    [['--out', '--json'], '--out must be followed by DIR, was followed by "--json"'],
    [['--alpha', '1', '--alpha', '2'], '--alpha must be given once, was given 2 times: 1, 2'],
    [['a', 'b'], 'only one word may stand without a flag, the strategy; "b" is one more'],
    [['a', 'fast=3'], 'a parameter is given as -p fast=3'],
    [['a', '--strategy', 'b'], 'the strategy must be named once'],
    [['--__proto__', '1'], '--__proto__ must be a flag of run-backtest, is none'],
    [['--constructor'], '--constructor must be a flag of run-backtest, is none'],
  ])('refuses %j in words', (words, message) => {
    expect(() => readCommandLine(words)).toThrow(ConfigError)
    expect(() => readCommandLine(words)).toThrow(message)
  })
})
