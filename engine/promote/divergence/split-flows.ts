/** The difference of two flows of one wish, part by part, exactly. Floor 4. */
import { ONE, type Units } from '../../model/money.js'
import { type Flow, feesAt, worthAt } from './flow.js'

/** Parts that show in fills. */
export type FlowPart = 'latency' | 'rejected' | 'missed' | 'price' | 'fee'

/** How the orders of a wish ended on the exchange. */
export type WishEnd = 'FILLED' | 'REJECTED' | 'SHORT'

/** What the split needs to know besides. */
export interface SplitTerms {
  readonly mark: Units
  readonly end: WishEnd
  /** How far the market moved, open to open, from the bar of the replay's fill to that of the live one. */
  readonly move: Units
}

/** Live less replayed; the parts add up to the difference of `worthAt`. In 1e−16 of the quote asset. */
export function splitFlows(
  live: Flow | undefined,
  replayed: Flow | undefined,
  { mark, end, move }: SplitTerms,
): Readonly<Partial<Record<FlowPart, bigint>>> {
  if (live === undefined)
    return replayed ? { [end === 'REJECTED' ? 'rejected' : 'missed']: -worthAt(replayed, mark) } : {}
  // What was traded beside the replay makes up for something that was missed before, or takes it along.
  if (replayed === undefined) return { missed: worthAt(live, mark) }
  const sign = live.side === 'BUY' ? 1n : -1n
  // The replay's flow at the live quantity: rounded once, and used on both sides of each step.
  const quote = (replayed.quote * ONE * live.quantity) / replayed.quantity
  const fees = (feesAt(replayed, mark) * live.quantity) / replayed.quantity
  const scaled = sign * (live.quantity * mark - quote) - fees
  const size = scaled - worthAt(replayed, mark)
  const moved = -sign * live.quantity * move
  const price = -sign * (live.quote * ONE - quote) - moved
  const isShort = end !== 'FILLED'
  return {
    latency: moved,
    missed: isShort ? size : 0n,
    price: isShort ? price : price + size,
    fee: fees - feesAt(live, mark),
  }
}
