import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Flag } from '../../engine/app/flag.js'
import { FLAG_NAMES, FLAGS, isFlagName, LATER_FLAGS, RESULT_FLAGS } from '../../engine/app/flag-table.js'
import { plainDecimal } from '../../engine/app/plain-decimal.js'
import { ConfigError } from '../../engine/model/errors.js'

function parse(name: string, text: string): unknown {
  if (!isFlagName(name)) throw new Error(`no flag ${name}`)
  return FLAGS[name].parse([text], `--${name}`)
}

describe('flags', () => {
  it.each([
    ['alpha', '0', 0],
    ['alpha', '0.5', 0.5],
    ['alpha', '1e-3', 0.001],
    ['alpha', '.5', 0.5],
    ['taker-fee', '0', 0],
    ['taker-fee', '0.999', 0.999],
    ['atr-period', '1', 1],
    ['warmup', '0', 0],
    ['seed', '9007199254740991', 9007199254740991],
    ['cash', '0.00000001', 1n],
    ['cash', '10000', 1_000_000_000_000n],
    ['cash', '1e4', 1_000_000_000_000n],
    ['from', '2024-02-29', Date.UTC(2024, 1, 29)],
    ['to', '2024-01-01T12:30Z', Date.UTC(2024, 0, 1, 12, 30)],
    ['interval', '1M', '1M'],
    ['symbol', 'BTCUSDT', ['BTCUSDT']],
    ['close-at-end', 'true', true],
    ['close-at-end', '0', false],
  ])('--%s %s is read', (name, text, value) => {
    expect(parse(name, text)).toEqual(value)
  })

  it.each([
    ['alpha', '-0.1', '--alpha must be a number from 0 to below 1000000, was "-0.1"'],
    ['alpha', 'NaN', '--alpha must be a number from 0 to below 1000000, was "NaN"'],
    ['alpha', 'Infinity', '--alpha must be a number from 0 to below 1000000, was "Infinity"'],
    ['alpha', '1e999', '--alpha must be a number from 0 to below 1000000, was "1e999"'],
    ['alpha', '1e308', '--alpha must be a number from 0 to below 1000000, was "1e308"'],
    ['alpha', '0x10', '--alpha must be a number from 0 to below 1000000, was "0x10"'],
    ['alpha', ' 1', '--alpha must be a number from 0 to below 1000000, was " 1"'],
    ['alpha', '1,5', '--alpha must be a number from 0 to below 1000000, was "1,5"'],
    ['alpha', '', '--alpha must be a number from 0 to below 1000000, was ""'],
    ['taker-fee', '1', '--taker-fee must be a number from 0 to below 1, was "1"'],
    ['maker-fee', '-0.0001', '--maker-fee must be a number from 0 to below 1, was "-0.0001"'],
    ['atr-period', '0', '--atr-period must be a whole number of at least 1, was "0"'],
    ['atr-period', '1.5', '--atr-period must be a whole number of at least 1, was "1.5"'],
    ['warmup', '-1', '--warmup must be a whole number of at least 0, was "-1"'],
    ['seed', '9007199254740992', '--seed must be a whole number of at least 0, was "9007199254740992"'],
    ['from', '2024-02-30', /--from must be an ISO date or time such as .*, was "2024-02-30"/],
    ['from', '01.02.2024', /--from must be an ISO date or time/],
    ['to', 'yesterday', /--to must be an ISO date or time/],
    ['clamp', 'bars', '--clamp must be one of none, bar, was "bars"; did you mean bar?'],
    ['gaps', 'skp', '--gaps must be one of error, skip, flat, was "skp"; did you mean skip?'],
    ['policy', 'maker', '--policy must be one of market, maker-first, was "maker"'],
    ['post-timeout', '60', '--post-timeout must be a length of time such as 60s, 5m or 1h, was "60"'],
    [
      'max-order-quote',
      '0',
      '--max-order-quote must be an amount above 0 with at most 8 decimals and 15 digits, was "0"',
    ],
    ['max-orders-per-minute', '0', '--max-orders-per-minute must be a whole number of at least 1, was "0"'],
    ['bnb-discount', '1.5', '--bnb-discount must be a share from 0 to 1, was "1.5"'],
    [
      'bnb-balance',
      '-1',
      '--bnb-balance must be an amount above 0 with at most 8 decimals and 15 digits, was "-1"',
    ],
    ['participation', '0', '--participation must be a share above 0 and at most 1, was "0"'],
    ['participation', '1.01', '--participation must be a share above 0 and at most 1, was "1.01"'],
    ['interval', '1mo', /--interval must be one of 1s, 1m, .*did you mean 1m\?/],
    ['symbol', 'btcusdt', /--symbol must be capital letters.*did you mean BTCUSDT\?/],
    ['symbol', '../BTC', /--symbol must be capital letters/],
    ['columns', 'time', /--columns must be like/],
    ['columns', 'time=a,time=b', /--columns must be like/],
    ['close-at-end', 'yes', '--close-at-end must be true or false, was "yes"'],
    ['out', '', '--out must not be empty'],
  ])('--%s %s is refused in words', (name, text, message) => {
    expect(() => parse(name, text)).toThrow(ConfigError)
    expect(() => parse(name, text)).toThrow(message)
  })

  it.each(['0', '-1', '1.123456789', '123456789012.12345678', 'abc'])('--cash %s is refused', (text) => {
    expect(() => parse('cash', text)).toThrow(/--cash must be an amount above 0 with at most 8 decimals/)
  })

  it('cash is exact to the last unit, or refused', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 20n }), (units) => {
        const text = `${units / 10n ** 8n}.${(units % 10n ** 8n).toString().padStart(8, '0')}`
        let read: unknown
        try {
          read = parse('cash', text)
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError)
          expect(units).toBeGreaterThan(10n ** 15n)
          return
        }
        expect(read).toBe(units)
      }),
    )
  })

  it('every default is what its own text gives back', () => {
    for (const name of FLAG_NAMES) {
      const flag: Flag<unknown> = FLAGS[name]
      const shown = flag.show(flag.default)
      if (shown === null) continue
      const texts = [shown].flat().map((one) => (typeof one === 'number' ? plainDecimal(one) : String(one)))
      expect(flag.show(flag.parse(texts, name)), name).toEqual(shown)
    }
  })

  it('no flag is both here and announced for later, and results list each flag once', () => {
    expect(FLAG_NAMES.filter((name) => LATER_FLAGS.has(name))).toEqual([])
    expect(new Set(RESULT_FLAGS).size).toBe(RESULT_FLAGS.length)
  })
})
