/**
 * Writes a report when a day of the session is over, and at its end. It listens: what it reads is on the disk already,
 * and whatever fails here is its listener's to tell. Floor 3.
 */
import { DAY_MS, type Interval, nextOpenTime } from '../../model/time.js'
import type { Limiter } from '../../venue/limiter.js'
import type { RestCall } from '../../venue/rest-calls.js'
import type { LiveNews } from '../live-news.js'
import type { DailyReport } from './daily-report.js'
import { DayCounters, type ProcessDay } from './day-counters.js'
import { makeReport, writeReport } from './report-files.js'

/** What a reporter works with. */
export interface ReporterParts {
  /** State folder. */
  readonly folder: string
  readonly interval: Interval
  readonly limiter: Pick<Limiter, 'counts' | 'share'>
  /** A report was written: here it is, and the file to read it in. */
  readonly onReport: (report: DailyReport, path: string) => void
  /** Runs what may fail. */
  readonly guard: (work: () => void) => void
}

/** After a longer absence the days before are not made up for: `run-live.ts report` makes them. */
const MOST_DAYS = 7

/** One for each session's process. Close it when the session has ended. */
export class DayReporter {
  readonly #parts: ReporterParts
  readonly #counters: DayCounters
  /** The day that the session is in, by its last bar; undefined before it has one. */
  #day: number | undefined
  /** The day behind the newest bar. */
  #latest: number | undefined
  #equity: string | number | undefined
  #due: NodeJS.Immediate | undefined

  constructor(parts: ReporterParts) {
    this.#parts = parts
    this.#counters = new DayCounters(parts.limiter)
  }

  /** The session has begun; its last bar opened then, and this is what it is worth now. */
  begin(lastOpenTime: number | undefined, equity: number): void {
    if (lastOpenTime === undefined || this.#day !== undefined) return
    this.#day = this.#dayAfter(lastOpenTime)
    this.#equity = makeReport(this.#parts.folder, this.#day)?.equity.start ?? equity
  }

  /** Equity at the day's beginning; undefined before the session has begun. */
  get dayEquity(): number | undefined {
    return this.#equity === undefined ? undefined : Number(this.#equity)
  }

  hear(news: LiveNews): void {
    this.#counters.hear(news)
    if (news.kind !== 'BAR') return
    this.#latest = this.#dayAfter(news.bar.openTime)
    this.#day ??= this.#latest
    // The bars of all symbols are told one after the other, and are on the disk together.
    if (this.#latest > this.#day) this.#due ??= setImmediate(() => this.#parts.guard(() => this.#turn()))
  }

  noteCall(call: RestCall): void {
    this.#counters.noteCall(call)
  }

  noteAlert(severity: string): void {
    this.#counters.noteAlert(severity)
  }

  /** Looks at what has peaks; called about once a second. */
  look(): void {
    this.#counters.look()
  }

  /** The session is over, and its ledger closed. */
  close(): void {
    clearImmediate(this.#due)
    if (this.#latest !== undefined) this.#turn()
    if (this.#day !== undefined) this.#report(this.#day, this.#counters.turn())
  }

  /** Days that were over before this process came had their own; each that is over since gets one now. */
  #turn(): void {
    this.#due = undefined
    const [ended, latest] = [this.#day, this.#latest]
    if (ended === undefined || latest === undefined || ended >= latest) return
    this.#day = latest
    const first = Math.max(ended, latest - MOST_DAYS * DAY_MS)
    for (let day = first; day < latest; day += DAY_MS) this.#report(day, this.#counters.turn())
  }

  #report(day: number, counted: ProcessDay): void {
    const { folder, onReport } = this.#parts
    const report = makeReport(folder, day, counted)
    if (!report) return
    if (report.isWhole) this.#equity = report.equity.end
    onReport(report, writeReport(folder, report))
  }

  /** The day that goes on behind a bar: one that closes at midnight begins the next. */
  #dayAfter(openTime: number): number {
    return Math.floor(nextOpenTime(openTime, this.#parts.interval) / DAY_MS) * DAY_MS
  }
}
