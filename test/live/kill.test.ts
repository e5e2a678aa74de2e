/** kill -9 at random moments and between any two steps: what is left is whole, and the session goes on with it. */

import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Failpoint } from '../../engine/live/failpoint.js'
import { lastKnownHead } from '../../engine/live/files/state-folder.js'
import { verifyLedger } from '../../engine/live/ledger/verify-ledger.js'
import { temporaryFolder } from '../app/command.js'
import { listing, someBars, started } from '../exchange/started.js'
import { countOf, liveWords, logOf, proofsOf, startLive, until } from './live-command.js'

/** Times a session is killed: a handful in `npm test`, a hundred in `npm run soak`. */
const CYCLES = Number(process.env.NEXTBAR_KILL_CYCLES ?? 3)

const MINUTE = 60_000

/** Every bar of the exchange since the first recorded one is there once, unless it is younger than the end. */
function expectEachBarOnce(openTimes: readonly number[]): void {
  const due = openTimes.map((_, i) => (openTimes[0] ?? 0) + i * MINUTE)
  expect(openTimes).toEqual(due)
}

describe('a session that is killed', () => {
  it(
    `${CYCLES} times at random leaves a ledger that verifies, and goes on from it`,
    async () => {
      const bars = someBars(200_000)
      const exchange = await started({ symbols: [listing(bars)], history: 2000, speed: 40 })
      const state = path.join(temporaryFolder(), 'state')
      const ledger = path.join(state, 'ledger.sqlite')
      let seed = 20_260_101
      const random = () => {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
        return seed / 2 ** 31
      }
      let seq = 0
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        const program = startLive(liveWords(exchange, state))
        const before = countOf(state, 'bar')
        if (cycle % 4 === 3) await new Promise((resolve) => setTimeout(resolve, 200 + 1200 * random()))
        else {
          await until(
            () => countOf(state, 'bar') > before,
            `a bar in cycle ${cycle}: ${program.output.stderr}`,
            90_000,
          )
          await new Promise((resolve) => setTimeout(resolve, 700 * random()))
        }
        program.child.kill('SIGKILL')
        expect(await program.ended).toBe('SIGKILL')
        if (!existsSync(ledger)) continue
        const { head } = verifyLedger(ledger, lastKnownHead(state))
        expect(head.seq).toBeGreaterThanOrEqual(seq)
        seq = head.seq
        expect(proofsOf(state).differences).toEqual([undefined, undefined])
      }
      const last = startLive(liveWords(exchange, state))
      const before = countOf(state, 'bar')
      await until(() => countOf(state, 'bar') > before + 20, `bars at the end: ${last.output.stderr}`)
      last.child.kill('SIGTERM')
      expect(await last.ended).toBe(0)
      const { bars: held, record, differences } = proofsOf(state)
      expect(differences).toEqual([undefined, undefined])
      expectEachBarOnce(held.map(({ openTime }) => openTime))
      expect(record.orders.length).toBeGreaterThan(0)
    },
    120_000 + 12_000 * CYCLES,
  )

  const POINTS: readonly (readonly [Failpoint, number])[] = [
    ['warm-up-fetched', 1],
    ['event-written', 503],
    ['input-applied', 60],
    ['before-commit', 60],
    ['after-commit', 60],
    ['after-order-line', 1],
    ['after-status', 2],
  ]
  it.each(POINTS)('at %s, time %d, starts again and decides the same', async (name, count) => {
    const exchange = await started({ symbols: [listing(someBars(3000))], history: 800, speed: 100 })
    const state = path.join(temporaryFolder(), 'state')
    const killed = startLive(liveWords(exchange, state), { NEXTBAR_FAILPOINT: `${name}:${count}` })
    expect(await killed.ended).toBe('SIGKILL')
    const again = startLive(liveWords(exchange, state))
    const before = countOf(state, 'bar')
    await until(() => countOf(state, 'bar') > before + 5, `bars after ${name}: ${again.output.stderr}`)
    again.child.kill('SIGTERM')
    expect(await again.ended).toBe(0)
    const { bars, differences } = proofsOf(state)
    expect(differences).toEqual([undefined, undefined])
    expectEachBarOnce(bars.map(({ openTime }) => openTime))
    expect(logOf(state).filter(({ type }) => type === 'fault')).toEqual([])
  })
})
