/**
 * The columns of a month as raw bytes, so that a replay starts at the speed of memory: `.cache/<sha256>` below
 * the store, keyed by content, so that it can be stale by no means and deleted at any time. Floor 3.
 *
 * A file is: `NBCOLS01`; a CRC-32 for each column (4 bytes, little-endian, padded to 8); then the columns as
 * little-endian doubles (open time, open, high, low, close, volume, those of `columns`, pairs of open and
 * irregular close time), and the origins as bytes.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { BAR_FLAG, type BarColumns, FIELDS, OPTIONAL_FIELDS } from '../../engine/model/bars.js'
import type { StoredMonth } from './store-manifest.js'
import { filledColumns, type StoredBars } from './stored-bars.js'
import { isTempName, tempName } from './whole-file.js'

const MAGIC = Buffer.from('NBCOLS01')
const BYTES = Float64Array.BYTES_PER_ELEMENT

/** Where a month's columns are cached. */
export function cachePath(store: string, { sha256 }: Pick<StoredMonth, 'sha256'>): string {
  return join(store, '.cache', `${sha256}.columns`)
}

/**
 * Writes a month's columns. It is not synced to the disk: what a power cut tears fails its checksum. Where it
 * cannot be written, as on a full disk or in a store that is only to be read, there is none.
 */
export function writeCache(path: string, rows: StoredBars): void {
  const temp = join(dirname(path), tempName('columns'))
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeColumns(temp, rows)
    renameSync(temp, path)
  } catch (error) {
    dropCache(temp)
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}

function writeColumns(path: string, { bars, closeTimes }: StoredBars): void {
  const pieces = [
    ...(['openTime', ...FIELDS, ...filledColumns(bars)] as const).map(
      (field) => bars[field]?.subarray(0, bars.length) ?? new Float64Array(),
    ),
    Float64Array.from([...closeTimes].flat()),
    bars.origin.subarray(0, bars.length),
  ].map(bytesOf)
  const file = openSync(path, 'wx')
  try {
    for (const piece of [headOf(pieces.map((piece) => crc32(piece))), ...pieces]) {
      for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at)
    }
  } finally {
    closeSync(file)
  }
}

/**
 * Appends the month's bars to `target`, which must have room for them and the columns that are wanted.
 * False, and nothing appended, when the file is missing or damaged: then it is made again.
 */
export function readCache(
  path: string,
  month: StoredMonth,
  { target, closeTimes }: { readonly target: BarColumns; readonly closeTimes: Map<number, number> },
): boolean {
  const file = openFile(path)
  if (file === undefined) return false
  try {
    const { rows, columns, irregularCloses } = month
    const at = target.length
    const closes = new Float64Array(2 * irregularCloses)
    const values = (column: Float64Array | undefined) => column?.subarray(at, at + rows)
    const targets = [
      ...(['openTime', ...FIELDS, ...columns] as const).map((field) => ({
        into: values(target[field]),
        size: rows * BYTES,
      })),
      { into: closes, size: closes.byteLength },
      { into: target.origin.subarray(at, at + rows), size: rows },
    ]
    const head = Buffer.alloc(headOf(targets.map(() => 0)).length)
    const size = targets.reduce((sum, one) => sum + one.size, head.length)
    if (fstatSync(file).size !== size || readSync(file, head, 0, head.length, 0) !== head.length) return false
    if (!head.subarray(0, MAGIC.length).equals(MAGIC)) return false
    let offset = head.length
    for (const [i, { into, size: bytes }] of targets.entries()) {
      if (into && bytes > 0) {
        const view = bytesOf(into)
        if (readSync(file, view, 0, bytes, offset) !== bytes) return false
        if (crc32(view) !== head.readUInt32LE(MAGIC.length + 4 * i)) return false
      }
      offset += bytes
    }
    for (const field of OPTIONAL_FIELDS) if (!columns.includes(field)) values(target[field])?.fill(Number.NaN)
    target.flags.fill(0, at, at + rows)
    target.length = at + rows
    if (closes.length > 0) flag(target, at, closes, closeTimes)
    return true
  } finally {
    closeSync(file)
  }
}

/** What is younger may still be being written. */
const STALE_MS = 60_000

/** Removes what killed writers left: months that no manifest names, and files that were not finished. */
export function sweepCache(store: string, held: ReadonlySet<string>): void {
  const home = join(store, '.cache')
  if (!existsSync(home)) return
  for (const name of readdirSync(home)) {
    const path = join(home, name)
    const isOver = isTempName(name) ? isStale(path) : !held.has(name)
    if (isOver) dropCache(path)
  }
}

function isStale(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false })
  return file !== undefined && Date.now() - file.mtimeMs > STALE_MS
}

/** Removes a cached month that no manifest names, or what a write left of one. */
export function dropCache(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It was never made, or another process removed it.
  }
}

function flag(target: BarColumns, at: number, closes: Float64Array, closeTimes: Map<number, number>): void {
  const own = new Map<number, number>()
  for (let i = 0; i < closes.length; i += 2) own.set(closes[i] ?? Number.NaN, closes[i + 1] ?? Number.NaN)
  for (let i = at; i < target.length; i++) {
    const close = own.get(target.openTime[i] ?? Number.NaN)
    if (close === undefined) continue
    target.flags[i] = BAR_FLAG.irregularClose
    closeTimes.set(target.openTime[i] ?? Number.NaN, close)
  }
}

function openFile(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch {
    return undefined
  }
}

function headOf(checksums: readonly number[]): Buffer {
  const head = Buffer.alloc(MAGIC.length + Math.ceil(checksums.length / 2) * 8)
  MAGIC.copy(head)
  for (const [i, checksum] of checksums.entries()) head.writeUInt32LE(checksum, MAGIC.length + 4 * i)
  return head
}

function bytesOf(values: Float64Array | Uint8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
