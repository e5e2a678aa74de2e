/** Each gate of the checklist and each way to break it: that gate closes, and no other. */
import { describe, expect, it } from 'vitest'
import type { DrillRecord } from '../../engine/promote/checklist/drill-record.js'
import { DRILL_STEP_NAMES } from '../../engine/promote/checklist/drill-record.js'
import { GATE_NAMES, type GateName } from '../../engine/promote/checklist/gate-names.js'
import { closedGates, judgePromotion } from '../../engine/promote/checklist/judge-promotion.js'
import type { PromotionFacts, SweepFacts } from '../../engine/promote/checklist/promotion-facts.js'
import { DEFAULT_POLICY } from '../../engine/promote/checklist/promotion-policy.js'

const NOW = Date.UTC(2026, 5, 1)
const DAY = 86_400_000

const SWEEP: SweepFacts = { sweepId: 's', pbo: 0.3, dsr: 0.95, walkForwardSharpe: 0.01, differences: [] }
const drill = (change: Partial<DrillRecord> = {}): DrillRecord => ({
  ...{ schema: 'nextbar/drill@1', time: new Date(NOW - 7 * DAY).toISOString(), engine: 'e', venue: 'here' },
  steps: DRILL_STEP_NAMES.map((name) => ({ name, isPassed: true, found: '' })),
  ...change,
})

/** Every gate at the edge at which it is still met. */
const FACTS: PromotionFacts = {
  reproductionFault: undefined,
  audit: 'clean',
  warmup: { declared: 20, measured: 21 },
  sweep: SWEEP,
  record: { mode: 'paper', days: 14, trades: 30 },
  ...{ proofA: undefined, proofB: undefined },
  slippage: { source: 'here', orders: 9, mean: 0.51, tick: 0.01, alpha: 0.5 },
  key: { verdict: 'ok', text: '' },
  drill: drill(),
  missingLimits: [],
  differences: [],
  engine: 'e',
  now: NOW,
}

const ROWS: readonly (readonly [
  gates: GateName | readonly GateName[],
  what: string,
  Partial<PromotionFacts>,
])[] = [
  ['reproduction', 'a file differs', { reproductionFault: 'fills.csv differs' }],
  ['look-ahead', 'it was found', { audit: 'look-ahead' }],
  ['look-ahead', 'not audited', { audit: 'not audited' }],
  ['warm-up', 'two bars more than declared', { warmup: { declared: 20, measured: 22 } }],
  ['warm-up', 'no history was enough', { warmup: { declared: 20, measured: undefined } }],
  ['warm-up', 'not measured', { warmup: { missing: 'several symbols' } }],
  ['sweep', 'of something else', { sweep: { ...SWEEP, differences: ['another strategy'] } }],
  [['sweep', 'pbo', 'dsr', 'walk-forward'], 'no sweep', { sweep: { missing: 'none' } }],
  ['pbo', 'above', { sweep: { ...SWEEP, pbo: 0.3001 } }],
  ['pbo', 'undefined', { sweep: { ...SWEEP, pbo: Number.NaN } }],
  ['dsr', 'below', { sweep: { ...SWEEP, dsr: 0.9499 } }],
  ['dsr', 'undefined', { sweep: { ...SWEEP, dsr: Number.NaN } }],
  ['walk-forward', 'earns nothing', { sweep: { ...SWEEP, walkForwardSharpe: 0 } }],
  ['walk-forward', 'undefined', { sweep: { ...SWEEP, walkForwardSharpe: Number.NaN } }],
  ['walk-forward', 'none', { sweep: { ...SWEEP, walkForwardSharpe: undefined } }],
  ['duration', 'too short', { record: { mode: 'paper', days: 13.99, trades: 30 } }],
  ['duration', 'too few trades', { record: { mode: 'dry-run', days: 14, trades: 29 } }],
  ['duration', 'neither paper nor dry-run', { record: { mode: 'testnet', days: 14, trades: 30 } }],
  ['proof-a', 'a difference', { proofA: 'decision 1' }],
  ['proof-b', 'a difference', { proofB: 'fill 1' }],
  [
    'slippage',
    'above the model and a tick',
    { slippage: { source: '', orders: 9, mean: 0.5101, tick: 0.01, alpha: 0.5 } },
  ],
  [
    'slippage',
    'undefined',
    { slippage: { source: '', orders: 9, mean: Number.NaN, tick: 0.01, alpha: 0.5 } },
  ],
  ['slippage', 'nothing to measure', { slippage: { missing: 'no fill' } }],
  ['key', 'may withdraw', { key: { verdict: 'fault', text: '' } }],
  ['key', 'not tied to addresses', { key: { verdict: 'note', text: '' } }],
  ['key', 'none was given', { key: { verdict: 'skipped', text: '' } }],
  ['drill', 'none', { drill: { missing: 'no record' } }],
  ['drill', 'too old', { drill: drill({ time: new Date(NOW - 7 * DAY - 1).toISOString() }) }],
  ['drill', 'in the future', { drill: drill({ time: new Date(NOW + DAY).toISOString() }) }],
  ['drill', 'of another engine', { drill: drill({ engine: 'f' }) }],
  ['drill', 'a step is missing', { drill: drill({ steps: drill().steps.slice(1) }) }],
  [
    'drill',
    'a step failed',
    { drill: drill({ steps: drill().steps.map((one) => ({ ...one, isPassed: false })) }) },
  ],
  ['limits', 'one is not set', { missingLimits: ['--max-daily-loss'] }],
  ['sameness', 'something differs', { differences: ['fees 1 in the run, 2 in the session'] }],
]

const closed = (facts: PromotionFacts, accepted: ReadonlyMap<GateName, string> = new Map()) =>
  closedGates(judgePromotion(facts, DEFAULT_POLICY, accepted)).map(({ name }) => name)

describe('the checklist', () => {
  it('is met where every condition holds at its edge', () => expect(closed(FACTS)).toEqual([]))

  it.each(ROWS)('closes %s: %s', (gates, _what, change) => {
    expect(closed({ ...FACTS, ...change })).toEqual([gates].flat())
  })

  it('has a row for every gate', () => {
    expect(new Set(ROWS.flatMap(([gates]) => gates))).toEqual(new Set(GATE_NAMES))
  })

  it('passes what is accepted with a reason, and keeps no reason where none was needed', () => {
    const reasons = new Map<GateName, string>([
      ['pbo', 'a reason'],
      ['dsr', 'another'],
    ])
    const facts = { ...FACTS, sweep: { ...SWEEP, pbo: 1 } }
    expect(closed(facts, reasons)).toEqual([])
    const kept = judgePromotion(facts, DEFAULT_POLICY, reasons).filter(
      ({ accepted }) => accepted !== undefined,
    )
    expect(kept.map(({ name, accepted }) => [name, accepted])).toEqual([['pbo', 'a reason']])
  })
})
