import { describe, expect, it } from 'vitest'
import { provenanceOf } from '../../../engine/math/metrics/provenance.js'
import { metricsJson, runMetrics } from '../../../engine/math/metrics/run-metrics.js'
import { BAR_FLAG, BarColumns, ORIGINS, type Origin } from '../../../engine/model/bars.js'
import { ONE } from '../../../engine/model/money.js'
import type { RunResult } from '../../../engine/model/run-result.js'
import { sampleRun } from '../../reports/sample-run.js'

const HOUR = 3_600_000
const START = Date.UTC(2024, 0, 1)

/** A run over hourly bars at these hours whose equity is 100 before the first and then as given. */
function run({
  hours,
  equity,
  origins = [],
  entry,
  exit,
}: {
  readonly hours: readonly number[]
  readonly equity: readonly number[]
  readonly origins?: readonly Origin[]
  readonly entry?: number
  readonly exit?: number
}): RunResult {
  const { result } = sampleRun({ trades: 1 })
  const bars = new BarColumns({ symbol: 'BTCUSDT', interval: '1h' })
  for (const hour of hours)
    bars.append({ openTime: START + hour * HOUR, open: 1, high: 1, low: 1, close: 1, volume: 1 })
  for (const [i, origin] of origins.entries()) bars.origin[i] = ORIGINS.indexOf(origin)
  const [fill] = result.fills
  const [trade] = result.trades
  if (!fill || !trade) throw new Error('the sample must have a trade')
  return {
    ...result,
    bars,
    first: 0,
    end: hours.length,
    settings: { ...result.settings, cash: 100n * ONE },
    equity: Float64Array.from(equity),
    fills: entry === undefined ? [] : [{ ...fill, barIndex: entry, tradeNumber: trade.number }],
    trades: exit === undefined ? [] : [{ ...trade, entryBar: entry ?? 0, exitBar: exit }],
  }
}

describe('provenanceOf', () => {
  it('shares the moves of equity among the origins of their bars', () => {
    // Moves of 1, 2, 3 and 4: 2 in bars of trades, 4 in an imported one.
    const { unoriginalShare, byOrigin } = provenanceOf(
      run({
        hours: [0, 1, 2, 3],
        equity: [101, 99, 102, 98],
        origins: ['archive', 'trades', 'rest', 'import'],
      }),
    )
    expect(unoriginalShare).toBeCloseTo(0.6, 15)
    expect([...byOrigin]).toEqual([
      ['trades', 0.2],
      ['import', 0.4],
    ])
  })

  it('counts a bar that fills a gap as synthetic, whatever its origin', () => {
    const result = run({ hours: [0, 1], equity: [101, 102] })
    result.bars.flags[1] = BAR_FLAG.synthetic
    expect([...provenanceOf(result).byOrigin]).toEqual([['synthetic', 0.5]])
  })

  it('is 0 without a move, and without bars that are not original', () => {
    expect(provenanceOf(run({ hours: [0], equity: [100], origins: ['import'] })).unoriginalShare).toBe(0)
    expect(provenanceOf(run({ hours: [0], equity: [101] })).unoriginalShare).toBe(0)
  })

  it('finds the gaps that a position was held over, and no others', () => {
    const hours = [0, 2, 3, 7, 8, 10]
    const equity = hours.map(() => 100)
    const gapsOf = (entry: number, exit?: number) =>
      provenanceOf(run({ hours, equity, entry, ...(exit === undefined ? {} : { exit }) })).heldGaps.map(
        ({ from, to, missing }) => [(from - START) / HOUR, (to - START) / HOUR, missing],
      )
    expect(gapsOf(1, 4)).toEqual([[4, 7, 3]])
    expect(gapsOf(1, 2)).toEqual([])
    // Bought at the open behind the gap: it was not held over it. Open at the end: held to the last bar.
    expect(gapsOf(3)).toEqual([[9, 10, 1]])
    // Sold at the open behind the gap: that open is the other side of it.
    expect(gapsOf(2, 3)).toEqual([[4, 7, 3]])
  })

  it('lists a gap that flat bars stand for as one', () => {
    const result = run({ hours: [0, 1, 2, 3, 4], equity: [100, 100, 100, 100, 100], entry: 0 })
    for (const i of [2, 3]) result.bars.flags[i] = BAR_FLAG.synthetic
    const provenance = provenanceOf(result)
    expect(provenance.heldGaps).toEqual([
      { symbol: 'BTCUSDT', from: START + 2 * HOUR, to: START + 4 * HOUR, missing: 2 },
    ])
    const times = [2, 4].map((hour) => new Date(START + hour * HOUR).toISOString())
    expect(metricsJson({ ...runMetrics(result), provenance }).provenance).toEqual({
      unoriginal_share: 0,
      by_origin: {},
      held_gaps: [{ symbol: 'BTCUSDT', from: times[0], to: times[1], missing: 2 }],
    })
  })

  it('looks, with several symbols, at the bars of the one that was held', () => {
    // The first has every hour; the second, which is held from hour 1 on, lacks hour 2 and is imported.
    const one = run({ hours: [0, 1, 2, 3], equity: [100, 101, 101, 103], entry: 1 })
    const second = run({ hours: [0, 1, 3], equity: [], origins: ['import', 'import', 'import'] }).bars
    const [symbol] = one.symbols
    const [fill] = one.fills
    if (!symbol || !fill) throw new Error('the sample must have a symbol and a fill')
    const result: RunResult = {
      ...one,
      symbols: [
        { ...symbol, bars: one.bars },
        { ...symbol, bars: Object.assign(second, { symbol: 'ETHUSDT' }) },
      ],
      fills: [{ ...fill, symbolIndex: 1 }],
    }
    const { byOrigin, heldGaps } = provenanceOf(result)
    expect([...byOrigin]).toEqual([['import', 1]])
    expect(heldGaps).toEqual([
      { symbol: 'ETHUSDT', from: START + 2 * HOUR, to: START + 3 * HOUR, missing: 1 },
    ])
  })
})
