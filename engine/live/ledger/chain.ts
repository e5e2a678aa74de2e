/** The chain over a ledger's rows: each holds a hash over the one before it and itself. Floor 3. */
import { createHash } from 'node:crypto'

/** Tables that the chain goes through, one number after the other. */
export const CHAINED = ['events', 'decisions', 'orders', 'fills'] as const

/** A table of the chain. */
export type ChainedTable = (typeof CHAINED)[number]

/** What of a row the hash is over, besides the hash before. */
export interface ChainedRow {
  readonly table: ChainedTable
  /** From 1, over all tables. */
  readonly seq: number
  /** When it was written, UTC milliseconds. */
  readonly time: number
  readonly kind: string
  readonly body: string
}

/** A row as it stands in the ledger. */
export interface StoredRow extends ChainedRow {
  readonly prev: string
  readonly hash: string
}

/** How far a chain goes: the last row's number (0 when there is none) and hash. */
export interface ChainHead {
  readonly seq: number
  readonly hash: string
}

/** The hash that the chain begins with. */
export function genesisHash(body: string): string {
  return createHash('sha256').update(`genesis\n${body}`).digest('hex')
}

/** The hash of a row behind one of hash `prev`. */
export function linkHash(prev: string, { table, seq, time, kind, body }: ChainedRow): string {
  return createHash('sha256').update(`${prev}\n${table}\n${seq}\n${time}\n${kind}\n${body}`).digest('hex')
}

/** What is wrong with a row that comes behind `head`; undefined when it is the next link. */
export function linkFault(head: ChainHead, row: StoredRow): string | undefined {
  const place = `row ${row.seq} (${row.table}, ${row.kind})`
  if (row.seq !== head.seq + 1) return `${place} must be row ${head.seq + 1}: rows were taken out or put in`
  if (row.prev !== head.hash) return `${place} must name the hash of the row before it, names another`
  if (row.hash !== linkHash(head.hash, row))
    return `${place} must have the hash of what it holds, was changed`
  return undefined
}
