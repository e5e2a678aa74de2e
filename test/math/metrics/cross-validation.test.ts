import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crossValidate, fitLine } from '../../../engine/math/metrics/cross-validation.js'
import { sharpeEstimate } from '../../../engine/math/metrics/return-ratios.js'
import { HAS_SHARED, sharedPath } from '../../shared.js'
import { noise } from './sweep-samples.js'

interface Reference {
  readonly columns: readonly (readonly [fast: number, slow: number])[]
  readonly column_sharpe: readonly number[]
  readonly S8: Split
  readonly S10: Split
}

interface Split {
  readonly pbo: number
  readonly prob_oos_loss: number
  readonly slope: number
  readonly intercept: number
  readonly r2: number
  readonly combinations: number
  readonly logits: readonly number[]
}

describe.skipIf(!HAS_SHARED)('The probability of overfitting as pypbo computes it', () => {
  // The file is another's and stays what it is; its shape is the one its README gives.
  const reference = (
    HAS_SHARED ? JSON.parse(readFileSync(sharedPath('reference/pbo-cscv.json'), 'utf8')) : {}
  ) as Reference

  /** Daily returns of moving averages that crossed, by the construction that the file describes. */
  function columns(): readonly Float64Array[] {
    const text = gunzipSync(readFileSync(sharedPath('data/klines/BTCUSDT-1d.csv.gz'))).toString()
    const rows = text
      .split('\n')
      .map((line) => line.split(','))
      .map(([time, , , , close]) => ({ time: Number(time), close: Number(close) }))
      .filter(({ time }) => time >= Date.UTC(2018, 0, 1) && time <= Date.UTC(2023, 5, 23))
    const closes = rows.map(({ close }) => close)
    const meanBefore = (end: number, length: number) =>
      closes.slice(end - length, end).reduce((sum, close) => sum + close, 0) / length
    return reference.columns.map(([fast, slow]) =>
      Float64Array.from(closes, (close, t) => {
        const isLong = t >= slow && meanBefore(t, fast) > meanBefore(t, slow)
        return isLong ? close / (closes[t - 1] ?? Number.NaN) - 1 : 0
      }),
    )
  }

  it('starts from the same twenty columns', () => {
    expect(columns()[0]).toHaveLength(2000)
    for (const [i, column] of columns().entries()) {
      expect(sharpeEstimate(column).sharpe).toBeCloseTo(reference.column_sharpe[i] ?? Number.NaN, 12)
    }
  })

  it.each([
    ['S8', 8],
    ['S10', 10],
  ] as const)('has every logit of %s, its share, its losses and its line', (name, blocks) => {
    const expected = reference[name]
    const { inSample, logits, lossShare, outOfSample, pbo } = crossValidate(columns(), blocks)
    expect(logits).toHaveLength(expected.combinations)
    const sorted = [...logits].sort((a, b) => a - b)
    for (const [i, logit] of expected.logits.entries()) expect(sorted[i]).toBeCloseTo(logit, 9)
    expect(pbo).toBeCloseTo(expected.pbo, 12)
    expect(lossShare).toBeCloseTo(expected.prob_oos_loss, 12)
    const line = fitLine(inSample, outOfSample)
    expect(line.slope).toBeCloseTo(expected.slope, 9)
    expect(line.intercept).toBeCloseTo(expected.intercept, 9)
    expect(line.r2).toBeCloseTo(expected.r2, 9)
  })
})

/** The definition, split by split: slow and plain. */
function naive(columns: readonly Float64Array[], blocks: number): readonly number[] {
  const rows = Math.floor((columns[0]?.length ?? 0) / blocks)
  const skip = (columns[0]?.length ?? 0) - rows * blocks
  const sharpeOn = (column: Float64Array, mask: number, bit: number): number => {
    const values = [...column.subarray(skip)].filter((_, i) => ((mask >> Math.floor(i / rows)) & 1) === bit)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    return mean / Math.sqrt(squares / (values.length - 1))
  }
  const logits: number[] = []
  for (let mask = 0; mask < 2 ** blocks; mask++) {
    if (mask.toString(2).replaceAll('0', '').length !== blocks / 2) continue
    const inside = columns.map((column) => sharpeOn(column, mask, 1))
    const outside = columns.map((column) => sharpeOn(column, mask, 0))
    const champion = inside.indexOf(Math.max(...inside))
    const rank = outside.filter((value) => value <= (outside[champion] ?? 0)).length
    const w = rank / (columns.length + 1)
    logits.push(Math.log(w / (1 - w)))
  }
  return logits
}

describe('crossValidate', () => {
  it('is what the definition says, split by split', () => {
    for (const [seed, days] of [
      [1, 60],
      [2, 67],
    ] as const) {
      const columns = noise({ seed, trials: 9, days })
      const { logits } = crossValidate(columns, 6)
      const expected = naive(columns, 6)
      expect(logits).toHaveLength(expected.length)
      for (const [i, logit] of expected.entries()) expect(logits[i]).toBeCloseTo(logit, 9)
    }
  })

  it('makes 12,870 splits of sixteen blocks', () => {
    expect(crossValidate(noise({ seed: 1, trials: 3, days: 64 })).logits).toHaveLength(12_870)
  })

  it('is near a half on noise, over twenty seeds', () => {
    const all = Array.from(
      { length: 20 },
      (_, seed) => crossValidate(noise({ seed, trials: 50, days: 730 })).pbo,
    )
    const mean = all.reduce((sum, pbo) => sum + pbo, 0) / all.length
    expect(mean).toBeGreaterThan(0.4)
    expect(mean).toBeLessThan(0.6)
  })

  it('is low where one column has an edge', () => {
    // 0.12 a day is a Sharpe ratio of 2.3 a year.
    const all = Array.from(
      { length: 20 },
      (_, seed) => crossValidate(noise({ seed, trials: 50, days: 1460, edge: 0.12 })).pbo,
    )
    expect(Math.max(...all)).toBeLessThan(0.3)
    expect(all.reduce((sum, pbo) => sum + pbo, 0) / all.length).toBeLessThan(0.1)
  })

  it('knows nothing of the scale of returns, and of the order of trials but for equals', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const columns = noise({ seed, trials: 6, days: 48 })
        const { logits } = crossValidate(columns, 8)
        const scaled = crossValidate(
          columns.map((column) => column.map((value) => value * 8)),
          8,
        )
        expect(scaled.logits).toEqual(logits)
        expect(crossValidate([...columns].reverse(), 8).logits).toEqual(logits)
      }),
      { seed: 1, numRuns: 20 },
    )
  })

  it('takes columns that do not move as 0, and averages the ranks of equals', () => {
    const flat = [new Float64Array(32), new Float64Array(32), new Float64Array(32)]
    const { logits, lossShare, pbo } = crossValidate(flat, 4)
    // Rank 2 of 3: w = 2/4, logit 0.
    expect([...logits]).toEqual([0, 0, 0, 0, 0, 0])
    expect([pbo, lossShare]).toEqual([1, 1])
  })

  it('splits nothing below two trials or two rows a block', () => {
    expect(crossValidate(noise({ seed: 1, trials: 1, days: 100 })).pbo).toBeNaN()
    expect(crossValidate(noise({ seed: 1, trials: 5, days: 31 })).pbo).toBeNaN()
    expect(crossValidate([]).logits).toHaveLength(0)
    expect(() => crossValidate([], 7)).toThrow('blocks must be an even number from 2 to 20, was 7')
  })
})
