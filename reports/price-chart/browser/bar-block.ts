/** A block of bars and lines as columns again. Runs in the browser and in tests. Floor 4. */
import type { ChartManifest } from './chart-manifest.js'
import type { ColumnReader } from './column-reader.js'

/** The lowest, highest and last value of a line in each bar; NaN where none is defined. */
export interface LineColumns {
  readonly low: Float64Array
  readonly high: Float64Array
  readonly last: Float64Array
}

/** Bars of one level, oldest first. */
export interface BarBlock {
  readonly n: number
  /** Nominal length of a bar in milliseconds. */
  readonly ms: number
  readonly time: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  /** To 1.6%; 0 where there is none, or the level has no lines. */
  readonly volume: Float64Array
  /** In the manifest's order; empty where the level has none. */
  readonly lines: readonly LineColumns[]
}

/** Reads block `chunk` of level `level`. */
export function readBarBlock(reader: ColumnReader, { level, chunk, manifest }: BlockPlace): BarBlock {
  const { n } = manifest.levels[level]?.chunks[chunk] ?? { n: 0 }
  const { ms = 1, hasLines = false, isFinest = false, chunks = [] } = manifest.levels[level] ?? {}
  const time = reader.nextSigned(n)
  for (let i = 0; i < n; i++) {
    time[i] = i === 0 ? (chunks[chunk]?.from ?? 0) : (time[i] ?? 0) + (time[i - 1] ?? 0) + ms
  }
  const prices = readPrices(reader, n, manifest.priceDecimals)
  const volume = hasLines ? runningSum(reader.nextSigned(n)).map(fromShortFloat) : new Float64Array(n)
  const series = hasLines ? manifest.series : []
  const lines = series.map(({ decimals }) =>
    readLine(reader, { n, power: Number(`1e${decimals}`), isFinest }),
  )
  return { n, ms, time, ...prices, volume, lines }
}

/** Which block: indices of the manifest. */
export interface BlockPlace {
  readonly manifest: ChartManifest
  readonly level: number
  readonly chunk: number
}

function readPrices(
  reader: ColumnReader,
  n: number,
  decimals: number | undefined,
): Pick<BarBlock, 'open' | 'high' | 'low' | 'close'> {
  if (decimals === undefined) {
    return { open: reader.next(n), high: reader.next(n), low: reader.next(n), close: reader.next(n) }
  }
  const [open, high, low, close] = [0, 1, 2, 3].map(() => reader.nextSigned(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const power = Number(`1e${decimals}`)
  let before = 0
  for (let i = 0; i < n; i++) {
    const first = before + (open[i] ?? 0)
    const last = first + (close[i] ?? 0)
    before = last
    open[i] = first / power
    close[i] = last / power
    high[i] = (Math.max(first, last) + (high[i] ?? 0)) / power
    low[i] = (Math.min(first, last) - (low[i] ?? 0)) / power
  }
  return { open, high, low, close }
}

function readLine(
  reader: ColumnReader,
  { n, power, isFinest }: { readonly n: number; readonly power: number; readonly isFinest: boolean },
): LineColumns {
  const last = reader.next(n)
  let before = 0
  for (let i = 0; i < n; i++) {
    const code = last[i] ?? 0
    if (code > 0) before += code % 2 === 1 ? (code - 1) / 2 : -code / 2
    last[i] = code > 0 ? before : Number.NaN
  }
  const scaled = (column: Float64Array): Float64Array => column.map((value) => value / power)
  if (isFinest) {
    const values = scaled(last)
    return { low: values, high: values, last: values }
  }
  const above = reader.nextSigned(n)
  const below = reader.nextSigned(n)
  const high = new Float64Array(n)
  const low = new Float64Array(n)
  let beside = Number.NaN
  for (let i = 0; i < n; i++) {
    const own = last[i] ?? Number.NaN
    const other = Number.isNaN(beside) ? own : beside
    high[i] = Math.max(other, own) + (above[i] ?? 0)
    low[i] = Math.min(other, own) - (below[i] ?? 0)
    if (!Number.isNaN(own)) beside = own
  }
  return { low: scaled(low), high: scaled(high), last: scaled(last) }
}

function runningSum(values: Float64Array): Float64Array {
  let sum = 0
  return values.map((value) => {
    sum += value
    return sum
  })
}

const SHORT = new DataView(new ArrayBuffer(4))

function fromShortFloat(code: number): number {
  SHORT.setUint32(0, code * 0x40000)
  return SHORT.getFloat32(0)
}
