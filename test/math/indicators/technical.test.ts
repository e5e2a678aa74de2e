/** The adapter: every indicator of `technicalindicators`, its values at their own bars. */
import * as technicalindicators from 'technicalindicators'
import { describe, expect, it } from 'vitest'
import { ema } from '../../../engine/math/ema.js'
import { close, high } from '../../../engine/math/indicator.js'
import { IndicatorColumns } from '../../../engine/math/indicator-columns.js'
import { technical } from '../../../engine/math/technical-indicators.js'
import { TECHNICAL_PATTERNS, TECHNICAL_SERIES } from '../../../engine/math/technical-table.js'
import { barList, barsOf } from '../../market.js'
import { columnOf, columnsOf } from './columns-of.js'
import { FAULTS } from './technical-faults.js'

/** What the package exports, by name. */
const library = new Map<string, unknown>(Object.entries(technicalindicators))

type SeriesName = keyof typeof TECHNICAL_SERIES

const OPTIONS: Partial<Record<SeriesName, Readonly<Record<string, number | boolean>>>> = {
  AwesomeOscillator: { fastPeriod: 5, slowPeriod: 34 },
  BollingerBands: { period: 20, stdDev: 2 },
  ChandelierExit: { period: 22, multiplier: 3 },
  IchimokuCloud: { conversionPeriod: 9, basePeriod: 26, spanPeriod: 52, displacement: 26 },
  KeltnerChannels: { maPeriod: 20, atrPeriod: 10, multiplier: 2, useSMA: false },
  KST: {
    ROCPer1: 10,
    ROCPer2: 15,
    ROCPer3: 20,
    ROCPer4: 30,
    SMAROCPer1: 10,
    SMAROCPer2: 10,
    SMAROCPer3: 10,
    SMAROCPer4: 15,
    signalPeriod: 3,
  },
  MACD: { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9, SimpleMAOscillator: false, SimpleMASignal: false },
  PSAR: { step: 0.02, max: 0.2 },
  Stochastic: { period: 14, signalPeriod: 3 },
  StochasticRSI: { rsiPeriod: 14, stochasticPeriod: 14, kPeriod: 3, dPeriod: 3 },
}

/** A walk of 200 bars with gaps, long and short ranges. */
const bars = barsOf(
  Array.from({ length: 200 }, (_, i) => {
    const open = 100 + 8 * Math.sin(i / 9) + ((i * 7919) % 101) / 60
    const last = 100 + 8 * Math.sin((i + 1) / 9) + (((i + 1) * 104_729) % 89) / 50
    const reach = ((i * 31) % 17) / 9
    return [open, Math.max(open, last) + reach, Math.min(open, last) - reach / 2, last, 1 + ((i * 13) % 29)]
  }),
)
const columns = {
  open: barList(bars).map((bar) => bar.open),
  high: barList(bars).map((bar) => bar.high),
  low: barList(bars).map((bar) => bar.low),
  close: barList(bars).map((bar) => bar.close),
  volume: barList(bars).map((bar) => bar.volume),
}

describe.each(Object.keys(TECHNICAL_SERIES) as SeriesName[])('technical(%s)', (name) => {
  const { gives, options } = TECHNICAL_SERIES[name]
  const used = OPTIONS[name] ?? (options.length > 0 ? { period: 14 } : {})
  const indicator = technical(name, used)

  it('has the values of the package, each at the bar that it belongs to', () => {
    const Class = library.get(name) as { calculate(input: object): unknown }
    const result = Class.calculate({ ...columns, values: columns.close, ...used })
    const column = columnsOf(indicator, bars)
    for (const output of gives) {
      // HeikinAshi gives an object of columns, the others a list of values.
      const list: readonly unknown[] = Array.isArray(result)
        ? result.map((value) =>
            typeof value === 'object' ? (value as Record<string, unknown>)[output] : value,
          )
        : ((result as Record<string, unknown[]>)[output] ?? [])
      const ours: readonly number[] = column[output as keyof typeof column]
      const expected = list.filter((value) => value !== undefined)
      expect(expected.length).toBeGreaterThan(100)
      const first = Math.max(indicator.warmup, bars.length - expected.length)
      expect(ours.slice(first)).toEqual(expected.slice(first - bars.length))
      expect(ours.slice(0, indicator.warmup).every(Number.isNaN)).toBe(true)
    }
  })

  it('has a warm-up that ends with the first bar on which all is there', () => {
    const column = columnsOf(indicator, bars)
    for (const values of Object.values<readonly number[]>(column)) {
      expect(values.slice(indicator.warmup).every(Number.isFinite)).toBe(true)
    }
    const { warmup } = technical(name, used)
    expect(warmup).toBe(indicator.warmup)
  })
})

describe('technical patterns', () => {
  it.each(TECHNICAL_PATTERNS)('%s says at each bar what the package says of the bars up to it', (name) => {
    const hasPattern = library.get(name) as (input: object) => boolean
    const column = columnOf(technical(name), bars)
    expect(column.slice(0, 4).every(Number.isNaN)).toBe(true)
    column.forEach((value, i) => {
      if (i < 4) return
      const input = Object.fromEntries(
        Object.entries(columns).map(([key, values]) => [key, values.slice(i - 4, i + 1)]),
      )
      expect(value).toBe(hasPattern(input) ? 1 : 0)
    })
  })

  it('are seen where they are', () => {
    // Open = high = low = close is a doji; a body as long as the bar is none.
    const doji = barsOf(Array.from({ length: 6 }, (_, i) => (i === 4 ? [5, 5, 5, 5] : [5, 6, 5, 6])))
    expect(columnOf(technical('doji'), doji).slice(4)).toEqual([1, 0])
  })
})

describe('technical', () => {
  it('takes other sources in the place of its own', () => {
    const whole = columnOf(technical('SMA', { period: 3 }, { values: high }), bars)
    expect(whole[2]).toBeCloseTo(
      (columns.high[0] ?? 0) / 3 + (columns.high[1] ?? 0) / 3 + (columns.high[2] ?? 0) / 3,
      9,
    )
    expect(technical('SMA', { period: 3 }, { values: ema(close, 5) }).warmup).toBe(4 + 2)
  })

  it('gives a key to each use', () => {
    const keys = [
      technical('SMA', { period: 3 }),
      technical('SMA', { period: 4 }),
      technical('SMA', { period: 3 }, { values: high }),
      technical('WMA', { period: 3 }),
    ].map(({ key }) => key)
    expect(new Set(keys).size).toBe(4)
    expect(technical('SMA', { period: 3 }).key).toBe(keys[0])
  })

  it('feeds every bar again after a restore', () => {
    const indicator = technical('RSI', { period: 14 })
    const set = new IndicatorColumns([indicator], bars)
    set.extend(100)
    const state = JSON.parse(JSON.stringify(set.snapshot()))
    set.extend(bars.length)
    const whole = [...set.column(indicator, 'value')]
    set.restore(state, 100)
    set.column(indicator, 'value').fill(0, 100)
    set.extend(bars.length)
    expect([...set.column(indicator, 'value')]).toEqual(whole)
  })

  // @ts-expect-error: an indicator that the package does not have
  const unknownName = () => technical('Supertrend')
  // @ts-expect-error: an option that RSI does not have
  const unknownOption = () => technical('RSI', { length: 14 })

  it.each([
    ['an unknown name', unknownName, /must be given an indicator of technicalindicators, was Supertrend/],
    ['an unknown option', unknownOption, 'RSI has no option length; it has period'],
    [
      'an option that is missing',
      () => technical('Highest'),
      /Highest must take the options \{\}, it threw: Size required/,
    ],
    [
      'options that give nothing',
      () => technical('EMA', { period: Number.NaN }),
      /EMA must give values with the options \{"period":null\}, gave none in 100000 bars/,
    ],
  ])('refuses %s', (_fault, make, message) => {
    expect(make).toThrow(message)
  })
})

describe('what the package does wrong', () => {
  it.each(FAULTS)('$indicator: $fault', ({ isSeen }) => {
    expect(isSeen()).toBe(true)
  })
})
