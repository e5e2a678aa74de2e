/**
 * The messages of an Arrow file, or of a stream in one: schema, then batches of rows. Read one after the other by
 * their own lengths; what the footer of a file says must be the same, so that nothing is left out. Floor 3.
 */
import type { FileHandle } from 'node:fs/promises'
import { Message, type Schema, util } from 'apache-arrow'
import { Footer } from 'apache-arrow/ipc/metadata/file'
import { checkFooter, checkMessage } from './check-metadata.js'

/** A message, and where its body is in the file. */
export interface ArrowMessage {
  readonly message: Message
  readonly bodyAt: number
}

/** The footer of a file: the schema again, and where the batches are. */
interface ArrowFooter {
  readonly schema: Schema
  /** Offset and length of the body of each batch of rows. */
  readonly blocks: readonly string[]
  /** Where the first message is of which it says where it is. */
  readonly first: number
  /** Where the footer begins. */
  readonly start: number
}

const MAGIC = 'ARROW1'
/** Of the magic word with what fills it up, and of what is before a message's metadata. */
const PREFIX = 8
/** Behind the footer: its length, and the magic word again. */
const SUFFIX = 10
/** Writers fill up to at most so many bytes. */
const MAX_PADDING = 64
/** A schema may carry what pandas says of each column; no more than this. */
const MAX_METADATA = 1 << 24

/** The bytes of an open Arrow file. */
export class ArrowSource {
  readonly #handle: FileHandle
  readonly #size: number

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle
    this.#size = size
  }

  /** The messages, a schema first. Throws an Error that says what is wrong with the file. */
  async *messages(): AsyncGenerator<ArrowMessage> {
    const head = Buffer.from(await this.read(0, Math.min(PREFIX, this.#size)))
    const footer = head.toString('latin1', 0, MAGIC.length) === MAGIC ? await this.#readFooter() : undefined
    if (!footer && head.toString('latin1', 0, 4) === 'FEA1')
      throw new Error('it is in the first version of Feather; write it in the second, which is Arrow')
    if (!footer && (head.length < PREFIX || head.readInt32LE(0) !== -1))
      throw new Error(`it begins as no Arrow file does, with ${JSON.stringify(head.toString('latin1'))}`)
    const blocks: string[] = []
    let schema = footer?.schema
    // Some libraries write the schema into the footer alone.
    if (schema) yield { message: Message.from(schema), bodyAt: PREFIX }
    let count = 0
    for await (const one of this.#walk(footer)) {
      const { message, bodyAt } = one
      count++
      if (message.isSchema()) {
        if (count > 1) throw new Error('it has a second schema')
        if (schema) {
          checkSame(message, schema)
          continue
        }
        schema = message.header()
      }
      if (!schema) throw new Error('its first message is no schema')
      if (message.isRecordBatch()) blocks.push(`${bodyAt} ${message.bodyLength}`)
      yield one
    }
    if (footer && blocks.join() !== footer.blocks.join()) {
      throw new Error(
        `its footer names ${footer.blocks.length} batches of rows, it holds ${blocks.length}, or at other places`,
      )
    }
  }

  /** So many bytes from a place on, as memory of their own. */
  async read(at: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    for (let done = 0; done < length; ) {
      const { bytesRead } = await this.#handle.read(bytes, done, length - done, at + done)
      if (bytesRead === 0) throw new Error(`it ends at byte ${at + done}`)
      done += bytesRead
    }
    return bytes
  }

  async *#walk(footer: ArrowFooter | undefined): AsyncGenerator<ArrowMessage> {
    const end = footer?.start ?? this.#size
    let at = footer ? await this.#firstMessage(footer) : 0
    while (at < end) {
      if (at + PREFIX > end) throw new Error(`it is cut off at byte ${end}`)
      const prefix = Buffer.from(await this.read(at, PREFIX))
      if (prefix.readInt32LE(0) !== -1) throw new Error(`no message begins at byte ${at}`)
      const length = prefix.readInt32LE(4)
      at += PREFIX
      if (length === 0) {
        // The end; a file may fill up before its footer.
        if (end - at >= (footer ? MAX_PADDING : 1))
          throw new Error(`${end - at} bytes of it lie behind its end`)
        return
      }
      if (length < 0 || length > MAX_METADATA)
        throw new Error(`a message at byte ${at} says that it has ${length} bytes`)
      if (at + length > end) throw new Error(`it is cut off at byte ${end}`)
      const metadata = await this.read(at, length)
      checkMessage(metadata)
      const message = Message.decode(metadata)
      at += length
      if (!(message.bodyLength >= 0))
        throw new Error(`a message at byte ${at} has a body of ${message.bodyLength} bytes`)
      if (at + message.bodyLength > end) throw new Error(`it is cut off at byte ${end}`)
      yield { message, bodyAt: at }
      at += message.bodyLength
    }
    if (!footer) throw new Error('it has no mark of its end: it was cut off, or not closed by who wrote it')
  }

  /**
   * Where the first message of a file is: behind what fills up the magic word, which some make 64 bytes long; or
   * where the footer says, as polars writes the schema without saying how long it is.
   */
  async #firstMessage({ first, schema }: ArrowFooter): Promise<number> {
    let at = PREFIX
    for (; at <= MAX_PADDING && at + PREFIX <= first; at += PREFIX) {
      const word = Buffer.from(await this.read(at, PREFIX)).readInt32LE(0)
      if (word === -1) return at
      if (word !== 0) break
    }
    if (first - at > MAX_METADATA)
      throw new Error(`${first - at} bytes of it lie before its first batch of rows`)
    if (first > at) {
      const metadata = await this.read(at, first - at)
      checkMessage(metadata)
      checkSame(Message.decode(metadata), schema)
    }
    return first
  }

  async #readFooter(): Promise<ArrowFooter> {
    const least = PREFIX + SUFFIX
    const suffix = this.#size < least ? undefined : Buffer.from(await this.read(this.#size - SUFFIX, SUFFIX))
    if (suffix?.toString('latin1', 4) !== MAGIC)
      throw new Error(`it does not end in ${MAGIC}: it was cut off`)
    const length = suffix.readInt32LE(0)
    const start = this.#size - SUFFIX - length
    if (length <= 0 || length > MAX_METADATA || start < PREFIX)
      throw new Error(`its footer says that it has ${length} bytes`)
    const bytes = await this.read(start, length)
    checkFooter(bytes)
    const footer = Footer.decode(bytes)
    const blocks = [...footer.recordBatches()].map(
      ({ offset, metaDataLength, bodyLength }) => `${offset + metaDataLength} ${bodyLength}`,
    )
    const first = Math.min(
      start,
      ...[...footer.dictionaryBatches(), ...footer.recordBatches()].map(({ offset }) => offset),
    )
    return { schema: footer.schema, blocks, first, start }
  }
}

/** The schema is in a file twice: damage to one of them, as to a column's name or unit, would go unseen. */
function checkSame(message: Message, schema: Schema): void {
  if (!message.isSchema() || !util.compareSchemas(message.header(), schema))
    throw new Error('its footer has another schema than its beginning')
}
