/** Names and places of the archives on data.binance.vision. Pure. Floor 3. */
import type { Interval } from '../../engine/model/time.js'

/** What is archived. */
export type ArchiveKind = 'klines' | 'aggTrades'

/** One archive, and the UTC time that it covers: `to` is not included. */
export interface ArchiveFile {
  readonly name: string
  /** Below the archive's address. */
  readonly path: string
  readonly from: number
  readonly to: number
}

/** What the archives are of. */
export interface ArchiveSeries {
  readonly kind: ArchiveKind
  readonly symbol: string
  /** Of klines. */
  readonly interval: Interval | undefined
}

/** Intervals that are archived by month only. */
const MONTHLY_ONLY: ReadonlySet<Interval | undefined> = new Set(['3d', '1w', '1M'])

/** Whether a series has daily archives. */
export function hasDays({ interval }: ArchiveSeries): boolean {
  return !MONTHLY_ONLY.has(interval)
}

/** The archive of the month that a time lies in. */
export function monthlyArchive(series: ArchiveSeries, time: number): ArchiveFile {
  const from = startOfMonth(time)
  const stamp = new Date(from).toISOString().slice(0, 7)
  return archiveOf(series, { folder: 'monthly', stamp, from, to: startOfMonth(time, 1) })
}

/** The archive of the day that a time lies in. */
export function dailyArchive(series: ArchiveSeries, time: number): ArchiveFile {
  const from = startOfDay(time)
  const stamp = new Date(from).toISOString().slice(0, 10)
  return archiveOf(series, { folder: 'daily', stamp, from, to: from + DAY_MS })
}

const DAY_MS = 86_400_000

/** 00:00 UTC of the day that a time lies in. */
export function startOfDay(time: number): number {
  return Math.floor(time / DAY_MS) * DAY_MS
}

/** The first moment of the month that a time lies in, or of one `later`. */
export function startOfMonth(time: number, later = 0): number {
  const date = new Date(time)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1)
}

function archiveOf(
  { kind, symbol, interval }: ArchiveSeries,
  {
    folder,
    stamp,
    from,
    to,
  }: { readonly folder: string; readonly stamp: string; readonly from: number; readonly to: number },
): ArchiveFile {
  // Archives write the month as `1mo`: `1M` and `1m` are one name on some disks.
  const of = kind === 'klines' ? (interval === '1M' ? '1mo' : (interval ?? '')) : 'aggTrades'
  const name = `${symbol}-${of}-${stamp}.zip`
  const path = kind === 'klines' ? `klines/${symbol}/${of}/${name}` : `aggTrades/${symbol}/${name}`
  return { name, path: `data/spot/${folder}/${path}`, from, to }
}
