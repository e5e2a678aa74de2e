/** What a watchdog counts, is shown and says; `real-faults.test.ts` has one at work. */
import { describe, expect, it } from 'vitest'
import { Pulse } from '../../../engine/live/watchdog/pulse.js'
import { StallCount } from '../../../engine/live/watchdog/stall-count.js'
import { stallReason } from '../../../engine/live/watchdog/stall-text.js'

describe('a count of ticks', () => {
  it('is over only when the other side has stood still for all of them in a row', () => {
    const stall = new StallCount(3)
    expect([1n, 1n, 1n, 2n, 2n, 2n, 2n, 2n].map((count) => stall.tick(count))).toEqual([
      ...[false, false, false, false, false, false],
      ...[true, true],
    ])
  })
})

describe('a pulse', () => {
  it('shows the other side what is at work, and grows with each beat', () => {
    const here = new Pulse()
    const there = new Pulse(here.memory)
    expect(there.work).toEqual({ kind: 'WAIT' })
    const { count } = there
    here.begin({ kind: 'DECISION', openTime: 1_764_300_060_000 }, 2)
    expect([there.work, there.open]).toEqual([{ kind: 'DECISION', openTime: 1_764_300_060_000 }, 2])
    here.begin({ kind: 'LEDGER', rows: 12_345 })
    expect([there.work, there.open]).toEqual([{ kind: 'LEDGER', rows: 12_345 }, 2])
    expect(there.count).toBeGreaterThan(count)
  })
})

describe('the reason of a stall', () => {
  it.each([
    [{ kind: 'COMMIT' }, 'the ledger was not written to the disk within 30 s; its process was ended'],
    [
      { kind: 'LEDGER', rows: 7 },
      'the ledger was not read on behind its row 7, where the strategy odd decides again, within 30 s; its process was ended',
    ],
  ] as const)('names what was at work: %o', (work, reason) => {
    const stall = { strategy: 'odd', folder: 'state', boundMs: 30_000, open: 0 }
    expect(stallReason({ ...stall, work })).toBe(reason)
  })
})
