/** What passes through the queue: trials in chunks one way, rows the other, as JSON. Floor 4. */
import type { ParamSpecs, ParamValues } from '../../core/params.js'
import { DataError } from '../../model/errors.js'
import type { Trial, TrialRow } from '../trial.js'

/** A chunk of trials of one sweep. */
export interface ChunkJob {
  /** Where the sweep's description stands in Redis: its hash. */
  readonly description: string
  readonly trials: readonly Trial[]
  /** Rows that a worker had when it was stopped, in order of the trials; null for those that it handed back. */
  readonly rows?: readonly (SentRow | null)[]
}

/** A row as JSON carries it: doubles as base64 of their bytes, so that none changes on the way. */
export type SentRow =
  | { readonly status: 'DONE'; readonly metrics: string; readonly returns: string }
  | { readonly status: 'FAILED'; readonly error: string; readonly stack: string; readonly isLasting: boolean }

/** How a worker's Redis keys and queues begin. */
export const PREFIX = 'nextbar'

const QUEUE = 'trials-'

/** The queue of one engine: workers of another would give other rows. */
export function queueNameOf(engineHash: string): string {
  return `${QUEUE}${engineHash}`
}

/** Matches the keys of Redis under which chunks wait, whatever the engine. */
export const WAITING_KEYS = `${PREFIX}:${QUEUE}*:wait`

/** The engine of such a key. */
export function engineOfKey(key: string): string {
  return key.slice(`${PREFIX}:${QUEUE}`.length, -':wait'.length)
}

/** Where the description of a sweep stands. */
export function descriptionKey(hash: string): string {
  return `${PREFIX}:sweep:${hash}`
}

/** A row as it is sent. */
export function toSent(row: TrialRow): SentRow {
  if (row.status === 'FAILED') return row
  return { status: 'DONE', metrics: textOf(row.metrics), returns: textOf(row.returns) }
}

/** The rows of a chunk as they were sent. Throws a DataError on anything else. */
export function parseSent(sent: unknown, count: number): readonly TrialRow[] {
  if (!Array.isArray(sent) || sent.length !== count) {
    throw new DataError(`a worker must answer ${count} rows, answered something else; is it another version?`)
  }
  return sent.map((row: unknown) => parseRow(row))
}

/** The rows that a chunk came with, by the places of their trials. */
export function rowsIn({ rows = [], trials }: ChunkJob): (TrialRow | undefined)[] {
  return trials.map((_, k) => {
    const row = rows[k] ?? undefined
    return row && parseRow(row)
  })
}

function parseRow(row: unknown): TrialRow {
  const fields: Readonly<Record<string, unknown>> = typeof row === 'object' && row !== null ? { ...row } : {}
  const { status, metrics, returns, error, stack, isLasting } = fields
  if (status === 'DONE' && typeof metrics === 'string' && typeof returns === 'string') {
    return { status, metrics: doublesOf(metrics), returns: doublesOf(returns) }
  }
  if (status === 'FAILED' && typeof error === 'string' && typeof stack === 'string') {
    return { status, error, stack, isLasting: isLasting === true }
  }
  throw new DataError('a worker must answer rows of trials, answered something else; is it another version?')
}

/** Parameters and range of a job, which only coordinators of this engine put into its queue. */
export function parseChunk(job: unknown): ChunkJob {
  const fields: Readonly<Record<string, unknown>> = typeof job === 'object' && job !== null ? { ...job } : {}
  const { description, rows, trials } = fields
  const isTrial = (one: unknown): one is Trial =>
    typeof one === 'object' && one !== null && 'key' in one && 'params' in one && 'range' in one
  if (typeof description === 'string' && Array.isArray(trials) && trials.every(isTrial)) {
    // Own keys alone, so that nothing of the sender's reaches a prototype.
    const plain = (params: ParamValues<ParamSpecs>) => Object.freeze({ ...params })
    return {
      description,
      trials: trials.map((one) => ({ ...one, params: plain(one.params) })),
      ...(Array.isArray(rows) && { rows }),
    }
  }
  throw new DataError('the queue must hold chunks of trials, holds something else; is it another program’s?')
}

function textOf(values: Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
}

function doublesOf(text: string): Float64Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'))
  return new Float64Array(bytes.buffer)
}
