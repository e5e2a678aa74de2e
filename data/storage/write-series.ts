/** New bars into the months of a series: united with what is there, written, and committed in one step. Floor 3. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { BAR_FLAG, type Bars, byteAt, type OptionalField, valueAt } from '../../engine/model/bars.js'
import { DataError, InvariantError } from '../../engine/model/errors.js'
import { barsBetween, formatTime, isOnGrid, nextOpenTime } from '../../engine/model/time.js'
import { hashBars, hashStoredBars } from '../content-hash.js'
import { findGaps } from '../gaps.js'
import { commit } from './commit.js'
import { LANES } from './duckdb.js'
import { writeParquet } from './month-parquet.js'
import { STORE_SCHEMA, type StoredGap, type StoredMonth, type StoreManifest } from './store-manifest.js'
import {
  countOrigins,
  filledColumns,
  monthOf,
  nextMonth,
  type StoredBars,
  type StoreRows,
  sliceStored,
} from './stored-bars.js'
import { type Preferred, type UnitedBars, uniteBars } from './unite-bars.js'
import { tempName } from './whole-file.js'

/** What a write is made of; the caller holds the lock. */
interface SeriesWrite {
  readonly folder: string
  readonly rows: StoreRows
  readonly prefer: Preferred | undefined
  readonly before: StoreManifest | undefined
  /** The bars of a stored month, with these of its optional columns or with all. */
  readonly load: (month: StoredMonth, optional?: readonly OptionalField[]) => Promise<StoredBars>
  readonly cache: (month: StoredMonth, bars: StoredBars) => void
  /** A month's content is no more in the series. */
  readonly forget: (month: StoredMonth) => void
}

/** What a write did. */
export interface WriteReport {
  /** Bars that the store lacked. */
  readonly added: number
  /** Bars that are others now. */
  readonly changed: number
  /** Bars that it had. */
  readonly same: number
  readonly manifest: StoreManifest
}

/** Unites, writes and commits. On an error the series is as it was. */
export async function writeSeries(write: SeriesWrite): Promise<WriteReport> {
  const { folder, rows, before } = write
  checkStorable(rows)
  const counts = { added: 0, changed: 0, same: 0 }
  const months = new Map(before?.months.map((month) => [month.month, month]))
  const fresh = new Map<string, StoredBars>()
  const files: (readonly [temp: string, name: string])[] = []
  const lanes: Promise<void>[] = []
  try {
    for (const [from, to] of monthsOf(rows.bars)) {
      const name = monthOf(valueAt(rows.bars.openTime, from))
      const united = await uniteMonth(write, months.get(name), from, to)
      counts.added += united.added
      counts.changed += united.changed
      counts.same += united.same
      if (united.added + united.changed === 0) continue
      const temp = tempName(`${name}.parquet`)
      const lane = files.push([temp, `${name}.parquet`]) % LANES
      fresh.set(name, united.rows)
      await lanes[lane]
      lanes[lane] = writeParquet(join(folder, temp), united.rows, {
        lane,
        meanwhile() {
          const month = describeMonth(name, united.rows)
          write.cache(month, united.rows)
          months.set(name, month)
        },
      })
      // Its failure is met below, or at the next month of the lane.
      lanes[lane].catch(() => undefined)
    }
    await Promise.all(lanes)
    if (before && files.length === 0) return { ...counts, manifest: before }
    const manifest = await describeSeries(write, [...months.values()].sort(byMonth), fresh)
    commit(folder, { manifest, files })
    for (const old of before?.months ?? []) if (months.get(old.month) !== old) write.forget(old)
    return { ...counts, manifest }
  } catch (error) {
    await Promise.allSettled(lanes)
    for (const [temp] of files) rmSync(join(folder, temp), { force: true })
    const held = new Set(before?.months)
    for (const month of months.values()) if (!held.has(month)) write.forget(month)
    throw error
  }
}

async function uniteMonth(
  { rows, prefer, load }: SeriesWrite,
  stored: StoredMonth | undefined,
  from: number,
  to: number,
): Promise<UnitedBars> {
  const fresh = sliceStored(rows, from, to)
  if (!stored) return { rows: fresh, added: to - from, changed: 0, same: 0 }
  const { symbol, interval } = rows.bars
  const place = (row: number): string => rows.place?.(from + row) ?? `the new bar of ${symbol} ${interval}`
  return uniteBars(await load(stored), fresh, { prefer, place })
}

/** First and end of the bars of each month. */
function monthsOf({ openTime, length }: Bars): readonly (readonly [from: number, to: number])[] {
  const ranges: (readonly [number, number])[] = []
  let from = 0
  while (from < length) {
    const end = nextMonth(valueAt(openTime, from))
    let to = from + 1
    while (to < length && valueAt(openTime, to) < end) to++
    ranges.push([from, to])
    from = to
  }
  return ranges
}

const LAST_TIME = Date.UTC(9999, 11, 31)

/** Throws a DataError on the first bar that no store may hold. */
function checkStorable({ bars, closeTimes, place }: StoreRows): void {
  if (bars.length === 0)
    throw new DataError(
      `there must be at least one bar of ${bars.symbol} ${bars.interval} to store, was none`,
    )
  const at = (i: number): string => place?.(i) ?? `${bars.symbol} ${bars.interval}`
  for (let i = 0; i < bars.length; i++) {
    const time = valueAt(bars.openTime, i)
    const [open, high, low, close] = [
      valueAt(bars.open, i),
      valueAt(bars.high, i),
      valueAt(bars.low, i),
      valueAt(bars.close, i),
    ]
    if (i > 0 && !(time > valueAt(bars.openTime, i - 1))) {
      throw new DataError(`${at(i)}: open times must rise, ${time} came after ${bars.openTime[i - 1]}`)
    }
    if (!(time >= 0 && time < LAST_TIME) || !isOnGrid(time, bars.interval)) {
      throw new DataError(
        `${at(i)}: a bar of ${bars.interval} must open on its grid in UTC milliseconds, was ${time}`,
      )
    }
    if (
      !(
        low > 0 &&
        low <= open &&
        low <= close &&
        high >= open &&
        high >= close &&
        high < Number.POSITIVE_INFINITY
      )
    ) {
      throw new DataError(
        `${at(i)}: prices must be above 0 with low <= open, close <= high, was open ${open}, high ${high}, low ${low}, close ${close}`,
      )
    }
    if (!Number.isInteger(bars.tradeCount?.[i] ?? 0) && !Number.isNaN(bars.tradeCount?.[i])) {
      throw new DataError(`${at(i)}: the count of trades must be a whole number, was ${bars.tradeCount?.[i]}`)
    }
    const flags = byteAt(bars.flags, i)
    if ((flags & BAR_FLAG.synthetic) !== 0) {
      throw new InvariantError(
        `${at(i)}: a bar made up to fill a gap must not be stored, ${formatTime(time)} is one`,
      )
    }
    if ((flags & BAR_FLAG.irregularClose) !== 0 && closeTimes?.get(time) === undefined) {
      throw new InvariantError(
        `${at(i)}: an irregular close time must be given, that of ${formatTime(time)} is not`,
      )
    }
  }
}

function describeMonth(month: string, rows: StoredBars): StoredMonth {
  const { bars, closeTimes } = rows
  return {
    month,
    rows: bars.length,
    first: valueAt(bars.openTime, 0),
    last: valueAt(bars.openTime, bars.length - 1),
    columns: filledColumns(bars),
    irregularCloses: closeTimes.size,
    origins: countOrigins(bars),
    sha256: hashStoredBars(bars, closeTimes),
  }
}

async function describeSeries(
  { rows, load }: SeriesWrite,
  months: readonly StoredMonth[],
  fresh: ReadonlyMap<string, StoredBars>,
): Promise<StoreManifest> {
  const { symbol, interval } = rows.bars
  const parts: Bars[] = []
  const gaps: StoredGap[] = []
  for (const month of months) {
    const { bars } = fresh.get(month.month) ?? (await load(month, []))
    const before = parts.at(-1)
    if (before) gaps.push(...gapBetween(before, bars))
    gaps.push(...findGaps(bars).map(({ from, to, missing }) => ({ from, to, missing })))
    parts.push(bars)
  }
  const origins: Record<string, number> = {}
  for (const month of months) {
    for (const [origin, count] of Object.entries(month.origins))
      origins[origin] = (origins[origin] ?? 0) + count
  }
  return {
    schema: STORE_SCHEMA,
    symbol,
    interval,
    from: months[0]?.first ?? Number.NaN,
    to: nextOpenTime(months.at(-1)?.last ?? Number.NaN, interval),
    rows: months.reduce((sum, month) => sum + month.rows, 0),
    gaps,
    origins,
    sha256: hashBars(...parts),
    months,
  }
}

function gapBetween(before: Bars, behind: Bars): readonly StoredGap[] {
  const last = valueAt(before.openTime, before.length - 1)
  const to = valueAt(behind.openTime, 0)
  const missing = barsBetween(last, to, behind.interval) - 1
  if (!Number.isInteger(missing)) {
    throw new DataError(
      `${behind.symbol} ${behind.interval} bars must be on one grid, ${formatTime(last)} and ${formatTime(to)} are not`,
    )
  }
  return missing > 0 ? [{ from: nextOpenTime(last, behind.interval), to, missing }] : []
}

function byMonth(a: StoredMonth, b: StoredMonth): number {
  return a.month < b.month ? -1 : 1
}
