/** The tables of a run folder: fills, orders, trades and equity, row by row. Floor 5. */
import { type EquityRowsEvery, equityRows } from '../math/metrics/equity-rows.js'
import type { Fill, Trade } from '../model/fill.js'
import { clientOrderId, type Order, type OrderRecord } from '../model/order.js'
import type { RunResult } from '../model/run-result.js'
import type { CellWriter } from './cell-writer.js'
import { csvPieces, textCell } from './csv.js'

/** `fills.csv`: one row an execution. `trade_id` is empty while its trade is open. */
export function fillsCsv({ symbols, fills, identity, orders, trades }: RunResult): Iterable<Uint8Array> {
  const closed = new Set(trades.map((trade) => trade.number))
  // Orders are numbered from 1 in the order of their records.
  const idOf = (fill: Fill): string => {
    const record = orders[fill.orderNumber - 1]
    return record === undefined ? '' : clientOrderId(identity, record.order)
  }
  const header = [
    ...['time', 'symbol', 'side', 'type', 'liquidity', 'price', 'quantity', 'quote'],
    ...['commission', 'commission_asset', 'order_id', 'trade_id', 'decision_time'],
    ...['reference_price', 'atr', 'slippage', 'outside_bar'],
  ]
  const names = symbols.map(({ bars }) => textCell(bars.symbol))
  return csvPieces(header, fills, (fill, cells) => {
    cells
      .time(fill.time)
      .word(names[fill.symbolIndex] ?? '')
      .word(fill.side)
      .word(fill.type)
      .word(fill.liquidity === 'MAKER' ? 'maker' : 'taker')
      .units(fill.price)
      .units(fill.quantity)
      .units(fill.quote)
      .units(fill.commission)
      .word(textCell(fill.commissionAsset))
      .word(idOf(fill))
      .number(closed.has(fill.tradeNumber) ? fill.tradeNumber : Number.NaN)
      .time(fill.decisionTime)
      .units(fill.referencePrice)
      .number(fill.atr)
      .units(fill.slippage)
      .word(String(fill.isOutsideBar))
  })
}

/** `orders.csv`: one row an order, stamped with the close that decided it. */
export function ordersCsv({ symbols, identity, orders }: RunResult): Iterable<Uint8Array> {
  const header = [
    ...['time', 'order_id', 'symbol', 'side', 'type', 'time_in_force', 'price', 'stop_price'],
    ...['quantity', 'quote_quantity', 'status', 'executed_quantity', 'reason', 'tag'],
  ]
  const names = symbols.map(({ bars }) => textCell(bars.symbol))
  return csvPieces(header, orders, ({ order, status, executedQuantity, reason }: OrderRecord, cells) => {
    cells
      .time(order.decisionTime)
      .word(clientOrderId(identity, order))
      .word(names[order.symbolIndex] ?? '')
      .word(order.side)
      .word(order.type)
    writePricing(order, cells)
    cells
      .units(order.quantity)
      .units(order.type === 'MARKET' ? order.quoteQuantity : undefined)
      .word(status)
      .units(executedQuantity)
      .word(textCell(reason))
      .word(textCell(order.tag))
  })
}

/** Time in force, price and stop price: what a type does not have is empty. */
function writePricing(order: Order, cells: CellWriter): CellWriter {
  switch (order.type) {
    case 'MARKET':
      return cells.empty().empty().empty()
    case 'LIMIT':
      return cells.word(order.timeInForce).units(order.price).empty()
    case 'LIMIT_MAKER':
      return cells.empty().units(order.price).empty()
    case 'STOP_LOSS':
    case 'TAKE_PROFIT':
      return cells.empty().empty().units(order.stopPrice)
    case 'STOP_LOSS_LIMIT':
    case 'TAKE_PROFIT_LIMIT':
      return cells.word(order.timeInForce).units(order.price).units(order.stopPrice)
  }
}

/** `trades.csv`: one row a closed round trip. */
export function tradesCsv({ symbols, trades }: RunResult): Iterable<Uint8Array> {
  const header = [
    ...['trade_id', 'symbol', 'entry_time', 'exit_time', 'entry_price', 'exit_price', 'quantity', 'gross'],
    ...['fees', 'slippage', 'net', 'return', 'bars', 'mae', 'mfe', 'entry_tag', 'exit_tag'],
  ]
  const names = symbols.map(({ bars }) => textCell(bars.symbol))
  return csvPieces(header, trades, (trade: Trade, cells) => {
    cells
      .whole(trade.number)
      .word(names[trade.symbolIndex] ?? '')
      .time(trade.entryTime)
      .time(trade.exitTime)
      .number(trade.entryPrice)
      .number(trade.exitPrice)
      .units(trade.quantity)
      .units(trade.gross)
      .units(trade.fees)
      .units(trade.slippage)
      .units(trade.net)
      .number(trade.return)
      .whole(trade.bars)
      .number(trade.mae)
      .number(trade.mfe)
      .word(textCell(trade.entryTag))
      .word(textCell(trade.exitTag))
  })
}

/** `equity.csv`: one row a UTC day (or a bar) and one at each fill. */
export function equityCsv(result: RunResult, every: EquityRowsEvery): Iterable<Uint8Array> {
  const header = ['time', 'equity', 'cash', 'position_value', 'drawdown']
  return csvPieces(header, equityRows(result, every), (row, cells) => {
    cells.time(row.time).number(row.equity).units(row.cash).number(row.positionValue).number(row.drawdown)
  })
}
