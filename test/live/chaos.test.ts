/** One session through everything at once: what is left is whole, each bar is there once, and both proofs hold. */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { lastKnownHead } from '../../engine/live/files/state-folder.js'
import { verifyLedger } from '../../engine/live/ledger/verify-ledger.js'
import { temporaryFolder } from '../app/command.js'
import { listing, someBars, started } from '../exchange/started.js'
import { countOf, liveWords, logOf, proofsOf, startLive, until } from './live-command.js'
import { expectInvariants } from './orders/invariants.js'
import { requestsOf } from './orders/requests.js'

const MINUTE = 60_000
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('a session', () => {
  it('through reconnects, lost and contradictory closes, silence, a stop, kills and an hour away is proven', async () => {
    const exchange = await started({ symbols: [listing(someBars(60_000))], history: 2000, speed: 20 })
    const { client } = exchange
    const requests = requestsOf(exchange)
    const state = path.join(temporaryFolder(), 'state')
    const stream = { on: 'stream btcusdt@kline_1m' }
    const fault = (what: object) => client.control('POST', '/fault', { ...stream, ...what })
    const closed = { where: { 'k.x': true } }
    let program = startLive(liveWords(exchange, state, ['--ticks']))
    const more = async (bars: number) => {
      const due = countOf(state, 'bar') + bars
      await until(() => countOf(state, 'bar') >= due, `${due} bars: ${program.output.stderr}`, 60_000)
    }
    await more(20)
    await fault({ do: 'drop', ...closed, count: 5 })
    await more(10)
    await fault({ do: 'contradict', ...closed, set: { 'k.c': '1.00', 'k.l': '0.50' }, count: 3 })
    await more(10)
    await fault({ do: 'cut', count: 2 })
    await more(10)
    await client.control('POST', '/fault', { on: 'now', do: 'server-shutdown' })
    await more(10)

    // Mute: ten seconds of silence end the connection.
    await fault({ do: 'drop', count: 0 })
    await until(() => logOf(state).some(({ reason }) => reason === 'silent'), 'the silence is seen', 60_000)
    await client.control('DELETE', '/fault')
    await more(30)

    // Stopped for longer than a timer can be late: what lies in the buffers is dropped, and asked for over REST.
    program.child.kill('SIGSTOP')
    await sleep(6000)
    program.child.kill('SIGCONT')
    await until(() => logOf(state).some(({ reason }) => reason === 'paused'), 'the stop is seen', 60_000)
    await more(30)

    for (let k = 0; k < 3; k++) {
      program.child.kill('SIGKILL')
      expect(await program.ended).toBe('SIGKILL')
      verifyLedger(path.join(state, 'ledger.sqlite'), lastKnownHead(state))
      if (k === 2) await client.control('POST', '/advance', { bars: 60 })
      program = startLive(liveWords(exchange, state, ['--ticks']))
      await more(20)
    }
    program.child.kill('SIGTERM')
    expect(await program.ended).toBe(0)

    const { bars, record, differences } = proofsOf(state)
    const times = bars.map(({ openTime }) => openTime)
    expect(times).toEqual(times.map((_, i) => (times[0] ?? 0) + i * MINUTE))
    expect(differences).toEqual([undefined, undefined])
    expect(record.orders.length).toBeGreaterThan(5)
    expect(countOf(state, 'bar_conflict')).toBeGreaterThan(0)
    await expectInvariants({ exchange, state, requests })
  }, 180_000)
})
