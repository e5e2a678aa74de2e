/** Names of market streams, such as `btcusdt@kline_1m`. Floor 3. */
import { type Interval, isInterval } from '../../model/time.js'

/** What a stream carries. */
export type StreamKind =
  | { readonly kind: 'kline'; readonly interval: Interval; readonly offsetMs: number }
  | {
      readonly kind:
        | 'aggTrade'
        | 'trade'
        | 'bookTicker'
        | 'depthUpdate'
        | 'avgPrice'
        | 'miniTicker'
        | 'ticker'
    }
  | { readonly kind: 'depth'; readonly levels: number }

/** A stream of one symbol. */
export type StreamName = StreamKind & { readonly name: string; readonly symbol: string }

const PLAIN: Readonly<Record<string, Exclude<StreamKind['kind'], 'kline' | 'depth'>>> = {
  aggTrade: 'aggTrade',
  trade: 'trade',
  bookTicker: 'bookTicker',
  avgPrice: 'avgPrice',
  miniTicker: 'miniTicker',
  ticker: 'ticker',
  depth: 'depthUpdate',
}

/** The stream of a name; undefined for one that no symbol has: it can be asked for, and stays silent. */
export function parseStreamName(name: string): StreamName | undefined {
  const [lower = '', rest = '', ...speed] = name.split('@')
  const symbol = lower.toUpperCase()
  if (lower === '' || lower !== lower.toLowerCase()) return undefined
  const kline = /^kline_(\w+)$/.exec(rest)
  if (kline?.[1] !== undefined && isInterval(kline[1])) {
    const offset = /^([+-])(\d\d):(\d\d)$/.exec(speed[0] ?? '+00:00')
    if (offset === null) return undefined
    const minutes = Number(offset[2]) * 60 + Number(offset[3])
    return {
      name,
      symbol,
      kind: 'kline',
      interval: kline[1],
      offsetMs: (offset[1] === '-' ? -1 : 1) * minutes * 60_000,
    }
  }
  if (speed.length > 0 && !['100ms', '1000ms'].includes(speed[0] ?? '')) return undefined
  const depth = /^depth(5|10|20)$/.exec(rest)
  if (depth) return { name, symbol, kind: 'depth', levels: Number(depth[1]) }
  const kind = Object.hasOwn(PLAIN, rest) ? PLAIN[rest] : undefined
  return kind === undefined ? undefined : { name, symbol, kind }
}
