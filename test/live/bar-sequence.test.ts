import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BarSequence, type SequenceStep } from '../../engine/live/feed/bar-sequence.js'
import { MomentGate } from '../../engine/live/feed/moment-gate.js'
import type { Bar } from '../../engine/model/bars.js'

const MINUTE = 60_000
const T0 = Date.UTC(2024, 0, 1)
const bar = (i: number, close = 100): Bar => ({
  openTime: T0 + i * MINUTE,
  open: 100,
  high: Math.max(100, close),
  low: Math.min(100, close),
  close,
  volume: 1,
})
const numbers = ({ bars }: SequenceStep) => bars.map(({ openTime }) => (openTime - T0) / MINUTE)

describe('a sequence of bars', () => {
  it('passes each bar on once, however often it comes', () => {
    const sequence = new BarSequence('1m', T0)
    expect(numbers(sequence.takeStream(bar(0)))).toEqual([0])
    expect(numbers(sequence.takeStream(bar(0)))).toEqual([])
    expect(numbers(sequence.takeStream(bar(1)))).toEqual([1])
    expect(numbers(sequence.takeRest([bar(0), bar(1)]))).toEqual([])
  })

  it('holds a bar back until the one before it has come over REST', () => {
    const sequence = new BarSequence('1m', T0)
    expect(numbers(sequence.takeStream(bar(2)))).toEqual([])
    expect(sequence.needsRest).toBe(true)
    expect(numbers(sequence.takeRest([bar(0), bar(1), bar(2)]))).toEqual([0, 1, 2])
    expect(sequence.needsRest).toBe(false)
  })

  it('knows from a running bar that the one before it has closed', () => {
    const sequence = new BarSequence('1m', T0)
    sequence.seeRunning(T0)
    expect(sequence.needsRest).toBe(false)
    sequence.seeRunning(T0 + MINUTE)
    expect(sequence.needsRest).toBe(true)
  })

  it('tells of a bar that comes in two forms: the first is kept once it was passed on', () => {
    const sequence = new BarSequence('1m', T0)
    sequence.takeStream(bar(0, 101))
    const { bars, conflicts } = sequence.takeStream(bar(0, 102))
    expect(bars).toEqual([])
    expect(conflicts.map(([used, other]) => [used.close, other.close])).toEqual([[101, 102]])
  })

  it('lets REST win over a bar that still waits', () => {
    const sequence = new BarSequence('1m', T0)
    sequence.takeStream(bar(1, 105))
    const step = sequence.takeRest([bar(0), bar(1, 104)])
    expect(step.bars.map(({ close }) => close)).toEqual([100, 104])
    expect(step.conflicts).toHaveLength(1)
  })

  it('asks REST which of two forms is right while it can', () => {
    const sequence = new BarSequence('1m', T0)
    sequence.takeStream(bar(1, 101))
    sequence.takeStream(bar(1, 102))
    sequence.takeStream(bar(0))
    expect(sequence.needsRest).toBe(true)
    expect(sequence.takeRest([bar(1, 102)]).bars.map(({ close }) => close)).toEqual([102])
  })

  it('takes a bar that is missing before a later one as a gap of the exchange, and none at the end', () => {
    const sequence = new BarSequence('1m', T0)
    const step = sequence.takeRest([bar(0), bar(3)])
    expect([numbers(step), step.gaps]).toEqual([[0, 3], 2])
    expect(sequence.takeRest([]).gaps).toBe(0)
  })

  it('gives every bar once and in order, whatever comes first and twice', () => {
    const count = 12
    const message = fc.record({ i: fc.nat(count - 1), isRest: fc.boolean(), isRunning: fc.boolean() })
    fc.assert(
      fc.property(fc.array(message, { maxLength: 60 }), (messages) => {
        const sequence = new BarSequence('1m', T0)
        const all = Array.from({ length: count }, (_, i) => bar(i))
        const passed: number[] = []
        for (const { i, isRest, isRunning } of messages) {
          if (isRunning) sequence.seeRunning(T0 + i * MINUTE)
          else
            passed.push(
              ...numbers(isRest ? sequence.takeRest(all.slice(0, i + 1)) : sequence.takeStream(bar(i))),
            )
        }
        passed.push(...numbers(sequence.takeRest(all)))
        expect(passed).toEqual(all.map((_, i) => i))
      }),
    )
  })
})

describe('a gate of moments', () => {
  const times = (moments: ReturnType<MomentGate['take']>) =>
    moments.map((moment) => moment.map((one) => (one ? (one.openTime - T0) / MINUTE : undefined)))

  it('passes a moment on when every symbol has its bar', () => {
    const gate = new MomentGate([T0, T0])
    expect(gate.take(0, [bar(0)], T0 + MINUTE)).toEqual([])
    expect(times(gate.take(1, [bar(0)], T0 + MINUTE))).toEqual([[0, 0]])
  })

  it('passes a moment on without a symbol that is known to have no bar there', () => {
    const gate = new MomentGate([T0, T0])
    gate.take(0, [bar(0), bar(1)], T0 + 2 * MINUTE)
    expect(times(gate.take(1, [bar(1)], T0 + 2 * MINUTE))).toEqual([
      [0, undefined],
      [1, 1],
    ])
  })

  it('passes a moment on by force, and drops what comes for it afterwards', () => {
    const gate = new MomentGate([T0, T0])
    gate.take(0, [bar(0), bar(1)], T0 + 2 * MINUTE)
    expect(times(gate.passWithout(T0))).toEqual([[0, undefined]])
    expect(times(gate.take(1, [bar(0), bar(1)], T0 + 2 * MINUTE))).toEqual([[1, 1]])
  })
})
