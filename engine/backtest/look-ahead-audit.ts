/**
 * The look-ahead audit: at cut points over the whole run, another future must give the same decisions
 * up to the cut. The run is taken back to a snapshot before the cut, the bars behind the cut are made
 * others in place, on the very memory that the run has used, and the run goes on. Floor 3.
 */
import { newRandom, type Random } from '../math/random.js'
import { type Bars, closeTimeAt } from '../model/bars.js'
import type { Decision } from '../model/decision.js'
import { StrategyError } from '../model/errors.js'
import type { RunResult } from '../model/run-result.js'
import { type EpochMs, formatTime, toEpochMs } from '../model/time.js'
import type { Undo } from './distort-future.js'

/** How thoroughly a run is audited. */
export type AuditMode = 'quick' | 'full'

/** What the audit found. */
export interface AuditReport {
  readonly mode: AuditMode
  /** Bars behind which the future was made another, rising. */
  readonly cuts: readonly number[]
  /** How many of them are bars at which an order was asked for. */
  readonly cutsAtOrders: number
  /** Bars that were decided again. */
  readonly auditedBars: number
  /** auditedBars ÷ bars of the range. */
  readonly share: number
  /** The earliest decision that another future changes; undefined when there is none. */
  readonly finding: LookAhead | undefined
}

/** A decision that knew the future. */
export interface LookAhead {
  /** Bars behind this one were made others. */
  readonly cut: number
  /** Close of the bar that decides otherwise. */
  readonly time: EpochMs
  /** What happened, in words. */
  readonly what: string
}

interface Plan {
  readonly cuts: number
  /** Most bars that are decided again before a cut. */
  readonly lead: number
  /** Most that all cuts together decide again, as a share of the range: short runs stay quick. */
  readonly most: number
  /** Snapshots from which the run can be taken back. */
  readonly snapshots: number
}

const PLANS: Readonly<Record<AuditMode, Plan>> = {
  quick: { cuts: 8, lead: 3000, most: 0.12, snapshots: 48 },
  full: { cuts: 64, lead: 12_000, most: 1, snapshots: 256 },
}

/** Columns are made this far beyond a cut: what one indicator could read ahead of another. */
const BEYOND = 4096

/** A run that can be taken back and gone on with: of one symbol or of several. */
export interface AuditedRun<State extends { readonly end: number }> {
  advance(to: number): void
  snapshot(): State
  fork(from: State, to: number): { advance(to: number): void; finish(): RunResult }
  remakeColumns(from: State, to: number): void
  distortFuture(cut: number, isUp: boolean): Undo
}

/** A cut, the state it is reached from, and whether an order was asked for there. */
interface Cut<State> {
  readonly bar: number
  readonly from: State
  readonly isAtOrder: boolean
}

/** Drives a run, takes snapshots on the way, and audits it at the end. */
export class LookAheadAudit<State extends { readonly end: number }> {
  readonly #replay: AuditedRun<State>
  readonly #mode: AuditMode
  readonly #random: Random
  readonly #stops: readonly number[]
  readonly #states: State[] = []
  #next = 0

  /** `first` and `end` are the run's range, `seed` says where the cuts fall. */
  constructor(
    replay: AuditedRun<State>,
    range: { readonly first: number; readonly end: number; readonly mode: AuditMode; readonly seed: number },
  ) {
    this.#replay = replay
    this.#mode = range.mode
    this.#random = newRandom(range.seed)
    this.#stops = stopsOf(range, PLANS[range.mode].snapshots, this.#random)
  }

  /** Replays bars up to bar `to` (excluded). */
  advance(to: number): void {
    for (;;) {
      const stop = this.#stops[this.#next]
      if (stop === undefined || stop > to) break
      this.#replay.advance(stop)
      this.#states.push(this.#replay.snapshot())
      this.#next++
    }
    this.#replay.advance(to)
  }

  /** Audits the finished run. The bars are changed meanwhile, and are what they were when it returns. */
  audit(result: RunResult): AuditReport {
    const cuts = this.#chooseCuts(result)
    const findings = cuts.map((cut) => this.#check(cut, result)).filter((one) => one !== undefined)
    const auditedBars = cuts.reduce((sum, cut) => sum + cut.bar + 1 - cut.from.end, 0)
    return {
      mode: this.#mode,
      cuts: cuts.map(({ bar }) => bar).sort((a, b) => a - b),
      cutsAtOrders: cuts.filter(({ isAtOrder }) => isAtOrder).length,
      auditedBars,
      share: auditedBars / Math.max(1, result.end - result.first),
      finding: findings.sort((a, b) => a.time - b.time)[0],
    }
  }

  /** Three of four cuts at bars that asked for an order, where there are such; the others anywhere. */
  #chooseCuts(result: RunResult): readonly Cut<State>[] {
    const plan = PLANS[this.#mode]
    const budget = Math.ceil(((result.end - result.first) * plan.most) / plan.cuts)
    const lead = Math.max(1, Math.min(plan.lead, budget))
    const states = shuffled(this.#states, this.#random)
    const atOrders = states.flatMap((from) => this.#cutAtOrder(from, lead, result) ?? [])
    const anywhere = states.map((from): Cut<State> => {
      const bar = Math.min(result.end - 1, from.end + below(lead, this.#random))
      return { bar, from, isAtOrder: false }
    })
    const most = Math.ceil((plan.cuts * 3) / 4)
    const chosen = atOrders.slice(0, most)
    const cuts = [...chosen, ...anywhere.slice(0, plan.cuts - chosen.length)]
    // Latest first: columns that a cut has repaired need no second making for an earlier one.
    return cuts.sort((a, b) => b.from.end - a.from.end)
  }

  #cutAtOrder(from: State, lead: number, result: RunResult): Cut<State> | undefined {
    const { bars, decisions, end } = result
    const last = Math.min(end - 1, from.end + lead - 1)
    const low = decisionsBefore(decisions, closeTimeAt(bars, from.end))
    const high = decisionsBefore(decisions, closeTimeAt(bars, last) + 1)
    const decision = high > low ? decisions[low + below(high - low, this.#random)] : undefined
    return decision && { bar: barClosingAt(bars, decision.time), from, isAtOrder: true }
  }

  #check({ bar, from }: Cut<State>, result: RunResult): LookAhead | undefined {
    const { bars, decisions } = result
    const expected = decisions.slice(
      decisionsBefore(decisions, closeTimeAt(bars, from.end)),
      decisionsBefore(decisions, closeTimeAt(bars, bar) + 1),
    )
    const to = Math.min(bars.length, bar + 1 + BEYOND)
    const undo = this.#replay.distortFuture(bar, this.#random.uniform() < 0.5)
    try {
      const fork = this.#replay.fork(from, to)
      fork.advance(bar + 1)
      return firstDifference(expected, fork.finish().decisions, bar, bars)
    } catch (error) {
      if (!(error instanceof StrategyError)) throw error
      return { cut: bar, time: closeTimeAt(bars, bar), what: `it threw: ${error.message}` }
    } finally {
      undo()
      this.#replay.remakeColumns(from, to)
    }
  }
}

/** Bars before which snapshots are taken: spread over the range, moved a little by chance. */
function stopsOf(
  { first, end }: { readonly first: number; readonly end: number },
  count: number,
  random: Random,
): readonly number[] {
  const stretch = (end - first) / count
  const bars = Array.from(
    { length: count },
    (_, k) => first + Math.floor((k + random.uniform() / 2) * stretch),
  )
  return [...new Set(bars)].filter((bar) => bar < end)
}

/** A whole number from 0 to `limit` (excluded). */
function below(limit: number, random: Random): number {
  return Math.floor(random.uniform() * limit)
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const keyed = items.map((item) => ({ item, key: random.uniform() }))
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
}

/** How many decisions were taken before a time. */
function decisionsBefore(decisions: readonly Decision[], time: number): number {
  let low = 0
  let high = decisions.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((decisions[middle]?.time ?? time) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** The bar that closes at a time: one of the bars that have decided. */
function barClosingAt(bars: Bars, time: number): number {
  let low = 0
  let high = bars.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (closeTimeAt(bars, middle) < time) low = middle + 1
    else high = middle
  }
  return low
}

function firstDifference(
  expected: readonly Decision[],
  actual: readonly Decision[],
  cut: number,
  bars: Bars,
): LookAhead | undefined {
  for (let k = 0; k < Math.max(expected.length, actual.length); k++) {
    const then = expected[k]
    const now = actual[k]
    if (then && now && textOf(then) === textOf(now)) continue
    const time = toEpochMs(
      Math.min(then?.time ?? Number.MAX_SAFE_INTEGER, now?.time ?? Number.MAX_SAFE_INTEGER),
    )
    const asked = (one: Decision | undefined) => (one?.time === time ? one.ask.kind : 'nothing')
    const what = `it asked for ${asked(then)}, and for ${asked(now)} when the bars after ${formatTime(closeTimeAt(bars, cut))} were others`
    return { cut, time, what }
  }
  return undefined
}

function textOf(decision: Decision): string {
  return JSON.stringify(decision, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}
