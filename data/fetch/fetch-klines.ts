/**
 * Klines of one series into the store: monthly archives, daily ones where a month has none, REST for what no
 * archive holds. What is done is logged behind each write, so that it can be cut off anywhere and called
 * again. Floor 3.
 */
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { bucketOf } from '../../engine/math/bucket.js'
import { DataError } from '../../engine/model/errors.js'
import { closeTimeOf, DAY_MS, nextOpenTime } from '../../engine/model/time.js'
import { exchangeCodeOf } from '../../engine/venue/public-rest.js'
import type { FoundFile } from '../find-files.js'
import { type ImportPart, importFile } from '../import-file.js'
import { type StoreRows, seriesFolder } from '../storage/store.js'
import { withWorkFolder } from '../storage/work-folder.js'
import {
  type ArchiveFile,
  dailyArchive,
  hasDays,
  monthlyArchive,
  startOfDay,
  startOfMonth,
} from './archive-file.js'
import { logFetched, readFetchLog } from './fetch-log.js'
import type { FetchParts, FetchReport, WantedBars } from './fetch-parts.js'
import { joinParts } from './join-parts.js'
import { missingOf, type TimeRange } from './ranges.js'
import { checkPage, openTimeOf, type RestRow, toRestPart } from './rest-bars.js'

/** Rows that are brought before they are written. */
const BATCH = 50_000
/** Archives that are read before they are written. */
const ARCHIVES_AT_ONCE = 8
const UNKNOWN_SYMBOL = -1121

/** Fetches what is missing of the range. Throws a DataError, and an ExchangeError when a source fails. */
export async function fetchKlines(wanted: WantedBars, parts: FetchParts): Promise<FetchReport> {
  return new KlineFetch(wanted, parts).run()
}

/** What an archive holds. */
interface ReadArchive {
  readonly archive: ArchiveFile
  readonly parts: readonly ImportPart[]
  readonly sha256: string
}

class KlineFetch {
  readonly #wanted: WantedBars
  readonly #parts: FetchParts
  readonly #log: string
  readonly #report = { added: 0, changed: 0, same: 0, archives: 0, pages: 0, offGrid: 0 }
  readonly #refused: string[] = []
  /** Archives that are read and not written yet. */
  readonly #waiting: ReadArchive[] = []
  #waitingRows = 0
  #now = 0
  #since: number | undefined
  #isListed = true
  #done = 0
  #total = 0

  constructor(wanted: WantedBars, parts: FetchParts) {
    this.#wanted = wanted
    this.#parts = parts
    this.#log = join(seriesFolder(parts.store.folder, wanted), '_fetched.json')
  }

  async run(): Promise<FetchReport> {
    const { from, to } = this.#wanted
    this.#now = await this.#parts.rest.time()
    this.#since = await this.#firstOpen()
    const range = { from: Math.max(from, this.#since ?? from), to: Math.min(to, this.#now) }
    const missing = missingOf(readFetchLog(this.#log).ranges, range)
    this.#total = missing.reduce((sum, one) => sum + one.to - one.from, 0)
    await withWorkFolder(this.#parts.store.folder, async (folder) => {
      for (const one of missing) await this.#fetchRange(one, folder)
      await this.#flush()
    })
    return { ...this.#report, refused: this.#refused, since: this.#since }
  }

  /** Open time of the symbol's first bar; undefined where the exchange has forgotten the symbol. */
  async #firstOpen(): Promise<number | undefined> {
    const { symbol, interval } = this.#wanted
    try {
      const [row] = await this.#parts.rest.klines({ symbol, interval, startTime: 0, endTime: this.#now })
      return row && openTimeOf(row)
    } catch (error) {
      if (exchangeCodeOf(error) !== UNKNOWN_SYMBOL) throw error
      this.#isListed = false
      this.#parts.note(
        `${symbol}: the exchange does not know it, or not any more; what the archives hold is taken`,
      )
      return undefined
    }
  }

  async #fetchRange(range: TimeRange, folder: string): Promise<void> {
    for (let from = range.from; from < range.to; ) {
      const month = { from: startOfMonth(from), to: startOfMonth(from, 1) }
      const part = { from, to: Math.min(range.to, month.to) }
      // A symbol's first month is whole from its first bar on.
      const isWhole = (part.from === month.from || part.from === this.#since) && part.to === month.to
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

  /** Gives whether there was such an archive, and what it holds was taken. */
  async #takeArchive(archive: ArchiveFile, folder: string): Promise<boolean> {
    const read = await this.#readArchive(archive, folder)
    if (!read) return false
    this.#waiting.push(read)
    const rows = read.parts.reduce((sum, part) => sum + part.rows.bars.length, this.#waitingRows)
    this.#waitingRows = rows
    if (this.#waiting.length >= ARCHIVES_AT_ONCE || rows >= BATCH) await this.#flush()
    this.#report.archives++
    this.#done += Math.min(archive.to, this.#wanted.to) - Math.max(archive.from, this.#wanted.from)
    this.#progress(archive.name)
    return true
  }

  /** Writes what the archives brought, and then that it is done. */
  async #flush(): Promise<void> {
    const waiting = this.#waiting.splice(0)
    this.#waitingRows = 0
    const [first, ...others] = waiting.flatMap(({ parts, archive }) => {
      this.#tell(parts, archive.name)
      return parts.map(({ rows }) => rows).filter(({ bars }) => bars.length > 0)
    })
    if (first) await this.#write(joinParts([first, ...others]))
    for (const { archive, parts, sha256 } of waiting) {
      // Weeks and three days may end behind the archive's month: one that had not is asked for again.
      const isOpen = parts.some(({ open }) => open > 0)
      const to = isOpen ? Math.min(archive.to, this.#closedBy()) : archive.to
      await logFetched(this.#log, { from: archive.from, to }, { name: archive.name, sha256 })
    }
  }

  /** The bars of an archive that has the sum it must have; undefined where there is none, or it is left out. */
  async #readArchive(archive: ArchiveFile, folder: string): Promise<ReadArchive | undefined> {
    const path = join(folder, archive.name)
    const { name } = archive
    const { symbol, interval } = this.#wanted
    this.#progress(name)
    try {
      const sha256 = await this.#parts.archives.download(archive, path, (done, total) =>
        this.#progress(`${name}, ${megabytes(done)}${total > done ? ` of ${megabytes(total)}` : ''} MB`),
      )
      if (sha256 === undefined) return undefined
      const size = statSync(path).size
      const file: FoundFile = { path, name, shown: name, kind: 'zip', size, isFromFolder: false }
      const options = { symbol, interval, columns: undefined, isOffGridSkipped: true }
      const parts = await importFile(file, { ...options, now: this.#now, onShare: () => undefined })
      return { archive, parts, sha256 }
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      if (this.#parts.skipsBadArchives !== true) {
        throw new DataError(
          `${error.message}; --bad-archive skip takes days and REST in its place, and says so`,
          { cause: error },
        )
      }
      this.#parts.note(`left out, days and REST in its place: ${error.message}`)
      this.#refused.push(name)
      return undefined
    } finally {
      rmSync(path, { force: true })
    }
  }

  /** Pages from REST until the range is over; a short page says nothing, an empty one ends it. */
  async #fetchRest(range: TimeRange): Promise<void> {
    await this.#flush()
    if (!this.#isListed) return
    const { symbol, interval } = this.#wanted
    let rows: RestRow[] = []
    let from = range.from
    let start = range.from
    const flush = async (to: number): Promise<void> => {
      if (rows.length > 0) {
        const part = toRestPart(rows, { symbol, interval, now: this.#now })
        this.#tell([part], `${symbol} from REST`)
        await this.#write(part.rows)
      }
      if (to > start) await logFetched(this.#log, { from: start, to })
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
      checkPage(page, { from, to: range.to }, symbol)
      this.#report.pages++
      const closed = page.filter((row) => closeTimeOf(openTimeOf(row), interval) < this.#now)
      rows.push(...closed)
      const last = page.at(-1)
      if (last === undefined || closed.length < page.length) break
      const next = nextOpenTime(openTimeOf(last), interval)
      this.#done += next - from
      from = next
      if (rows.length >= BATCH) await flush(from)
    }
    const end = rows.at(-1)
    // Behind the last bar that has closed there may be one to come, until its day is over.
    const isOver = range.to <= startOfDay(this.#now)
    const closedTo = end === undefined ? start : nextOpenTime(openTimeOf(end), interval)
    await flush(Math.min(range.to, isOver ? Math.max(closedTo, this.#closedBy()) : closedTo))
  }

  /** Before this every bar has closed; the bar that opens here may have not. */
  #closedBy(): number {
    const { interval } = this.#wanted
    // Where three days begin the symbol's first day says, which may be unknown.
    return interval === '3d' ? this.#now - 3 * DAY_MS : bucketOf(this.#now, interval)
  }

  /** Counts the rows that are left out, and says it. */
  #tell(parts: readonly ImportPart[], source: string): void {
    const offGrid = parts.reduce((sum, part) => sum + part.offGrid.length, 0)
    if (offGrid === 0) return
    this.#report.offGrid += offGrid
    this.#parts.note(`${source}: ${offGrid} rows off the grid of ${this.#wanted.interval} are left out`)
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

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
