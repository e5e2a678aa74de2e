/**
 * The columns of a set of indicators over one symbol's bars and the longer intervals made of them.
 * Floor 1.
 */
import type { Bars, Column } from '../model/bars.js'
import { InvariantError } from '../model/errors.js'
import type { Indicator, LongerInterval } from './indicator.js'
import { IndicatorColumns, type IndicatorState, type ReadyColumns } from './indicator-columns.js'
import { Resampler, type ResamplerState } from './resampler.js'

/** A longer interval: its bars, its columns, and how far it has closed at each of the shorter bars. */
export interface Frame {
  readonly interval: LongerInterval
  readonly resampler: Resampler
  readonly columns: IndicatorColumns
  /** The first of its bars at which every indicator is defined. */
  readonly warmup: number
}

/** What is whole before a run begins, over all of the bars: runs over the same bars share it. */
export interface ReadyFrames {
  /** Columns over the bars of an interval; of the run's own where it is undefined. */
  columns(interval: LongerInterval | undefined): ReadyColumns
  /** The bars of a longer interval; undefined where a run shall make its own. */
  resampler(interval: LongerInterval): Resampler | undefined
}

/** What the kernels and the bars under way remember; plain data. */
export interface FrameState {
  readonly own: IndicatorState
  readonly longer: readonly { readonly bars: ResamplerState; readonly indicators: IndicatorState }[]
}

/** Columns that are extended as bars close: by one bar live, by blocks in a backtest. */
export class FrameColumns {
  /** The longer intervals, in the order they were named. */
  readonly frames: readonly Frame[]
  readonly #own: IndicatorColumns

  /** `intervals` are read even where no indicator is over them. */
  constructor(
    indicators: Iterable<Indicator>,
    bars: Bars,
    intervals: readonly LongerInterval[] = [],
    ready?: ReadyFrames,
  ) {
    const all = [...indicators]
    this.#own = new IndicatorColumns(
      all.filter(({ interval }) => interval === undefined),
      bars,
      ready?.columns(undefined),
    )
    const named = all.map(({ interval }) => interval).filter((interval) => interval !== undefined)
    this.frames = [...new Set([...intervals, ...named])].map((interval) => {
      const resampler = ready?.resampler(interval) ?? new Resampler(bars, interval)
      const over = all.filter((indicator) => indicator.interval === interval)
      const columns = new IndicatorColumns(over, resampler.bars, ready?.columns(interval))
      return { interval, resampler, columns, warmup: Math.max(0, ...over.map(({ warmup }) => warmup)) }
    })
  }

  /** Bars computed so far. */
  get end(): number {
    return this.#own.end
  }

  /** The column of one output; it moves when the bars' columns grow. */
  column(indicator: Indicator, output: string): Column {
    return this.#columnsOf(indicator.interval).column(indicator, output)
  }

  /**
   * Computes every column up to bar `to` (excluded), which the bars must hold already.
   * Gives true when columns have moved, so that readers can follow them.
   */
  extend(to: number): boolean {
    let hasMoved = this.#own.extend(to)
    for (const { resampler, columns } of this.frames) {
      const capacity = resampler.bars.openTime.length
      resampler.extend(to)
      if (resampler.bars.openTime.length > capacity) hasMoved = true
      if (columns.extend(resampler.bars.length)) hasMoved = true
    }
    return hasMoved
  }

  /** What the kernels and the bars under way remember after the last bar computed. */
  snapshot(): FrameState {
    return {
      own: this.#own.snapshot(),
      longer: this.frames.map(({ resampler, columns }) => ({
        bars: resampler.snapshot(),
        indicators: columns.snapshot(),
      })),
    }
  }

  /** Goes on from bar `end` with what `snapshot` gave there; the columns must hold the bars before it. */
  restore(state: FrameState, end: number): void {
    this.#own.restore(state.own, end)
    this.frames.forEach(({ resampler, columns }, k) => {
      const longer = state.longer[k]
      if (!longer) throw new InvariantError('the snapshot must hold every longer interval of the strategy')
      resampler.restore(longer.bars, end)
      columns.restore(longer.indicators, longer.bars.bars)
    })
  }

  #columnsOf(interval: LongerInterval | undefined): IndicatorColumns {
    if (interval === undefined) return this.#own
    const frame = this.frames.find((one) => one.interval === interval)
    if (!frame) throw new InvariantError(`no indicator over ${interval} was asked for`)
    return frame.columns
  }
}
