/** Any Arrow file with bars in it: an export, or one that pandas, polars or another library wrote. Floor 3. */
import { open } from 'node:fs/promises'
import type { Data, Schema } from 'apache-arrow'
import { ORIGINS } from '../../engine/model/bars.js'
import { DataError } from '../../engine/model/errors.js'
import type { FoundFile } from '../find-files.js'
import { findColumns } from '../foreign-header.js'
import { type KlineField, KlineRows } from '../kline-rows.js'
import { ArrowSource } from './arrow-source.js'
import { columnsOf, nullsOf, textsOf } from './batch-columns.js'
import { fillNumbers, fillTimes, isText } from './column-numbers.js'

const MAX_ROWS = 50_000_000
/** Bytes of a row, when it is unpacked: twelve columns as text have fewer. */
const MAX_ROW_BYTES = 512
const PAGE_BYTES = 1 << 20
const CELL_BYTES = 8
/** The columns without which there are no bars. */
const REQUIRED: readonly KlineField[] = ['openTime', 'open', 'high', 'low', 'close']

/**
 * The rows of the file, or of the stream in it, in its order; columns are found by name as in a foreign CSV file,
 * times are timestamps, dates, or numbers of 10, 13 or 16 digits. Throws a DataError when it is damaged.
 */
export async function readArrowRows(
  file: FoundFile,
  columns: Readonly<Record<string, string>>,
  onShare: (share: number) => void,
): Promise<KlineRows> {
  const handle = await open(file.path)
  try {
    return await readRows(new ArrowSource(handle, file.size), { file, columns, onShare })
  } catch (cause) {
    if (cause instanceof DataError) throw cause
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new DataError(`${file.shown} must be a whole Arrow file of bars, was not: ${why}`, { cause })
  } finally {
    await handle.close()
  }
}

async function readRows(
  source: ArrowSource,
  {
    file,
    columns,
    onShare,
  }: {
    readonly file: FoundFile
    readonly columns: Readonly<Record<string, string>>
    readonly onShare: (share: number) => void
  },
): Promise<KlineRows> {
  let reader: BatchReader | undefined
  for await (const { message, bodyAt } of source.messages()) {
    if (message.isSchema()) reader = new BatchReader(message.header(), { file, columns })
    if (!reader || !message.isRecordBatch()) continue
    const header = message.header()
    const rows = reader.length + header.length
    if (!(header.length >= 0 && rows <= MAX_ROWS))
      throw new DataError(`${file.shown} must hold 1 to ${MAX_ROWS} bars, holds ${rows}`)
    const most = PAGE_BYTES + header.length * MAX_ROW_BYTES
    if (message.bodyLength > most)
      throw new Error(
        `${header.length} of its rows have ${message.bodyLength} bytes, those of bars less than ${most}`,
      )
    const body = await source.read(bodyAt, message.bodyLength)
    reader.add(
      columnsOf(header, body, { schema: reader.schema, version: message.version, most }),
      header.length,
    )
    onShare(bodyAt / file.size)
  }
  if (!reader || reader.length === 0) throw new DataError(`${file.shown} must hold bars, has none`)
  return reader.end()
}

/** A column of the file that bars are made of. */
interface WantedColumn {
  readonly field: KlineField
  readonly position: number
  readonly name: string
  nulls: number
  /** The first row that has none. */
  firstNull: number
}

/** Turns batches into rows. */
class BatchReader {
  readonly schema: Schema
  readonly #wanted: readonly WantedColumn[]
  readonly #origins = new Set<unknown>()
  readonly #originAt: number
  readonly #rows: KlineRows

  constructor(
    schema: Schema,
    { file, columns }: { readonly file: FoundFile; readonly columns: Readonly<Record<string, string>> },
  ) {
    this.schema = schema
    // Some writers leave an empty name out, and the library gives null for it.
    const names = schema.fields.map(({ name }: { readonly name: string | null }) => name ?? '')
    const positions = new Map<KlineField, number>(findColumns(names, columns, file.shown))
    const closeTime = names.indexOf('close_time')
    if (closeTime >= 0) positions.set('closeTime', closeTime)
    this.#wanted = [...positions].map(([field, position]) => ({
      field,
      position,
      name: names[position] ?? '',
      nulls: 0,
      firstNull: -1,
    }))
    this.#originAt = schema.fields.findIndex(({ name, type }) => name === 'origin' && isText(type))
    this.#rows = new KlineRows({
      file: file.shown,
      fields: this.#wanted.map(({ field }) => field),
      origin: 'import',
      lineOf: (row) => row + 1,
      capacity: Math.ceil(file.size / (CELL_BYTES * positions.size)),
    })
  }

  get length(): number {
    return this.#rows.length
  }

  /** Appends a batch of so many rows. */
  add(columns: readonly Data[], count: number): void {
    const rows = this.#rows
    const at = rows.length
    while (rows.capacity < at + count) rows.grow()
    for (const wanted of this.#wanted) {
      const data = columns[wanted.position]
      const into = rows.column(wanted.field)?.subarray(at, at + count)
      if (data && into) this.#fill(wanted, data, into)
    }
    const origins = columns[this.#originAt]
    if (origins && this.#origins.size < 2) for (const one of textsOf(origins)) this.#origins.add(one)
    rows.length = at + count
  }

  /** All rows. Throws a DataError on a column with a value in some of them only. */
  end(): KlineRows {
    for (const { field, name, nulls, firstNull } of this.#wanted) {
      const isMissing = nulls === this.length && !REQUIRED.includes(field)
      if (nulls > 0 && !isMissing)
        throw new DataError(
          `${this.#rows.place(firstNull)}: column ${name} must have a value in every row, was null`,
        )
      const isEmpty = this.#rows.column(field)?.subarray(0, this.length).every(Number.isNaN)
      if (isMissing || isEmpty === true) this.#rows.drop(field)
    }
    const [origin, other] = this.#origins
    if (other === undefined) this.#rows.origin = ORIGINS.find((one) => one === origin) ?? 'import'
    return this.#rows
  }

  #fill(wanted: WantedColumn, data: Data, into: Float64Array): void {
    const { name, field } = wanted
    const at = this.length
    const { count, first } = nullsOf(data)
    if (count > 0 && wanted.nulls === 0) wanted.firstNull = at + first
    wanted.nulls += count
    if (count === into.length) return
    const isTime = field === 'openTime' || field === 'closeTime'
    const refusal = isTime ? fillTimes(data, into, field === 'openTime') : fillNumbers(data, into)
    if (refusal)
      throw new DataError(`${this.#rows.place(at + refusal.row)}: column ${name} ${refusal.reason}`)
  }
}
