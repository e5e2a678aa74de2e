/** The fault drill's record, and its judge, who is no yes-man: a ledger that is not the exchange's is found out. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { agreementOf } from '../../../engine/app/promote/drill/agreement.js'
import { drillExchange } from '../../../engine/app/promote/drill/drill-exchange.js'
import { startDrill } from '../../../engine/app/promote/drill/drill-session.js'
import { drillText } from '../../../engine/app/promote/drill/run-drill.js'
import { type DrillRecord, parseDrill } from '../../../engine/promote/checklist/drill-record.js'
import { temporaryFolder } from '../command.js'

describe('the fault drill', () => {
  // docs/promote.md runs the whole drill, and is held to what it prints.
  it('has a record that reads back, and another file is refused', () => {
    const steps = [{ name: 'place', isPassed: true, found: 'as it must' }]
    const record: DrillRecord = {
      ...{ schema: 'nextbar/drill@1', time: '2026-01-01T00:00:00.000Z', engine: 'e', venue: 'here', steps },
    }
    expect(parseDrill(JSON.stringify(record), 'drill.json')).toEqual(record)
    expect(drillText(record, 'drill.json')).toContain('1 of 7 passed')
    for (const text of ['', '[]', '{"schema":"nextbar/drill@1"}', JSON.stringify({ ...record, time: 'May' })])
      expect(() => parseDrill(text, 'drill.json')).toThrow(/drill.json must be the record of a drill/)
  })

  it('finds an order and a trade that the ledger does not have, and one that was sent twice', async () => {
    const state = path.join(temporaryFolder(), 'state')
    mkdirSync(state, { mode: 0o700 })
    const exchange = await drillExchange()
    try {
      const session = await startDrill(exchange, state)
      await session.advance(6)
      await session.stop()
      const journal = exchange.exchange.journal.since()
      expect(agreementOf(journal, state).faults).toEqual([])
      const order = journal.find(({ kind }) => kind === 'ORDER')
      const trade = journal.find(({ kind }) => kind === 'TRADE')
      if (!order || !trade) throw new Error('the session must have traded')
      const ours = String(order.clientOrderId)
      const found = (more: typeof journal) => agreementOf([...journal, ...more], state).faults.join('; ')
      expect(found([order])).toMatch(/was sent twice/)
      expect(found([{ ...order, clientOrderId: `${ours}9` }])).toMatch(/is not in the ledger/)
      expect(found([{ ...trade, tradeId: 'x' }])).toMatch(/trade .* is not in the ledger/)
      const without = journal.filter((one) => one !== trade)
      expect(agreementOf(without, state).faults.join()).toMatch(/is not of the exchange/)
    } finally {
      await exchange.stop()
    }
  })
})
