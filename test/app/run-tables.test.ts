import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equityCsv, fillsCsv, ordersCsv, tradesCsv } from '../../engine/app/run-tables.js'
import { textOfPieces } from '../../engine/app/text-of-pieces.js'
import { formatUnits, parseUnits } from '../../engine/model/money.js'
import type { RunResult } from '../../engine/model/run-result.js'
import { arbitraryBars, arbitraryStrategy, barsOf, run, START, scripted } from '../market.js'

/** Rows of cells; no cell of these runs holds a comma. */
function rowsOf(pieces: Iterable<Uint8Array>): string[][] {
  const text = textOfPieces(pieces)
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
}

const FLAT = [100, 100, 100, 100]

/**
 * Bought for all the cash at 100 on bar 3, sold at 110 on bar 4, half bought again on bar 6 and kept.
 * Without slippage, 0.1 % from what is received: 100 − 0.1 base, then 99.9 × 110 × 0.999 = 10,978.011.
 */
function roundTrip(): RunResult {
  return run({
    bars: barsOf([FLAT, FLAT, FLAT, [100, 110, 100, 110], [110, 110, 110, 110], FLAT, FLAT, FLAT]),
    strategy: scripted({
      0: ({ target }) => target(1, { tag: '=in' }),
      1: ({ target }) => target(0, { tag: 'out' }),
      3: ({ target }) => target(0.5),
    }),
    settings: { takerFee: 0.001 },
  })
}

/** Orders 1 and 2 were decided on bars 2 and 3. */
const FIRST_ID = `nb0-abc123-${(START + 2 * 60_000).toString(36)}-1`
const SECOND_ID = `nb0-abc123-${(START + 3 * 60_000).toString(36)}-2`

describe('fills.csv', () => {
  it('has a row an execution, in the columns of the contract', () => {
    const rows = rowsOf(fillsCsv(roundTrip()))
    expect(rows[0]?.join(',')).toBe(
      'time,symbol,side,type,liquidity,price,quantity,quote,commission,commission_asset,order_id,trade_id,decision_time,reference_price,atr,slippage,outside_bar',
    )
    // The true ranges of bars 1 to 3 are 0, 0 and 10: their mean prices the fill on bar 3.
    expect(rows[1]?.join(',')).toBe(
      `2024-01-01T00:03:00.000Z,BTCUSDT,BUY,MARKET,taker,100,100,10000,0.1,BTC,${FIRST_ID},1,2024-01-01T00:02:59.999Z,100,${10 / 3},0,false`,
    )
    expect(rows[2]?.slice(0, 12).join(',')).toBe(
      `2024-01-01T00:04:00.000Z,BTCUSDT,SELL,MARKET,taker,110,99.9,10989,10.989,USDT,${SECOND_ID},1`,
    )
  })

  it('leaves trade_id empty while the trade is open', () => {
    expect(rowsOf(fillsCsv(roundTrip()))[3]?.[11]).toBe('')
  })

  it('adds up to the last unit of both balances', () => {
    fc.assert(
      fc.property(arbitraryBars(), arbitraryStrategy(), (bars, strategy) => {
        const result = run({ bars, strategy, settings: { takerFee: 0.00075, alpha: 0.5 } })
        let cash = result.settings.cash
        let quantity = 0n
        for (const row of rowsOf(fillsCsv(result)).slice(1)) {
          const [base = 0n, quote = 0n, commission = 0n] = [row[6], row[7], row[8]].map((cell) =>
            parseUnits(cell ?? ''),
          )
          const sign = row[2] === 'BUY' ? 1n : -1n
          cash -= sign * quote + (row[9] === 'USDT' ? commission : 0n)
          quantity += sign * base - (row[9] === 'BTC' ? commission : 0n)
        }
        expect([cash, quantity]).toEqual([result.cash, result.quantity])
      }),
      { numRuns: 50 },
    )
  })
})

describe('orders.csv', () => {
  it('has a row an order, tags that cannot become formulas, and empty cells for what a type lacks', () => {
    const rows = rowsOf(ordersCsv(roundTrip()))
    expect(rows[0]?.join(',')).toBe(
      'time,order_id,symbol,side,type,time_in_force,price,stop_price,quantity,quote_quantity,status,executed_quantity,reason,tag',
    )
    expect(rows[1]?.join(',')).toBe(
      `2024-01-01T00:02:59.999Z,${FIRST_ID},BTCUSDT,BUY,MARKET,,,,,10000,FILLED,100,,'=in`,
    )
    expect(rows[2]?.join(',')).toBe(
      `2024-01-01T00:03:59.999Z,${SECOND_ID},BTCUSDT,SELL,MARKET,,,,99.9,,FILLED,99.9,,out`,
    )
  })
})

describe('trades.csv', () => {
  it('has a row a closed trade', () => {
    const rows = rowsOf(tradesCsv(roundTrip()))
    expect(rows[0]?.join(',')).toBe(
      'trade_id,symbol,entry_time,exit_time,entry_price,exit_price,quantity,gross,fees,slippage,net,return,bars,mae,mfe,entry_tag,exit_tag',
    )
    // net 10,978.011 − 10,000; fees 0.1 × 100 + 10.989; the high of bar 3 is 110.
    expect(rows.slice(1).map((row) => row.join(','))).toEqual([
      `1,BTCUSDT,2024-01-01T00:03:00.000Z,2024-01-01T00:04:00.000Z,100,110,100,999,20.989,0,978.011,0.0978011,1,0,${110 / 100 - 1},'=in,out`,
    ])
  })
})

describe('equity.csv', () => {
  it('has a row a day and one at each fill', () => {
    const result = roundTrip()
    const rows = rowsOf(equityCsv(result, 'days'))
    expect(rows[0]).toEqual(['time', 'equity', 'cash', 'position_value', 'drawdown'])
    expect(rows.slice(1).map((row) => row.slice(0, 4).join(','))).toEqual([
      '2024-01-01T00:00:00.000Z,10000,10000,0',
      '2024-01-01T00:03:00.000Z,9990,0,9990',
      '2024-01-01T00:04:00.000Z,10978.011,10978.011,0',
      `2024-01-01T00:06:00.000Z,${rows[4]?.[1]},${formatUnits(result.cash)},${rows[4]?.[3]}`,
      `2024-01-01T00:08:00.000Z,${rows[5]?.[1]},${formatUnits(result.cash)},${rows[5]?.[3]}`,
    ])
  })

  it('has a row a bar when asked, and the same rows at fills', () => {
    const result = roundTrip()
    expect(rowsOf(equityCsv(result, 'bars'))).toHaveLength(1 + 8 + 3)
  })
})
