/** One batch of rows in an Arrow file → its columns, nothing believed that the bytes do not hold. Floor 3. */
import { type Data, DataType, type Field, type MetadataVersion, type Schema, Vector } from 'apache-arrow'
import type { RecordBatch } from 'apache-arrow/ipc/metadata/message'
import { VectorLoader } from 'apache-arrow/visitor/vectorloader'
import { unpackBody } from './unpack-body.js'

/** Writers fill up behind each piece to at most so many bytes. */
const MAX_PADDING = 64
const MIN_ROW_BYTES = 8

/**
 * The columns of a batch in the order of the schema, each as long as the batch. `most` is how many bytes it may
 * unpack to. Throws an Error that says what is wrong.
 */
export function columnsOf(
  header: RecordBatch,
  body: Uint8Array,
  {
    schema,
    version,
    most,
  }: { readonly schema: Schema; readonly version: MetadataVersion; readonly most: number },
): readonly Data[] {
  checkBuffers(header, body.length)
  if (header.nodes.length !== countNodes(schema.fields))
    throw new Error(
      `a batch of it has ${header.nodes.length} columns, its schema ${countNodes(schema.fields)}`,
    )
  const { bytes, regions } = header.compression
    ? unpackBody(header.buffers, body, { codec: header.compression.type, most })
    : { bytes: body, regions: header.buffers }
  // A time of at least four bytes, and four prices of at least one: memory is made for rows that there are.
  if (header.length * MIN_ROW_BYTES > bytes.length)
    throw new Error(`a batch of ${header.length} rows has ${bytes.length} bytes`)
  const loader = new WholeLoader(
    bytes,
    header.nodes,
    regions,
    new Map(),
    version,
    header.variadicBufferCounts,
  )
  const columns = loader.visitMany([...schema.fields])
  for (const [c, { length }] of columns.entries()) {
    if (length !== header.length)
      throw new Error(`column ${schema.fields[c]?.name} has ${length} rows in a batch of ${header.length}`)
  }
  return columns
}

/** The pieces of a body follow each other: one that does not was damaged, and would show another column's values. */
function checkBuffers({ buffers }: RecordBatch, bodyLength: number): void {
  let end = 0
  for (const { offset, length } of buffers) {
    if (length === 0) continue
    if (!(length > 0 && offset >= end && offset - end < MAX_PADDING && offset + length <= bodyLength))
      throw new Error(`${length} bytes from ${offset} on are no piece of a body of ${bodyLength} bytes`)
    end = offset + length
  }
  if (bodyLength - end >= MAX_PADDING)
    throw new Error(`${bodyLength - end} bytes of a body belong to no column`)
}

/** Columns and what they are made of; a dictionary's values are not among them. */
function countNodes(fields: readonly Field[]): number {
  return fields.reduce((sum, { type }) => sum + 1 + countNodes(childrenOf(type)), 0)
}

function childrenOf(type: DataType): readonly Field[] {
  return type.children ?? []
}

/** The library leaves out which values are null where their count says that none is; a damaged count would say so. */
class WholeLoader extends VectorLoader {
  protected override readNullBitmap<T extends DataType>(
    type: T,
    _nullCount: number,
    buffer = this.nextBufferRange(),
  ): Uint8Array {
    return this.readData(type, buffer)
  }
}

/** How many values of a column are null, and the first of them. Throws an Error when they are not as many as counted. */
export function nullsOf(data: Data): { readonly count: number; readonly first: number } {
  const { length, nullBitmap, nullCount, type } = data
  // A column of nothing else, as a table without any value of it has, marks none of them.
  if (DataType.isNull(type)) return { count: length, first: 0 }
  let count = 0
  let first = -1
  if (nullBitmap && nullBitmap.length > 0) {
    if (nullBitmap.length * 8 < length) throw new Error('a column has fewer marks of null than rows')
    for (let i = 0; i < length; i++) {
      if (((nullBitmap[i >> 3] ?? 0) & (1 << (i & 7))) !== 0) continue
      if (first < 0) first = i
      count++
    }
  }
  if (count !== nullCount) throw new Error(`a column has ${count} nulls, and counts ${nullCount}`)
  return { count, first }
}

/** The first text in a column, and the first other one: what each row says the same of all rows. */
export function textsOf(data: Data): readonly unknown[] {
  if (data.length === 0) return []
  const values = valuesOf(data)
  const first: unknown = values.get(0)
  for (let i = 1; i < data.length; i++) {
    if (isAsBefore(data, i)) continue
    const other: unknown = values.get(i)
    if (other !== first) return [first, other]
  }
  return [first]
}

/** Whether a text has the bytes of the one before it; making a string of each takes most of the time of a file. */
function isAsBefore({ type, valueOffsets, values }: Data, i: number): boolean {
  if (!DataType.isUtf8(type)) return false
  const at = valueOffsets[i] ?? 0
  const before = valueOffsets[i - 1] ?? 0
  const length = at - before
  if ((valueOffsets[i + 1] ?? 0) - at !== length) return false
  for (let k = 0; k < length; k++) if (values[at + k] !== values[before + k]) return false
  return true
}

/** The values of a column one by one, for types that are no plain numbers. */
export function valuesOf(data: Data): Vector {
  return new Vector([data])
}
