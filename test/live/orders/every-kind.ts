/** Every way of asking, one after the other, each dozen bars anew: wishes, an order that is replaced, and lists. */
import { defineStrategy } from '../../../engine/index.js'

const BAR_MS = 60_000

/** Lives by the time alone, so that it goes on whatever was refused, taken back or lost before. */
export const everyKind = defineStrategy({
  name: 'every-kind',
  onBar(_indicators, { time, bars, position, target, buy, sell, replace, oto, otoco, cancel, close }) {
    const price = bars.close.at(0)
    const round = Math.floor((time + 1) / BAR_MS)
    const entry = (below: number) =>
      ({ type: 'LIMIT', price: price * (1 - below), quantity: 0.01, tag: 'entry' }) as const
    const working = { side: 'BUY', type: 'LIMIT', price: price * 0.9998, quantity: 0.01 } as const
    const rest = { side: 'SELL', quantity: 0.00998 } as const
    const above = { type: 'LIMIT_MAKER', price: price * 1.001 } as const
    switch (round % 12) {
      case 0:
        target(0.3)
        break
      case 2:
        target(0)
        break
      case 4:
        buy(entry(0.0015))
        break
      case 5:
        replace('entry', { side: 'BUY', ...entry(0.001) })
        break
      case 6:
        replace('entry', { side: 'BUY', ...entry(0.0002) })
        break
      case 7:
        if (position.isLong) sell({ type: 'LIMIT', price: price * 1.001, quantity: 0.005, tag: 'exit' })
        break
      case 8:
        replace('exit', { side: 'SELL', type: 'LIMIT', price: price * 1.0003, quantity: 0.005 })
        break
      case 9:
        cancel()
        close()
        break
      case 10:
        if (Math.floor(round / 12) % 2 === 0) oto({ working, pending: { ...rest, ...above } })
        else {
          const below = { type: 'STOP_LOSS', stopPrice: price * 0.999 } as const
          otoco({ working, pending: { ...rest, above, below } })
        }
        break
      default:
    }
  },
})
