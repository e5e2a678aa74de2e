/** Which column of a foreign CSV file is which: by names that leave no doubt, or as the user says. Floor 3. */
import { ConfigError, DataError } from '../engine/model/errors.js'
import { nearestName } from '../engine/model/nearest-name.js'
import type { KlineField } from './kline-rows.js'
import { quoteCell } from './quote-cell.js'

/** A column that bars are made of. */
interface ForeignColumn {
  readonly field: KlineField
  /** What `--columns` calls it. */
  readonly key: string
  /** Names in a header that can mean nothing else, in small letters and without spaces and signs. */
  readonly names: readonly string[]
  readonly isRequired: boolean
}

const COLUMNS: readonly ForeignColumn[] = [
  {
    field: 'openTime',
    key: 'time',
    names: ['time', 'date', 'datetime', 'timestamp', 'opentime', 'opentimes', 'unix'],
    isRequired: true,
  },
  { field: 'open', key: 'open', names: ['open', 'openprice'], isRequired: true },
  { field: 'high', key: 'high', names: ['high', 'highprice'], isRequired: true },
  { field: 'low', key: 'low', names: ['low', 'lowprice'], isRequired: true },
  { field: 'close', key: 'close', names: ['close', 'closeprice'], isRequired: true },
  { field: 'volume', key: 'volume', names: ['volume', 'basevolume', 'baseassetvolume'], isRequired: false },
  {
    field: 'quoteVolume',
    key: 'quote_volume',
    names: ['quotevolume', 'quoteassetvolume'],
    isRequired: false,
  },
  {
    field: 'tradeCount',
    key: 'count',
    names: ['count', 'trades', 'tradecount', 'numberoftrades'],
    isRequired: false,
  },
  {
    field: 'takerVolume',
    key: 'taker_buy_volume',
    names: ['takerbuyvolume', 'takerbuybasevolume', 'takerbuybaseassetvolume'],
    isRequired: false,
  },
  {
    field: 'takerQuoteVolume',
    key: 'taker_buy_quote_volume',
    names: ['takerbuyquotevolume', 'takerbuyquoteassetvolume'],
    isRequired: false,
  },
]

/** What `--columns` may name. */
const COLUMN_KEYS: readonly string[] = COLUMNS.map((column) => column.key)

/** Throws a ConfigError when `--columns` names a column that bars do not have. */
export function checkColumnKeys(columns: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(columns)) {
    if (COLUMN_KEYS.includes(key)) continue
    const nearest = nearestName(key, COLUMN_KEYS)
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
    throw new ConfigError(`--columns must name ${COLUMN_KEYS.join(', ')}, was ${quoteCell(key)}${hint}`)
  }
}

/**
 * Position of each column in the header. Throws a DataError when a column that bars need is not there,
 * or is there twice, and says how to name it.
 */
export function findColumns(
  header: readonly string[],
  columns: Readonly<Record<string, string>>,
  file: string,
): ReadonlyMap<KlineField, number> {
  const positions = new Map<KlineField, number>()
  for (const column of COLUMNS) {
    const named = Object.hasOwn(columns, column.key) ? columns[column.key] : undefined
    const isIt = (name: string) =>
      named === undefined ? column.names.includes(bare(name)) : name.trim() === named.trim()
    const matches = header.flatMap((name, position) => (isIt(name) ? [position] : []))
    const [position, second] = matches
    if (second !== undefined) {
      const names = matches.map((match) => quoteCell(header[match] ?? '')).join(', ')
      throw new DataError(
        `${file} line 1: one column must be the ${column.key}, but ${names} are; say which with --columns ${column.key}=NAME`,
      )
    }
    if (position !== undefined) positions.set(column.field, position)
    else if (column.isRequired || named !== undefined) throw notFound(header, column, named, file)
  }
  return positions
}

function notFound(
  header: readonly string[],
  { key }: ForeignColumn,
  named: string | undefined,
  file: string,
): DataError {
  const line = `${file} line 1: the header must name the ${key} column`
  const was = `was ${quoteCell(header.join(','))}`
  if (named === undefined) return new DataError(`${line}, ${was}; say which it is with --columns ${key}=NAME`)
  const nearest = nearestName(named, header)
  const hint = nearest === undefined ? '' : `; did you mean ${quoteCell(nearest)}?`
  return new DataError(`${line} ${quoteCell(named)}, ${was}${hint}`)
}

/** A header's name without what tools write in different ways: case, spaces and signs. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[\s_.-]/g, '')
}
