/** The exchange's clock as it is measured over a line that is slow one way. */
import { afterEach, expect, it, vi } from 'vitest'
import { VenueClock } from '../../../engine/live/orders/venue-clock.js'

const START = 1_800_000_000_000

afterEach(() => vi.restoreAllMocks())

it.each([
  ['the question', 4000, 0],
  ['the answer', 0, 4000],
  ['neither', 10, 10],
])(
  'is never a second ahead of the exchange nor a recvWindow behind it when %s was slow',
  async (_, out, back) => {
    const process = { now: 0 }
    vi.spyOn(performance, 'now').mockImplementation(() => process.now)
    const clock = new VenueClock(
      async () => {
        process.now += out
        const time = START + process.now
        process.now += back
        return time
      },
      () => START + process.now,
    )
    await clock.measure()
    const ahead = clock.now() - (START + process.now)
    expect(ahead).toBeLessThan(1000)
    expect(ahead).toBeGreaterThan(-5000)
  },
)
