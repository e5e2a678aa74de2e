/** Indicators of one's own: what they see, what their keys tell apart, what is refused. */
import { describe, expect, it } from 'vitest'
import { defineIndicator } from '../../../engine/math/define-indicator.js'
import { ema } from '../../../engine/math/ema.js'
import { close, high, low } from '../../../engine/math/indicator.js'
import { IndicatorColumns } from '../../../engine/math/indicator-columns.js'
import { sma } from '../../../engine/math/sma.js'
import { hashText } from '../../../engine/math/text-hash.js'
import { barsOf } from '../../market.js'
import { columnOf, columnsOf } from './columns-of.js'
import { efficiencyRatio } from './efficiency-ratio.js'

const bars = barsOf([1, 2, 4, 8, 16, 32].map((price) => [price, price + 1, price - 1, price]))

const spread = defineIndicator({
  name: 'spread',
  sources: { top: high, bottom: low },
  outputs: ['range', 'middle'],
  warmup: () => 0,
  next: ({ top, bottom }) => ({ range: top - bottom, middle: (top + bottom) / 2 }),
})

describe('an indicator of one’s own', () => {
  it('sees one bar after the other, and its warm-up is NaN', () => {
    expect(columnOf(efficiencyRatio({ period: 2 }), bars)).toEqual([Number.NaN, Number.NaN, 1, 1, 1, 1])
    const zigzag = barsOf([1, 3, 2, 4].map((price) => [price, price, price, price]))
    // |2 − 1| / (2 + 1), then |4 − 3| / (1 + 2).
    expect(columnOf(efficiencyRatio({ period: 2 }), zigzag).slice(2)).toEqual([1 / 3, 1 / 3])
  })

  it('has several values when it names them', () => {
    expect(columnsOf(spread(), bars)).toEqual({ range: [2, 2, 2, 2, 2, 2], middle: [1, 2, 4, 8, 16, 32] })
  })

  it('is asked for the first time when its sources are defined', () => {
    const seen: number[] = []
    const watcher = defineIndicator({
      name: 'watcher',
      sources: { price: close, mean: close },
      warmup: () => 1,
      next: ({ price, mean }) => {
        seen.push(price)
        return mean
      },
    })
    const indicator = watcher({ mean: sma(close, 3) })
    expect(indicator.warmup).toBe(3)
    expect(columnOf(indicator, bars).slice(0, 4)).toEqual([Number.NaN, Number.NaN, Number.NaN, 14 / 3])
    expect(seen).toEqual([4, 8, 16, 32])
  })

  it('is a source of others, and takes others as sources', () => {
    const smooth = sma(efficiencyRatio({ price: ema(close, 2), period: 1 }), 2)
    expect(smooth.warmup).toBe(1 + 1 + 1)
    expect(columnOf(smooth, bars).at(-1)).toBe(1)
  })

  it('keeps a state of its own for each column', () => {
    const columns = new IndicatorColumns(
      [efficiencyRatio({ period: 2 }), efficiencyRatio({ period: 3 })],
      bars,
    )
    columns.extend(bars.length)
    expect(columns.column(efficiencyRatio({ period: 3 }), 'value')[2]).toBeNaN()
    expect(columns.column(efficiencyRatio({ period: 2 }), 'value')[2]).toBe(1)
  })

  it('never changes the state that its definition gave', () => {
    const first = { count: 0 }
    const counter = defineIndicator({
      name: 'counter',
      sources: { price: close },
      warmup: () => 0,
      state: () => first,
      next: (_inputs, state) => ++state.count,
    })
    expect(columnOf(counter(), bars)).toEqual([1, 2, 3, 4, 5, 6])
    expect(columnOf(counter(), bars)).toEqual([1, 2, 3, 4, 5, 6])
    expect(first.count).toBe(0)
  })
})

describe('the key of an indicator of one’s own', () => {
  const make = (text: 'plus' | 'minus') =>
    defineIndicator({
      name: 'shifted',
      sources: { price: close },
      params: { by: 1, isLog: false },
      warmup: () => 0,
      next: text === 'plus' ? ({ price }, _, { by }) => price + by : ({ price }, _, { by }) => price - by,
    })

  it('is the same for the same use', () => {
    expect(make('plus')({ by: 1 }).key).toBe(make('plus')().key)
  })

  it('differs with a parameter, a source and the text of a function', () => {
    const keys = [
      make('plus')(),
      make('minus')(),
      make('plus')({ by: 2 }),
      make('plus')({ isLog: true }),
      make('plus')({ price: high }),
    ].map((indicator) => indicator.key)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('shared by two definitions is refused: their functions may close over different values', () => {
    const times = (factor: number) =>
      defineIndicator({
        name: 'times',
        sources: { price: close },
        warmup: () => 0,
        next: ({ price }) => price * factor,
      })
    const both = [times(2)(), times(3)()]
    expect(both[0]?.key).toBe(both[1]?.key)
    expect(() => new IndicatorColumns(both, bars)).toThrow(
      /two definitions gave the indicator times#\w+\(price=close,value,0\): what sets them apart must be in/,
    )
    const one = times(2)
    expect(() => new IndicatorColumns([one(), sma(one(), 2)], bars)).not.toThrow()
  })
})

describe('a definition is refused', () => {
  const parts = { sources: { price: close }, warmup: () => 0, next: () => 0 }
  it.each([
    [
      'a name that is not kebab-case',
      () => defineIndicator({ ...parts, name: 'My Own' }),
      'must be kebab-case, was My Own',
    ],
    [
      'a source and a parameter of one name',
      () => defineIndicator({ ...parts, name: 'own', params: { price: 1 } }),
      'a source and a parameter of own must not both be called price',
    ],
    [
      'an unknown name at its use',
      // @ts-expect-error: a parameter that is not declared
      () => defineIndicator({ ...parts, name: 'own', params: { period: 1 } })({ length: 2 }),
      'own has no source or parameter length; it has price, period',
    ],
    [
      'a warm-up of half a bar',
      () => defineIndicator({ ...parts, name: 'own', warmup: () => 0.5 })(),
      'the warm-up of own must be a whole number of at least 0, was 0.5',
    ],
  ])('for %s', (_fault, define, message) => {
    expect(define).toThrow(message)
  })

  it('when its state is no plain data', () => {
    const state = () => ({ run: (() => 1) as unknown as number })
    const indicator = defineIndicator({ ...parts, name: 'own', state })()
    expect(() => indicator.createKernel()).toThrow()
  })
})

describe('the types of an indicator of one’s own', () => {
  it('know its sources, its parameters, its state and its values', () => {
    defineIndicator({
      name: 'typed',
      sources: { price: close },
      params: { period: 3, isFast: false },
      outputs: ['a', 'b'],
      warmup: (p) => p.period,
      state: () => ({ isOn: false, count: 0 }),
      next({ price, ...others }, state, params) {
        // @ts-expect-error: a source that is not declared
        others.volume
        // @ts-expect-error: state that is not declared
        state.since
        // @ts-expect-error: a parameter that is not declared
        params.length
        // @ts-expect-error: parameters are read only
        if (params.isFast) params.period = 4
        state.isOn = true
        return { a: price, b: state.count }
      },
    })
    const one = defineIndicator({
      name: 'one',
      sources: { price: close },
      warmup: () => 0,
      next: ({ price }) => price,
    })
    expect(sma(one(), 2).key).toContain('one#')
    // @ts-expect-error: an indicator with several values is no source
    expect(sma(spread(), 2).key).toContain('spread')
    // @ts-expect-error: a value that is not named
    defineIndicator({ name: 'x', sources: {}, outputs: ['a'], warmup: () => 0, next: () => ({ b: 1 }) })
  })
})

describe('hashText', () => {
  it('tells texts apart that differ in a letter, an order or a length', () => {
    const texts = ['', 'a', 'b', 'ab', 'ba', 'aa', 'aaa', 'x + y', 'x - y', 'x  + y', 'é', 'e']
    expect(new Set(texts.map(hashText)).size).toBe(texts.length)
  })

  it('is the same 14 digits on every machine', () => {
    // Published with the method: cyrb53('a') is 7929297801672961.
    expect(hashText('a')).toBe((7_929_297_801_672_961).toString(16).padStart(14, '0'))
  })
})
