/**
 * The metadata of an Arrow file is a flatbuffer, and the library believes every length in it: a damaged one of two
 * thousand million entries would be read entry by entry. Here they are held against the bytes there are. Floor 3.
 */

/** Slots of the tables of Arrow's format that hold something with a length. */
const SLOTS = {
  message: { kind: 1, header: 2, keys: 4 },
  footer: { schema: 1, dictionaries: 2, batches: 3, keys: 4 },
  schema: { endianness: 0, fields: 1, keys: 2 },
  field: { children: 5, keys: 6 },
  batch: { nodes: 1, buffers: 2, variadic: 4 },
  dictionary: { data: 1 },
} as const

/** What a message may hold. */
const KIND = { schema: 1, dictionary: 2, batch: 3 } as const

const OFFSET_BYTES = 4
const NODE_BYTES = 16
const BLOCK_BYTES = 24
const COUNT_BYTES = 8
/** Lists in lists in lists: no table of bars has any. */
const MAX_DEPTH = 16

/** Throws an Error on the metadata of a message in which a length cannot be, or numbers come highest byte first. */
export function checkMessage(bytes: Uint8Array): void {
  const message = rootOf(bytes)
  message.entries(SLOTS.message.keys, OFFSET_BYTES)
  const header = message.table(SLOTS.message.header)
  const kind = message.byte(SLOTS.message.kind)
  if (!header) throw new Error('a message of it is empty')
  if (kind === KIND.schema) checkSchema(header)
  else if (kind === KIND.batch) checkBatch(header)
  else if (kind !== KIND.dictionary) throw new Error(`a message of it is of an unknown kind, ${kind}`)
  else {
    const data = header.table(SLOTS.dictionary.data)
    if (data) checkBatch(data)
  }
}

/** Throws an Error on a footer in which a length cannot be. */
export function checkFooter(bytes: Uint8Array): void {
  const footer = rootOf(bytes)
  footer.entries(SLOTS.footer.keys, OFFSET_BYTES)
  footer.entries(SLOTS.footer.dictionaries, BLOCK_BYTES)
  footer.entries(SLOTS.footer.batches, BLOCK_BYTES)
  const schema = footer.table(SLOTS.footer.schema)
  if (!schema) throw new Error('its footer has no schema')
  checkSchema(schema)
}

function checkSchema(schema: Table): void {
  if (schema.byte(SLOTS.schema.endianness) !== 0) throw new Error('its numbers have their highest byte first')
  schema.entries(SLOTS.schema.keys, OFFSET_BYTES)
  // Each field is a table of its own; in a damaged schema one may be named many times over.
  const budget = { fields: schema.size / OFFSET_BYTES }
  checkFields(schema, SLOTS.schema.fields, budget, 0)
}

function checkFields(table: Table, slot: number, budget: { fields: number }, depth: number): void {
  if (depth > MAX_DEPTH) throw new Error(`its columns lie in each other more than ${MAX_DEPTH} deep`)
  for (const at of table.entries(slot, OFFSET_BYTES)) {
    budget.fields--
    if (budget.fields < 0) throw new Error('its schema has more columns than bytes')
    const field = table.at(at)
    field.entries(SLOTS.field.keys, OFFSET_BYTES)
    checkFields(field, SLOTS.field.children, budget, depth + 1)
  }
}

function checkBatch(batch: Table): void {
  batch.entries(SLOTS.batch.nodes, NODE_BYTES)
  batch.entries(SLOTS.batch.buffers, NODE_BYTES)
  batch.entries(SLOTS.batch.variadic, COUNT_BYTES)
}

function rootOf(bytes: Uint8Array): Table {
  return new Table(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0).at(0)
}

/** A table in a flatbuffer. What lies outside of its bytes is a RangeError of the view. */
class Table {
  readonly #view: DataView
  readonly #start: number

  constructor(view: DataView, start: number) {
    this.#view = view
    this.#start = start
  }

  /** Bytes of the whole flatbuffer. */
  get size(): number {
    return this.#view.byteLength
  }

  /** The table that an offset at this place leads to. */
  at(place: number): Table {
    return new Table(this.#view, place + this.#view.getUint32(place, true))
  }

  /** The table in a slot; undefined where there is none. */
  table(slot: number): Table | undefined {
    const place = this.#place(slot)
    return place === undefined ? undefined : this.at(place)
  }

  /** The number in a slot, 0 where there is none. */
  byte(slot: number): number {
    const place = this.#place(slot)
    return place === undefined ? 0 : this.#view.getUint8(place)
  }

  /** The places of the entries in a slot, each of so many bytes, all within the flatbuffer. */
  entries(slot: number, bytes: number): readonly number[] {
    const place = this.#place(slot)
    if (place === undefined) return []
    const start = place + this.#view.getUint32(place, true)
    const count = this.#view.getUint32(start, true)
    const first = start + OFFSET_BYTES
    if (first + count * bytes > this.size)
      throw new Error(`its metadata name ${count} entries in ${this.size} bytes`)
    return Array.from({ length: count }, (_, i) => first + i * bytes)
  }

  #place(slot: number): number | undefined {
    const layout = this.#start - this.#view.getInt32(this.#start, true)
    const entry = 4 + 2 * slot
    // As the library asks, to the letter: what it would find in a damaged layout must be found here.
    if (entry >= this.#view.getInt16(layout, true)) return undefined
    const offset = this.#view.getInt16(layout + entry, true)
    return offset === 0 ? undefined : this.#start + offset
  }
}
