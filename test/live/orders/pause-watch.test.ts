/** Whether the process has stood still, by its own clock. */
import { describe, expect, it } from 'vitest'
import { PauseWatch } from '../../../engine/live/orders/pause-watch.js'

describe('a watch for pauses', () => {
  it('tells of each once, to whoever asks first, and of what came before it alone', () => {
    let now = 1000
    const told: number[] = []
    const watch = new PauseWatch({ pausedMs: 5000, onPause: (ms) => void told.push(ms), now: () => now })
    expect(watch.hasPausedSince(0), 'before it starts nothing is a pause').toBe(false)
    watch.start()
    now += 5000
    expect(watch.hasPausedSince(0)).toBe(false)
    now += 5001
    expect([watch.hasPausedSince(6000), watch.hasPausedSince(now + 1)]).toEqual([true, false])
    watch.look()
    expect(told).toEqual([5001])
    watch.note(90_000)
    expect(told).toEqual([5001, 90_000])
    watch.stop()
  })
})
