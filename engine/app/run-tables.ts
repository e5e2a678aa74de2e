/** The tables of a run folder: fills, orders, trades and equity, row by row. Floor 5. */
import { type EquityRowsEvery, equityRows } from '../math/metrics/equity-rows.js'
import type { Fill, Trade } from '../model/fill.js'
import { clientOrderId, type Order, type OrderRecord } from '../model/order.js'
import type { RunResult } from '../model/run-result.js'
import { csvPieces, numberCell, textCell, timeCell, unitsCell } from './csv.js'

/** `fills.csv`: one row an execution. `trade_id` is empty while its trade is open. */
export function fillsCsv({ symbols, fills, identity, orders, trades }: RunResult): Iterable<string> {
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
  return csvPieces(header, fills, (fill) => [
    timeCell(fill.time),
    names[fill.symbolIndex] ?? '',
    fill.side,
    fill.type,
    fill.liquidity.toLowerCase(),
    unitsCell(fill.price),
    unitsCell(fill.quantity),
    unitsCell(fill.quote),
    unitsCell(fill.commission),
    textCell(fill.commissionAsset),
    idOf(fill),
    closed.has(fill.tradeNumber) ? String(fill.tradeNumber) : '',
    timeCell(fill.decisionTime),
    unitsCell(fill.referencePrice),
    numberCell(fill.atr),
    unitsCell(fill.slippage),
    String(fill.isOutsideBar),
  ])
}

/** `orders.csv`: one row an order, stamped with the close that decided it. */
export function ordersCsv({ symbols, identity, orders }: RunResult): Iterable<string> {
  const header = [
    ...['time', 'order_id', 'symbol', 'side', 'type', 'time_in_force', 'price', 'stop_price'],
    ...['quantity', 'quote_quantity', 'status', 'executed_quantity', 'reason', 'tag'],
  ]
  const names = symbols.map(({ bars }) => textCell(bars.symbol))
  return csvPieces(header, orders, ({ order, status, executedQuantity, reason }: OrderRecord) => [
    timeCell(order.decisionTime),
    clientOrderId(identity, order),
    names[order.symbolIndex] ?? '',
    order.side,
    order.type,
    ...pricing(order),
    unitsCell(order.quantity),
    unitsCell(order.type === 'MARKET' ? order.quoteQuantity : undefined),
    status,
    unitsCell(executedQuantity),
    textCell(reason),
    textCell(order.tag),
  ])
}

/** Time in force, price and stop price: what a type does not have is empty. */
function pricing(order: Order): [string, string, string] {
  switch (order.type) {
    case 'MARKET':
      return ['', '', '']
    case 'LIMIT':
      return [order.timeInForce, unitsCell(order.price), '']
    case 'LIMIT_MAKER':
      return ['', unitsCell(order.price), '']
    case 'STOP_LOSS':
    case 'TAKE_PROFIT':
      return ['', '', unitsCell(order.stopPrice)]
    case 'STOP_LOSS_LIMIT':
    case 'TAKE_PROFIT_LIMIT':
      return [order.timeInForce, unitsCell(order.price), unitsCell(order.stopPrice)]
  }
}

/** `trades.csv`: one row a closed round trip. */
export function tradesCsv({ symbols, trades }: RunResult): Iterable<string> {
  const header = [
    ...['trade_id', 'symbol', 'entry_time', 'exit_time', 'entry_price', 'exit_price', 'quantity', 'gross'],
    ...['fees', 'slippage', 'net', 'return', 'bars', 'mae', 'mfe', 'entry_tag', 'exit_tag'],
  ]
  const names = symbols.map(({ bars }) => textCell(bars.symbol))
  return csvPieces(header, trades, (trade: Trade) => [
    String(trade.number),
    names[trade.symbolIndex] ?? '',
    timeCell(trade.entryTime),
    timeCell(trade.exitTime),
    numberCell(trade.entryPrice),
    numberCell(trade.exitPrice),
    unitsCell(trade.quantity),
    unitsCell(trade.gross),
    unitsCell(trade.fees),
    unitsCell(trade.slippage),
    unitsCell(trade.net),
    numberCell(trade.return),
    String(trade.bars),
    numberCell(trade.mae),
    numberCell(trade.mfe),
    textCell(trade.entryTag),
    textCell(trade.exitTag),
  ])
}

/** `equity.csv`: one row a UTC day (or a bar) and one at each fill. */
export function equityCsv(result: RunResult, every: EquityRowsEvery): Iterable<string> {
  const header = ['time', 'equity', 'cash', 'position_value', 'drawdown']
  return csvPieces(header, equityRows(result, every), (row) => [
    timeCell(row.time),
    numberCell(row.equity),
    unitsCell(row.cash),
    numberCell(row.positionValue),
    numberCell(row.drawdown),
  ])
}
