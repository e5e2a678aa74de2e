/**
 * Proof B: the bars of a session, and whoever stepped in between them, through the backtester give the same orders
 * and fills. Floor 4.
 */
import { PortfolioReplay } from '../backtest/portfolio-replay.js'
import { Replay } from '../backtest/replay.js'
import { orderBody } from '../live/session/row-bodies.js'
import { FrameColumns } from '../math/frame-columns.js'
import { BarColumns, type Bars, countBefore, OPTIONAL_FIELDS, valueAt } from '../model/bars.js'
import { InvariantError } from '../model/errors.js'
import type { Intervention } from '../model/event.js'
import type { RunResult } from '../model/run-result.js'
import { toEpochMs } from '../model/time.js'
import { fillsCompared, fillText, ordersCompared } from './compared-rows.js'
import { firstDifference, type Proof } from './proof.js'
import type { ProofCode } from './prove-replay.js'
import type { SessionRecord } from './read-record.js'
import { around, fail, identityOf, namesOf, ownerOf } from './record-identity.js'
import { rulesOverTime } from './record-rules.js'

/** Proof B, for paper and dry-run. */
export function proveBars(record: SessionRecord, { strategy, params }: ProofCode): Proof {
  const indicators = strategy.indicators(params)
  const bars = barsOf(record)
  const seen = bars.map((own) => {
    const columns = new FrameColumns(Object.values(indicators), own, Object.values(strategy.also))
    columns.extend(own.length)
    return { bars: own, columns }
  })
  const result = replayBars(record, { strategy, params }, bars)
  const asked = result.orders.map(({ order }) => order)
  const orders = asked.map((order, row) => orderBody(order, around(asked, row), ownerOf(record, order)))
  const fills = result.fills.map(fillText)
  const lists = [
    ordersCompared(record, orders, seen, indicators),
    fillsCompared(record, fills, seen, indicators),
  ]
  return {
    name: 'B',
    claim: 'the bars alone through the backtester give the same orders and fills',
    counts: {
      bars: bars.reduce((sum, { length }) => sum + length, 0),
      orders: orders.length,
      fills: fills.length,
    },
    difference: firstDifference(lists, namesOf(record)),
  }
}

/** The backtester over a record's bars; it stops where someone stepped in, and goes on. */
export function replayBars(record: SessionRecord, code: ProofCode, bars: readonly Bars[]): RunResult {
  const { genesis, first } = record
  const common = { ...code, identity: identityOf(record), settings: genesis.settings }
  const versions = rulesOverTime(record)
  const [only] = bars
  if (bars.length === 1 && only) {
    const [symbol] = genesis.symbols
    if (!symbol) throw new InvariantError('a record must have a symbol')
    const { rules, adopted } = symbol
    const replay = new Replay({
      ...common,
      bars: only,
      rules: versions[0] ?? rules,
      adopted,
      first: first[0] ?? 0,
    })
    for (const { event, after } of interventionsOf(record)) {
      replay.advance(Math.max(replay.end, countBefore(only, after + 1)))
      replay.intervene(event)
    }
    replay.advance(only.length)
    return replay.finish()
  }
  const symbols = genesis.symbols.map(({ rules, adopted }, k) => ({
    bars: bars[k] ?? fail(),
    rules: versions[k] ?? rules,
    adopted,
  }))
  const from = toEpochMs(1 + Math.max(...bars.map((own, k) => lastOpenBefore(own, first[k] ?? 0))))
  const replay = new PortfolioReplay({ ...common, symbols, from })
  for (const { event, after } of interventionsOf(record)) {
    replay.advance(Math.max(replay.end, countBefore(replay.timeline, after + 1)))
    replay.intervene(event)
  }
  replay.advance(replay.timeline.length)
  return replay.finish()
}

function lastOpenBefore(bars: Bars, i: number): number {
  return i === 0 ? -1 : valueAt(bars.openTime, i - 1)
}

/** Whoever stepped in, and the open time of the last bar before it. */
function interventionsOf({ events }: SessionRecord): readonly { event: Intervention; after: number }[] {
  const found: { event: Intervention; after: number }[] = []
  let after = 0
  for (const event of events) {
    switch (event.kind) {
      case 'BAR':
        after = Math.max(after, event.bar.openTime)
        break
      case 'ORDER':
      case 'FILL':
      case 'TIMER':
      case 'RULES':
        break
      default:
        found.push({ event, after })
    }
  }
  return found
}

/** The bars of a record, by symbol, those that only warmed up too. */
export function barsOf({ genesis, events }: SessionRecord): readonly BarColumns[] {
  const all = genesis.symbols.map(
    ({ symbol }) => new BarColumns({ symbol, interval: genesis.interval, optional: OPTIONAL_FIELDS }),
  )
  for (const event of events) if (event.kind === 'BAR') all[event.symbolIndex]?.append(event.bar)
  return all
}
