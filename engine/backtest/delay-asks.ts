/** A strategy whose asks come a bar late. Floor 3. */
import type { Strategy } from '../core/strategy.js'
import { type HeldAsk, relayAsks } from './relay-asks.js'

/**
 * The strategy, with every ask made one bar later: at the next close at which it is called, before it decides
 * there. For one run: what waits is not part of its state.
 */
export function delayAsks(strategy: Strategy): Strategy {
  let waiting: HeldAsk[] = []
  return relayAsks(strategy, {
    begin(markets) {
      if (waiting.length === 0) return
      const due = waiting
      waiting = []
      for (const ask of due) {
        const market = markets.find(({ symbol }) => symbol === ask.symbol)
        if (market) ask.make(market)
        else waiting.push(ask)
      }
    },
    hear: (ask) => waiting.push(ask),
    onAccountRead: () => undefined,
  })
}
