/** What one order does, by hand: each expected number is worked out in a comment. */
import { describe, expect, it } from 'vitest'
import { close as closes, defineStrategy, int, sma } from '../../engine/index.js'
import { StrategyError } from '../../engine/model/errors.js'
import { formatUnits } from '../../engine/model/money.js'
import { formatTime } from '../../engine/model/time.js'
import { barsOf, rulesOf, run, scripted, units } from '../market.js'

/** Twelve bars whose true range is 2 from the second on: open 100, high 101, low 99, close 100. */
const FLAT = Array.from({ length: 12 }, () => [100, 101, 99, 100])

describe('a market order', () => {
  it('fills at the open of the next bar, not of its own', () => {
    const rows = FLAT.map((row, i) => (i === 4 ? [103, 104, 99, 100] : row))
    // First call at bar 2 (ATR(3) is defined at bar 3): the script's bar 1 is bar 3, it fills at bar 4.
    const { fills } = run({ strategy: scripted({ 1: ({ target }) => target(1) }), bars: barsOf(rows) })
    expect(fills).toHaveLength(1)
    expect(fills[0]).toMatchObject({ barIndex: 4, price: units('103'), referencePrice: units('103') })
    expect(formatTime(fills[0]?.time ?? 0)).toBe('2024-01-01T00:04:00.000Z')
    expect(formatTime(fills[0]?.decisionTime ?? 0)).toBe('2024-01-01T00:03:59.999Z')
  })

  it('pays alpha times the average true range on top when it buys, and gets it less when it sells', () => {
    const { fills } = run({
      strategy: scripted({ 0: ({ target }) => target(1), 3: ({ target }) => target(0) }),
      bars: barsOf(FLAT),
      settings: { alpha: 0.5 },
    })
    // ATR = 2 throughout, so 100 ± 0.5 · 2.
    expect(fills.map(({ price }) => formatUnits(price))).toEqual(['101', '99'])
    expect(fills.map(({ atr }) => atr)).toEqual([2, 2])
    // 10000 / 101 = 99.00990099 BTC (rounded down), of which 1 quote each is slippage, rounded down.
    expect(fills.map(({ slippage }) => formatUnits(slippage))).toEqual(['99.00990099', '99.00990099'])
    expect(fills.every(({ isOutsideBar }) => !isOutsideBar)).toBe(true)
  })

  it('takes the range through the bar that fills, or through the bar that decided', () => {
    // Ranges of 2 until bar 5, whose range is 8: ATR(3) = 2 at bar 4 and (2·2 + 8)/3 = 4 at bar 5.
    const rows = FLAT.map((row, i) => (i === 5 ? [100, 104, 96, 100] : row))
    const strategy = scripted({ 2: ({ target }) => target(1) })
    const bars = barsOf(rows)
    const next = run({ strategy, bars, settings: { alpha: 0.5 } })
    expect(next.fills[0]).toMatchObject({ barIndex: 5, price: units('102'), atr: 4 })
    // With the signal's range the first call is one bar later, at bar 3: the script's bar 1 is bar 4.
    const early = scripted({ 1: ({ target }) => target(1) })
    const signal = run({ strategy: early, bars, settings: { alpha: 0.5, atrSource: 'signal' } })
    expect(signal.fills[0]).toMatchObject({ barIndex: 5, price: units('101'), atr: 2 })
  })

  it('is rounded to the tick against the trader', () => {
    const { fills } = run({
      strategy: scripted({ 0: ({ target }) => target(1), 3: ({ target }) => target(0) }),
      bars: barsOf(FLAT),
      settings: { alpha: 0.123 },
      rules: rulesOf({ tickSize: units('0.5') }),
    })
    // 100 ± 0.246 on ticks of 0.5: a BUY up to 100.5, a SELL down to 99.5.
    expect(fills.map(({ price }) => formatUnits(price))).toEqual(['100.5', '99.5'])
  })

  it('leaves its bar when nothing clamps it, says so, and stays inside when asked', () => {
    const strategy = scripted({ 0: ({ target }) => target(1), 3: ({ target }) => target(0) })
    const free = run({ strategy, bars: barsOf(FLAT), settings: { alpha: 1 } })
    expect(free.fills.map(({ price, isOutsideBar }) => [formatUnits(price), isOutsideBar])).toEqual([
      ['102', true],
      ['98', true],
    ])
    const clamped = run({ strategy, bars: barsOf(FLAT), settings: { alpha: 1, clamp: 'bar' } })
    expect(clamped.fills.map(({ price, isOutsideBar }) => [formatUnits(price), isOutsideBar])).toEqual([
      ['101', false],
      ['99', false],
    ])
  })

  it('is never below one tick', () => {
    const rows = FLAT.map(() => [2, 101, 1, 2])
    const { fills } = run({
      strategy: scripted({ 0: ({ target }) => target(1), 3: ({ target }) => target(0) }),
      bars: barsOf(rows),
      settings: { alpha: 1 },
      rules: rulesOf({ tickSize: units('0.01') }),
    })
    expect(formatUnits(fills[1]?.price ?? 0n)).toBe('0.01')
  })

  it('waits over bars without trades and over made-up bars', () => {
    const rows = FLAT.map((row, i) => [...row, i === 3 || i === 4 ? 0 : 1])
    const { fills } = run({ strategy: scripted({ 0: ({ target }) => target(1) }), bars: barsOf(rows) })
    expect(fills[0]?.barIndex).toBe(5)
    expect(formatTime(fills[0]?.decisionTime ?? 0)).toBe('2024-01-01T00:02:59.999Z')
  })

  it('that is decided on the last bar counts, expires and fills nothing', () => {
    const { fills, orders } = run({
      strategy: scripted({ 9: ({ target }) => target(1) }),
      bars: barsOf(FLAT),
    })
    expect(fills).toHaveLength(0)
    expect(orders).toHaveLength(1)
    expect(orders[0]).toMatchObject({ status: 'EXPIRED', executedQuantity: 0n })
  })
})

describe('commissions', () => {
  it('are taken from what is received: base on a BUY, quote on a SELL, half up', () => {
    const result = run({
      strategy: scripted({ 0: ({ target }) => target(1), 3: ({ target }) => target(0) }),
      bars: barsOf(FLAT),
      settings: { takerFee: 0.001 },
    })
    // Buys 100 BTC for 10000, 0.1 BTC commission; sells 99.9 BTC for 9990, commission 9.99.
    expect(
      result.fills.map(({ commission, commissionAsset }) => [formatUnits(commission), commissionAsset]),
    ).toEqual([
      ['0.1', 'BTC'],
      ['9.99', 'USDT'],
    ])
    expect(formatUnits(result.cash)).toBe('9980.01')
    // Fees in quote: 0.1 BTC at 100, and 9.99.
    expect(formatUnits(result.trades[0]?.fees ?? 0n)).toBe('19.99')
    expect(formatUnits(result.trades[0]?.net ?? 0n)).toBe('-19.99')
    expect(formatUnits(result.trades[0]?.gross ?? 1n)).toBe('0')
  })

  it('in quote leave room for themselves when all cash is spent', () => {
    const result = run({
      strategy: scripted({ 0: ({ target }) => target(1) }),
      bars: barsOf(FLAT),
      settings: { takerFee: 0.001, feeAsset: 'quote' },
    })
    // 10000 / 1.001 = 9990.00999000 (down); at 100 that is 99.9000999 BTC; 0.1 % of 9990.00999 is 9.99000999.
    expect(result.fills[0]).toMatchObject({
      quantity: units('99.9000999'),
      quote: units('9990.00999'),
      commission: units('9.99000999'),
      commissionAsset: 'USDT',
    })
    expect(formatUnits(result.cash)).toBe('0.00000001')
  })
})

describe('a wish', () => {
  it('below the minimum notional is no order at all', () => {
    const { orders } = run({
      strategy: scripted({ 0: ({ target }) => target(0.0004), 2: ({ buy }) => buy({ quote: 4.99 }) }),
      bars: barsOf(FLAT),
      rules: rulesOf({ minNotional: units('5'), applyMinToMarket: true }),
    })
    expect(orders).toHaveLength(0)
  })

  it('that fails a filter at the fill is rejected with the filter and forgotten', () => {
    const rows = FLAT.map((row, i) => (i === 3 ? [60, 101, 60, 100] : row))
    const { orders, fills } = run({
      // 0.05 BTC is worth 5 at the decision's close of 100 but 3 at the open of 60.
      strategy: scripted({ 0: ({ buy }) => buy({ quantity: 0.05 }), 4: ({ target }) => target(0.5) }),
      bars: barsOf(rows),
      rules: rulesOf({ minNotional: units('5'), applyMinToMarket: true }),
    })
    expect(orders.map(({ status, reason }) => [status, reason])).toEqual([
      ['REJECTED', 'NOTIONAL'],
      ['FILLED', ''],
    ])
    expect(fills).toHaveLength(1)
  })

  it('cut to nothing by the step is rejected: LOT_SIZE', () => {
    const { orders } = run({
      strategy: scripted({ 0: ({ buy }) => buy({ quote: 50 }) }),
      bars: barsOf(FLAT),
      rules: rulesOf({ stepSize: units('1') }),
    })
    expect(orders.map(({ status, reason }) => [status, reason])).toEqual([['REJECTED', 'LOT_SIZE']])
  })

  it('above the largest market order is rejected: MARKET_LOT_SIZE', () => {
    const { orders } = run({
      strategy: scripted({ 0: ({ target }) => target(1) }),
      bars: barsOf(FLAT),
      rules: rulesOf({ marketMaxQuantity: units('99.99999999') }),
    })
    expect(orders.map(({ status, reason }) => [status, reason])).toEqual([['REJECTED', 'MARKET_LOT_SIZE']])
  })

  it('for more than there is is rejected, never filled on credit', () => {
    const { orders } = run({
      strategy: scripted({
        0: ({ buy }) => {
          buy({ quantity: 60 })
          buy({ quantity: 60 })
        },
      }),
      bars: barsOf(FLAT),
    })
    expect(orders.map(({ status, reason }) => [status, reason])).toEqual([
      ['FILLED', ''],
      ['REJECTED', 'INSUFFICIENT_BALANCE'],
    ])
  })
})

describe('target', () => {
  it('to the weight already aimed at does nothing, also while the order waits', () => {
    const strategy = scripted({
      0: ({ target }) => target(0),
      1: ({ target }) => target(1),
      2: ({ target }) => target(1),
      3: ({ target }) => target(1),
    })
    const rows = FLAT.map((row, i) => [...row, i === 4 ? 0 : 1])
    const { orders } = run({ strategy, bars: barsOf(rows) })
    expect(orders).toHaveLength(1)
  })

  it('takes back what an earlier one has waiting, and is sized anew', () => {
    const strategy = scripted({ 0: ({ target }) => target(1), 1: ({ target }) => target(0.5) })
    const rows = FLAT.map((row, i) => [...row, i === 3 ? 0 : 1])
    const { orders, fills, decisions } = run({ strategy, bars: barsOf(rows) })
    expect(orders.map(({ status }) => status)).toEqual(['CANCELED', 'FILLED'])
    expect(fills.map(({ quote }) => formatUnits(quote))).toEqual(['5000'])
    expect(decisions[1]).toMatchObject({ cancels: [1], orderNumber: 2 })
  })

  it('is tried again after its order ended without a fill', () => {
    const rows = FLAT.map((row, i) => (i === 3 ? [100, 101, 99, 100] : row))
    const strategy = scripted({ 0: ({ target }) => target(1), 2: ({ target }) => target(1) })
    const rules = rulesOf({ marketMaxQuantity: units('50') })
    const { orders } = run({ strategy, bars: barsOf(rows), rules })
    expect(orders.map(({ status }) => status)).toEqual(['REJECTED', 'REJECTED'])
  })

  it('moves the position to a share of equity at the close', () => {
    const strategy = scripted({ 0: ({ target }) => target(0.5), 3: ({ target }) => target(0.25) })
    const { fills } = run({ strategy, bars: barsOf(FLAT) })
    // 5000 of 10000 buys 50 BTC at 100; half of them go again.
    expect(fills.map(({ side, quantity }) => [side, formatUnits(quantity)])).toEqual([
      ['BUY', '50'],
      ['SELL', '25'],
    ])
  })

  it('of 1 spends all cash to the last unit, also where a double cannot hold it', () => {
    const strategy = scripted({ 0: ({ target }) => target(1) })
    const cash = units('982581242060.08583691')
    const { orders, cash: left } = run({ strategy, bars: barsOf(FLAT), settings: { cash } })
    expect(orders[0]?.order).toMatchObject({ quoteQuantity: cash })
    expect(left < 100n).toBe(true)
  })

  it('outside of 0 to 1 is the strategy’s fault', () => {
    const strategy = scripted({ 0: ({ target }) => target(1.5) })
    expect(() => run({ strategy, bars: barsOf(FLAT) })).toThrow(StrategyError)
    expect(() => run({ strategy, bars: barsOf(FLAT) })).toThrow(/between 0 and 1, was 1.5/)
  })
})

describe('a trade', () => {
  it('goes from flat to flat, with its excursions from the entry’s bar to the one before the exit’s', () => {
    const rows = [...FLAT]
    rows[3] = [100, 103, 99, 100] // entry at 100; the high of the entry's bar counts
    rows[4] = [100, 101, 90, 100] // the lowest
    rows[5] = [110, 150, 80, 110] // exit at its open: its range does not count
    const strategy = scripted({
      0: ({ target }) => target(1, { tag: 'in' }),
      2: ({ close }) => close({ tag: 'out' }),
    })
    const { trades } = run({ strategy, bars: barsOf(rows) })
    expect(trades).toHaveLength(1)
    const [trade] = trades
    expect(trade).toMatchObject({
      number: 1,
      entryPrice: 100,
      exitPrice: 110,
      quantity: units('100'),
      net: units('1000'),
      return: 0.1,
      bars: 2,
      entryTag: 'in',
      exitTag: 'out',
    })
    expect(trade?.mae).toBeCloseTo(-0.1, 12)
    expect(trade?.mfe).toBeCloseTo(0.03, 12)
  })

  it('ends when a sale leaves less than a step: what is left is dust, and flat', () => {
    const seen: boolean[] = []
    const strategy = scripted({
      0: ({ target }) => target(1),
      3: ({ target }) => target(0),
      5: ({ position }) => seen.push(position.isFlat, position.isLong, position.quantity > 0),
    })
    const rules = rulesOf({ stepSize: units('0.01') })
    const result = run({ strategy, bars: barsOf(FLAT), rules, settings: { takerFee: 0.00013 } })
    expect(result.trades).toHaveLength(1)
    expect(seen).toEqual([true, false, true])
    // 100 BTC less 0.013 commission = 99.987, of which 99.98 can be sold.
    expect(formatUnits(result.quantity)).toBe('0.007')
    expect(result.hasOpenTrade).toBe(false)
    expect(result.exposedBars).toBe(3)
  })

  it('ends when a sale leaves less than the minimum notional at the close', () => {
    const strategy = scripted({ 0: ({ target }) => target(1), 3: ({ sell }) => sell({ quantity: 99.96 }) })
    const rules = rulesOf({ minNotional: units('5'), applyMinToMarket: true })
    const result = run({ strategy, bars: barsOf(FLAT), rules })
    expect(result.trades).toHaveLength(1)
    expect(formatUnits(result.quantity)).toBe('0.04')
  })

  it('that is still open at the end is in equity and in no trade, unless the end sells it', () => {
    const strategy = scripted({ 0: ({ target }) => target(1) })
    const rows = FLAT.map((row, i) => (i === 11 ? [100, 121, 99, 120] : row))
    const open = run({ strategy, bars: barsOf(rows) })
    expect(open.trades).toHaveLength(0)
    expect(open.hasOpenTrade).toBe(true)
    expect(open.equity.at(-1)).toBe(12_000)
    expect(open.exposedBars).toBe(9)
    const closed = run({ strategy, bars: barsOf(rows), settings: { closeAtEnd: true } })
    expect(closed.trades).toHaveLength(1)
    expect(closed.trades[0]).toMatchObject({ exitPrice: 120, bars: 9, exitTag: 'close-at-end' })
    expect(closed.equity.at(-1)).toBe(12_000)
    expect(closed.exposedBars).toBe(8)
    expect(closed.orders.map(({ status }) => status)).toEqual(['FILLED', 'FILLED'])
  })
})

describe('the first call', () => {
  const calls = (indicators: number, settings: object, first = 0): number => {
    const strategy = defineStrategy({
      name: 'counts',
      params: { n: int(indicators, { min: 1, max: 100 }) },
      indicators: (p) => ({ mean: sma(closes, p.n) }),
      onBar() {},
    })
    return run({ strategy, bars: barsOf(FLAT), settings, first }).firstCall
  }

  it('waits for every indicator and for the range that prices the next bar, whatever alpha is', () => {
    expect(calls(1, { atrPeriod: 3, atrSource: 'next' })).toBe(2)
    expect(calls(1, { atrPeriod: 3, atrSource: 'signal' })).toBe(3)
    expect(calls(6, { atrPeriod: 3 })).toBe(5)
    expect(calls(6, { atrPeriod: 3, warmup: 9 })).toBe(9)
  })

  it('lies inside the range, and bars before it warm up', () => {
    expect(calls(6, { atrPeriod: 3 }, 4)).toBe(5)
    expect(calls(6, { atrPeriod: 3 }, 8)).toBe(8)
  })

  it('never comes when the data are too short, which is no error', () => {
    const result = run({
      strategy: defineStrategy({ name: 'long', indicators: () => ({ mean: sma(closes, 50) }), onBar() {} }),
      bars: barsOf(FLAT),
    })
    expect(result.firstCall).toBe(12)
    expect(result.equity).toHaveLength(12)
  })
})

describe('a strategy that throws', () => {
  it('stops the run with the bar, the time and the reason', () => {
    const strategy = scripted({
      4: () => {
        throw new Error('no such thing')
      },
    })
    expect(() => run({ strategy, bars: barsOf(FLAT) })).toThrow(
      'strategy scripted must not throw; at the close of bar 6 (2024-01-01T00:06:59.999Z, BTCUSDT) it threw: no such thing',
    )
  })

  it('stops the run as well where it gives a promise, for bars do not wait', () => {
    const onBar = () => Promise.resolve()
    expect(() => run({ strategy: defineStrategy({ name: 'later', onBar }), bars: barsOf(FLAT) })).toThrow(
      /^strategy later must decide at once; at the close of bar 2 \(2024-.*, BTCUSDT\) it gave a promise: take out what waits$/,
    )
  })

  it('cannot look ahead', () => {
    const strategy = defineStrategy({
      name: 'peeks',
      indicators: () => ({ mean: sma(closes, 2) }),
      onBar({ mean }) {
        const ahead: number = -1
        mean.at(ahead)
      },
    })
    expect(() => run({ strategy, bars: barsOf(FLAT) })).toThrow(
      /k must be a whole number of at least 0, was -1/,
    )
  })
})
