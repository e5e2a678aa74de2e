/**
 * What resting orders do, by hand. The script's ask 0 is made at the close of bar 2 and meets the market
 * at bar 3. Without costs, unless a case says so.
 */
import { describe, expect, it } from 'vitest'
import type { Context } from '../../engine/core/context.js'
import type { ParamSpecs, ParamValues } from '../../engine/core/params.js'
import type { PlainState } from '../../engine/core/strategy.js'
import { formatUnits } from '../../engine/model/money.js'
import type { RunSettings } from '../../engine/model/settings.js'
import { barsOf, rulesOf, run, scripted, units } from '../market.js'

type Asks = Readonly<Record<number, (context: Context<ParamValues<ParamSpecs>, PlainState>) => void>>

/** Twelve bars of open 100, high 101, low 99, close 100; some of them others. */
function market(changes: Readonly<Record<number, readonly number[]>> = {}) {
  return barsOf(Array.from({ length: 12 }, (_, i) => changes[i] ?? [100, 101, 99, 100]))
}

function trade(asks: Asks, changes?: Parameters<typeof market>[0], settings: Partial<RunSettings> = {}) {
  const result = run({ strategy: scripted(asks), bars: market(changes), settings })
  return {
    ...result,
    result,
    fills: result.fills.map(
      ({ barIndex, side, type, price, liquidity }) =>
        `${barIndex} ${side} ${type} ${formatUnits(price)} ${liquidity}`,
    ),
    orders: result.orders.map(({ order, status, reason }) => `${order.type} ${status} ${reason}`.trim()),
  }
}

describe('a limit order', () => {
  it('waits until a bar trades through its price, and fills at it as maker', () => {
    // Bar 5 touches 98 and no more; bar 6 goes through it.
    const { fills } = trade(
      { 0: ({ buy }) => buy({ quantity: 1, type: 'LIMIT', price: 98 }) },
      { 5: [100, 101, 98, 100], 6: [100, 101, 97.99, 100] },
    )
    expect(fills).toEqual(['6 BUY LIMIT 98 MAKER'])
  })

  it('fills at a touch, where the settings say so', () => {
    const { fills } = trade(
      { 0: ({ buy }) => buy({ quantity: 1, type: 'LIMIT', price: 98 }) },
      { 5: [100, 101, 98, 100], 6: [100, 101, 97.99, 100] },
      { limitFill: 'touch' },
    )
    expect(fills).toEqual(['5 BUY LIMIT 98 MAKER'])
  })

  it('that crosses takes the better of its limit and the market, with slippage', () => {
    // ATR 2: the market sells at 101, below the limit of 103.
    const wide = trade(
      { 0: ({ buy }) => buy({ quantity: 1, type: 'LIMIT', price: 103 }) },
      {},
      { alpha: 0.5 },
    )
    expect(wide.fills).toEqual(['3 BUY LIMIT 101 TAKER'])
    // The market would cost 101; the limit keeps it at 100.5.
    const near = trade(
      { 0: ({ buy }) => buy({ quantity: 1, type: 'LIMIT', price: 100.5 }) },
      {},
      { alpha: 0.5 },
    )
    expect(near.fills).toEqual(['3 BUY LIMIT 100.5 TAKER'])
  })

  it('at the very open rests, and fills as maker when the bar goes on below it', () => {
    const { fills } = trade({ 0: ({ buy }) => buy({ quantity: 1, type: 'LIMIT', price: 100 }) })
    expect(fills).toEqual(['3 BUY LIMIT 100 MAKER'])
  })

  it('that rests fills at its own limit when a bar opens beyond it', () => {
    const { fills } = trade(
      { 0: ({ buy }) => buy({ quantity: 1, type: 'LIMIT', price: 98 }) },
      { 5: [95, 96, 94, 95] },
    )
    expect(fills).toEqual(['5 BUY LIMIT 98 MAKER'])
  })

  it.each(['IOC', 'FOK'] as const)('that does not cross expires when it is %s', (timeInForce) => {
    const { fills, orders } = trade({
      0: ({ buy }) => buy({ quantity: 1, type: 'LIMIT', price: 99.5, timeInForce }),
    })
    expect(fills).toEqual([])
    expect(orders[0]).toMatch(/^LIMIT EXPIRED UNFILLED_(IOC|FOK)/)
  })

  it('as LIMIT_MAKER is rejected when it would cross, and rests at equality', () => {
    const { fills, orders } = trade(
      {
        0: ({ buy }) => {
          buy({ quantity: 1, type: 'LIMIT_MAKER', price: 100.01 })
          buy({ quantity: 1, type: 'LIMIT_MAKER', price: 100 })
        },
      },
      { 3: [100, 101, 100, 100], 4: [100, 101, 100, 100] },
    )
    expect(orders[0]).toBe('LIMIT_MAKER REJECTED WOULD_MATCH_IMMEDIATELY')
    expect(fills).toEqual(['5 BUY LIMIT_MAKER 100 MAKER'])
  })

  it('is kept to the tick on the side of the trader, and pays the maker fee', () => {
    const { result } = trade(
      { 0: ({ buy }) => buy({ quantity: 1, type: 'LIMIT', price: 99.57 }) },
      {},
      { makerFee: 0.001, takerFee: 0.002 },
    )
    // One unit of base, 0.1 % of it.
    expect(result.fills[0]).toMatchObject({ price: units('99.57'), commission: units('0.001') })
    const coarse = run({
      strategy: scripted({ 0: ({ buy }) => buy({ quantity: 1, type: 'LIMIT', price: 99.57 }) }),
      bars: market(),
      rules: rulesOf({ tickSize: units('0.5') }),
    })
    expect(coarse.fills[0]?.price).toBe(units('99.5'))
  })

  it('holds the quote that it may spend', () => {
    const { orders, fills } = trade({
      0: ({ buy }) => buy({ quote: 9000, type: 'LIMIT', price: 90 }),
      1: ({ buy, cash }) => {
        expect(cash).toBe(1000)
        buy({ quote: 5000, type: 'LIMIT', price: 100 })
      },
    })
    // The second is cut to what is free: 1000 / 100.
    expect(fills).toEqual(['4 BUY LIMIT 100 MAKER'])
    expect(orders[1]).toBe('LIMIT FILLED')
  })

  it('is taken back by cancel before the next bar', () => {
    const { orders, fills } = trade(
      {
        0: ({ buy }) => buy({ quantity: 1, type: 'LIMIT', price: 98 }),
        2: ({ cancel }) => cancel(),
      },
      { 5: [100, 101, 90, 100] },
    )
    expect(fills).toEqual([])
    expect(orders).toEqual(['LIMIT CANCELED'])
  })
})

describe('a stop', () => {
  const long: Asks[number] = ({ buy }) => buy({ quantity: 1 })

  it('sells from its price when a bar reaches it, with slippage against the trader', () => {
    // Bar 6 reaches 97: range 4, ATR(3) = (2·2 + 4)/3 = 8/3; 97 − 0.5 · 8/3 = 95.666… down.
    const { fills, result } = trade(
      { 0: long, 1: ({ sell }) => sell({ quantity: 1, type: 'STOP_LOSS', stopPrice: 97 }) },
      { 6: [100, 101, 97, 100] },
      { alpha: 0.5 },
    )
    expect(fills[1]).toBe('6 SELL STOP_LOSS 95.66666666 TAKER')
    expect(result.fills[1]?.referencePrice).toBe(units('97'))
  })

  it('sells from the open when a bar opens beyond it', () => {
    const { fills } = trade(
      { 0: long, 1: ({ sell }) => sell({ quantity: 1, type: 'STOP_LOSS', stopPrice: 97 }) },
      { 6: [95, 96, 94, 95] },
    )
    expect(fills[1]).toBe('6 SELL STOP_LOSS 95 TAKER')
  })

  it('is rejected when it would go off at once', () => {
    const { orders } = trade({
      0: long,
      1: ({ sell }) => sell({ quantity: 1, type: 'STOP_LOSS', stopPrice: 100 }),
    })
    expect(orders[1]).toBe('STOP_LOSS REJECTED STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY')
  })

  it('that buys goes off when a bar rises to it; a take-profit sells there', () => {
    const { fills } = trade(
      {
        0: ({ buy }) => buy({ quantity: 1, type: 'STOP_LOSS', stopPrice: 102 }),
        3: ({ sell }) => sell({ quantity: 1, type: 'TAKE_PROFIT', stopPrice: 104 }),
      },
      { 4: [100, 102, 99, 101], 7: [101, 104.5, 100, 104] },
    )
    expect(fills).toEqual(['4 BUY STOP_LOSS 102 TAKER', '7 SELL TAKE_PROFIT 104 TAKER'])
  })

  it('with a limit takes no less than it, and rests there when the market is beyond', () => {
    // Set off at 97: its limit of 98 is above the market, so it rests, and fills when bar 8 goes above 98.
    const { fills } = trade(
      { 0: long, 1: ({ sell }) => sell({ quantity: 1, type: 'STOP_LOSS_LIMIT', stopPrice: 97, price: 98 }) },
      { 6: [99, 99, 96, 96], 7: [96, 97, 95, 96], 8: [96, 99, 95, 98] },
    )
    expect(fills[1]).toBe('8 SELL STOP_LOSS_LIMIT 98 MAKER')
  })

  it('with a limit rests when the first open sets it off and is beyond the limit', () => {
    const { fills, orders } = trade(
      {
        0: ({ buy }) => buy({ quantity: 1, type: 'STOP_LOSS_LIMIT', stopPrice: 101, price: 100.5 }),
      },
      { 3: [102, 103, 101.5, 102] },
    )
    expect(fills).toEqual(['4 BUY STOP_LOSS_LIMIT 100.5 MAKER'])
    expect(orders).toEqual(['STOP_LOSS_LIMIT FILLED'])
  })

  it('that trails follows the best price known before the bar', () => {
    // 200 basis points below the best: 98 at first; bar 5 reaches 110 and its low of 99 is above 98, then the
    // stop stands at 107.8, which bar 6 opens below.
    const { fills } = trade(
      {
        0: ({ buy, trail }) => {
          buy({ quantity: 1 })
          trail(0.02)
        },
      },
      { 5: [100, 110, 99, 109], 6: [107, 109, 106, 108] },
    )
    expect(fills).toEqual(['3 BUY MARKET 100 TAKER', '6 SELL STOP_LOSS 107 TAKER'])
  })
})

describe('a stop with a price and a distance', () => {
  // Prices of the scenarios in the exchange's own FAQ on trailing stops, a thousandth of them.
  const long: Asks[number] = ({ buy }) => buy({ quantity: 1 })
  const calm = Object.fromEntries([0, 1, 2, 3, 4].map((i) => [i, [40, 40, 40, 40]]))

  it('begins to trail at its price, and is set off that far below the best since', () => {
    const { fills } = trade(
      {
        0: long,
        1: ({ sell }) => sell({ quantity: 1, type: 'STOP_LOSS', stopPrice: 39, trailingDelta: 1000 }),
      },
      {
        ...calm,
        5: [40, 41.5, 40, 41.5],
        6: [41.5, 41.5, 39, 39],
        7: [39, 39, 37, 37],
        8: [37, 41, 37, 41],
        9: [41, 41, 36.9, 36.9],
      },
    )
    expect(fills[1]).toBe('9 SELL STOP_LOSS 36.9 TAKER')
  })

  it('that takes a profit sells when the price falls back from its best', () => {
    const sale: Asks[number] = ({ sell }) =>
      sell({ quantity: 1, type: 'TAKE_PROFIT', stopPrice: 42, trailingDelta: 750 })
    const rise = { ...calm, 5: [40, 41.5, 39, 39], 6: [39, 45, 38, 44], 7: [44, 46.5, 44, 46.5] }
    const { fills } = trade({ 0: long, 1: sale }, { ...rise, 8: [46.5, 46.5, 43.0125, 43.5] })
    expect(fills[1]).toBe('8 SELL TAKE_PROFIT 43.0125 TAKER')
    const short = trade(
      { 0: long, 1: sale },
      { ...rise, 8: [46.5, 46.5, 43.02, 43.5], 9: [44, 45, 43.02, 44] },
    )
    expect(short.fills).toHaveLength(1)
  })

  it('is set off in the bar in which it begins, where the bar falls far enough', () => {
    const { fills } = trade(
      {
        0: long,
        1: ({ sell }) => sell({ quantity: 1, type: 'STOP_LOSS', stopPrice: 39, trailingDelta: 1000 }),
      },
      { ...calm, 5: [40, 41.5, 35, 36] },
    )
    expect(fills[1]).toBe('5 SELL STOP_LOSS 35.1 TAKER')
  })

  it('in the exits of a purchase: the last asked for stands', () => {
    const { fills, orders } = trade(
      {
        0: ({ bracket, trail }) => {
          bracket({ quantity: 1, stop: 97, takeProfit: 104 })
          trail(0.02)
        },
      },
      { 6: [100, 101, 97.5, 100] },
    )
    // 2 % below the best, 101.
    expect(fills[1]).toBe('6 SELL STOP_LOSS 98.98 TAKER')
    expect(orders).toHaveLength(3)
  })
})

describe('an oco', () => {
  const enter: Asks[number] = ({ buy }) => buy({ quantity: 2 })
  const pair: Asks[number] = ({ oco }) =>
    oco({
      above: { type: 'LIMIT_MAKER', price: 104 },
      below: { type: 'STOP_LOSS_LIMIT', stopPrice: 97, price: 96, timeInForce: 'GTC' },
      tag: 'out',
    })

  it('fills one order and expires the other, as the exchange does', () => {
    const up = trade({ 0: enter, 2: pair }, { 7: [100, 105, 99, 100] })
    expect(up.fills).toEqual(['3 BUY MARKET 100 TAKER', '7 SELL LIMIT_MAKER 104 MAKER'])
    expect(up.orders).toEqual(['MARKET FILLED', 'STOP_LOSS_LIMIT EXPIRED OCO_TRIGGER', 'LIMIT_MAKER FILLED'])
    const down = trade({ 0: enter, 2: pair }, { 7: [100, 101, 96.5, 100] })
    expect(down.fills).toEqual(['3 BUY MARKET 100 TAKER', '7 SELL STOP_LOSS_LIMIT 97 TAKER'])
    expect(down.orders).toEqual([
      'MARKET FILLED',
      'STOP_LOSS_LIMIT FILLED',
      'LIMIT_MAKER EXPIRED OCO_TRIGGER',
    ])
  })

  it('is over for the other order as soon as the stop is set off, filled or not', () => {
    // Bar 7 opens below the limit of the stop: it rests there, and bar 8's 105 finds no target any more.
    const { fills, orders } = trade({ 0: enter, 2: pair }, { 7: [95, 95, 94, 95], 8: [95, 105, 95, 100] })
    expect(fills).toEqual(['3 BUY MARKET 100 TAKER', '8 SELL STOP_LOSS_LIMIT 96 MAKER'])
    expect(orders[2]).toBe('LIMIT_MAKER EXPIRED OCO_TRIGGER')
  })

  it('is one list of the quantity said, at most of what is held, in place of earlier exits', () => {
    const { result } = trade({
      0: enter,
      1: ({ bracket }) => bracket({ stop: 90 }),
      2: ({ oco }) =>
        oco({
          quantity: 0.5,
          above: { type: 'TAKE_PROFIT', stopPrice: 110 },
          below: { type: 'STOP_LOSS', stopPrice: 95 },
        }),
      4: ({ oco }) =>
        oco({
          quantity: 9,
          above: { type: 'LIMIT_MAKER', price: 120 },
          below: { type: 'STOP_LOSS', stopPrice: 80 },
        }),
    })
    expect(
      result.orders.map(({ order, status }) => [
        order.number,
        order.list,
        Number(order.quantity) / 1e8,
        status,
      ]),
    ).toEqual([
      [1, undefined, 2, 'FILLED'],
      [2, undefined, 2, 'CANCELED'],
      [3, 3, 0.5, 'CANCELED'],
      [4, 3, 0.5, 'CANCELED'],
      [5, 5, 2, 'EXPIRED'],
      [6, 5, 2, 'EXPIRED'],
    ])
    expect(result.decisions.map(({ ask }) => ask.kind)).toEqual(['ORDER', 'EXITS', 'OCO', 'OCO'])
  })

  it('does nothing where nothing is held, and refuses orders that are no pair', () => {
    expect(trade({ 2: pair }).orders).toEqual([])
    expect(() =>
      trade({
        0: enter,
        2: ({ oco }) =>
          oco({ above: { type: 'LIMIT_MAKER', price: 96 }, below: { type: 'STOP_LOSS', stopPrice: 97 } }),
      }),
    ).toThrow('the stop of an oco must be below')
  })
})

describe('a bracket', () => {
  const enter: Asks[number] = ({ bracket }) => bracket({ quantity: 1, stop: 97, takeProfit: 104 })

  it('leaves at its target, and takes the stop back', () => {
    const { fills, orders } = trade({ 0: enter }, { 6: [100, 104.01, 99, 103] })
    expect(fills).toEqual(['3 BUY MARKET 100 TAKER', '6 SELL LIMIT_MAKER 104 MAKER'])
    expect(orders).toEqual(['MARKET FILLED', 'STOP_LOSS EXPIRED OCO_TRIGGER', 'LIMIT_MAKER FILLED'])
  })

  it('is live for the rest of the bar that fills the entry', () => {
    const { fills, result } = trade({ 0: enter }, { 3: [100, 101, 96, 97] })
    expect(fills).toEqual(['3 BUY MARKET 100 TAKER', '3 SELL STOP_LOSS 97 TAKER'])
    expect(result.trades).toMatchObject([{ isAmbiguous: false, net: units('-3') }])
  })

  it('counts the worse outcome when one bar reaches both, and says so', () => {
    const changes = { 6: [100, 105, 96, 100] }
    const worst = trade({ 0: enter }, changes)
    expect(worst.fills[1]).toBe('6 SELL STOP_LOSS 97 TAKER')
    expect(worst.result.trades[0]?.isAmbiguous).toBe(true)
    const best = trade({ 0: enter }, changes, { insideBar: 'best' })
    expect(best.fills[1]).toBe('6 SELL LIMIT_MAKER 104 MAKER')
    expect(best.result.trades[0]?.isAmbiguous).toBe(true)
  })

  it('after an entry inside the bar takes what lies below it for certain, and what lies above for unknown', () => {
    const buyAt98: Asks[number] = ({ bracket }) =>
      bracket({ quantity: 1, type: 'LIMIT', price: 98, stop: 97, takeProfit: 100.5 })
    // Down to 96.5: the price passed 98 before it reached 97. Its high of 101 may have been before.
    const down = trade({ 0: buyAt98 }, { 3: [100, 100.2, 96.5, 97] })
    expect(down.fills).toEqual(['3 BUY LIMIT 98 MAKER', '3 SELL STOP_LOSS 97 TAKER'])
    expect(down.result.trades[0]?.isAmbiguous).toBe(false)
    // Down to 97.5 and up to 101: the target may have been reached after the entry, or not.
    const up = trade({ 0: buyAt98 }, { 3: [100, 101, 97.5, 100] })
    expect(up.fills).toEqual(['3 BUY LIMIT 98 MAKER', '4 SELL LIMIT_MAKER 100.5 MAKER'])
    expect(up.result.trades[0]?.isAmbiguous).toBe(true)
    const best = trade({ 0: buyAt98 }, { 3: [100, 101, 97.5, 100] }, { insideBar: 'best' })
    expect(best.fills[1]).toBe('3 SELL LIMIT_MAKER 100.5 MAKER')
  })

  it('sells what was received, commission taken off, cut to the step', () => {
    const { fills } = run({
      strategy: scripted({ 0: ({ bracket }) => bracket({ quantity: 1, takeProfit: 104 }) }),
      bars: market({ 6: [100, 105, 99, 103] }),
      settings: { takerFee: 0.001 },
      rules: rulesOf({ stepSize: units('0.01') }),
    })
    // 1 − 0.001 = 0.999, on steps of 0.01.
    expect(fills[1]?.quantity).toBe(units('0.99'))
  })

  it('sells with it the dust of earlier purchases, which would add up to a position', () => {
    const enterAgain: Asks[number] = ({ bracket, position }) => {
      expect(position.isFlat).toBe(true)
      bracket({ quantity: 1, takeProfit: 104 })
    }
    const { fills, quantity } = run({
      strategy: scripted({ 0: enterAgain, 3: enterAgain, 6: enterAgain }),
      bars: market({ 5: [100, 105, 99, 100], 8: [100, 105, 99, 100], 11: [100, 105, 99, 100] }),
      settings: { takerFee: 0.004 },
      rules: rulesOf({ stepSize: units('0.01'), minNotional: units('5') }),
    })
    // 0.996 comes in each time: 0.99 goes and 0.006 stays; 1.002 is 1.00 and 0.002; 0.998 is 0.99 again.
    expect(fills.filter(({ side }) => side === 'SELL').map((fill) => formatUnits(fill.quantity))).toEqual([
      ...['0.99', '1', '0.99'],
    ])
    expect(formatUnits(quantity)).toBe('0.008')
  })

  it('lets a stop go whose fill is worth less than the minimum: filters judged it when it came in', () => {
    const { fills } = run({
      strategy: scripted({ 0: ({ bracket }) => bracket({ quantity: 1, stop: 98 }) }),
      bars: market({ 5: [97, 98, 96, 97] }),
      rules: rulesOf({ stepSize: units('0.01'), minNotional: units('97.5'), applyMinToMarket: true }),
    })
    // 98 at its stop, 97 at the open that it jumps over.
    expect(fills.map(({ side, price }) => `${side} ${formatUnits(price)}`)).toEqual(['BUY 100', 'SELL 97'])
  })

  it('are none for dust but where each is worth the minimum; those that are there stay', () => {
    const ask = (asks: Asks) =>
      run({
        strategy: scripted({
          0: ({ buy }) => buy({ quantity: 1 }),
          // 0.04 is worth 4 at 100, and 5.2 at 130.
          2: ({ sell }) => sell({ quantity: 0.96 }),
          ...asks,
        }),
        bars: market({}),
        rules: rulesOf({ stepSize: units('0.01'), minNotional: units('5'), applyMinToMarket: true }),
      }).orders.slice(2)
    const sales = (asks: Asks) =>
      ask(asks).map(({ order, status }) => `${order.type} ${formatUnits(order.quantity ?? 0n)} ${status}`)
    expect(sales({ 4: ({ trail }) => trail(0.02) })).toEqual([])
    expect(sales({ 4: ({ bracket }) => bracket({ stop: 98, takeProfit: 130 }) })).toEqual([])
    const target = 'LIMIT_MAKER 0.04 EXPIRED'
    expect(sales({ 4: ({ bracket }) => bracket({ takeProfit: 130 }) })).toEqual([target])
    const again: Asks = {
      4: ({ bracket }) => bracket({ takeProfit: 130 }),
      5: ({ bracket }) => bracket({ stop: 98 }),
      6: ({ oco }) =>
        oco({ above: { type: 'LIMIT_MAKER', price: 131 }, below: { type: 'STOP_LOSS', stopPrice: 98 } }),
    }
    expect(sales(again)).toEqual([target])
  })

  it('leaves alone what is held beside it, and what other sales hold', () => {
    const { fills } = run({
      strategy: scripted({
        0: ({ buy }) => buy({ quantity: 2 }),
        2: ({ sell, bracket }) => {
          sell({ quantity: 1.5, type: 'LIMIT', price: 200 })
          bracket({ quantity: 1, takeProfit: 104 })
        },
      }),
      bars: market({ 8: [100, 105, 99, 100] }),
      rules: rulesOf({ stepSize: units('0.01'), minNotional: units('5') }),
    })
    // Half a coin is worth 50, no dust.
    expect(formatUnits(fills.at(-1)?.quantity ?? 0n)).toBe('1')
  })

  it('attaches to a purchase that waits, and replaces the exits of what is held', () => {
    const { fills, orders } = trade(
      {
        0: ({ target, bracket }) => {
          target(1)
          bracket({ stop: 97, takeProfit: 104 })
        },
        2: ({ bracket }) => bracket({ stop: 98.5 }),
      },
      { 6: [100, 101, 98, 100] },
    )
    expect(fills[1]).toBe('6 SELL STOP_LOSS 98.5 TAKER')
    expect(orders.slice(1, 3)).toEqual(['STOP_LOSS CANCELED', 'LIMIT_MAKER CANCELED'])
  })

  it('goes when the position is sold otherwise, and a new target works after a stop', () => {
    const { fills, orders } = trade(
      {
        0: ({ target, bracket }) => {
          target(1)
          bracket({ stop: 97 })
        },
        2: ({ target }) => target(0),
        4: ({ target, bracket }) => {
          target(1)
          bracket({ stop: 97 })
        },
        6: ({ target }) => target(1),
      },
      { 8: [100, 101, 96, 100] },
    )
    expect(fills).toEqual([
      '3 BUY MARKET 100 TAKER',
      '5 SELL MARKET 100 TAKER',
      '7 BUY MARKET 100 TAKER',
      '8 SELL STOP_LOSS 97 TAKER',
      '9 BUY MARKET 100 TAKER',
    ])
    expect(orders[1]).toBe('STOP_LOSS CANCELED')
  })

  it('must have its stop below its target', () => {
    expect(() => trade({ 0: ({ bracket }) => bracket({ quantity: 1, stop: 5, takeProfit: 4 }) })).toThrow(
      /the stop of a bracket must be below its takeProfit, was 5 and 4/,
    )
    expect(() => trade({ 0: ({ bracket }) => bracket({ quantity: 1 }) })).toThrow(/must have a stop/)
  })
})

describe('a share of the volume', () => {
  const volume = { 3: [100, 101, 99, 100, 10], 4: [100, 101, 99, 100, 10] }

  it('lets the rest of a market order expire, as on the exchange', () => {
    const { result, orders } = trade({ 0: ({ buy }) => buy({ quantity: 5 }) }, volume, { participation: 0.1 })
    expect(result.fills.map(({ quantity }) => formatUnits(quantity))).toEqual(['1'])
    expect(orders).toEqual(['MARKET EXPIRED INSUFFICIENT_LIQUIDITY'])
  })

  it('fills a limit order in parts, and a FOK not at all', () => {
    const { result, orders } = trade(
      {
        0: ({ buy }) => {
          buy({ quantity: 1.5, type: 'LIMIT', price: 99.5 })
          buy({ quantity: 5, type: 'LIMIT', price: 105, timeInForce: 'FOK' })
        },
      },
      volume,
      { participation: 0.1 },
    )
    expect(result.fills.map(({ barIndex, quantity }) => [barIndex, formatUnits(quantity)])).toEqual([
      [3, '1'],
      [4, '0.5'],
    ])
    expect(orders).toEqual(['LIMIT FILLED', 'LIMIT EXPIRED UNFILLED_FOK_ORDER_EXPIRED'])
  })

  it('gives the exits of a purchase that was cut what it did buy', () => {
    const { result } = trade(
      { 0: ({ bracket }) => bracket({ quantity: 5, stop: 97 }) },
      { ...volume, 6: [100, 101, 96, 100] },
      { participation: 0.1 },
    )
    const [entry, exit] = result.orders
    expect([entry?.status, exit?.order.quantity]).toEqual(['EXPIRED', units('1')])
  })
})
