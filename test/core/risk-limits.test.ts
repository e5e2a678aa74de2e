import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dayOf,
  isNewDay,
  NO_LIMITS,
  newRiskState,
  noteSent,
  type RiskInquiry,
  type RiskLimits,
  riskFault,
  startDay,
} from '../../engine/core/risk-limits.js'
import { toEpochMs } from '../../engine/model/time.js'
import { units } from '../market.js'

const NOON = toEpochMs(Date.UTC(2024, 0, 1, 12))
const later = (ms: number) => toEpochMs(NOON + ms)
const START = newRiskState(NOON, units('1000'))

const buy = (changes: Partial<RiskInquiry> = {}): RiskInquiry => ({
  time: NOON,
  side: 'BUY',
  quote: units('100'),
  exposure: 0n,
  equity: units('1000'),
  ...changes,
})

const limits = (changes: Partial<RiskLimits>): RiskLimits => ({ ...NO_LIMITS, ...changes })

describe('risk limits', () => {
  it('let everything through when there are none', () => {
    expect(riskFault(NO_LIMITS, START, buy({ quote: units('1000000'), equity: 0n }))).toBeUndefined()
  })

  it('stop a purchase above the most that one order may be worth, and let the very limit pass', () => {
    const most = limits({ maxOrderQuote: units('100') })
    expect(riskFault(most, START, buy())).toBeUndefined()
    expect(riskFault(most, START, buy({ quote: units('100.00000001') }))).toBe('MAX_ORDER_QUOTE')
  })

  it('count what is held and what waits against the most that a position may be worth', () => {
    const most = limits({ maxPositionQuote: units('250') })
    expect(riskFault(most, START, buy({ exposure: units('150') }))).toBeUndefined()
    expect(riskFault(most, START, buy({ exposure: units('150.00000001') }))).toBe('MAX_POSITION_QUOTE')
  })

  it('stop purchases for the rest of a UTC day once its loss is reached', () => {
    const most = limits({ maxDailyLoss: units('50') })
    expect(riskFault(most, START, buy({ equity: units('950.00000001') }))).toBeUndefined()
    expect(riskFault(most, START, buy({ equity: units('950') }))).toBe('MAX_DAILY_LOSS')
    const midnight = later(12 * 3_600_000)
    expect([isNewDay(START, later(12 * 3_600_000 - 1)), isNewDay(START, midnight)]).toEqual([false, true])
    const next = startDay(START, midnight, units('950'))
    expect(riskFault(most, next, buy({ equity: units('950') }))).toBeUndefined()
  })

  it('never stop a sale by an amount', () => {
    const all = limits({ maxOrderQuote: 1n, maxPositionQuote: 1n, maxDailyLoss: 1n })
    expect(riskFault(all, START, buy({ side: 'SELL', equity: 0n }))).toBeUndefined()
  })

  it('count the orders of sixty seconds, sales too, the sixtieth second not included', () => {
    const most = limits({ maxOrdersPerMinute: 2 })
    const twice = noteSent(noteSent(START, NOON), later(30_000))
    expect(riskFault(most, twice, buy({ time: later(59_999), side: 'SELL' }))).toBe('MAX_ORDERS_PER_MINUTE')
    expect(riskFault(most, twice, buy({ time: later(60_000) }))).toBeUndefined()
  })

  it('never let more through in any minute than they say', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 60 }),
        fc.integer({ min: 0, max: 5 }),
        (gaps, maxOrdersPerMinute) => {
          let state = START
          let time = NOON
          const sent: number[] = []
          for (const gap of gaps) {
            time = toEpochMs(time + gap)
            if (riskFault(limits({ maxOrdersPerMinute }), state, buy({ time }))) continue
            state = noteSent(state, time)
            sent.push(time)
          }
          for (const first of sent) {
            const within = sent.filter((one) => one >= first && one < first + 60_000)
            expect(within.length).toBeLessThanOrEqual(maxOrdersPerMinute)
          }
          expect(state.sentAt.every((one) => time - one < 120_000)).toBe(true)
        },
      ),
    )
  })

  it('begin a day at 00:00 UTC', () => {
    expect(dayOf(NOON)).toBe(Date.UTC(2024, 0, 1))
    expect(dayOf(toEpochMs(Date.UTC(2024, 0, 1)))).toBe(Date.UTC(2024, 0, 1))
  })
})
