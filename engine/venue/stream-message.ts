/** What comes over Binance's market streams, believing nothing it holds. Floor 2. */
import { type Bar, FIELDS } from '../model/bars.js'
import { DataError } from '../model/errors.js'
import { parseUnits, type Units } from '../model/money.js'
import { type EpochMs, type Interval, isInterval, isOnGrid, nextOpenTime, toEpochMs } from '../model/time.js'

/** A running or closed bar. */
export interface KlineMessage {
  readonly kind: 'KLINE'
  readonly symbol: string
  readonly interval: Interval
  /** When the exchange sent it. */
  readonly eventTime: EpochMs
  readonly isClosed: boolean
  readonly bar: Bar
}

/** An aggregate trade. */
export interface TradeMessage {
  readonly kind: 'TRADE'
  readonly symbol: string
  readonly eventTime: EpochMs
  readonly id: number
  readonly price: Units
  readonly quantity: Units
  readonly time: EpochMs
  readonly isBuyerMaker: boolean
  /** Trades that it stands for. */
  readonly count: number
}

/** What a stream tells. */
export type StreamMessage =
  | KlineMessage
  | TradeMessage
  /** The server goes away: connect anew at once. */
  | { readonly kind: 'SHUTDOWN' }
  /** An answer to a request, or an event that says nothing here. */
  | { readonly kind: 'OTHER' }

const MICROSECONDS = 1e14

/** Reads a message, raw or wrapped. Throws a DataError that says what is wrong with it. */
export function parseStreamMessage(text: string): StreamMessage {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new DataError(`a stream's message must be JSON, was ${shown(text)}`, { cause })
  }
  const outer = recordOf(json)
  const event = outer.get('data') === undefined ? outer : recordOf(outer.get('data'))
  switch (event.get('e')) {
    case 'kline':
      return klineOf(event)
    case 'aggTrade':
      return tradeOf(event)
    case 'serverShutdown':
      return { kind: 'SHUTDOWN' }
    default:
      return { kind: 'OTHER' }
  }
}

type Fields = ReadonlyMap<string, unknown>

function klineOf(event: Fields): KlineMessage {
  const kline = recordOf(event.get('k'))
  const symbol = textOf(event, 's')
  const interval = textOf(kline, 'i')
  if (!isInterval(interval))
    throw new DataError(`a kline's interval must be one of Binance's, was ${interval}`)
  const isClosed = kline.get('x')
  if (typeof isClosed !== 'boolean')
    throw new DataError(`x of a kline must be true or false, was ${shown(isClosed)}`)
  const bar = {
    openTime: timeOf(kline, 't'),
    open: decimalOf(kline, 'o'),
    high: decimalOf(kline, 'h'),
    low: decimalOf(kline, 'l'),
    close: decimalOf(kline, 'c'),
    volume: decimalOf(kline, 'v'),
    quoteVolume: decimalOf(kline, 'q'),
    tradeCount: decimalOf(kline, 'n'),
    takerVolume: decimalOf(kline, 'V'),
    takerQuoteVolume: decimalOf(kline, 'Q'),
  }
  checkBar(bar, { symbol, interval, place: 'the stream' })
  return { kind: 'KLINE', symbol, interval, eventTime: timeOf(event, 'E'), isClosed, bar }
}

function tradeOf(event: Fields): TradeMessage {
  const isBuyerMaker = event.get('m')
  if (typeof isBuyerMaker !== 'boolean')
    throw new DataError(`m of a trade must be true or false, was ${shown(isBuyerMaker)}`)
  const [first, last] = [decimalOf(event, 'f'), decimalOf(event, 'l')]
  if (last < first) throw new DataError(`l of a trade must be f or above, was ${last} after ${first}`)
  return {
    kind: 'TRADE',
    symbol: textOf(event, 's'),
    eventTime: timeOf(event, 'E'),
    id: decimalOf(event, 'a'),
    price: unitsOf(event, 'p'),
    quantity: unitsOf(event, 'q'),
    time: timeOf(event, 'T'),
    isBuyerMaker,
    count: last - first + 1,
  }
}

/** Refuses a bar that no market can make. Throws a DataError that says what must hold. */
export function checkBar(
  bar: Bar,
  {
    symbol,
    interval,
    place,
  }: { readonly symbol: string; readonly interval: Interval; readonly place: string },
): void {
  const { openTime, open, high, low, close, volume } = bar
  const fail = (what: string): never => {
    const values = FIELDS.map((field) => `${field} ${bar[field]}`).join(', ')
    throw new DataError(`${symbol} ${interval} at ${openTime} from ${place}: ${what}, was ${values}`)
  }
  if (!isOnGrid(openTime, interval)) fail('a bar must open where its interval begins')
  if (!(low > 0)) fail('prices must be above 0')
  if (!(low <= open && open <= high && low <= close && close <= high))
    fail('open and close must lie in low..high')
  if (!(volume >= 0)) fail('volume must be at least 0')
}

/** Last millisecond of a bar. */
export function closeOf(bar: Bar, interval: Interval): EpochMs {
  return toEpochMs(nextOpenTime(bar.openTime, interval) - 1)
}

function recordOf(json: unknown): Fields {
  if (typeof json !== 'object' || json === null) return new Map()
  return new Map(Object.entries(json))
}

function textOf(fields: Fields, key: string): string {
  const value = fields.get(key)
  if (typeof value === 'string' && value !== '') return value
  throw new DataError(`${key} of a stream's event must be text, was ${shown(value)}`)
}

function decimalOf(fields: Fields, key: string): number {
  const value = fields.get(key)
  if (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value)) return Number(value)
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw new DataError(`${key} of a stream's event must be a decimal of at least 0, was ${shown(value)}`)
}

function unitsOf(fields: Fields, key: string): Units {
  const value = fields.get(key)
  const units = typeof value === 'string' ? parseUnits(value) : undefined
  if (units !== undefined && units > 0n) return units
  throw new DataError(`${key} of a stream's event must be a decimal above 0, was ${shown(value)}`)
}

function timeOf(fields: Fields, key: string): EpochMs {
  const value = fields.get(key)
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) {
    return toEpochMs(value >= MICROSECONDS ? Math.floor(value / 1000) : value)
  }
  throw new DataError(`${key} of a stream's event must be a time in milliseconds, was ${shown(value)}`)
}

const SHOWN_LENGTH = 60

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, SHOWN_LENGTH)
}
