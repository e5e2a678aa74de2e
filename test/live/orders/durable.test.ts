/** An order is on the disk, for good, before anyone outside can have it. */
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, vi } from 'vitest'
import { stateFolder, stillExchange } from '../live-session.js'
import { restless, startedTrading } from './trading-session.js'

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
