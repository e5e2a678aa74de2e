/** A session that sends orders is stopped at awkward moments: it always ends, and soon. */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { verifyLedger } from '../../../engine/live/ledger/verify-ledger.js'
import { until } from '../live-command.js'
import { type StillExchange, stateFolder, stillExchange } from '../live-session.js'
import { newTrading, restless, startedTrading, type TradingSession } from './trading-session.js'
import { expectAgreement } from './truth.js'

/** How the session's end looks, within a second. */
async function endOf({ runner }: TradingSession): Promise<unknown> {
  const late = new Promise((resolve) => setTimeout(resolve, 1000, 'never ended'))
  return Promise.race([runner.ended.then(() => 'ended in order').catch(String), late])
}

/** Starts one, lets the market's clock begin, and gives the start that is under way. */
async function starting(exchange: StillExchange, session: TradingSession) {
  const start = session.runner.start()
  const outcome = start.then(() => 'started').catch(String)
  await until(() => session.runner.feed.isConnected, 'a connection')
  await exchange.client.control('POST', '/advance', { steps: 1 })
  return outcome
}

describe('a stop', () => {
  it('after a start that the exchange refused finds the session at its end', async () => {
    const exchange = await stillExchange()
    await exchange.client.control('POST', '/fault', [
      { on: 'GET /api/v3/account', do: 'answer', status: 400, code: -1102, count: 0 },
    ])
    const session = newTrading(exchange, { state: stateFolder() })
    expect(await starting(exchange, session)).toMatch(/must show the account/)
    session.runner.stop('SIGTERM')
    expect(await endOf(session)).toMatch(/must show the account/)
  })

  it('while the account cannot be heard yet ends the start at once, and its ledger is whole', async () => {
    const exchange = await stillExchange()
    await exchange.client.control('POST', '/fault', [{ on: 'connect /ws-api*', do: 'refuse', count: 0 }])
    const state = stateFolder()
    const session = newTrading(exchange, { state })
    const outcome = starting(exchange, session)
    await until(() => session.told('stream').length > 1, 'a stream that stays down')
    session.runner.stop('SIGTERM')
    expect(await endOf(session)).toBe('ended in order')
    expect(await outcome).toBe('started')
    expect(session.runner.state).toBe('stopped')
    expect(verifyLedger(path.join(state, 'ledger.sqlite'), undefined).counts.orders).toBe(0)
  })

  it('that comes twice while an order is taken back ends once, with nothing open', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedTrading(exchange, { state, strategy: restless })
    for (let k = 0; k < 40 && session.market.open.length === 0; k++) await session.advance(1)
    await exchange.client.control('POST', '/fault', [
      { on: 'DELETE /api/v3/order', do: 'delay', ms: 200, count: 1 },
    ])
    session.runner.stop('SIGTERM')
    session.runner.stop('SIGTERM')
    expect(await endOf(session)).toBe('ended in order')
    expect((await expectAgreement(exchange, state, restless)).open).toEqual([])
  })

  it('while an order is on its way takes it back when it has arrived', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedTrading(exchange, { state, strategy: restless })
    await exchange.client.control('POST', '/fault', [
      { on: 'POST /api/v3/order', when: 'before-accept', do: 'delay', ms: 200, count: 1 },
    ])
    const isSent = () => session.market.open.some(({ phase }) => phase === 'SENT')
    for (let k = 0; k < 40 && !isSent(); k++) await session.advance(1, false)
    expect(isSent()).toBe(true)
    session.runner.stop('SIGTERM')
    expect(await endOf(session)).toBe('ended in order')
    expect((await expectAgreement(exchange, state, restless)).open).toEqual([])
  })
})
