/** Files of trades to bars: Binance's archives of aggTrades and trades, and the short form of five columns. Floor 3. */
import { type PublicTrade, TradeBars } from '../engine/math/bars-from-trades.js'
import type { BarColumns } from '../engine/model/bars.js'
import { DataError } from '../engine/model/errors.js'
import { parseUnits, type Units } from '../engine/model/money.js'
import type { Interval } from '../engine/model/time.js'
import type { FoundFile } from './find-files.js'
import { MAX_TRADE_BYTES } from './inflation.js'
import { openFile } from './open-file.js'
import { quoteCell } from './quote-cell.js'

/** Where a file of trades has what. */
export interface TradeLayout {
  readonly name: 'aggTrades' | 'trades' | 'id,side,quantity,price,time'
  readonly width: number
  readonly price: number
  readonly quantity: number
  readonly time: number
  /** First and last trade of an aggregate. */
  readonly ids: readonly [number, number] | undefined
  readonly side: number
}

const AGG_TRADES: TradeLayout = {
  name: 'aggTrades',
  width: 8,
  price: 1,
  quantity: 2,
  time: 5,
  ids: [3, 4],
  side: 6,
}
const TRADES: TradeLayout = {
  name: 'trades',
  width: 7,
  price: 1,
  quantity: 2,
  time: 4,
  ids: undefined,
  side: 5,
}
const FIVE: TradeLayout = {
  name: 'id,side,quantity,price,time',
  width: 5,
  price: 3,
  quantity: 2,
  time: 4,
  ids: undefined,
  side: 1,
}

const IS_BUYER_MAKER: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  // The side of who took: a seller took from a buyer's resting order.
  ['sell', true],
  ['buy', false],
])

const LF = 10
const MAX_LINE = 4096

/** The layout of which a line is a trade; undefined when it is none. */
export function tradeLayoutOf(line: string): TradeLayout | undefined {
  const cells = line.split(',')
  return [AGG_TRADES, TRADES, FIVE].find(
    ({ width, side, time }) =>
      cells.length === width &&
      IS_BUYER_MAKER.has(cells[side]?.toLowerCase() ?? '') &&
      /^(\d{13}|\d{16})$/.test(cells[time] ?? ''),
  )
}

/** A trade with the ids that its file gives it. */
export interface RecordedTrade extends PublicTrade {
  /** Of the aggregate, or of the trade where the file has no aggregates. */
  readonly id: number
  /** Of the first trade that it stands for. */
  readonly firstId: number
}

/** Takes trades, oldest first. Throws a DataError at one that it cannot take. */
export interface TradeSink {
  add(trade: RecordedTrade): void
}

/** The bars of a file's trades. Throws a DataError that names the first line which is no trade, or comes too late. */
export async function parseTrades({
  file,
  layout,
  symbol,
  interval,
}: {
  readonly file: FoundFile
  readonly layout: TradeLayout
  readonly symbol: string
  readonly interval: Interval
}): Promise<BarColumns> {
  const bars = new TradeBars({ symbol, interval })
  await readTrades(file, layout, bars)
  const made = bars.end()
  if (made.length === 0) throw new DataError(`${file.shown} must hold trades, has none`)
  return made
}

/** Reads a file's trades into a sink. Throws a DataError that names the first line which is no trade. */
export async function readTrades(file: FoundFile, layout: TradeLayout, bars: TradeSink): Promise<void> {
  const { chunks } = await openFile(file, MAX_TRADE_BYTES)
  let rest = ''
  let line = 0
  let lastId = -1
  const read = (text: string): void => {
    line++
    if (text === '' || (line === 1 && !/^\d/.test(text))) return
    lastId = addTrade(bars, { text, layout, place: `${file.shown} line ${line}`, lastId })
  }
  for await (const chunk of chunks) {
    if (rest.length + chunk.length > MAX_LINE && rest.length > MAX_LINE && !chunk.includes(LF))
      throw tooLong(file, line)
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > MAX_LINE) throw tooLong(file, line + lines.length)
    for (const text of lines) read(text.endsWith('\r') ? text.slice(0, -1) : text)
  }
  if (rest !== '') read(rest)
}

function tooLong(file: FoundFile, line: number): DataError {
  return new DataError(`${file.shown} line ${line + 1}: a line must have at most ${MAX_LINE} bytes, has more`)
}

/** Adds the trade of a line; gives its id. */
function addTrade(
  bars: TradeSink,
  {
    text,
    layout,
    place,
    lastId,
  }: { readonly text: string; readonly layout: TradeLayout; readonly place: string; readonly lastId: number },
): number {
  const cells = text.split(',')
  const id = Number(cells[0])
  const [price, quantity] = [amountOf(cells[layout.price]), amountOf(cells[layout.quantity])]
  const time = cells[layout.time] ?? ''
  const isBuyerMaker = IS_BUYER_MAKER.get(cells[layout.side]?.toLowerCase() ?? '')
  const isTime = /^(\d{13}|\d{16})$/.test(time)
  if (
    cells.length !== layout.width ||
    !price ||
    quantity === undefined ||
    isBuyerMaker === undefined ||
    !isTime
  ) {
    throw new DataError(
      `${place}: must be a trade of the layout ${layout.name} (${layout.width} cells), was ${quoteCell(text)}`,
    )
  }
  if (!(Number.isSafeInteger(id) && id > lastId)) {
    throw new DataError(
      `${place}: ids of trades must rise, ${quoteCell(cells[0] ?? '')} came after ${lastId}`,
    )
  }
  const [first, last] = layout.ids?.map((position) => Number(cells[position])) ?? [id, id]
  const firstId = first ?? Number.NaN
  const count = (last ?? Number.NaN) - firstId + 1
  if (!(Number.isSafeInteger(count) && count > 0)) {
    throw new DataError(
      `${place}: first and last trade id must be whole numbers that rise, were ${first} and ${last}`,
    )
  }
  const ms = time.length === 16 ? Math.floor(Number(time) / 1000) : Number(time)
  try {
    bars.add({ id, firstId, time: ms, price, quantity, isBuyerMaker, count })
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${place}: ${error.message}`) : error
  }
  return id
}

function amountOf(cell: string | undefined): Units | undefined {
  const units = cell === undefined ? undefined : parseUnits(cell)
  return units !== undefined && units >= 0n ? units : undefined
}
