/**
 * Klines of one series into the store: monthly archives, daily ones where a month has none, REST for what no
 * archive holds. What is done is logged behind each write, so that it can be cut off anywhere and called
 * again. Floor 3.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeTimeOf, type Interval, nextOpenTime } from '../../engine/model/time.js'
import { KLINE_COLUMNS } from '../../engine/venue/kline-shape.js'
import { exchangeCodeOf, type PublicRest } from '../../engine/venue/public-rest.js'
import { checkRows } from '../check-rows.js'
import type { FoundFile } from '../find-files.js'
import { importFile, toPart } from '../import-file.js'
import { KLINE_FIELDS, KlineRows } from '../kline-rows.js'
import { toFileBars } from '../read-bars.js'
import { type Store, type StoreRows, seriesFolder } from '../storage/store.js'
import type { Preferred } from '../storage/unite-bars.js'
import type { ArchiveClient } from './archive-client.js'
import {
  type ArchiveFile,
  dailyArchive,
  hasDays,
  monthlyArchive,
  startOfDay,
  startOfMonth,
} from './archive-file.js'
import { logFetched, readFetchLog } from './fetch-log.js'
import { missingOf, type TimeRange } from './ranges.js'

/** Where bars come from and go to. */
export interface FetchParts {
  readonly store: Store
  readonly archives: ArchiveClient
  readonly rest: PublicRest
  readonly prefer: Preferred
  /** How far it is: milliseconds of market time done and asked for, and what is at hand. */
  readonly onProgress: (done: number, total: number, what: string) => void
  readonly note: (text: string) => void
}

/** The bars that are wanted. */
export interface WantedBars {
  readonly symbol: string
  readonly interval: Interval
  readonly from: number
  readonly to: number
}

/** What was done. */
export interface FetchReport {
  readonly added: number
  readonly changed: number
  readonly same: number
  /** Archives taken, and REST pages. */
  readonly archives: number
  readonly pages: number
  /** Rows off the interval's grid, which are left out. */
  readonly offGrid: number
  /** First bar of the symbol, where the exchange says so. */
  readonly since: number | undefined
}

/** Rows that REST brings before they are written. */
const BATCH = 50_000
const UNKNOWN_SYMBOL = -1121

/** Fetches what is missing of the range. Throws a DataError, and an ExchangeError when a source fails. */
export async function fetchKlines(wanted: WantedBars, parts: FetchParts): Promise<FetchReport> {
  return new KlineFetch(wanted, parts).run()
}

class KlineFetch {
  readonly #wanted: WantedBars
  readonly #parts: FetchParts
  readonly #log: string
  readonly #report = { added: 0, changed: 0, same: 0, archives: 0, pages: 0, offGrid: 0 }
  #now = 0
  #isListed = true
  #done = 0
  #total = 0

  constructor(wanted: WantedBars, parts: FetchParts) {
    this.#wanted = wanted
    this.#parts = parts
    this.#log = join(seriesFolder(parts.store.folder, wanted), 'fetched.json')
  }

  async run(): Promise<FetchReport> {
    const { symbol, from, to } = this.#wanted
    this.#now = await this.#parts.rest.time()
    const since = await this.#firstOpen()
    const range = { from: Math.max(from, since ?? from), to: Math.min(to, this.#now) }
    const missing = missingOf(readFetchLog(this.#log).ranges, range)
    this.#total = missing.reduce((sum, one) => sum + one.to - one.from, 0)
    const folder = mkdtempSync(join(tmpdir(), `nextbar-${symbol}-`))
    try {
      for (const one of missing) await this.#fetchRange(one, folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    return { ...this.#report, since }
  }

  /** Open time of the symbol's first bar; undefined where the exchange has forgotten the symbol. */
  async #firstOpen(): Promise<number | undefined> {
    const { symbol, interval } = this.#wanted
    try {
      const [row] = await this.#parts.rest.klines({ symbol, interval, startTime: 0, endTime: this.#now })
      return row?.[0]
    } catch (error) {
      if (exchangeCodeOf(error) !== UNKNOWN_SYMBOL) throw error
      this.#isListed = false
      this.#parts.note(`${symbol}: the exchange does not list it any more; what the archives hold is taken`)
      return undefined
    }
  }

  async #fetchRange(range: TimeRange, folder: string): Promise<void> {
    for (let from = range.from; from < range.to; ) {
      const month = { from: startOfMonth(from), to: startOfMonth(from, 1) }
      const part = { from, to: Math.min(range.to, month.to) }
      const isWhole = part.from === month.from && part.to === month.to
      const isTaken =
        (isWhole || !hasDays(this.#series)) &&
        month.to <= this.#now &&
        (await this.#takeArchive(monthlyArchive(this.#series, from), folder))
      // Of a symbol that is not listed any more a month without an archive has nothing.
      if (!isTaken && (this.#isListed || !isWhole)) await this.#fetchDays(part, folder)
      from = part.to
    }
  }

  /** Day by day from archives; days without one, in one piece, from REST. */
  async #fetchDays(range: TimeRange, folder: string): Promise<void> {
    if (!hasDays(this.#series)) {
      await this.#fetchRest(range)
      return
    }
    let open: TimeRange | undefined
    for (let from = range.from; from < range.to; ) {
      const day = { from, to: Math.min(range.to, startOfDay(from) + DAY_MS) }
      const isOver = startOfDay(from) + DAY_MS <= this.#now
      const isTaken = isOver && (await this.#takeArchive(dailyArchive(this.#series, from), folder))
      if (!isTaken) open = { from: open?.from ?? day.from, to: day.to }
      else if (open) {
        await this.#fetchRest(open)
        open = undefined
      }
      from = day.to
    }
    if (open) await this.#fetchRest(open)
  }

  get #series() {
    return { kind: 'klines', symbol: this.#wanted.symbol, interval: this.#wanted.interval } as const
  }

  /** Gives whether there was such an archive. */
  async #takeArchive(archive: ArchiveFile, folder: string): Promise<boolean> {
    const path = join(folder, archive.name)
    const { archives, note } = this.#parts
    this.#progress(archive.name)
    const sha256 = await archives.download(archive, path)
    if (sha256 === undefined) return false
    const { symbol, interval } = this.#wanted
    const file: FoundFile = {
      path,
      name: archive.name,
      shown: archive.name,
      kind: 'zip',
      size: statSync(path).size,
      isFromFolder: false,
    }
    const options = { symbol, interval, columns: undefined, isOffGridSkipped: true }
    for (const part of await importFile(file, { ...options, now: this.#now, onShare: () => undefined })) {
      await this.#write(part.rows)
      this.#report.offGrid += part.offGrid.length
      if (part.offGrid.length > 0) {
        note(`${archive.name}: ${part.offGrid.length} rows off the grid of ${interval} are left out`)
      }
    }
    rmSync(path)
    logFetched(this.#log, archive, { name: archive.name, sha256 })
    this.#report.archives++
    this.#done += Math.min(archive.to, this.#wanted.to) - Math.max(archive.from, this.#wanted.from)
    this.#progress(archive.name)
    return true
  }

  /** Pages from REST until the range is over; a short page says nothing, an empty one ends it. */
  async #fetchRest(range: TimeRange): Promise<void> {
    if (!this.#isListed) return
    const { symbol, interval } = this.#wanted
    let rows: (readonly number[])[] = []
    let from = range.from
    let start = range.from
    const flush = async (to: number): Promise<void> => {
      if (rows.length > 0) await this.#write(this.#toRows(rows))
      logFetched(this.#log, { from: start, to })
      rows = []
      start = to
    }
    while (from < range.to) {
      this.#progress(`${symbol} ${interval} from REST`)
      const page = await this.#parts.rest.klines({
        symbol,
        interval,
        startTime: from,
        endTime: range.to - 1,
      })
      this.#report.pages++
      const closed = page.filter((row) => (row[0] ?? 0) >= from && this.#isClosed(row[0] ?? 0))
      rows.push(...closed)
      const last = page.at(-1)?.[0]
      if (last === undefined || closed.length < page.length) break
      const next = nextOpenTime(last, interval)
      this.#done += next - from
      from = next
      if (rows.length >= BATCH) await flush(from)
    }
    const end = rows.at(-1)?.[0]
    // Behind the last bar that has closed there may be one to come.
    const isOver = range.to <= startOfDay(this.#now)
    const closedTo = end === undefined ? start : nextOpenTime(end, interval)
    const to = isOver ? range.to : Math.min(range.to, closedTo)
    await flush(to)
  }

  #isClosed(openTime: number): boolean {
    return closeTimeOf(openTime, this.#wanted.interval) < this.#now
  }

  #toRows(page: readonly (readonly number[])[]): StoreRows {
    const { symbol, interval } = this.#wanted
    const shown = `klines of ${symbol} ${interval} from REST`
    const rows = new KlineRows({
      file: shown,
      fields: KLINE_FIELDS,
      origin: 'rest',
      lineOf: (row) => row + 1,
      capacity: page.length,
    })
    for (const [i, row] of page.entries()) {
      for (const [k, field] of KLINE_COLUMNS.entries()) {
        const column = rows.column(field)
        if (column) column[i] = row[k] ?? Number.NaN
      }
    }
    rows.length = page.length
    checkRows(rows)
    const file: FoundFile = { path: '', name: '', shown, kind: 'json', size: 0, isFromFolder: false }
    const wanted = { symbol, interval, isOffGridSkipped: true }
    const bars = toFileBars(rows, { file, innerName: undefined, wanted })
    this.#report.offGrid += bars.offGrid?.length ?? 0
    const options = { now: this.#now }
    return toPart(bars, { what: 'klines', options, origin: 'rest' }).rows
  }

  async #write(rows: StoreRows): Promise<void> {
    if (rows.bars.length === 0) return
    const { store, prefer } = this.#parts
    const { added, changed, same } = await store.write(rows, { prefer })
    this.#report.added += added
    this.#report.changed += changed
    this.#report.same += same
  }

  #progress(what: string): void {
    this.#parts.onProgress(Math.min(this.#done, this.#total), this.#total, what)
  }
}

const DAY_MS = 86_400_000
