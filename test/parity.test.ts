/**
 * One Session, two drivers: bars from columns and bars from a stream give the same decisions, orders,
 * fills and marks, to the byte; so does the record of a session fed to a fresh one.
 */
import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadBars } from '../data/load-bars.js'
import { BarStream, type StreamSetup } from '../engine/backtest/bar-stream.js'
import { Replay } from '../engine/backtest/replay.js'
import { replayEvents } from '../engine/backtest/replay-events.js'
import type { Strategy } from '../engine/core/strategy.js'
import { atr, close, crossedAbove, crossedBelow, defineStrategy, ema, on, sma } from '../engine/index.js'
import type { SessionEvent } from '../engine/model/event.js'
import { smaCross } from '../strategies/sma-cross.js'
import {
  arbitraryBars,
  arbitraryStrategy,
  barList,
  barsOf,
  type RunParts,
  run,
  runStream,
  setupOf,
  traceOf,
} from './market.js'
import { HAS_SHARED, sharedPath } from './shared.js'

/** Reads every kind of indicator, looks back, and keeps state. */
const busy = defineStrategy({
  name: 'busy',
  indicators: () => ({
    fast: sma(close, 3),
    slow: ema(close, 7),
    smooth: sma(ema(close, 3), 4),
    range: atr(5),
  }),
  state: () => ({ held: 0 }),
  onBar({ fast, slow, smooth, range }, { target, position, state, bars, buy }) {
    state.held = position.isLong ? state.held + 1 : 0
    if (crossedAbove(fast, slow) && bars.close.at(0) >= smooth.at(1) - range.at(0)) target(1, { tag: 'up' })
    else if (crossedBelow(fast, slow) || state.held > 9) target(0, { tag: 'down' })
    else if (position.isFlat && bars.close.at(2) < bars.close.at(0)) buy({ quote: 100, tag: 'dip' })
  },
})

/** Reads longer intervals, as bars and through indicators. */
const longer = defineStrategy({
  name: 'longer',
  also: { m5: '5m' },
  indicators: () => ({ fast: sma(close, 2), slow: on('5m', sma(close, 2)), range: on('15m', atr(1)) }),
  onBar({ fast, slow, range }, { target, also, bars }) {
    if (fast.at(0) > slow.at(0) && also.m5.close.at(0) > also.m5.close.at(1)) target(1)
    else if (bars.close.at(0) < slow.at(1) || range.at(0) > fast.at(0) / 10) target(0)
  },
})

/** Buys at its first call. */
const onceIn = defineStrategy({ name: 'once-in', onBar: (_indicators, { target }) => target(1) })

const PARTS = (strategy: fc.Arbitrary<Strategy>): fc.Arbitrary<RunParts> =>
  fc.record({
    strategy,
    bars: arbitraryBars(),
    settings: fc.record({
      alpha: fc.constantFrom(0, 0.5),
      takerFee: fc.constantFrom(0, 0.001),
      closeAtEnd: fc.boolean(),
      atrSource: fc.constantFrom('next' as const, 'signal' as const),
    }),
    first: fc.constantFrom(0, 9),
  })

/** A session over a stream, its record, and that record through a fresh session. */
function recordAndReplay(parts: RunParts) {
  const events: SessionEvent[] = []
  const { bars, ...rest } = setupOf(parts)
  const setup = { ...rest, symbol: bars.symbol, interval: bars.interval }
  const stream = new BarStream({
    ...setup,
    ledger: { append: (event) => events.push(structuredClone(event)) },
  })
  for (const bar of barList(bars)) stream.push(bar)
  return { recorded: stream.finish(), replayed: replayEvents(events, recordOf(setup)), events }
}

function recordOf(setup: StreamSetup) {
  const { symbol, interval, rules, first } = setup
  return { ...setup, symbols: [{ symbol, interval, rules, first }] }
}

const text = (value: unknown) =>
  JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one))

describe('a stream of bars', () => {
  it.each([
    ['random asks', arbitraryStrategy()],
    ['indicators, state and look-backs', fc.constant(busy)],
    ['longer intervals', fc.constant(longer)],
  ])('gives the columnar run to the byte: %s', async (_name, strategy) => {
    await fc.assert(
      fc.asyncProperty(PARTS(strategy), async (parts) => {
        expect(traceOf(await runStream(parts))).toBe(traceOf(run(parts)))
      }),
      { numRuns: 150 },
    )
  })

  describe.skipIf(!HAS_SHARED)('over every file of shared klines', () => {
    const files = HAS_SHARED ? readdirSync(sharedPath('data', 'klines')) : []
    it.each(files)('%s', async (file) => {
      const { bars } = await loadBars({ patterns: [sharedPath('data', 'klines', file)] })
      const settings = { alpha: 0.5, takerFee: 0.001, atrPeriod: 14 }
      const parts = { strategy: smaCross, params: { fast: 10, slow: 30 }, bars, settings }
      expect(traceOf(await runStream(parts))).toBe(traceOf(run(parts)))
    })
  })
})

describe('the record of a session', () => {
  it('through a fresh session asks for the same orders, decides and books the same', () => {
    fc.assert(
      fc.property(PARTS(fc.oneof(arbitraryStrategy(), fc.constant(busy), fc.constant(longer))), (parts) => {
        // The sale at the end is the run's, not the session's.
        const { recorded, replayed } = recordAndReplay({
          ...parts,
          settings: { ...parts.settings, closeAtEnd: false },
        })
        expect(text(replayed.submitted)).toBe(text(recorded.orders.map(({ order }) => order)))
        const { journal } = replayed
        const rows = <Row>(log: { length: number; at(row: number): Row }) =>
          Array.from({ length: log.length }, (_, row) => log.at(row))
        expect(text(rows(journal.decisions))).toBe(text(recorded.decisions))
        expect(text(rows(journal.fills))).toBe(text(recorded.fills))
        expect(text(rows(journal.trades))).toBe(text(recorded.trades))
        expect(text(rows(journal.orders))).toBe(text(recorded.orders))
      }),
      { numRuns: 150 },
    )
  })

  it('holds every bar and every fill, in the order they were applied', () => {
    const rows = Array.from({ length: 8 }, () => [100, 101, 99, 100])
    const { events } = recordAndReplay({ strategy: onceIn, bars: barsOf(rows) })
    expect(events.map(({ kind }) => kind)).toEqual([
      'BAR',
      'BAR',
      'BAR',
      'FILL',
      'BAR',
      'BAR',
      'BAR',
      'BAR',
      'BAR',
    ])
  })
})

describe('a snapshot', () => {
  it('taken anywhere and restored in a fresh run goes on to the same end', () => {
    fc.assert(
      fc.property(
        PARTS(fc.oneof(arbitraryStrategy(), fc.constant(busy), fc.constant(longer))),
        fc.nat(),
        (parts, seed) => {
          const whole = run(parts)
          const setup = setupOf(parts)
          const cut = setup.first + 1 + (seed % (parts.bars.length - setup.first - 1))
          const before = new Replay(setup)
          before.advance(cut)
          const state: unknown = structuredClone(before.snapshot())
          const after = new Replay(setup)
          after.restore(state as ReturnType<Replay['snapshot']>)
          after.advance(parts.bars.length)
          const rest = after.finish()
          const since = <Row>(all: readonly Row[], part: readonly Row[]) =>
            text(all.slice(all.length - part.length))
          expect(text(rest.decisions)).toBe(since(whole.decisions, rest.decisions))
          expect(text(rest.fills)).toBe(since(whole.fills, rest.fills))
          expect(text(rest.trades)).toBe(since(whole.trades, rest.trades))
          expect(whole.fills.length).toBeGreaterThanOrEqual(rest.fills.length)
          expect([rest.cash, rest.quantity]).toEqual([whole.cash, whole.quantity])
          expect([...rest.equity].slice(cut - setup.first)).toEqual(
            [...whole.equity].slice(cut - setup.first),
          )
          const taken = before.finish().decisions.length
          expect(taken + rest.decisions.length).toBe(whole.decisions.length)
        },
      ),
      { numRuns: 150 },
    )
  })
})
