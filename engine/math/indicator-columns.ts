/**
 * The columns of a set of indicators over one symbol's bars, computed forward: each distinct recipe
 * once, sources before what is made of them. Floor 1.
 */
import { type Bars, type Column, newColumn } from '../model/bars.js'
import { ConfigError, InvariantError } from '../model/errors.js'
import type { Indicator, Kernel, PlainData, Source } from './indicator.js'

/** Columns of an indicator, by its key, that are whole before a run begins; undefined for one that is not. */
export type ReadyColumns = (key: string) => readonly Column[] | undefined

interface Node {
  readonly indicator: Indicator
  /** Undefined where the columns were ready. */
  readonly kernel: Kernel | undefined
  readonly outputs: Column[]
  /** Read at every call: the bars' own columns move when they grow. */
  readonly inputs: readonly (() => Column)[]
}

/** What the kernels of a set remember, by key. */
export type IndicatorState = Readonly<Record<string, PlainData>>

/** Indicator columns that are extended as bars close: by one bar live, by blocks in a backtest. */
export class IndicatorColumns {
  readonly #bars: Bars
  readonly #nodes = new Map<string, Node>()
  readonly #ready: ReadyColumns
  #capacity: number
  #end = 0

  /** `ready` gives columns over all of the bars that need no more computing. */
  constructor(indicators: Iterable<Indicator>, bars: Bars, ready: ReadyColumns = () => undefined) {
    this.#bars = bars
    this.#ready = ready
    this.#capacity = bars.openTime.length
    for (const indicator of indicators) this.#add(indicator)
  }

  /** Bars computed so far. */
  get end(): number {
    return this.#end
  }

  /** The column of one output; it moves when the bars' columns grow. */
  column(indicator: Indicator, output: string): Column {
    const column = this.#nodes.get(indicator.key)?.outputs[indicator.outputs.indexOf(output)]
    if (!column) throw new InvariantError(`no column ${output} of ${indicator.key} was asked for`)
    return column
  }

  /**
   * Computes every column up to bar `to` (excluded), which the bars must hold already.
   * Gives true when columns have moved, so that readers can follow them.
   */
  extend(to: number): boolean {
    const hasMoved = this.#bars.openTime.length > this.#capacity
    if (hasMoved) this.#grow(this.#bars.openTime.length)
    for (const { kernel, inputs, outputs } of this.#nodes.values()) {
      kernel?.run(
        inputs.map((input) => input()),
        outputs,
        this.#end,
        to,
      )
    }
    this.#end = to
    return hasMoved
  }

  /** What the kernels remember after the last bar computed. */
  snapshot(): IndicatorState {
    return Object.fromEntries([...this.#nodes].map(([key, node]) => [key, node.kernel?.snapshot() ?? []]))
  }

  /** Goes on from bar `end` with what `snapshot` gave there; the columns must hold the bars before it. */
  restore(state: IndicatorState, end: number): void {
    for (const [key, node] of this.#nodes) {
      const kernel = state[key]
      if (kernel === undefined)
        throw new InvariantError(`the snapshot must hold every indicator, ${key} is not in it`)
      node.kernel?.restore(kernel)
    }
    this.#end = end
  }

  #add(indicator: Indicator): void {
    const node = this.#nodes.get(indicator.key)
    if (node) {
      if (node.indicator.definition === indicator.definition) return
      throw new ConfigError(
        `two definitions gave the indicator ${indicator.key}: what sets them apart must be in their \`params\`; define an indicator once, outside any function`,
      )
    }
    const ready = this.#ready(indicator.key)
    if (ready) {
      this.#nodes.set(indicator.key, { indicator, kernel: undefined, outputs: [...ready], inputs: [] })
      return
    }
    const inputs = indicator.sources.map((source) => this.#reader(source))
    this.#nodes.set(indicator.key, {
      indicator,
      kernel: indicator.createKernel(),
      outputs: indicator.outputs.map(() => newColumn(this.#capacity)),
      inputs,
    })
  }

  #reader(source: Source): () => Column {
    if (source.kind === 'field') return () => this.#bars[source.field]
    if (source.interval !== undefined) {
      throw new ConfigError(
        `on must stand outermost, ${source.key} was the source of another indicator; write on('${source.interval}', …) around the whole`,
      )
    }
    this.#add(source)
    return () => this.column(source, 'value')
  }

  #grow(capacity: number): void {
    for (const { outputs } of this.#nodes.values()) {
      outputs.forEach((column, k) => {
        const grown = newColumn(capacity)
        grown.set(column)
        outputs[k] = grown
      })
    }
    this.#capacity = capacity
  }
}
