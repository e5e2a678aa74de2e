/** Waits until the market's clock runs, before a session takes its first bar. Floor 3. */
import type { PublicRest } from '../../venue/public-rest.js'
import { steadyNow } from '../../venue/steady-now.js'
import type { NewsListener } from '../live-news.js'
import type { MarketClock } from './market-clock.js'

const FIRST_EVENT_MS = 5_000

/** Corrects the clock by the exchange's; one that a stream carries is waited for, up to its first event. */
export async function awaitMarket({
  clock,
  rest,
  tell,
}: {
  readonly clock: MarketClock
  readonly rest: Pick<PublicRest, 'time'>
  readonly tell: NewsListener
}): Promise<void> {
  await clock.measure(() => rest.time())
  if (clock.kind === 'wall') return
  for (let waited = 0; clock.now() === 0 && waited < FIRST_EVENT_MS; waited += 25) {
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  if (clock.now() !== 0) return
  tell({
    kind: 'FAULT',
    message: 'the streams say nothing yet: the market is taken to stand at the wall clock',
  })
  clock.see(Math.round(steadyNow()))
}
