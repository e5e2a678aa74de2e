/** Times in microseconds, where a client asks for them. Floor 3. */

/** Fields that hold a time, in answers and in events. */
const TIMES = new Set([
  ...['serverTime', 'transactTime', 'time', 'updateTime', 'workingTime', 'transactionTime', 'trailingTime'],
  ...['openTime', 'closeTime', 'authorizedSince', 'connectedSince', 'E', 'T', 'O', 'W', 'D'],
])
/** The last millisecond of a bar becomes its last microsecond. */
const ENDS = new Set(['closeTime'])

/** A copy of a body with its times in microseconds. −1 stays what it is. */
export function toMicroseconds(value: unknown, place: 'rows' | 'kline' | 'other' = 'other'): unknown {
  if (Array.isArray(value)) {
    if (place === 'rows') return value.map(toMicroRow)
    return value.map((one) => toMicroseconds(one))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (typeof one !== 'number' || one < 0)
        return [name, toMicroseconds(one, name === 'k' ? 'kline' : 'other')]
      if (place === 'kline') return [name, name === 't' ? one * 1000 : name === 'T' ? one * 1000 + 999 : one]
      // In `outboundAccountPosition` `u` is a time, elsewhere it is none.
      const isTime = TIMES.has(name) || (name === 'u' && Object.hasOwn(value, 'B'))
      return [name, isTime ? one * 1000 + (ENDS.has(name) ? 999 : 0) : one]
    }),
  )
}

function toMicroRow(row: unknown): unknown {
  if (!Array.isArray(row)) return toMicroseconds(row)
  return row.map((cell, i) =>
    typeof cell !== 'number' ? cell : i === 0 ? cell * 1000 : i === 6 ? cell * 1000 + 999 : cell,
  )
}
