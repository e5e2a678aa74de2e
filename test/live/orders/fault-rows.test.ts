/** Each fault of the order path over real sockets, the ledger held against the exchange's own journal afterwards. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { describe, expect, it, vi } from 'vitest'
import { defineStrategy } from '../../../engine/index.js'
import { clear, refuseWhileHalted } from '../../../engine/live/files/control-files.js'
import { started } from '../../exchange/started.js'
import { ROOT } from '../../shared.js'
import { until } from '../live-command.js'
import { type StillExchange, stateFolder, stillExchange } from '../live-session.js'
import { FAULT_ROWS } from './fault-rows.js'
import { faultsDoc } from './faults-doc.js'
import { ELSEWHERE } from './faults-elsewhere.js'
import { expectInvariants, expectReady } from './invariants.js'
import { requestsOf } from './requests.js'
import { newTrading, restless, startedTrading, type TradingSession } from './trading-session.js'
import { expectWhole, journalOf } from './truth.js'

/** How often a session looks at its account that is going to halt: what it must not ask would be seen soon. */
const HALTED_LOOK_MS = 100

/** Behind a halt all goes on around it: bars, looks at the account, sockets that close. */
async function goOnHalted({ client }: StillExchange, session: TradingSession): Promise<void> {
  await client.control('POST', '/fault', [
    { on: 'now', do: 'close-users' },
    { on: 'now', do: 'close-streams' },
  ])
  // The second time the streams are there again, and bars are missing.
  for (const bars of [3, 1]) {
    await client.control('POST', '/advance', { bars })
    await new Promise((resolve) => setTimeout(resolve, 2 * HALTED_LOOK_MS))
  }
  expect(session.runner.state).toBe('halted')
}

/** Behind a fault it finds what was lost, is in doubt about nothing, and trades. */
async function goOnTrading(session: TradingSession, reconcileMs: number): Promise<void> {
  expect(session.runner.state).toBe('ready')
  // What was lost is found when the account is looked at.
  await new Promise((resolve) => setTimeout(resolve, reconcileMs))
  const { count, told } = session
  const stopped = () =>
    count('RISK_BLOCK') + told('kept back').filter(({ about }) => /MAX_/.test(about)).length
  const asked = () => count('SENT') + stopped()
  const before = asked()
  await session.advance(6)
  for (let k = 0; k < 30 && asked() === before; k++) await session.advance(1)
  expect(asked(), 'I10: it trades again').toBeGreaterThan(before)
  const look = () => ({ state: session.runner.state, orders: session.orders.glance() })
  await expectReady(look, '', 3 * (reconcileMs || 2000))
}

describe('a session that trades through', () => {
  it.each(FAULT_ROWS.filter(({ isSoak }) => !isSoak || process.env.NEXTBAR_SOAK))(
    '$id, $fault: $must',
    async (row) => {
      const exchange = row.exchange ? await started({ history: 600, ...row.exchange }) : await stillExchange()
      const state = stateFolder()
      const requests = requestsOf(exchange)
      const session = await startedTrading(exchange, {
        ...{ state, strategy: restless },
        ...(row.state === 'halted' && { reconcileMs: HALTED_LOOK_MS }),
        ...row.wishes,
      })
      await session.advance(6)
      await exchange.client.control('POST', '/fault', row.faults)
      const isHalting = row.state === 'halted'
      if (row.through) await row.through({ session, exchange, requests })
      else for (let k = 0; k < 24 && session.runner.state === 'ready'; k++) await session.advance(1)
      if (isHalting) await until(() => session.runner.state === 'halted', 'a halt')
      const atHalt = (await journalOf(exchange)).length
      await exchange.client.control('DELETE', '/fault')
      if (isHalting) await goOnHalted(exchange, session)
      else await goOnTrading(session, row.wishes?.reconcileMs ?? 0)
      await session.stop()
      if (isHalting) {
        expect(existsSync(path.join(state, 'HALT'))).toBe(true)
        await expect(startedTrading(exchange, { state, strategy: restless })).rejects.toThrow(/halted since/)
        expect((await journalOf(exchange)).slice(atHalt).filter(({ kind }) => kind === 'ORDER')).toEqual([])
      }
      const { news } = session
      const agreed = await expectInvariants({
        ...{ exchange, state, requests, news, strategy: row.wishes?.strategy ?? restless },
        ...(isHalting && { halt: 'halted' }),
      })
      for (const topic of row.told ?? []) expect(session.told(topic), topic).not.toEqual([])
      if (!row.told?.includes('external'))
        expect(session.told('external'), 'no order of ours is taken for another').toEqual([])
      row.check?.(session, agreed, requests)
    },
    // Ten minutes of maintenance are such.
    process.env.NEXTBAR_SOAK ? 900_000 : 60_000,
  )

  it('F76, KILL while it trades: nothing new within a second, what is open taken back', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const requests = requestsOf(exchange)
    const session = await startedTrading(exchange, { state, strategy: restless })
    await session.advance(10)
    while (session.market.open.length === 0) await session.advance(1)
    writeFileSync(path.join(state, 'KILL'), '')
    await until(() => session.runner.state === 'halted', 'a halt', 1_000)
    await until(() => session.market.open.length === 0, 'nothing open')
    const before = (await journalOf(exchange)).filter(({ kind }) => kind === 'ORDER').length
    await session.advance(10, false)
    await session.stop()
    const { news } = session
    await expectInvariants({ exchange, state, strategy: restless, requests, news, halt: 'halted' })
    expect((await journalOf(exchange)).filter(({ kind }) => kind === 'ORDER').length).toBe(before)
  })

  it('F72, a halt while it starts: it holds, is told once, and the session is never ready', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const { runner, news, count, stop } = newTrading(exchange, { state, strategy: restless })
    // The gate was looked at when the account's trades are asked for.
    await exchange.client.control('POST', '/fault', { on: 'GET /api/v3/myTrades', do: 'delay', ms: 400 })
    const starting = runner.start()
    await until(() => runner.feed.isConnected, 'a connection')
    await exchange.client.control('POST', '/advance', { steps: 1 })
    await until(() => exchange.exchange.journal.since().some(({ kind }) => kind === 'FAULT'), 'a delay')
    runner.halt('an order of another session')
    await starting
    await exchange.client.control('POST', '/advance', { bars: 20 })
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect([runner.state, count('HALT')]).toEqual(['halted', 1])
    expect(news.filter((one) => one.kind === 'STATE').map((one) => one.state)).not.toContain('ready')
    await stop()
    expect((await journalOf(exchange)).filter(({ kind }) => kind === 'ORDER')).toEqual([])
  })

  it('F31, the exchange is 90 s ahead at the start: refused before anything is signed', async () => {
    const exchange = await stillExchange()
    await exchange.client.control('POST', '/fault', { on: 'now', do: 'clock', offsetMs: 90_000 })
    const starting = startedTrading(exchange, { state: stateFolder(), strategy: restless })
    await expect(starting).rejects.toThrow(/clocks .* must be within 30 s of each other, are 9\d\.\d s apart/)
  })

  it.each([
    ['throws', () => Number('x').toFixed(101)],
    ['wishes what is no number', () => Number.NaN],
    ['wishes a thousand million times its cash', () => 1e9],
  ])('F73, a strategy that %s: a halt, what is open taken back, and nothing more', async (_, wish) => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const strategy = defineStrategy({
      name: 'odd',
      state: () => ({ bars: 0 }),
      onBar: (_indicators, { state: own, target }) => target(++own.bars > 3 ? Number(wish()) : 0.5),
    })
    const session = await startedTrading(exchange, { state, strategy })
    for (let k = 0; k < 8 && session.runner.state === 'ready'; k++) {
      await exchange.client.control('POST', '/advance', { bars: 1 })
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await until(() => session.runner.state === 'halted', 'a halt')
    await until(() => session.market.open.length === 0, 'nothing open')
    const { length } = await journalOf(exchange)
    await exchange.client.control('POST', '/advance', { bars: 5 })
    expect((await journalOf(exchange)).slice(length).filter(({ kind }) => kind === 'ORDER')).toEqual([])
    expect(JSON.parse(readFileSync(path.join(state, 'HALT'), 'utf8')).reason).toMatch(/odd/)
    expect(session.count('HALT')).toBe(1)
    expectWhole(await journalOf(exchange), state)
  })

  it.each([
    ['F65, a disk that is full when a fill is to be written', 'FILL', 'database or disk is full'],
    ['F66, a disk that fails when it is to be synced', 'COMMIT', 'disk I/O error'],
  ])(
    '%s: a halt at the first error, open orders taken back; the next start finds the fill',
    async (_, at, fault) => {
      const exchange = await stillExchange()
      const state = stateFolder()
      const requests = requestsOf(exchange)
      const session = await startedTrading(exchange, { state, strategy: restless })
      await session.advance(8)
      let failures = 0
      let after = 0
      const isDue = (word: unknown) => {
        // A halt that could not be written is tried no second time on the same file.
        if (failures > 0) after++
        if (word !== at || (at === 'COMMIT' && session.market.open.length === 0)) return failures > 0
        failures++
        return true
      }
      const { run } = StatementSync.prototype
      const { exec } = DatabaseSync.prototype
      vi.spyOn(StatementSync.prototype, 'run').mockImplementation(function (this: StatementSync, ...values) {
        if (isDue(values[2])) throw new Error(fault)
        return run.apply(this, values)
      })
      vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql) {
        if (sql === 'COMMIT' && isDue(sql)) throw new Error(fault)
        exec.call(this, sql)
      })
      for (let k = 0; k < 20 && failures === 0; k++) {
        await exchange.client.control('POST', '/advance', { bars: 1 })
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      await expect(session.runner.ended).rejects.toThrow(/must be written before anything is done/)
      vi.restoreAllMocks()
      expect([failures, after]).toEqual([1, 0])
      const sent = session.market.open.filter(({ phase }) => phase !== 'INTENT')
      expect(sent, 'what was open is taken back').toEqual([])
      expect(session.count('HALT')).toBe(1)
      expectWhole(await journalOf(exchange), state)
      await session.stop()
      expect(() => refuseWhileHalted(state)).toThrow(/halted since/)
      clear(state, 'the disk is mended', Date.now())
      const lives = [0, performance.now()]
      const again = await startedTrading(exchange, { state, strategy: restless })
      await again.advance(4)
      await again.stop()
      const news = [...session.news, ...again.news]
      await expectInvariants({ exchange, state, strategy: restless, requests, lives, news, halt: 'cleared' })
    },
  )

  it('F69, a ledger that is gone: refused while status.json knows it, or while its orders are open', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const first = await startedTrading(exchange, { state, strategy: restless, onStop: 'leave' })
    while (first.market.open.length === 0) await first.advance(1)
    const { head } = first.runner.keeper ?? {}
    await first.stop()
    rmSync(path.join(state, 'ledger.sqlite'))
    writeFileSync(path.join(state, 'status.json'), JSON.stringify({ ledger: head }))
    const again = startedTrading(exchange, { state, strategy: restless })
    await expect(again).rejects.toThrow(/status.json knows \d+ rows of it/)
    const before = (await journalOf(exchange)).length
    const anew = startedTrading(exchange, { state: stateFolder(), strategy: restless, epoch: 1_800_000_001 })
    await expect(anew).rejects.toThrow(/is of another session/)
    expect((await journalOf(exchange)).length).toBe(before)
  })

  it('F67, a ledger whose end is lost: refused, never cut back to what is whole', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const ledger = path.join(state, 'ledger.sqlite')
    const first = await startedTrading(exchange, { state, strategy: restless })
    await first.advance(5)
    await first.stop()
    const older = readFileSync(ledger)
    const second = await startedTrading(exchange, { state, strategy: restless })
    await second.advance(5)
    const { head } = second.runner.keeper ?? {}
    await second.stop()
    writeFileSync(ledger, older)
    writeFileSync(path.join(state, 'status.json'), JSON.stringify({ ledger: head }))
    await expect(startedTrading(exchange, { state, strategy: restless })).rejects.toThrow(/its end is lost/)
  })

  it('docs/faults.md says what is tried, and every row of the catalogue stands in it', () => {
    const file = path.join(ROOT, 'docs/faults.md')
    if (process.env.NEXTBAR_WRITE_DOCS) writeFileSync(file, faultsDoc())
    expect(readFileSync(file, 'utf8')).toBe(faultsDoc())
    const ids = new Set([...FAULT_ROWS.map(({ id }) => id), ...Object.keys(ELSEWHERE)])
    expect(Array.from({ length: 84 }, (_, k) => `F${k + 1}`).filter((id) => !ids.has(id))).toEqual([])
  })
})
