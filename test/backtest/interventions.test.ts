/** What a session does when someone steps in, or when a bar comes too late. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BarStream } from '../../engine/backtest/bar-stream.js'
import { replayEvents } from '../../engine/backtest/replay-events.js'
import type { Strategy } from '../../engine/core/strategy.js'
import { BAR_FLAG, type Bar } from '../../engine/model/bars.js'
import type { Intervention, SessionEvent } from '../../engine/model/event.js'
import { toEpochMs } from '../../engine/model/time.js'
import { arbitraryBars, arbitraryStrategy, barList, barsOf, scripted, setupOf } from '../market.js'

type Step = Bar | Intervention

const at = toEpochMs(0)
const HALT: Intervention = { kind: 'HALT', time: at, reason: 'test' }
const CLEAR: Intervention = { kind: 'CLEAR', time: at, reason: 'test' }
const PAUSE: Intervention = { kind: 'PAUSE', time: at, reason: 'test' }
const RESUME: Intervention = { kind: 'RESUME', time: at, reason: 'test' }
const STOP: Intervention = { kind: 'STOP', time: at, reason: 'test', cancels: true }
const LEAVE: Intervention = { kind: 'STOP', time: at, reason: 'test', cancels: false }
const START: Intervention = { kind: 'START', time: at, epoch: 1, mode: 'paper', balances: {} }

/** Runs a session over bars between which someone steps in. */
function runSteps(strategy: Strategy, steps: readonly Step[]) {
  const events: SessionEvent[] = []
  const { bars, ...rest } = setupOf({ strategy, bars: barsOf([]) })
  const setup = { ...rest, symbol: bars.symbol, interval: bars.interval }
  const ledger = { append: (event: SessionEvent) => void events.push(structuredClone(event)) }
  const stream = new BarStream({ ...setup, ledger })
  for (const step of steps) {
    if ('kind' in step) stream.intervene(step)
    else stream.push(step)
  }
  const { symbol, interval, rules, first } = setup
  return {
    result: stream.finish(),
    events,
    record: { ...setup, symbols: [{ symbol, interval, rules, first }] },
  }
}

const flat = (count: number, flags: readonly number[] = []) =>
  barList(barsOf(Array.from({ length: count }, () => [100, 101, 99, 100]))).map((bar, i) => ({
    ...bar,
    flags: flags[i] ?? 0,
  }))

/** Buys at its third call, sells at its sixth. ATR of 3 bars: the first call is at bar 2. */
const inAndOut = scripted({ 2: ({ target }) => target(1), 5: ({ target }) => target(0) })

const sidesAfter = (strategy: Strategy, steps: readonly Step[]) =>
  runSteps(strategy, steps).result.fills.map(({ side }) => side)

describe('a halted session', () => {
  it('asks for nothing until it is cleared, and follows its bars', () => {
    const bars = flat(12)
    expect(sidesAfter(inAndOut, bars)).toEqual(['BUY', 'SELL'])
    expect(sidesAfter(inAndOut, [...bars.slice(0, 4), HALT, ...bars.slice(4)])).toEqual([])
    expect(sidesAfter(inAndOut, [...bars.slice(0, 6), HALT, ...bars.slice(6)])).toEqual(['BUY'])
    const cleared = [...bars.slice(0, 6), HALT, bars[6] as Bar, CLEAR, ...bars.slice(7)]
    expect(sidesAfter(inAndOut, cleared)).toEqual(['BUY', 'SELL'])
  })

  it('takes back what waits', () => {
    const bars = flat(12)
    const { result } = runSteps(inAndOut, [...bars.slice(0, 5), HALT, ...bars.slice(5)])
    expect(result.orders.map(({ status }) => status)).toEqual(['CANCELED'])
    expect(result.fills).toEqual([])
  })
})

describe('a paused session', () => {
  it('sells, and buys nothing until it is resumed', () => {
    const bars = flat(16)
    expect(sidesAfter(inAndOut, [...bars.slice(0, 4), PAUSE, ...bars.slice(4)])).toEqual([])
    expect(sidesAfter(inAndOut, [...bars.slice(0, 6), PAUSE, ...bars.slice(6)])).toEqual(['BUY', 'SELL'])
    const resumed = [PAUSE, ...bars.slice(0, 3), RESUME, ...bars.slice(3)]
    expect(sidesAfter(inAndOut, resumed)).toEqual(['BUY', 'SELL'])
  })
})

describe('a stopped session', () => {
  it('takes back what waits, or leaves it, as told', () => {
    const bars = flat(12)
    const stopped = (stop: Intervention) => [...bars.slice(0, 5), stop, START, ...bars.slice(5)]
    expect(runSteps(inAndOut, stopped(STOP)).result.orders.map(({ status }) => status)).toEqual(['CANCELED'])
    expect(sidesAfter(inAndOut, stopped(LEAVE))).toEqual(['BUY', 'SELL'])
  })
})

describe('a late bar', () => {
  it('is seen by the strategy, and nothing is asked for at its close', () => {
    const late = (i: number) =>
      flat(
        12,
        Array.from({ length: 12 }, (_, k) => (k === i ? BAR_FLAG.late : 0)),
      )
    expect(sidesAfter(inAndOut, late(4))).toEqual([])
    expect(sidesAfter(inAndOut, late(5))).toEqual(['BUY', 'SELL'])
    expect(sidesAfter(inAndOut, late(7))).toEqual(['BUY'])
  })
})

describe('whoever steps in, and whatever comes late', () => {
  it('is in the record, and the record through a fresh session asks for the same', () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom(HALT, CLEAR, PAUSE, RESUME, STOP, LEAVE, START) },
    )
    fc.assert(
      fc.property(
        arbitraryStrategy(),
        arbitraryBars(),
        fc.array(fc.tuple(step, fc.boolean()), { minLength: 20, maxLength: 120 }),
        (strategy, bars, between) => {
          const steps = barList(bars).flatMap((bar, i): Step[] => {
            const [intervention, isLate] = between[i % between.length] ?? [undefined, false]
            const one = { ...bar, flags: isLate ? BAR_FLAG.late : 0 }
            return intervention ? [intervention, one] : [one]
          })
          const { result, events, record } = runSteps(strategy, steps)
          const replayed = replayEvents(events, record)
          expect(replayed.submitted).toEqual(result.orders.map(({ order }) => order))
          let isClosed = false
          const asked = new Set(result.orders.map(({ order }) => order.decisionTime as number))
          for (const one of steps) {
            if ('kind' in one) {
              if (one.kind === 'HALT') isClosed = true
              if (one.kind === 'CLEAR') isClosed = false
            } else if (isClosed || one.flags === BAR_FLAG.late) {
              expect(asked.has(one.openTime + 59_999)).toBe(false)
            }
          }
        },
      ),
      { numRuns: 100 },
    )
  })
})
