/** The bars that a session warms up with, over REST. Floor 3. */
import type { Bar } from '../../model/bars.js'
import { DataError } from '../../model/errors.js'
import { intervalMs } from '../../model/time.js'
import type { PublicRest } from '../../venue/public-rest.js'
import type { Genesis } from '../ledger/genesis.js'
import { restBars } from './rest-bars.js'

/** Each symbol's last closed bars, at most `bars` of them, oldest first. Throws a DataError when there is none. */
export async function fetchHistories({
  rest,
  genesis,
  bars,
  now,
}: {
  readonly rest: PublicRest
  readonly genesis: Pick<Genesis, 'symbols' | 'interval'>
  readonly bars: number
  /** The market's time. */
  readonly now: number
}): Promise<readonly (readonly Bar[])[]> {
  const { symbols, interval } = genesis
  const histories: (readonly Bar[])[] = []
  for (const { symbol } of symbols) {
    const from = now - (bars + 1) * intervalMs(interval)
    const history = await restBars(rest, { symbol, interval, from, to: now, now })
    if (history.length === 0) {
      throw new DataError(
        `${symbol} must have a closed ${interval} bar before ${now}, REST has none; is --clock right?`,
      )
    }
    histories.push(history.slice(-bars))
  }
  return histories
}
