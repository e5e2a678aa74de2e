/** The divergence budget: parts that add up to the last unit, and each cause in the part that is named after it. */
import { describe, expect, it } from 'vitest'
import { Replay } from '../../engine/backtest/replay.js'
import { valueAt } from '../../engine/model/bars.js'
import { ONE } from '../../engine/model/money.js'
import { bandAlerts } from '../../engine/promote/divergence/band-alerts.js'
import { DEFAULT_BANDS, PART_NAMES, toBands } from '../../engine/promote/divergence/divergence-parts.js'
import type { Flow } from '../../engine/promote/divergence/flow.js'
import { worthAt } from '../../engine/promote/divergence/flow.js'
import { type DivergenceSpan, measureDivergence } from '../../engine/promote/divergence/measure-divergence.js'
import { splitFlows, type WishEnd } from '../../engine/promote/divergence/split-flows.js'
import { units } from '../market.js'
import { type NoisySession, noisySession, otherBars, wholeUnits } from './noisy-session.js'

/** Sessions that are looked at. */
const SESSIONS = Number(process.env.NEXTBAR_DIVERGENCE_SESSIONS ?? 100)

const sumOf = ({ parts }: DivergenceSpan) => PART_NAMES.reduce((sum, name) => sum + parts[name], 0n)

/** What the session's own books came to, from its last balances alone. */
function booked({ record, cash, quantity, bars }: NoisySession): bigint {
  const mark = BigInt(Math.round(valueAt(bars.close, bars.length - 1) * 1e8))
  return wholeUnits((cash - record.genesis.settings.cash) * ONE + quantity * mark)
}

/** What a plain backtest over the bars came to. */
function replayed({ record, code, bars }: NoisySession): bigint {
  const { settings, symbols } = record.genesis
  const replay = new Replay({
    ...{ ...code, settings, bars, rules: symbols[0]?.rules ?? never(), first: record.first[0] ?? 0 },
    identity: { epoch: 0, hash6: 'abcdef' },
  })
  replay.advance(bars.length)
  const { cash, quantity } = replay.finish()
  const mark = BigInt(Math.round(valueAt(bars.close, bars.length - 1) * 1e8))
  return wholeUnits((cash - settings.cash) * ONE + quantity * mark)
}

function never(): never {
  throw new Error('a session must have a symbol')
}

describe('the divergence budget', () => {
  it(`of ${SESSIONS} random sessions adds up to the last unit: live books less replayed books, each day and in all`, () => {
    const moved = new Set<string>()
    for (let seed = 1; seed <= SESSIONS; seed++) {
      const session = noisySession({ seed, bars: seed % 25 === 0 ? 3200 : 180 })
      const truth = seed % 3 === 0 ? otherBars(session.bars, seed) : undefined
      const { days, total, fills } = measureDivergence(session.record, session.code, truth && [truth])
      expect(total.live, `live, seed ${seed}`).toBe(booked(session))
      expect(total.replayed, `replayed, seed ${seed}`).toBe(
        replayed({ ...session, bars: truth ?? session.bars }),
      )
      expect(sumOf(total), `parts, seed ${seed}`).toBe(total.live - total.replayed)
      for (const day of days) expect(sumOf(day), `${day.day}, seed ${seed}`).toBe(day.live - day.replayed)
      for (const key of ['live', 'replayed'] as const)
        expect(days.reduce((sum, day) => sum + day[key], 0n)).toBe(total[key])
      for (const name of PART_NAMES) {
        expect(
          days.reduce((sum, { parts }) => sum + parts[name], 0n),
          name,
        ).toBe(total.parts[name])
        if (total.parts[name] !== 0n) moved.add(name)
      }
      expect(fills.live).toBe(session.record.fills.length)
    }
    // The market of these sessions does everything that a part is named after.
    expect([...moved].sort()).toEqual([...PART_NAMES].sort())
  }, 60_000)

  it('of a market that is no worse than the model is in price and fee alone', () => {
    const session = noisySession({ seed: 5, isWild: false, alpha: 0.5, spread: 0 })
    const { total } = measureDivergence(session.record, session.code)
    const { price, fee, ...others } = total.parts
    expect(Object.values(others)).toEqual([0n, 0n, 0n, 0n, 0n])
    expect(Number(price)).toBeLessThan(Number(ONE))
    expect(Number(fee)).toBeLessThan(Number(ONE) / 100)
  })

  // One purchase of 2 at 100, fee 0.002 base; marked at 110. Each row changes one thing, by hand.
  const flow = (change: Partial<Flow> = {}): Flow => ({
    ...{ symbolIndex: 0, side: 'BUY', decisionTime: 0, firstTime: 0, feeQuote: 0n },
    ...{ quantity: units('2'), quote: units('200'), feeBase: units('0.002'), ...change },
  })
  const rows: readonly (readonly [string, Flow | undefined, WishEnd, bigint, Record<string, string>])[] = [
    ['nothing', flow(), 'FILLED', 0n, {}],
    ['a price of 101', flow({ quote: units('202') }), 'FILLED', 0n, { price: '-2' }],
    [
      'a price of 101 a bar later, which opened at 100.5',
      flow({ quote: units('202') }),
      'FILLED',
      units('0.5'),
      { price: '-1', latency: '-1' },
    ],
    ['twice the fee', flow({ feeBase: units('0.004') }), 'FILLED', 0n, { fee: '-0.22' }],
    // Half of what the replay made of it: 2 · 110 − 200 − 0.22 = 19.78.
    [
      'half of it filled',
      flow({ quantity: ONE, quote: units('100'), feeBase: units('0.001') }),
      'SHORT',
      0n,
      { missed: '-9.89' },
    ],
    ['none of it filled', undefined, 'SHORT', 0n, { missed: '-19.78' }],
    ['it was refused', undefined, 'REJECTED', 0n, { rejected: '-19.78' }],
  ]
  it.each(rows)('puts %s where it belongs', (_what, live, end, move, expected) => {
    const parts = splitFlows(live, flow(), { mark: units('110'), end, move })
    const shown = Object.entries(parts).filter(([, amount]) => amount !== 0n)
    expect(Object.fromEntries(shown)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, text]) => [name, units(text) * ONE])),
    )
    const difference = (live ? worthAt(live, units('110')) : 0n) - worthAt(flow(), units('110'))
    expect(shown.reduce((sum, [, amount]) => sum + amount, 0n)).toBe(difference)
  })

  it('says which part left its band on which day, and at the edge says nothing', () => {
    const span = (day: string, price: string): DivergenceSpan => ({
      ...{ day, live: 0n, replayed: 0n },
      parts: { data: 0n, manual: 0n, latency: 0n, rejected: 0n, missed: 0n, price: units(price), fee: 0n },
    })
    const days = [span('2026-01-01', '5'), span('2026-01-02', '-5.00000001')]
    const divergence = { days, total: span('', '0'), fills: { live: 0, replayed: 0 } }
    expect(bandAlerts(divergence, DEFAULT_BANDS, units('1000'))).toEqual([
      { day: '2026-01-02', part: 'price', amount: units('-5.00000001'), band: units('5') },
    ])
    expect(() => toBands({ prise: 1 }, 'bands.json')).toThrow(
      /prise in bands.json must be a part, is none; did you mean price/,
    )
    expect(() => toBands({ price: -1 }, 'bands.json')).toThrow(/a fraction from 0 to 1, was -1/)
  })
})
