/**
 * Downloads archives and checks them against the sums beside them. A sum that does not fit is asked for again
 * together with its file, because a file may just have been replaced, and then reported. Floor 3.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DataError, ExchangeError } from '../../engine/model/errors.js'
import { describeFault, type HttpAnswer, HttpSource } from '../../engine/venue/http-source.js'
import { syncFile, syncFolder } from '../storage/whole-file.js'
import type { ArchiveFile } from './archive-file.js'

/** Where archives are, and how patient the client is. */
export interface ArchiveClientParts {
  /** Such as `https://data.binance.vision`. */
  readonly url: string
  readonly sleep: (ms: number) => Promise<void>
  /** Longest silence within an answer. */
  readonly idleMs?: number
  readonly tries?: number
}

const IDLE_MS = 30_000
const TRIES = 5
const FIRST_RETRY_MS = 500
/** The largest monthly archives of aggregate trades have some 2 GB. */
const MAX_BYTES = 4 * 2 ** 30
const MAX_SUM_BYTES = 1024

/** The client. Close it when done. */
export class ArchiveClient {
  readonly #sleep: (ms: number) => Promise<void>
  readonly #tries: number
  readonly #source: HttpSource

  constructor({ url, sleep, idleMs = IDLE_MS, tries = TRIES }: ArchiveClientParts) {
    this.#sleep = sleep
    this.#tries = tries
    this.#source = new HttpSource(url, idleMs)
  }

  /**
   * Puts an archive whose sum is right at `path` and gives its SHA-256; undefined where there is no such
   * archive. Throws a DataError when it stays another than its sum or without one, an ExchangeError when it stays
   * out of reach.
   */
  async download(
    archive: ArchiveFile,
    path: string,
    onBytes: (done: number, total: number) => void = () => undefined,
  ): Promise<string | undefined> {
    mkdirSync(dirname(path), { recursive: true })
    const temp = join(dirname(path), `.${archive.name}.${randomUUID()}.tmp`)
    let wrong: { readonly sum: string; readonly sha256: string } | undefined
    let isUnchecked = false
    let reason = ''
    try {
      for (let tried = 0; tried < this.#tries; tried++) {
        if (tried > 0) await this.#sleep(FIRST_RETRY_MS * 2 ** (tried - 1))
        try {
          const sum = await this.#sumOf(archive)
          const sha256 = await this.#save(archive.path, temp, onBytes)
          if (sha256 === undefined) return undefined
          if (sum === undefined) {
            isUnchecked = true
            throw new Temporary('its .CHECKSUM is missing')
          }
          isUnchecked = false
          if (sum === sha256) {
            await syncFile(temp)
            renameSync(temp, path)
            syncFolder(dirname(path))
            return sha256
          }
          wrong = { sum, sha256 }
          reason = 'its sum is another'
        } catch (error) {
          if (!(error instanceof Temporary)) throw error
          reason = error.message
        }
      }
    } finally {
      rmSync(temp, { force: true })
    }
    if (wrong) {
      throw new DataError(
        `${archive.name} must have the SHA-256 that its .CHECKSUM says, ${wrong.sum}, had ${wrong.sha256} in ${this.#tries} tries; it is not stored: the archive is damaged or was just replaced, try later`,
      )
    }
    if (isUnchecked) {
      throw new DataError(
        `${archive.name} must have a .CHECKSUM beside it, had none in ${this.#tries} tries; it is not stored`,
      )
    }
    throw new ExchangeError(
      `${archive.name} must come from ${this.#source.url}, did not in ${this.#tries} tries: ${reason}; look at the network, or name another --archive-url`,
    )
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#source.close()
  }

  /** The sum beside an archive; undefined where there is none. */
  async #sumOf({ path, name }: ArchiveFile): Promise<string | undefined> {
    const body = await this.#open(`${path}.CHECKSUM`)
    if (!body) return undefined
    const chunks: Buffer[] = []
    let size = 0
    try {
      for await (const chunk of body.stream) {
        size += chunk.length
        if (size > MAX_SUM_BYTES) throw new Temporary('its .CHECKSUM is no line with a sum')
        chunks.push(chunk)
      }
    } catch (cause) {
      throw toTemporary(cause)
    }
    const text = Buffer.concat(chunks).toString('utf8').trim()
    const [, sum, named] = /^([0-9a-f]{64}) [ *](\S+)$/i.exec(text) ?? []
    if (sum === undefined || named !== name) throw new Temporary('its .CHECKSUM is no line with its sum')
    return sum.toLowerCase()
  }

  async #save(
    path: string,
    to: string,
    onBytes: (done: number, total: number) => void,
  ): Promise<string | undefined> {
    const body = await this.#open(path)
    if (!body) return undefined
    const hash = createHash('sha256')
    let done = 0
    const counted = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of source) {
        done += chunk.length
        if (done > MAX_BYTES) throw new DataError(`an archive must have at most ${MAX_BYTES} bytes, had more`)
        hash.update(chunk)
        onBytes(done, body.size)
        yield chunk
      }
    }
    try {
      await pipeline(body.stream, counted, createWriteStream(to))
    } catch (cause) {
      throw toTemporary(cause)
    }
    return hash.digest('hex')
  }

  async #open(path: string) {
    let answer: HttpAnswer
    try {
      answer = await this.#source.get(`/${path}`)
    } catch (cause) {
      throw toTemporary(cause)
    }
    const { status, headers, body } = answer
    if (status === 200) return { stream: body, size: Number(headers['content-length'] ?? 0) }
    await answer.dump()
    if (status === 404) return undefined
    if (status === 429) await this.#sleep(1000 * Math.min(60, Number(headers['retry-after']) || 1))
    if (status === 429 || status >= 500) throw new Temporary(`it answered ${status}`)
    throw new ExchangeError(
      `${this.#source.url}/${path} must be there or be missing (404), was answered with ${status}`,
    )
  }
}

/** A failure that may pass. */
class Temporary extends Error {}

/** Full disks and what this program refuses stay; a connection that was cut may pass. */
function toTemporary(cause: unknown): unknown {
  if (cause instanceof Temporary || cause instanceof DataError || cause instanceof ExchangeError) return cause
  const error = cause instanceof Error ? cause : undefined
  const code = error && 'code' in error ? String(error.code) : ''
  if (/^(ENOSPC|EACCES|EROFS|EDQUOT|EIO)$/.test(code)) return cause
  return new Temporary(describeFault(cause))
}
