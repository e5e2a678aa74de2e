import { describe, expect, it } from 'vitest'
import { findFiles } from '../../data/find-files.js'
import { importFile } from '../../data/import-file.js'
import { loadBars } from '../../data/load-bars.js'
import { TradeBars } from '../../engine/math/bars-from-trades.js'
import { barAt, FIELDS } from '../../engine/model/bars.js'
import { units } from '../market.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

const START = Date.UTC(2024, 0, 1)

describe('TradeBars', () => {
  it('makes one bar of each minute that has a trade', () => {
    const bars = new TradeBars({ symbol: 'BTCUSDT', interval: '1m' })
    const add = (ms: number, price: string, quantity: string, isBuyerMaker: boolean, count = 1): void =>
      bars.add({ time: START + ms, price: units(price), quantity: units(quantity), isBuyerMaker, count })
    add(0, '10', '0.1', false)
    add(59_999, '12', '0.2', true, 3)
    add(59_999, '9', '0.3', false)
    add(180_000, '11', '1', true)
    const made = bars.end()
    expect(made.length).toBe(2)
    expect(barAt(made, 0)).toEqual({
      openTime: START,
      open: 10,
      high: 12,
      low: 9,
      close: 9,
      volume: 0.6,
      // 10 · 0.1 + 12 · 0.2 + 9 · 0.3
      quoteVolume: 6.1,
      tradeCount: 5,
      takerVolume: 0.4,
      takerQuoteVolume: 3.7,
      flags: 0,
      origin: 'trades',
    })
    expect(made.openTime[1]).toBe(START + 180_000)
  })

  it('sums amounts that no double holds', () => {
    const bars = new TradeBars({ symbol: 'PEPEUSDT', interval: '1m' })
    const trade = { price: units('0.00000001'), isBuyerMaker: true, count: 1 }
    bars.add({ ...trade, time: START, quantity: units('9007199254740993') })
    bars.add({ ...trade, time: START, quantity: units('0.5') })
    expect(bars.end().volume[0]).toBe(Number('9007199254740993.5'))
  })

  it('refuses a trade of an earlier bar', () => {
    const bars = new TradeBars({ symbol: 'BTCUSDT', interval: '1m' })
    const trade = { price: 1n, quantity: 1n, isBuyerMaker: true, count: 1 }
    bars.add({ ...trade, time: START })
    expect(() => bars.add({ ...trade, time: START - 1 })).toThrow(/trades must come oldest first/)
  })
})

describe.skipIf(!HAS_SHARED)('real aggTrades', () => {
  it('of XRPETH make all of its 2,469 bars', async () => {
    const files = await findFiles([sharedPath('data', 'aggtrades', 'XRPETH-2019-10-11.csv.gz')], '.')
    const [file] = files
    if (!file) throw new Error('the file must be there')
    const options = {
      symbol: undefined,
      interval: undefined,
      columns: undefined,
      now: Date.UTC(2025, 0),
      onShare: () => undefined,
    }
    const [part] = await importFile(file, options)
    const { bars } = await loadBars({
      patterns: [sharedPath('data', 'klines', 'XRPETH-1m-2019-10-11.csv.gz')],
    })
    const made = part?.rows.bars
    expect(made?.length).toBe(2469)
    for (const field of ['openTime', ...FIELDS] as const) {
      expect(made?.[field].subarray(0, 2469)).toEqual(bars[field].subarray(0, 2469))
    }
  })
})
