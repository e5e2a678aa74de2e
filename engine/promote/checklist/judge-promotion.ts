/** The checklist: facts and a policy in, one verdict a gate out. It reads no file and no clock. Floor 4. */
import { DRILL_STEP_NAMES } from './drill-record.js'
import { GATE_NAMES, GATES, type GateName } from './gate-names.js'
import { isMissing, type PromotionFacts } from './promotion-facts.js'
import type { PromotionPolicy } from './promotion-policy.js'

/** One gate and how it stands. */
export interface Gate {
  readonly name: GateName
  readonly claim: string
  readonly isMet: boolean
  /** What was found, or what is missing and how to get it. */
  readonly found: string
  /** Why someone let it pass although it is not met. */
  readonly accepted?: string
}

const DAY_MS = 86_400_000
/** A clock may be this much behind the one that dated a drill. */
const AHEAD_MS = 60_000

type Finding = readonly [isMet: boolean, found: string]
type Judge = (facts: PromotionFacts, policy: PromotionPolicy) => Finding

/** Every gate, in order. `accepted` has reasons by gate; they count only where a gate is not met. */
export function judgePromotion(
  facts: PromotionFacts,
  policy: PromotionPolicy,
  accepted: ReadonlyMap<GateName, string>,
): readonly Gate[] {
  return GATE_NAMES.map((name) => {
    const [isMet, found] = JUDGES[name](facts, policy)
    const reason = accepted.get(name)
    return {
      ...{ name, claim: GATES[name], isMet, found },
      ...(!isMet && reason !== undefined && { accepted: reason }),
    }
  })
}

/** Gates that stand in the way. */
export function closedGates(gates: readonly Gate[]): readonly Gate[] {
  return gates.filter(({ isMet, accepted }) => !isMet && accepted === undefined)
}

const JUDGES: Readonly<Record<GateName, Judge>> = {
  reproduction: ({ reproductionFault: fault }) => [fault === undefined, fault ?? 'every file is the same'],
  'look-ahead': ({ audit }) => [
    audit === 'clean',
    audit === 'not audited' ? 'not audited: run it again without --audit off' : audit,
  ],
  'warm-up': ({ warmup }) => {
    if (isMissing(warmup)) return [false, warmup.missing]
    const { declared, measured } = warmup
    if (measured === undefined)
      return [false, `no history that was tried is enough, ${declared} are declared`]
    // A crossing looks one bar back, which at the first call need not be defined yet.
    return [measured <= declared + 1, `measured ${measured} bars, declared ${declared} and the one before`]
  },
  sweep: ({ sweep }) => {
    if (isMissing(sweep)) return [false, sweep.missing]
    const { differences, sweepId } = sweep
    return [differences.length === 0, differences.length === 0 ? sweepId : differences.join('; ')]
  },
  pbo: ({ sweep }, { maxPbo }) =>
    sweepFinding(sweep, ({ pbo }) => [pbo <= maxPbo, `${shown(pbo)}, at most ${maxPbo} may be`]),
  dsr: ({ sweep }, { minDsr }) =>
    sweepFinding(sweep, ({ dsr }) => [dsr >= minDsr, `${shown(dsr)}, at least ${minDsr} must be`]),
  'walk-forward': ({ sweep }, { walkForwardSharpeAbove: least }) =>
    sweepFinding(sweep, ({ walkForwardSharpe: sharpe }) =>
      sharpe === undefined
        ? [false, 'the sweep made none: --walk-forward train=…,test=…,step=…']
        : [sharpe > least, `stitched Sharpe ${shown(sharpe)}, must be above ${least}`],
    ),
  duration: ({ record: { mode, days, trades } }, { minDays, minTrades }) => [
    (mode === 'paper' || mode === 'dry-run') && days >= minDays && trades >= minTrades,
    `${mode}, ${shown(days)} days of ${minDays}, ${trades} trades of ${minTrades}`,
  ],
  'proof-a': ({ proofA }) => [proofA === undefined, proofA ?? 'to the byte'],
  'proof-b': ({ proofB }) => [proofB === undefined, proofB ?? 'to the byte'],
  slippage: ({ slippage }, { maxSlippageRatio }) => {
    if (isMissing(slippage)) return [false, slippage.missing]
    const { alpha, mean, orders, source, tick } = slippage
    const most = alpha * maxSlippageRatio
    return [
      mean <= most + tick,
      `${shown(mean)} × ATR over ${orders} orders (${source}), the model has ${shown(most)}`,
    ]
  },
  key: ({ key: { verdict, text } }, { key: demand }) => [
    demand === 'any' || verdict === 'ok' || (demand === 'trades' && verdict === 'note'),
    text,
  ],
  drill: (facts, { maxDrillDays }) => drillFinding(facts, maxDrillDays),
  limits: ({ missingLimits: missing }) => [
    missing.length === 0,
    missing.length === 0 ? 'all of them' : `${missing.join(', ')} must be given`,
  ],
  sameness: ({ differences }) => [
    differences.length === 0,
    differences.length === 0
      ? 'strategy, parameters, engine, symbols, interval, policy, fees, rules, limits, cash'
      : differences.join('; '),
  ],
}

function sweepFinding(
  sweep: PromotionFacts['sweep'],
  judge: (sweep: Exclude<PromotionFacts['sweep'], { readonly missing: string }>) => Finding,
): Finding {
  return isMissing(sweep) ? [false, sweep.missing] : judge(sweep)
}

function drillFinding({ drill, engine, now }: PromotionFacts, maxDays: number): Finding {
  if (isMissing(drill)) return [false, drill.missing]
  const passed = new Set(drill.steps.filter(({ isPassed }) => isPassed).map(({ name }) => name))
  const left = DRILL_STEP_NAMES.filter((name) => !passed.has(name))
  if (left.length > 0) return [false, `${left.join(', ')} not passed on ${drill.time}`]
  if (drill.engine !== engine) return [false, `it was of engine ${drill.engine}, this is ${engine}`]
  const age = now - Date.parse(drill.time)
  if (age < -AHEAD_MS) return [false, `it is dated in the future (${drill.time})`]
  return [
    age <= maxDays * DAY_MS,
    `${drill.steps.length} steps passed on ${drill.time} at ${drill.venue}, at most ${maxDays} days ago`,
  ]
}

function shown(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 10_000) / 10_000) : '–'
}
