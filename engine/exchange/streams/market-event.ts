/** What a market stream other than klines sends at a step. Floor 3. */
import type { Exchange } from '../exchange.js'
import { fixedNumber } from '../fixed.js'
import type { MarketStep } from '../market/symbol-market.js'
import { aggTradeRow } from '../rest/market-routes.js'
import type { StreamName } from './stream-name.js'

/** The message; undefined where the step has nothing for this stream. */
export function marketEvent(
  stream: StreamName,
  { step }: { readonly step: MarketStep; readonly exchange: Exchange; readonly since: number },
): Readonly<Record<string, unknown>> | undefined {
  const { trade, time } = step
  const { symbol } = stream
  switch (stream.kind) {
    case 'aggTrade':
      return trade && { e: 'aggTrade', E: time, s: symbol, ...aggTradeRow(trade) }
    case 'trade': {
      if (!trade) return undefined
      const { lastId, price, units, time: at, isBuyerMaker } = trade
      return {
        ...{ e: 'trade', E: time, s: symbol, t: lastId },
        ...{ p: fixedNumber(price), q: fixedNumber(units / 1e8), T: at, m: isBuyerMaker, M: true },
      }
    }
    default:
      return undefined
  }
}
