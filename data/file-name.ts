/** What the name of a kline file says about its bars. Floor 3. */
import { SYMBOL } from '../engine/model/symbol-name.js'
import { type Interval, isInterval } from '../engine/model/time.js'

/** Symbol and interval as a file's name has them. */
export interface NamedBars {
  readonly symbol: string
  readonly interval: Interval
}

const NAME = new RegExp(`^(${SYMBOL})[-_](\\d{1,2}(?:mo|[smhdwM]))(?![\\p{L}\\p{N}])`, 'u')

/**
 * Symbol and interval of `BTCUSDT-1m-2024-12.csv.gz` or `BTCUSDT_1h.csv`, whatever comes behind them;
 * undefined when the name has another form. Archives write `1mo` for the month, `1M` of the API.
 */
export function parseFileName(name: string): NamedBars | undefined {
  const [, symbol, text] = NAME.exec(name) ?? []
  const interval = text === '1mo' ? '1M' : text
  if (symbol === undefined || interval === undefined || !isInterval(interval)) return undefined
  return { symbol, interval }
}
