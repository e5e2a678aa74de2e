/** Rules that the exchange changes while a session trades: told, in the ledger, replayed; in live a halt. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { symbolEntry } from '../../../engine/exchange/listed-symbol.js'
import { changesText, rulesChanges } from '../../../engine/live/orders/rules-change.js'
import { RulesWatch } from '../../../engine/live/orders/rules-watch.js'
import type { SymbolRules } from '../../../engine/model/symbol-rules.js'
import { rulesFromExchangeInfo } from '../../../engine/venue/exchange-info.js'
import { knownRules } from '../../../engine/venue/known-symbols.js'
import { rulesOf, units } from '../../market.js'
import { until } from '../live-command.js'
import { stateFolder, stillExchange } from '../live-session.js'
import { restless, startedTrading } from './trading-session.js'
import { expectAgreement } from './truth.js'

const infoOf = (rules: SymbolRules, fields: object = {}) => ({
  symbols: [{ ...symbolEntry(rules), ...fields }],
})
/** The rules as an answer has them. */
const asAnswered = (rules: SymbolRules) => rulesFromExchangeInfo(infoOf(rules), rules.symbol)

const HELD = asAnswered(rulesOf({ symbol: 'BTCUSDT', stepSize: units('0.001'), tickSize: units('0.01') }))

function watchOf(isPromoted: boolean, asked = HELD, follows = true) {
  const given: SymbolRules[] = []
  const told: string[] = []
  const halts: string[] = []
  const watch = new RulesWatch({
    symbols: [{ symbol: 'BTCUSDT', rules: asked }],
    ...{ follows, isPromoted, rulesOf: () => HELD },
    change: (_k, rules) => void given.push(rules),
    tell: (_topic, urgency, message, { isOver = false } = {}) =>
      void (isOver || told.push(`${urgency} ${message}`)),
    halt: (reason) => void halts.push(reason),
  })
  return { watch, given, told, halts }
}

describe('a change of rules', () => {
  it('is each bound with what it was and what it is; where they were read is none', () => {
    const after = { ...HELD, stepSize: units('0.01'), minNotional: units('10'), source: 'built-in' as const }
    expect(changesText(rulesChanges(HELD, after))).toBe(
      'LOT_SIZE stepSize 0.001 → 0.01, NOTIONAL minNotional 0 → 10',
    )
    expect(rulesChanges(HELD, { ...HELD, source: 'built-in' })).toEqual([])
  })

  it('is given to the session and told; the same answer again is none', () => {
    const { watch, given, told, halts } = watchOf(false)
    const since = performance.now()
    watch.take('BTCUSDT', infoOf(HELD))
    expect([given, watch.hasChangedSince('BTCUSDT', since)]).toEqual([[], false])
    const other = { ...HELD, stepSize: units('0.01') }
    watch.take('BTCUSDT', infoOf(other))
    watch.take('BTCUSDT', infoOf(other))
    expect(given.map(({ stepSize }) => stepSize)).toEqual([units('0.01')])
    expect(watch.hasChangedSince('BTCUSDT', since)).toBe(true)
    expect(told).toEqual([
      'ticket the exchange has changed the rules of BTCUSDT: LOT_SIZE stepSize 0.001 → 0.01; the next orders go by them',
    ])
    expect(halts).toEqual([])
  })

  it('halts a session whose rules were promoted, once, and again behind clear; its answer is to promote again', () => {
    const { watch, given, halts } = watchOf(true)
    const json = infoOf({ ...HELD, tickSize: units('0.1') })
    for (let k = 0; k < 3; k++) watch.take('BTCUSDT', json)
    expect(given).toEqual([])
    expect(halts).toEqual([expect.stringMatching(/PRICE_FILTER tickSize 0.01 → 0.1; .*promote again/)])
    watch.forget()
    watch.take('BTCUSDT', json)
    expect(halts.length).toBe(2)
  })

  it('is followed by a promoted session where it was promoted with it, or is only of the day', () => {
    const promoted = { ...HELD, tickSize: units('0.1') }
    const { watch, given, told, halts } = watchOf(true, promoted)
    watch.take('BTCUSDT', infoOf({ ...promoted, marketMaxQuantity: units('77') }))
    expect([given.length, halts]).toEqual([1, []])
    watch.take('BTCUSDT', infoOf({ ...promoted, marketMaxQuantity: units('78') }))
    expect([given.length, halts]).toEqual([2, []])
    expect(told.map((one) => one.split(' ')[0])).toEqual(['ticket', 'note'])
  })

  it('is not looked for where the rules are of a file, and an answer that cannot be read changes nothing', () => {
    const kept = watchOf(false, HELD, false)
    kept.watch.take('BTCUSDT', infoOf({ ...HELD, stepSize: units('0.01') }))
    expect(kept.given).toEqual([])
    const { watch, given, told } = watchOf(false)
    watch.take('BTCUSDT', infoOf(HELD, { filters: [] }))
    expect([given, told]).toEqual([[], [expect.stringMatching(/cannot be read.*PRICE_FILTER/)]])
  })

  it('to another market is no change of rules', () => {
    const { watch, given, halts } = watchOf(false)
    watch.take('BTCUSDT', infoOf({ ...HELD, quoteAsset: 'USDC' }))
    expect([given.length, halts.length]).toEqual([0, 1])
  })
})

const setStep = (step: string) => ({
  ...{ on: 'now', do: 'set-symbol' },
  set: { filters: [{ filterType: 'LOT_SIZE', minQty: step, maxQty: '9000.0', stepSize: step }] },
})

describe('a session', () => {
  it('goes on with changed rules where it was stopped, and takes first what changed meanwhile', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const wishes = { state, strategy: restless, followsRules: true, venue: { lookMs: 30 } }
    const first = await startedTrading(exchange, wishes)
    await exchange.client.control('POST', '/fault', setStep('0.01'))
    await until(() => first.runner.keeper?.session.rulesOf(0).stepSize === units('0.01'), 'the change')
    await first.advance(6)
    await first.stop()
    await exchange.client.control('POST', '/fault', setStep('0.1'))
    const again = await startedTrading(exchange, wishes)
    expect(again.runner.keeper?.session.rulesOf(0).stepSize).toBe(units('0.1'))
    await again.advance(6)
    await again.stop()
    // Proof A over both changes, and not one refusal for a filter: each order was sized to the rules of its moment.
    const { record, trades } = await expectAgreement(exchange, state, restless)
    expect(trades).toBeGreaterThan(2)
    const steps = record.events.flatMap((event) => (event.kind === 'RULES' ? [event.rules.stepSize] : []))
    expect(steps).toEqual([units('0.00001'), units('0.01'), units('0.1')])
    expect(
      [...first.told('refused'), ...again.told('refused')].filter(({ message }) => /-1013/.test(message)),
    ).toEqual([])
  })

  it('in live is halted by them, and sends nothing more', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedTrading(exchange, {
      ...{ state, strategy: restless, followsRules: true, mode: 'live', venue: { lookMs: 30 } },
      rules: asAnswered(knownRules('BTCUSDT') ?? rulesOf()),
    })
    await session.advance(4)
    expect(session.runner.state).toBe('ready')
    await exchange.client.control('POST', '/fault', setStep('0.01'))
    await until(() => session.runner.state === 'halted', 'a halt')
    expect(session.orders.isOpen).toBe(false)
    const file = path.join(state, 'HALT')
    expect(existsSync(file)).toBe(true)
    expect(JSON.parse(readFileSync(file, 'utf8')).reason).toMatch(
      /LOT_SIZE stepSize 0.00001 → 0.01, LOT_SIZE minQty 0.00001 → 0.01; .*promote again/,
    )
    expect(session.count('HALT')).toBe(1)
  })
})
