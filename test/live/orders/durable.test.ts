/** An order is on the disk, for good, before anyone outside can have it. */
import { renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, vi } from 'vitest'
import { stateFolder, stillExchange } from '../live-session.js'
import { restless, startedTrading } from './trading-session.js'
import { journalOf } from './truth.js'

/** What `PRAGMA synchronous` says when every commit waits for the disk. */
const FULL = 2

it('an order is synced to the disk before the exchange has it', async () => {
  const exchange = await stillExchange()
  const state = stateFolder()
  const writers = new Set<DatabaseSync>()
  const exec = DatabaseSync.prototype.exec
  vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql) {
    if (sql === 'COMMIT') writers.add(this)
    exec.call(this, sql)
  })
  const session = await startedTrading(exchange, { state, strategy: restless })
  // At the very moment at which the exchange accepts an order, another reader looks at the file.
  const reader = new DatabaseSync(path.join(state, 'ledger.sqlite'), { readOnly: true })
  const find = reader.prepare('SELECT count(*) AS rows FROM orders WHERE instr(body, ?) > 0')
  const { journal } = exchange.exchange
  const seen: [unknown, unknown][] = []
  const add = journal.add.bind(journal)
  vi.spyOn(journal, 'add').mockImplementation((kind, time, what) => {
    if (kind === 'ORDER') seen.push([what.clientOrderId, find.get(String(what.clientOrderId))?.rows])
    add(kind, time, what)
  })
  await session.advance(20)
  const modes = [...writers].map((one) => one.prepare('PRAGMA synchronous').get()?.synchronous)
  reader.close()
  vi.restoreAllMocks()
  expect(seen.length).toBeGreaterThan(3)
  expect(seen.filter(([, rows]) => rows !== 1)).toEqual([])
  expect(modes, 'every commit of the ledger waits for the disk').toEqual([FULL])
})

it.each([
  ['the folder is moved', (state: string) => renameSync(state, `${state}-elsewhere`)],
  ['the WAL is removed', (state: string) => rmSync(path.join(state, 'ledger.sqlite-wal'))],
])('no order goes out any more, and the session ends, when %s while it runs', async (_, remove) => {
  const exchange = await stillExchange()
  const state = stateFolder()
  const session = await startedTrading(exchange, { state, strategy: restless })
  await session.advance(2)
  remove(state)
  const orders = async () => (await journalOf(exchange)).filter(({ kind }) => kind === 'ORDER').length
  const before = await orders()
  const ended = session.runner.ended.then(String, (error: unknown) => error)
  for (let k = 0; k < 20; k++) await exchange.client.control('POST', '/advance', { bars: 1 })
  expect(await ended).toMatchObject({ exitCode: 7 })
  expect(String(await ended)).toMatch(
    /must stay where it is while a session runs, .*ledger\.sqlite(-wal)? was moved/,
  )
  expect(await orders()).toBe(before)
})
