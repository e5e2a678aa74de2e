/**
 * The divergence budget: what a session earned, less what its replay earns, split into parts that add up to the last
 * unit. Floor 4.
 *
 * Four replays stand between the two: over the bars that count as true; over those that the session saw; the same with
 * whoever stepped in; the same with the bars that came too late. What is left between the last of them and the session
 * is split wish by wish. Each point on the way is rounded down to a unit once, so that the differences add up.
 */
import { wholeBars } from '../../core/policy/wish-orders.js'
import {
  BAR_FLAG,
  BarColumns,
  type Bars,
  barAt,
  countBefore,
  OPTIONAL_FIELDS,
  sliceBars,
  valueAt,
} from '../../model/bars.js'
import type { Fill } from '../../model/fill.js'
import { ONE, type Units } from '../../model/money.js'
import { isOpen, type OrderStatus } from '../../model/order.js'
import { DAY_MS, intervalMs } from '../../model/time.js'
import { barsOf, replayBars } from '../prove-bars.js'
import type { ProofCode } from '../prove-replay.js'
import type { SessionRecord } from '../read-record.js'
import { recordedFills, recordedOrders } from '../recorded-bodies.js'
import { mapParts, PART_NAMES, type PartAmounts } from './divergence-parts.js'
import { type Flow, flowsBefore, wishOf, worthAt } from './flow.js'
import { splitFlows, type WishEnd } from './split-flows.js'

/** One day, or all of them: profit in units of the quote asset, and its difference in parts. */
export interface DivergenceSpan {
  /** ISO date, UTC; empty for the whole. */
  readonly day: string
  readonly live: Units
  readonly replayed: Units
  /** They add up to live − replayed. */
  readonly parts: PartAmounts
}

/** A session's divergence. */
export interface Divergence {
  readonly days: readonly DivergenceSpan[]
  readonly total: DivergenceSpan
  /** Round figures for the reader: fills on both sides. */
  readonly fills: { readonly live: number; readonly replayed: number }
}

/** Fills and the bars that mark what they hold. */
interface Side {
  readonly fills: readonly Fill[]
  readonly bars: readonly Bars[]
}

/** Measures over a record. `truth` are the bars that count as true, by symbol; the session's own when left out. */
export function measureDivergence(
  record: SessionRecord,
  code: ProofCode,
  truth?: readonly Bars[],
): Divergence {
  const seen = barsOf(record)
  const timely = seen.map(withoutLate)
  const pure = withoutInterventions(inWholeBars(record))
  const replay = (of: SessionRecord, bars: readonly Bars[]): Side => ({
    fills: replayBars(of, code, bars).fills,
    bars,
  })
  const undisturbed = replay(pure, timely)
  const ideal = truth === undefined ? undisturbed : replay(...overTruth(pure, seen, truth))
  const disturbed = replay(inWholeBars(record), timely)
  const last = replay(inWholeBars(record), seen)
  const live: Side = { fills: recordedFills(record), bars: seen }
  const terms = { rules: record.genesis.symbols.map(({ rules }) => rules), ends: wishEnds(record) }
  const points = dayEnds(record, seen).map((end) => {
    const worths = [ideal, undisturbed, disturbed, last].map((side) => worthBefore(side, terms.rules, end))
    return { end, ...pointsOf(worths, splitBefore(live, last, terms, end)) }
  })
  const days = points.map((point, k) => spanOf(point, points[k - 1]))
  const final = points.at(-1)
  return {
    days,
    total: { ...(final ? spanOf(final, undefined) : NOTHING), day: '' },
    fills: { live: live.fills.length, replayed: last.fills.length },
  }
}

const NOTHING: DivergenceSpan = { day: '', live: 0n, replayed: 0n, parts: mapParts(() => 0n) }

/** Sums up to the end of a day, in units. */
interface Point {
  readonly end: number
  readonly live: Units
  readonly replayed: Units
  readonly parts: PartAmounts
}

function spanOf(point: Point, before: Point | undefined): DivergenceSpan {
  return {
    day: new Date(point.end - 1).toISOString().slice(0, 10),
    live: point.live - (before?.live ?? 0n),
    replayed: point.replayed - (before?.replayed ?? 0n),
    parts: mapParts((name) => point.parts[name] - (before?.parts[name] ?? 0n)),
  }
}

type FlowSums = ReturnType<typeof splitBefore>

/** The way from the ideal replay to the session: every point is made whole, and the parts are the steps between. */
function pointsOf(worths: readonly bigint[], split: FlowSums): Omit<Point, 'end'> {
  const [ideal = 0n, undisturbed = 0n, disturbed = 0n, last = 0n] = worths
  const steps = {
    ...{ data: undisturbed - ideal, manual: disturbed - undisturbed },
    latency: last - disturbed + split.latency,
    ...{ rejected: split.rejected, missed: split.missed, price: split.price, fee: split.fee },
  }
  let exact = ideal
  let whole = floored(exact)
  const replayed = whole
  const amounts = new Map<string, Units>()
  for (const name of PART_NAMES) {
    exact += steps[name]
    amounts.set(name, floored(exact) - whole)
    whole = floored(exact)
  }
  return { live: whole, replayed, parts: mapParts((name) => amounts.get(name) ?? 0n) }
}

/** 1e−16 to units of 1e−8, rounded down also below 0. */
function floored(exact: bigint): Units {
  const whole = exact / ONE
  return exact < 0n && whole * ONE !== exact ? whole - 1n : whole
}

function worthBefore({ fills, bars }: Side, rules: SplitRules['rules'], end: number): bigint {
  let sum = 0n
  for (const flow of flowsBefore(fills, rules, end).values())
    sum += worthAt(flow, markBefore(bars[flow.symbolIndex], end))
  return sum
}

interface SplitRules {
  readonly rules: Parameters<typeof flowsBefore>[1]
  readonly ends: ReadonlyMap<string, WishEnd>
}

function splitBefore(live: Side, replayed: Side, { rules, ends }: SplitRules, end: number) {
  const [ours, theirs] = [live, replayed].map(({ fills }) => flowsBefore(fills, rules, end))
  const sums = { latency: 0n, rejected: 0n, missed: 0n, price: 0n, fee: 0n }
  for (const key of new Set([...(ours?.keys() ?? []), ...(theirs?.keys() ?? [])])) {
    const [one, other] = [ours?.get(key), theirs?.get(key)]
    const bars = live.bars[(one ?? other)?.symbolIndex ?? 0]
    const parts = splitFlows(one, other, {
      mark: markBefore(bars, end),
      end: ends.get(key) ?? 'SHORT',
      move: moveBetween(bars, one, other),
    })
    sums.latency += parts.latency ?? 0n
    sums.rejected += parts.rejected ?? 0n
    sums.missed += parts.missed ?? 0n
    sums.price += parts.price ?? 0n
    sums.fee += parts.fee ?? 0n
  }
  return sums
}

/** Open of the bar in which the live fill came, less that of the replay's; 0 where it came no later. */
function moveBetween(bars: Bars | undefined, live: Flow | undefined, replayed: Flow | undefined): Units {
  if (!bars || !live || !replayed) return 0n
  const [from, to] = [replayed, live].map(({ firstTime }) => countBefore(bars, firstTime + 1) - 1)
  if (from === undefined || to === undefined || from < 0 || to <= from) return 0n
  return toPrice(valueAt(bars.open, to)) - toPrice(valueAt(bars.open, from))
}

/** Close of the last bar that opened before a moment; 0 where there is none. */
function markBefore(bars: Bars | undefined, end: number): Units {
  const i = bars ? countBefore(bars, end) - 1 : -1
  return bars && i >= 0 ? toPrice(valueAt(bars.close, i)) : 0n
}

function toPrice(value: number): Units {
  return BigInt(Math.round(value * 1e8))
}

/** How each wish ended: by the last of its orders, but refused only when all of them were. */
function wishEnds(record: SessionRecord): ReadonlyMap<string, WishEnd> {
  const status = new Map<number, OrderStatus>()
  for (const event of record.events) {
    if (event.kind === 'ORDER') status.set(event.orderNumber, event.status)
    if (event.kind === 'FILL' && event.isFinal) status.set(event.execution.orderNumber, 'FILLED')
  }
  const ends = new Map<string, WishEnd>()
  for (const order of recordedOrders(record)) {
    const key = wishOf(order)
    const own = status.get(order.number) ?? 'NEW'
    const before = ends.get(key)
    if (own === 'FILLED') ends.set(key, 'FILLED')
    else if (own === 'REJECTED') ends.set(key, before ?? 'REJECTED')
    else if (isOpen(own) || before !== 'FILLED') ends.set(key, 'SHORT')
  }
  return ends
}

/** The ends of the days that the session's bars touch, behind its warm-up. */
function dayEnds({ first }: SessionRecord, bars: readonly Bars[]): readonly number[] {
  const spans = bars.flatMap((own, k) => {
    const from = first[k] ?? 0
    return own.length > from ? [[valueAt(own.openTime, from), valueAt(own.openTime, own.length - 1)]] : []
  })
  const from = Math.min(...spans.map(([begin = 0]) => begin))
  const to = Math.max(...spans.map(([, end = 0]) => end))
  const ends: number[] = []
  for (let end = (Math.floor(from / DAY_MS) + 1) * DAY_MS; end - DAY_MS <= to; end += DAY_MS) ends.push(end)
  return ends
}

function withoutLate(bars: Bars): Bars {
  const { symbol, interval, length } = bars
  const copy = new BarColumns({ symbol, interval, capacity: Math.max(1, length), optional: OPTIONAL_FIELDS })
  for (let i = 0; i < length; i++) {
    const bar = barAt(bars, i)
    copy.append({ ...bar, flags: (bar.flags ?? 0) & ~BAR_FLAG.late })
  }
  return copy
}

/** The record over other bars: of the same time, and behind the same warm-up. */
function overTruth(
  record: SessionRecord,
  seen: readonly Bars[],
  truth: readonly Bars[],
): readonly [SessionRecord, readonly Bars[]] {
  const bars = seen.map((own, k) => {
    const other = truth[k] ?? own
    const [from, to] = [0, own.length - 1].map((i) => valueAt(own.openTime, i))
    return sliceBars(other, countBefore(other, from ?? 0), countBefore(other, (to ?? 0) + 1))
  })
  const first = seen.map((own, k) => countBefore(bars[k] ?? own, valueAt(own.openTime, record.first[k] ?? 0)))
  return [{ ...record, first }, bars]
}

function withoutInterventions(record: SessionRecord): SessionRecord {
  return { ...record, events: record.events.filter(({ kind }) => kind === 'BAR' || kind === 'RULES') }
}

/** A posted order rests by the clock on an exchange, and in whole bars in a replay. */
function inWholeBars(record: SessionRecord): SessionRecord {
  const { genesis } = record
  const { policy } = genesis.settings
  if (policy === undefined) return record
  const postTimeoutMs = wholeBars(policy.postTimeoutMs, intervalMs(genesis.interval))
  return {
    ...record,
    genesis: { ...genesis, settings: { ...genesis.settings, policy: { ...policy, postTimeoutMs } } },
  }
}
