/** What the price chart knows before it reads a block of columns. Floor 4. */

/** A run of bars of one level in a block of its own. Times are UTC milliseconds. */
export interface ChartChunk {
  /** Number of the block. */
  readonly block: number
  readonly n: number
  /** Beginning of its first bar. */
  readonly from: number
  /** End of its last bar. */
  readonly to: number
}

/** Bars of one length. */
export interface ChartLevel {
  readonly name: string
  readonly ms: number
  /** Whether volume and lines are in its blocks too, behind the prices. */
  readonly hasLines: boolean
  /** Whether it is the finest: a line then has one value a bar. */
  readonly isFinest: boolean
  readonly chunks: readonly ChartChunk[]
  /**
   * Stretches of time that its bars are kept for, from, to, from, to: how many lengths of a bar each lies
   * behind the one before, the first behind 1970; all of the run when empty.
   */
  readonly kept: readonly number[]
}

/** A line: an indicator's output, equity or drawdown. */
export interface ChartSeries {
  readonly name: string
  /** Lines of one pane share its number: 0 is the price pane. */
  readonly pane: number
  readonly decimals: number
}

/** Columns of the trades, in block `block`. */
export interface ChartTrades {
  readonly block: number
  readonly n: number
  /** Decimals of the prices; undefined where they are doubles. */
  readonly priceDecimals?: number
}

/** The whole of it. */
export interface ChartManifest {
  readonly symbol: string
  readonly baseAsset: string
  readonly quoteAsset: string
  /** Beginning of the first bar and end of the last, UTC milliseconds. */
  readonly from: number
  readonly to: number
  /** Decimals of the prices; undefined where they are doubles. */
  readonly priceDecimals?: number
  /** Decimals to print a price with. */
  readonly shownDecimals: number
  readonly moneyDecimals: number
  readonly hasVolume: boolean
  /** The finest first. */
  readonly levels: readonly ChartLevel[]
  /** Names of the panes of indicators, from pane 1 on. */
  readonly panes: readonly string[]
  /** The indicators, then equity, then drawdown. */
  readonly series: readonly ChartSeries[]
  readonly trades: ChartTrades
  /** What was held: block and count of the changes. */
  readonly position: { readonly block: number; readonly n: number }
  /** Lines of the orders with a price of their own. */
  readonly orders: { readonly block: number; readonly n: number; readonly priceDecimals?: number }
}

/** The manifests of a page, one a symbol. */
export function parseManifests(text: string): readonly ChartManifest[] {
  // The program itself wrote it, right before this script.
  return (JSON.parse(text) as readonly ChartManifest[]).map(withMoments)
}

/** One manifest, with the moments of kept stretches instead of the ways between them. */
export function parseManifest(text: string): ChartManifest {
  return withMoments(JSON.parse(text) as ChartManifest)
}

function withMoments(manifest: ChartManifest): ChartManifest {
  const levels = manifest.levels.map((level) => {
    let time = 0
    const kept = level.kept.map((leap) => {
      time += leap * level.ms
      return time
    })
    return { ...level, kept }
  })
  return { ...manifest, levels }
}
