/** The lines of the price chart: the strategy's indicators, equity and drawdown. Floor 4. */
import { FrameColumns } from '../../engine/math/frame-columns.js'
import type { Indicator } from '../../engine/math/indicator.js'
import { BarColumns, type Bars, valueAt } from '../../engine/model/bars.js'
import { toNumber } from '../../engine/model/money.js'
import type { RunResult } from '../../engine/model/run-result.js'
import { type Interval, intervalMs } from '../../engine/model/time.js'
import { fineDecimals } from './decimals.js'
import { DRAWDOWN_DECIMALS, type LineValues } from './line-values.js'

/** Indicators of a strategy by name. */
export type NamedIndicators = Readonly<Record<string, Indicator>>

/** One line. */
export interface ChartLine extends LineValues {
  readonly name: string
  /** 0 is the price pane, panes of indicators follow, then equity and drawdown. */
  readonly pane: number
}

/** The lines, and what their panes are called. */
export interface ChartLines {
  readonly lines: readonly ChartLine[]
  /** Names of the panes between the price and the equity, from pane 1 on. */
  readonly panes: readonly string[]
  /** Outputs of indicators that found no place. */
  readonly leftOut: readonly string[]
}

/** Most outputs of indicators that are drawn: more make the page heavy and no clearer. */
const MOST_OUTPUTS = 8

/** Bars on which it is found out whether an indicator goes with the price. */
const PROBE = 4000

/**
 * Indicators first, those that share the price's scale on pane 0; then equity and drawdown. `columns` are the
 * indicators' over the bars of the run; they are computed where they are not given.
 */
export function chartLines(
  result: RunResult,
  indicators: NamedIndicators,
  columns = columnsOf(indicators, result.bars, result.end),
): ChartLines {
  const { bars, first, end } = result
  const likePrice = priceLikeOutputs(bars, end, indicators, columns)
  const lines: ChartLine[] = []
  const panes: string[] = []
  const leftOut: string[] = []
  for (const [name, indicator] of Object.entries(indicators)) {
    let own: number | undefined
    for (const output of indicator.outputs) {
      const label = output === 'value' ? name : `${name} ${output}`
      if (lines.length === MOST_OUTPUTS) {
        leftOut.push(label)
        continue
      }
      const values = valuesOf(columns, indicator, output, { from: first, to: end })
      // What has no value in the whole run gets no pane of its own to be empty in.
      const isOverlay = likePrice.has(`${name} ${output}`) || !values.some(Number.isFinite)
      if (!isOverlay && own === undefined) own = panes.push(name)
      lines.push(toLine(label, isOverlay ? 0 : (own ?? 0), values))
    }
  }
  const pane = panes.length + 1
  const cash = toNumber(result.settings.cash, result.rules.priceScale * result.rules.quantityScale)
  lines.push({ ...toLine('Equity', pane, result.equity, fineDecimals(cash)) })
  lines.push({
    name: 'Drawdown',
    pane: pane + 1,
    kind: 'drawdown',
    decimals: DRAWDOWN_DECIMALS,
    values: result.equity,
  })
  return { lines, panes, leftOut }
}

function columnsOf(indicators: NamedIndicators, bars: Bars, to: number): FrameColumns {
  const columns = new FrameColumns(Object.values(indicators), bars)
  columns.extend(to)
  return columns
}

/** Every so many values are looked at for their size: more would tell no more. */
const SAMPLES = 1 << 16

function toLine(name: string, pane: number, values: Float64Array, given?: number): ChartLine {
  let largest = 0
  const stride = Math.ceil(values.length / SAMPLES)
  for (let i = 0; i < values.length; i += stride) {
    const size = Math.abs(valueAt(values, i))
    if (size > largest && size < Number.POSITIVE_INFINITY) largest = size
  }
  return { name, pane, kind: 'values', decimals: given ?? fineDecimals(10 * largest), values }
}

/**
 * Outputs (`name output`) that belong on the price's scale: twice the prices give twice the value, and
 * half of the values lie within half of the close. An oscillator fails the first, a range the second.
 */
function priceLikeOutputs(
  bars: Bars,
  end: number,
  indicators: NamedIndicators,
  columns: FrameColumns,
): ReadonlySet<string> {
  const all = Object.values(indicators)
  const warmup = Math.max(0, ...all.map((one) => warmupBars(one, bars.interval)))
  const to = Math.min(end, warmup + PROBE)
  const doubled = columnsOf(indicators, doubledBars(bars, to), to)
  const found = new Set<string>()
  for (const [name, indicator] of Object.entries(indicators)) {
    for (const output of indicator.outputs) {
      const values = valuesOf(columns, indicator, output, { from: 0, to })
      const twice = valuesOf(doubled, indicator, output, { from: 0, to })
      let known = 0
      let near = 0
      let isScaled = true
      for (let i = 0; i < to; i++) {
        const value = valueAt(values, i)
        if (Number.isNaN(value)) continue
        known++
        if (Math.abs(value / valueAt(bars.close, i) - 1) <= 0.5) near++
        if (Math.abs(valueAt(twice, i) - 2 * value) > 1e-9 * Math.abs(value)) isScaled = false
      }
      if (isScaled && near > known / 2) found.add(`${name} ${output}`)
    }
  }
  return found
}

/** An output at each of the run's bars; over a longer interval that of its last bar that has closed. */
function valuesOf(
  columns: FrameColumns,
  indicator: Indicator,
  output: string,
  { from, to }: { readonly from: number; readonly to: number },
): Float64Array {
  const column = columns.column(indicator, output)
  const frame = columns.frames.find(({ interval }) => interval === indicator.interval)
  if (frame === undefined) return column.subarray(from, to)
  const values = new Float64Array(to - from)
  for (let i = from; i < to; i++) {
    const closed = frame.resampler.closedAt(i)
    values[i - from] = closed < 0 ? Number.NaN : valueAt(column, closed)
  }
  return values
}

/** The run's bars that an indicator needs before its first value. */
function warmupBars({ warmup, interval }: Indicator, own: Interval): number {
  return interval === undefined ? warmup : (warmup + 2) * Math.ceil(intervalMs(interval) / intervalMs(own))
}

function doubledBars(bars: Bars, to: number): Bars {
  const doubled = new BarColumns({ symbol: bars.symbol, interval: bars.interval, capacity: to })
  for (let i = 0; i < to; i++) {
    doubled.append({
      openTime: valueAt(bars.openTime, i),
      open: 2 * valueAt(bars.open, i),
      high: 2 * valueAt(bars.high, i),
      low: 2 * valueAt(bars.low, i),
      close: 2 * valueAt(bars.close, i),
      volume: valueAt(bars.volume, i),
    })
  }
  return doubled
}
