/** What is less than the exchange takes an order for: it never leaves, however often a strategy wishes it. */
import { describe, expect, it } from 'vitest'
import { symbolEntry } from '../../../engine/exchange/listed-symbol.js'
import { defineStrategy } from '../../../engine/index.js'
import { knownRules } from '../../../engine/venue/known-symbols.js'
import { listing, someBars, started } from '../../exchange/started.js'
import { rulesOf, run, units } from '../../market.js'
import { stateFolder } from '../live-session.js'
import { requestsOf } from './requests.js'
import { startedTrading } from './trading-session.js'
import { expectAgreement } from './truth.js'

/** Buys, sells all but dust, and from then on gives it a stop at every bar. */
const untidy = defineStrategy({
  name: 'untidy',
  state: () => ({ bars: 0 }),
  onBar(_, { state, position, buy, sell, trail }) {
    state.bars += 1
    if (state.bars === 1) buy({ quote: 100 })
    if (state.bars === 3) sell({ quantity: position.quantity - 0.0001 })
    if (state.bars > 4) trail(0.02)
  },
})

/** All that there is, wished for at every bar. */
const greedy = defineStrategy({ name: 'greedy', onBar: (_, { target }) => target(1) })

const BARS = someBars(4000, 'BTCUSDT', 7)
const PRICE = Math.round(BARS.close[600] ?? 0)
const COARSE = { stepSize: units('0.1'), minQuantity: units('0.1') }
const WHOLE = { stepSize: units('1'), minQuantity: units('1') }

describe('a purchase at every bar of less than the exchange takes', () => {
  it.each([
    ['a step is more than the cash', WHOLE, PRICE * 0.5, 'LOT_SIZE'],
    ['the smallest quantity is more than the cash', { minQuantity: units('1') }, PRICE * 0.5, 'LOT_SIZE'],
    [
      'whole steps are worth less than the minimum',
      { ...COARSE, minNotional: units(String(PRICE * 0.15)) },
      PRICE * 0.18,
      'NOTIONAL',
    ],
  ] as const)(
    'does not leave where %s: rejected by name, no refusal, no halt; a backtest rejects it too',
    async (_, changes, cash, rule) => {
      const rules = rulesOf({ ...knownRules('BTCUSDT'), ...changes })
      for (const escalate of [undefined, 'ioc', 'market'] as const) {
        const policy = escalate && { postTimeoutMs: 60_000, escalate }
        const settings = { cash: units(cash.toFixed(2)), policy, limits: undefined }
        const exchange = await started({ symbols: [{ bars: BARS, entry: symbolEntry(rules) }], history: 600 })
        const requests = requestsOf(exchange)
        const state = stateFolder()
        const session = await startedTrading(exchange, { state, strategy: greedy, rules, settings })
        await session.advance(5)
        expect(session.runner.state).toBe('ready')
        expect(session.told('refused')).toEqual([])
        await session.stop()
        expect(requests.filter(({ verb }) => verb === 'POST')).toEqual([])
        await expectAgreement(exchange, state, greedy)
        const kept = session.told('kept back').map(({ message }) => message)
        expect(kept.length).toBeGreaterThan(4)
        expect(kept).toEqual(Array(kept.length).fill(`BTCUSDT: too small for ${rule}, nothing was sent`))
        const ends = session.news.flatMap((one) => (one.kind === 'ORDER_STATUS' ? [one.status] : []))
        expect(ends).toEqual(Array(kept.length).fill('REJECTED'))
        const { orders } = run({ strategy: greedy, bars: BARS, rules, settings, first: 600, end: 605 })
        // What is decided at the last bar meets none.
        const judged = orders.filter(({ reason }) => reason !== 'END_OF_RANGE')
        expect(judged.length).toBeGreaterThan(2)
        expect(judged.map(({ status, reason }) => [status, reason])).toEqual(
          Array(judged.length).fill(['REJECTED', rule]),
        )
      }
    },
  )
})

describe('dust that is held', () => {
  it('gets no exit that the exchange would refuse, however often one is asked for; the same in a backtest', async () => {
    const settings = { policy: undefined, limits: undefined }
    const exchange = await started({ symbols: [listing(BARS)], history: 600 })
    const state = stateFolder()
    const session = await startedTrading(exchange, { state, strategy: untidy, settings })
    await session.advance(12)
    expect(session.runner.state).toBe('ready')
    expect(session.told('refused')).toEqual([])
    await session.stop()
    const { record, status } = await expectAgreement(exchange, state, untidy)
    expect([...status.values()]).toEqual(['FILLED', 'FILLED'])
    expect(record.orders.length).toBe(2)
    const rules = rulesOf({ ...knownRules('BTCUSDT') })
    const { orders, symbols } = run({ strategy: untidy, bars: BARS, rules, settings, first: 600, end: 612 })
    expect(orders.map((one) => one.status)).toEqual(['FILLED', 'FILLED'])
    expect(symbols[0]?.quantity).toBeGreaterThan(0n)
  })
})
