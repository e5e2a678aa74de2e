/** The book of a session against its account: what another hand does there, while it runs and while it is away. */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { verifyLedger } from '../../../engine/live/ledger/verify-ledger.js'
import { formatUnits, ONE, parseUnits } from '../../../engine/model/money.js'
import { listing, someBars, started } from '../../exchange/started.js'
import { until } from '../live-command.js'
import { type StillExchange, stateFolder, stillExchange } from '../live-session.js'
import { restless, startedTrading, type TradingSession } from './trading-session.js'
import { expectAgreement, journalOf } from './truth.js'

const heldBy = ({ runner }: TradingSession) => runner.keeper?.session.holdings[0]?.quantity ?? 0n

/** A session that has bought and whose orders are over. The account had one BTC and 100,000 USDT of others before. */
async function holdingSession(state: string, onStop: 'cancel' | 'leave' = 'cancel') {
  const exchange = await stillExchange()
  const session = await startedTrading(exchange, { state, strategy: restless, reconcileMs: 150, onStop })
  const isDone = () => heldBy(session) > 1_000_000n && session.market.open.length === 0
  for (let k = 0; k < 60 && !isDone(); k++) await session.advance(1)
  expect(isDone()).toBe(true)
  return { exchange, session }
}

/** Money moves by another hand; less than nothing leaves the account. */
const moveBy = ({ client }: StillExchange, asset: string, amount: bigint) =>
  client.control('POST', '/fault', { on: 'now', do: 'deposit', asset, amount: formatUnits(amount) })

const ordersIn = async (exchange: StillExchange) =>
  (await journalOf(exchange)).filter(({ kind }) => kind === 'ORDER').length

describe('a withdrawal while a session runs', () => {
  it('of what is not the session’s is told, and changes neither its books nor what it does', async () => {
    const state = stateFolder()
    const { exchange, session } = await holdingSession(state)
    const [held, before] = [heldBy(session), await ordersIn(exchange)]
    await moveBy(exchange, 'BTC', -50_000_000n)
    await moveBy(exchange, 'USDT', -5_000_000_000n)
    await until(() => session.told('external').length === 2, 'it is told')
    expect(session.told('external').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^-0\.50*0 BTC came to the account or left it: the session's books stay/),
      expect.stringMatching(/^-50(\.0+)? USDT came to the account or left it/),
    ])
    expect(heldBy(session)).toBe(held)
    await session.advance(10)
    expect(await ordersIn(exchange)).toBeGreaterThan(before)
    await session.stop()
    await expectAgreement(exchange, state, restless)
  })

  it('of what is the session’s closes the gate and wakes someone, until it is there again; the books stay', async () => {
    const state = stateFolder()
    const { exchange, session } = await holdingSession(state)
    const held = heldBy(session)
    const { cash } = session.runner.keeper?.session ?? {}
    let taken = 110_000_000n
    await moveBy(exchange, 'BTC', -taken)
    const fault = `the account must hold the ${formatUnits(held)} BTC of the session's books, holds `
    const pages = () => session.told('reconcile').filter(({ urgency }) => urgency === 'page')
    // Each look finds another amount.
    for (let k = 0; k < 100 && pages().length === 0; k++) {
      await moveBy(exchange, 'BTC', -1000n)
      taken += 1000n
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(pages()[0]?.message).toContain(fault)
    expect(session.orders.isOpen).toBe(false)
    const before = await ordersIn(exchange)
    await session.advance(8)
    expect(await ordersIn(exchange), 'no order goes').toBe(before)
    expect(session.told('kept back').every(({ message }) => message.includes('GATE: RECONCILIATION'))).toBe(
      true,
    )
    expect([heldBy(session), session.runner.keeper?.session.cash]).toEqual([held, cash])

    await moveBy(exchange, 'BTC', taken)
    await until(() => session.orders.isOpen, 'the gate opens again')
    await session.advance(12)
    expect(await ordersIn(exchange)).toBeGreaterThan(before)
    await session.stop()
    await expectAgreement(exchange, state, restless)
  })
})

describe('an order of another hand that holds the session’s coins', () => {
  it('wakes someone, for a sale would be refused; the books, the gate and the orders stay as they are', async () => {
    const state = stateFolder()
    const { exchange, session } = await holdingSession(state)
    const { signed } = exchange.client
    const held = formatUnits(heldBy(session))
    const account = await signed('GET', '/api/v3/account', { omitZeroBalances: true })
    const btc = account.body.balances.find(({ asset }: { readonly asset: string }) => asset === 'BTC')
    const sale = { symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', price: '60000' }
    const order = { ...sale, quantity: btc.free.slice(0, -3), newClientOrderId: 'by-hand' }
    expect((await signed('POST', '/api/v3/order', order)).status).toBe(200)
    const pages = () => session.told('reconcile').filter(({ urgency }) => urgency === 'page')
    await until(() => pages().length > 0, 'someone is woken')
    expect(pages()[0]?.message).toMatch(
      new RegExp(
        `^of the session's ${held} BTC 0\\.0000\\d+ can be sold: orders of another hand hold the rest`,
      ),
    )
    expect([session.orders.isOpen, formatUnits(heldBy(session))]).toEqual([true, held])

    const cancel = { symbol: 'BTCUSDT', origClientOrderId: 'by-hand' }
    expect((await signed('DELETE', '/api/v3/order', cancel)).status).toBe(200)
    const isOver = () =>
      session.told('reconcile').some((one) => one.isOver && one.about === pages()[0]?.about)
    await until(isOver, 'it is over')
    await session.advance(12)
    await session.stop()
    await expectAgreement(exchange, state, restless)
  })
})

describe('a session that trades BNB, of an account that pays its commissions in BNB', () => {
  it('owes the account a hair of it when it has sold all, and its ledger is whole', async () => {
    const state = stateFolder()
    const exchange = await started({
      symbols: [listing(someBars(4000, 'BNBUSDT', 7))],
      history: 600,
      bnbDiscount: true,
      balances: new Map([
        ['USDT', 20_000n * ONE],
        ['BNB', ONE],
      ]),
    })
    const wishes = { state, strategy: restless, symbols: ['BNBUSDT'], settings: { policy: undefined } }
    const session = await startedTrading(exchange, wishes)
    for (let k = 0; k < 60 && heldBy(session) >= 0n; k++) await session.advance(1)
    const held = heldBy(session)
    const account = await exchange.client.signed('GET', '/api/v3/account', { omitZeroBalances: true })
    const bnb = account.body.balances.find(({ asset }: { readonly asset: string }) => asset === 'BNB')
    // One BNB was there before.
    expect([held < 0n, parseUnits(bnb.free)]).toEqual([true, ONE + held])
    await session.stop()
    expect(verifyLedger(path.join(state, 'ledger.sqlite')).balances.BNB).toBe(formatUnits(held))
  })
})

describe('a session that was away', () => {
  it('does not start on an account that holds less than its books, and says of what', async () => {
    const state = stateFolder()
    const { exchange, session } = await holdingSession(state)
    const held = heldBy(session)
    await session.stop()
    await moveBy(exchange, 'BTC', -110_000_000n)
    const before = await ordersIn(exchange)
    const again = await startedTrading(exchange, { state, strategy: restless }).catch(
      (error: unknown) => error,
    )
    expect(again).toMatchObject({ exitCode: 5 })
    expect(String(again)).toMatch(
      new RegExp(`must hold the ${formatUnits(held)} BTC of the session's books, holds 0\\.`),
    )
    expect(await ordersIn(exchange)).toBe(before)
  })

  it('takes a fill of that time into its books, tells the trade of another hand, and adopts neither that nor a deposit', async () => {
    const state = stateFolder()
    const exchange = await stillExchange()
    const first = await startedTrading(exchange, { state, strategy: restless, onStop: 'leave' })
    while (first.market.open.length === 0) await first.advance(1)
    const [resting] = first.market.open
    await first.stop()
    const booked = first.runner.keeper?.session.journal.fills.length ?? 0
    if (!resting || !('price' in resting.order)) throw new Error('an order of a price must be open')
    const { order, id } = resting
    const [price, quantity] = [formatUnits(resting.order.price), formatUnits(order.quantity ?? 0n)]
    const post = (fault: object) => exchange.client.control('POST', '/fault', fault)
    await post({ on: 'now', do: 'trade', symbol: 'BTCUSDT', price, quantity })
    await exchange.client.control('POST', '/advance', { bars: 1 })
    const set = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.01',
      newClientOrderId: 'by-hand',
    }
    await post({ on: 'now', do: 'order', set })
    await moveBy(exchange, 'BTC', 30_000_000n)

    const second = await startedTrading(exchange, { state, strategy: restless })
    const told = second.told('external').map(({ message }) => message)
    expect(told).toEqual([
      expect.stringMatching(
        /^trade \d+ of BTCUSDT is of order \d+, which is not this session's; it is not booked$/,
      ),
    ])
    expect(second.runner.keeper?.session.journal.fills.length).toBe(booked + 1)
    await second.stop()
    const { status } = await expectAgreement(exchange, state, restless)
    expect(status.get(id)).toBe('FILLED')

    // Its next start has nothing more to tell: that trade is of before its last bar, or was told.
    await exchange.client.control('POST', '/advance', { bars: 1 })
    expect(verifyLedger(path.join(state, 'ledger.sqlite')).counts.fills).toBe(booked + 1)
  })

  it('learns that another hand took its order back', async () => {
    const state = stateFolder()
    const exchange = await stillExchange()
    const first = await startedTrading(exchange, { state, strategy: restless, onStop: 'leave' })
    while (first.market.open.length === 0) await first.advance(1)
    const id = first.market.open[0]?.id ?? ''
    await first.stop()
    await exchange.client.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: id })
    const second = await startedTrading(exchange, { state, strategy: restless })
    expect(second.market.byId(id)?.phase).toBe('OVER')
    await second.advance(6)
    await second.stop()
    const { status } = await expectAgreement(exchange, state, restless)
    expect(status.get(id)).toBe('CANCELED')
  })
})
