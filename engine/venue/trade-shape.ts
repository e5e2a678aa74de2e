/** An object of `GET /api/v3/aggTrades`, believing nothing it holds. Floor 2. */
import { DataError } from '../model/errors.js'

/** One aggregate trade: texts as they came, so that nothing is lost. */
export interface AggTrade {
  readonly id: number
  readonly price: string
  readonly quantity: string
  readonly firstId: number
  readonly lastId: number
  /** UTC milliseconds. */
  readonly time: number
  readonly isBuyerMaker: boolean
  readonly isBestMatch: boolean
}

/** The trade in an answer. Throws a DataError that names `place` and the key which is not what it must be. */
export function parseAggTrade(json: unknown, place: string): AggTrade {
  const own = new Map(
    typeof json === 'object' && json !== null ? Object.entries(json as Record<string, unknown>) : [],
  )
  const fail = (key: string, what: string): never => {
    throw new DataError(`${place}, ${key}: must be ${what}, was ${JSON.stringify(own.get(key)) ?? 'nothing'}`)
  }
  const whole = (key: string): number => {
    const value = own.get(key)
    // An aggregate without trades of its own has −1, as seen in old data.
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= -1
      ? value
      : fail(key, 'a whole number')
  }
  const decimal = (key: string): string => {
    const value = own.get(key)
    return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? value : fail(key, 'a decimal as text')
  }
  const flag = (key: string): boolean => {
    const value = own.get(key)
    return typeof value === 'boolean' ? value : fail(key, 'true or false')
  }
  return {
    id: whole('a'),
    price: decimal('p'),
    quantity: decimal('q'),
    firstId: whole('f'),
    lastId: whole('l'),
    time: whole('T'),
    isBuyerMaker: flag('m'),
    isBestMatch: flag('M'),
  }
}
