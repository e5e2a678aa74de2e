/**
 * Bars as an Arrow file that pandas, polars, pyarrow and R read as it is: the columns of Binance's kline archive,
 * times in milliseconds, and `origin`, in batches that go to the disk as they are made. Floor 3.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import {
  type Data,
  Float64,
  Int8,
  Int64,
  Message,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  type Schema,
  Utf8,
} from 'apache-arrow'
import {
  byteAt,
  closeTimeAt,
  type Field,
  type OptionalField,
  ORIGINS,
  valueAt,
} from '../../engine/model/bars.js'
import { InvariantError } from '../../engine/model/errors.js'
import type { StoredBars } from '../storage/stored-bars.js'

const BATCH_ROWS = 65_536

/** Writes the bars to a new file of their own and brings it to the disk. */
export function writeArrow(path: string, rows: StoredBars): void {
  const { length } = rows.bars
  const file = openSync(path, 'wx')
  try {
    const writer = new FileWriter(file)
    for (let from = 0; from < length; from += BATCH_ROWS) {
      writer.write(batchOf(rows, from, Math.min(length, from + BATCH_ROWS)))
    }
    writer.finish()
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Writes to a file at once, where the library's writer keeps all until somebody takes it. */
class FileWriter extends RecordBatchFileWriter {
  readonly #file: number

  constructor(file: number) {
    super()
    this.#file = file
  }

  protected override _write(chunk: unknown): this {
    if (!ArrayBuffer.isView(chunk)) throw new InvariantError('Arrow must write bytes, writes something else')
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at)
    this._position += bytes.length
    return this
  }

  /** The format wants the schema in front, too; the library writes it into the footer alone. */
  protected override _writeSchema(schema: Schema): this {
    return this._writeMagic()._writePadding(2)._writeMessage(Message.from(schema))
  }
}

function batchOf({ bars, closeTimes }: StoredBars, from: number, to: number): RecordBatch {
  const closes = new Float64Array(to - from)
  for (let i = from; i < to; i++) {
    closes[i - from] = closeTimes.get(valueAt(bars.openTime, i)) ?? closeTimeAt(bars, i)
  }
  const of = (field: Field | OptionalField): Float64Array =>
    bars[field]?.subarray(from, to) ?? new Float64Array(to - from).fill(Number.NaN)
  return new RecordBatch({
    open_time: wholes(bars.openTime.subarray(from, to)),
    open: doubles(of('open')),
    high: doubles(of('high')),
    low: doubles(of('low')),
    close: doubles(of('close')),
    volume: doubles(of('volume')),
    close_time: wholes(closes),
    quote_volume: doubles(of('quoteVolume')),
    count: wholes(of('tradeCount')),
    taker_buy_volume: doubles(of('takerVolume')),
    taker_buy_quote_volume: doubles(of('takerQuoteVolume')),
    ignore: makeData({ type: new Int8(), data: new Int8Array(to - from) }),
    origin: originsOf(bars.origin.subarray(from, to)),
  })
}

function doubles(values: Float64Array): Data<Float64> {
  return makeData({ type: new Float64(), length: values.length, data: values, ...nullsOf(values) })
}

function wholes(values: Float64Array): Data<Int64> {
  const data = new BigInt64Array(values.length)
  for (const [i, value] of values.entries()) if (!Number.isNaN(value)) data[i] = BigInt(value)
  return makeData({ type: new Int64(), length: values.length, data, ...nullsOf(values) })
}

/** Which values there are, a bit each: NaN is none. */
function nullsOf(values: Float64Array): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  const nullCount = values.reduce((count, value) => (Number.isNaN(value) ? count + 1 : count), 0)
  if (nullCount === 0) return { nullCount }
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8))
  for (const [i, value] of values.entries()) {
    if (!Number.isNaN(value)) nullBitmap[i >> 3] = byteAt(nullBitmap, i >> 3) | (1 << (i & 7))
  }
  return { nullCount, nullBitmap }
}

function originsOf(values: Uint8Array): Data<Utf8> {
  const names = ORIGINS.map((origin) => Buffer.from(origin))
  const valueOffsets = new Int32Array(values.length + 1)
  const texts: Buffer[] = []
  let end = 0
  for (const [i, value] of values.entries()) {
    const name = names[value] ?? Buffer.of()
    texts.push(name)
    end += name.length
    valueOffsets[i + 1] = end
  }
  return makeData({ type: new Utf8(), length: values.length, valueOffsets, data: Buffer.concat(texts) })
}
