/** Trades, what was held, and orders with a price of their own, as blocks of columns. Floor 4. */
import { columnOf } from '../../engine/math/metrics/column-of.js'
import { openTimeAt, valueAt } from '../../engine/model/bars.js'
import type { Fill } from '../../engine/model/fill.js'
import { toNumber } from '../../engine/model/money.js'
import type { RunResult } from '../../engine/model/run-result.js'
import { differences } from './chart-block.js'
import { ColumnWriter } from './column-writer.js'
import { decimalsOf, powerOf } from './decimals.js'
import { ORDER_MARKS, type OrderLine, orderLines } from './order-lines.js'

/** A block and how many rows it has. */
export interface Rows {
  readonly bytes: Uint8Array
  readonly n: number
}

/** One round trip; NaN for what an open one does not have yet. */
interface TradeRow {
  readonly number: number
  readonly entryTime: number
  readonly exitTime: number
  readonly entryPrice: number
  readonly exitPrice: number
  readonly net: number
  readonly return: number
}

/** The trades in the order of their entries, one that is open at the end as the last. */
export function tradeBlock(result: RunResult): Rows & { readonly priceDecimals: number | undefined } {
  const trades = tradeRows(result)
  const column = (read: (trade: TradeRow) => number): Float64Array => columnOf(trades, read)
  const prices = [column((one) => one.entryPrice), column((one) => one.exitPrice)]
  const known = prices.map((values) => values.filter((price) => !Number.isNaN(price)))
  const priceDecimals = decimalsOf(known)
  const writer = new ColumnWriter()
  writer.whole(column((one) => one.number))
  writer.signed(differences(column((one) => one.entryTime)))
  writer.whole(column((one) => (Number.isNaN(one.exitTime) ? 0 : one.exitTime - one.entryTime + 1)))
  for (const values of prices) {
    if (priceDecimals === undefined) writer.doubles(values)
    else {
      const power = powerOf(priceDecimals)
      writer.signed(differences(stepsOf(values, power)))
    }
  }
  writer.doubles(column((one) => one.net))
  writer.doubles(column((one) => one.return))
  return { bytes: writer.finish(), n: trades.length, priceDecimals }
}

function tradeRows({ trades, fills, rules }: RunResult): readonly TradeRow[] {
  const scale = rules.priceScale * rules.quantityScale
  const rows: TradeRow[] = trades.map((trade) => ({
    number: trade.number,
    entryTime: trade.entryTime,
    exitTime: trade.exitTime,
    entryPrice: trade.entryPrice,
    exitPrice: trade.exitPrice,
    net: toNumber(trade.net, scale),
    return: trade.return,
  }))
  const closed = new Set(trades.map((trade) => trade.number))
  const open = fills.filter((fill) => !closed.has(fill.tradeNumber) && fill.side === 'BUY')
  const entry = open[0]
  if (entry !== undefined) {
    const sum = (read: (fill: Fill) => bigint) => Number(open.reduce((total, fill) => total + read(fill), 0n))
    const isOne = open.length === 1
    rows.push({
      number: entry.tradeNumber,
      entryTime: entry.time,
      exitTime: Number.NaN,
      entryPrice: isOne
        ? toNumber(entry.price, rules.priceScale)
        : (sum((fill) => fill.quote) / sum((fill) => fill.quantity)) * rules.priceScale,
      exitPrice: Number.NaN,
      net: Number.NaN,
      return: Number.NaN,
    })
  }
  return rows.sort((a, b) => a.entryTime - b.entryTime)
}

/** When what was held changed, and how much base it was from then on. */
export function positionBlock({ fills, rules }: RunResult): Rows {
  let units = 0n
  const held = columnOf(fills, ({ side, quantity, commission, commissionAsset, commissionQuote }) => {
    const isInBase = commissionQuote === undefined && commissionAsset !== rules.quoteAsset
    const paid = isInBase ? commission : 0n
    units += (side === 'BUY' ? quantity : -quantity) - paid
    return toNumber(units, rules.quantityScale)
  })
  const writer = new ColumnWriter()
  writer.signed(differences(columnOf(fills, ({ time }) => time)))
  writer.doubles(held)
  return { bytes: writer.finish(), n: fills.length }
}

/** Orders that named a price, as the lines they stood at. */
export function orderBlock(result: RunResult): Rows & { readonly priceDecimals: number | undefined } {
  const lines = orderLines(result)
  const column = (read: (line: OrderLine) => number): Float64Array => columnOf(lines, read)
  const prices = column((one) => one.price)
  const priceDecimals = decimalsOf([prices])
  const writer = new ColumnWriter()
  const from = openTimeAt(result.bars, result.first)
  writer.signed(differences(column((one) => one.from - from)))
  writer.whole(column((one) => one.to - one.from))
  writer.whole(column((one) => ORDER_MARKS.indexOf(one.mark)))
  writer.whole(column((one) => (one.isNext ? 1 : 0)))
  if (priceDecimals === undefined) writer.doubles(prices)
  else writer.signed(differences(stepsOf(prices, powerOf(priceDecimals))))
  return { bytes: writer.finish(), n: lines.length, priceDecimals }
}

/** Prices in whole steps; 0 for one that is not there yet. */
function stepsOf(prices: Float64Array, power: number): Float64Array {
  const steps = new Float64Array(prices.length)
  for (let i = 0; i < prices.length; i++) {
    const price = valueAt(prices, i)
    if (!Number.isNaN(price)) steps[i] = Math.round(price * power)
  }
  return steps
}
