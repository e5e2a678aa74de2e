/**
 * Random orders by the thousand on one long market: a bounded number in the gate, a million in `npm run soak`.
 * What must hold is checked from the record alone: exact books, one final status, no more than was ordered.
 */
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../engine/backtest/run-backtest.js'
import { defineStrategy } from '../../engine/core/strategy.js'
import { newRandom } from '../../engine/math/random.js'
import { BarColumns, valueAt } from '../../engine/model/bars.js'
import { isOpen } from '../../engine/model/order.js'
import type { RunResult } from '../../engine/model/run-result.js'
import type { RunSettings } from '../../engine/model/settings.js'
import { rulesOf, START, settingsOf, setupOf, units } from '../market.js'

const ORDERS = process.env.NEXTBAR_SOAK === '1' ? 1_000_000 : 20_000
const RUN_ORDERS = 10_000

/** A walk in ticks of 0.01 with jumps, flat bars and bars without volume. */
function market(seed: number, count: number): BarColumns {
  const random = newRandom(seed)
  const bars = new BarColumns({ symbol: 'BTCUSDT', interval: '1m', capacity: count })
  let price = 10_000
  for (let i = 0; i < count; i++) {
    const open = Math.max(
      1000,
      price + (random.uniform() < 0.05 ? Math.floor(random.uniform() * 200) - 100 : 0),
    )
    const close = Math.max(1000, open + Math.floor(random.uniform() * 81) - 40)
    const [up, down] = [Math.floor(random.uniform() * 40), Math.floor(random.uniform() * 40)]
    bars.append({
      openTime: START + i * 60_000,
      open: open / 100,
      high: (Math.max(open, close) + up) / 100,
      low: (Math.min(open, close) - down) / 100,
      close: close / 100,
      volume: random.uniform() < 0.02 ? 0 : Math.ceil(random.uniform() * 1000) / 10,
    })
    price = close
  }
  return bars
}

/** Asks for something at every bar: every type of order, brackets, trails, cancels, weights. */
function anything(seed: number) {
  const random = newRandom(seed)
  const pick = <T>(...items: readonly [T, ...T[]]): T =>
    items[Math.floor(random.uniform() * items.length)] ?? items[0]
  return defineStrategy({
    name: 'anything',
    onBar(_indicators, { bars, bracket, buy, cancel, close, oto, otoco, replace, sell, target, trail }) {
      const last = bars.close.at(0)
      const near = () => last * (1 + (random.uniform() - 0.5) * 0.01)
      const quote = 20 + random.uniform() * 400
      const quantity = quote / last
      const timeInForce = pick('GTC', 'GTC', 'IOC', 'FOK')
      const what = Math.floor(random.uniform() * 14)
      if (what === 0) target(pick(0, 0.3, 0.7, 1))
      else if (what === 1) close()
      else if (what === 2) cancel()
      else if (what === 3) trail(pick(0.002, 0.01))
      else if (what > 11) {
        const working = { side: 'BUY', quantity, type: 'LIMIT', price: near() } as const
        const rest = { side: 'SELL', quantity: quantity * pick(1, 0.999, 0.3) } as const
        const [above, below] = [working.price * 1.004, working.price * 0.996]
        if (what === 12) oto({ working, pending: { ...rest, type: 'LIMIT', price: above } })
        else
          otoco({
            working,
            pending: {
              ...rest,
              above: { type: 'LIMIT_MAKER', price: above },
              below: { type: 'STOP_LOSS', stopPrice: below },
            },
          })
      } else if (what < 6)
        bracket({
          quote,
          stop: last * 0.995,
          takeProfit: last * 1.004,
          ...pick({}, { type: 'LIMIT', price: near() } as const),
        })
      else {
        const side = pick('BUY', 'SELL')
        const terms = pick(
          { type: 'MARKET' } as const,
          { type: 'LIMIT', price: near(), timeInForce } as const,
          { type: 'LIMIT_MAKER', price: near() } as const,
          { type: 'STOP_LOSS', stopPrice: near() } as const,
          { type: 'TAKE_PROFIT', trailingDelta: 50 } as const,
          { type: 'STOP_LOSS_LIMIT', price: near(), stopPrice: near(), timeInForce } as const,
          { type: 'TAKE_PROFIT_LIMIT', price: near(), stopPrice: near(), timeInForce } as const,
        )
        const mode = pick(undefined, undefined, 'STOP_ON_FAILURE', 'ALLOW_FAILURE')
        if (mode && side === 'BUY') replace('', { side, quote, ...terms, mode })
        else if (mode) replace('', { side: 'SELL', quantity, ...terms, mode })
        else if (side === 'BUY') buy({ quote, ...terms })
        else sell({ quantity, ...terms })
      }
    },
  })
}

const SETTINGS: readonly Partial<RunSettings>[] = [
  { alpha: 0.3, takerFee: 0.001, makerFee: 0.0005 },
  { alpha: 0.5, takerFee: 0.001, feeAsset: 'quote', participation: 0.05 },
  { alpha: 0.1, takerFee: 0.00075, insideBar: 'best', limitFill: 'touch', clamp: 'bar' },
  { alpha: 0.2, takerFee: 0.001, participation: 0.2, policy: { postTimeoutMs: 60_000, escalate: 'market' } },
  { alpha: 0, makerFee: 0.001, takerFee: 0.001, policy: { postTimeoutMs: 120_000, escalate: 'ioc' } },
]

/** Throws at the first order or fill that cannot be. */
function check({ orders, fills, bars, rules, settings, cash, quantity }: RunResult): void {
  let [quote, base] = [settings.cash, 0n]
  const executed = new Map<number, bigint>()
  for (const fill of fills) {
    const isBuy = fill.side === 'BUY'
    quote += isBuy ? -fill.quote : fill.quote
    base += isBuy ? fill.quantity : -fill.quantity
    if (fill.commissionAsset === rules.baseAsset) base -= fill.commission
    else quote -= fill.commission
    if (quote < 0n || base < 0n) throw new Error(`a balance is negative: ${quote}, ${base}`)
    if (fill.quantity <= 0n || fill.commission < 0n) throw new Error('a fill is nothing, or pays a fee back')
    if (fill.quote !== (fill.price * fill.quantity) / 100_000_000n)
      throw new Error('a fill is not price × quantity')
    // `closeAtEnd` sells at the last close, whatever was traded in that bar.
    const isEnd = fill.time === fill.decisionTime
    if (valueAt(bars.volume, fill.barIndex) === 0 && !isEnd) throw new Error('a bar without trades fills')
    if (fill.liquidity === 'MAKER' && fill.slippage !== 0n) throw new Error('a maker slips')
    executed.set(fill.orderNumber, (executed.get(fill.orderNumber) ?? 0n) + fill.quantity)
  }
  if (quote !== cash || base !== quantity)
    throw new Error(`the books are ${cash}, ${quantity}; the fills say ${quote}, ${base}`)
  for (const { order, status, executedQuantity } of orders) {
    if (isOpen(status)) throw new Error(`order ${order.number} never ends`)
    if (executedQuantity !== (executed.get(order.number) ?? 0n))
      throw new Error(`order ${order.number} loses a fill`)
    if (order.quantity !== undefined && executedQuantity > order.quantity)
      throw new Error('more than ordered')
    if (
      order.quantity !== undefined &&
      (status === 'FILLED') !== (executedQuantity === order.quantity) &&
      status === 'FILLED'
    )
      throw new Error(`order ${order.number} is filled and is not`)
    if (status === 'REJECTED' && executedQuantity > 0n) throw new Error('a rejected order trades')
  }
}

describe(`${ORDERS} random orders`, () => {
  it('keep the books exact, end once, and never trade more than they ask for', { timeout: 3_600_000 }, () => {
    let orders = 0
    let seed = 1
    for (; orders < ORDERS; seed++) {
      const settings = SETTINGS[seed % SETTINGS.length] ?? {}
      const bars = market(seed, RUN_ORDERS)
      const setup = setupOf({
        strategy: anything(seed + 1000),
        bars,
        rules: rulesOf({
          tickSize: units('0.01'),
          stepSize: units('0.001'),
          minNotional: units('5'),
          applyMinToMarket: true,
        }),
      })
      const result = runBacktest({
        ...setup,
        settings: settingsOf({ ...settings, closeAtEnd: seed % 2 === 0 }),
        end: bars.length,
      })
      try {
        check(result)
      } catch (cause) {
        throw new Error(`seed ${seed}`, { cause })
      }
      orders += result.orders.length
    }
    expect(orders).toBeGreaterThanOrEqual(ORDERS)
  })
})
