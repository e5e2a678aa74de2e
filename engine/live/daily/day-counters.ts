/** What of a day only the process knows: connections, limits, alerts. A ledger holds none of it. Floor 3. */
import { z } from 'zod'
import type { LimitKind } from '../../venue/limit-windows.js'
import type { Limiter } from '../../venue/limiter.js'
import type { RestCall } from '../../venue/rest-calls.js'
import type { LiveNews } from '../live-news.js'

const counts = z.record(z.string(), z.number())

/** What a process, or several one after the other, have counted on a day. */
export const PROCESS_DAY = z.object({
  /** Connections opened anew, by stream and reason. */
  reconnects: counts,
  /** The fullest window of each limit of the exchange, as a share; 1 is all of it. */
  limitPeaks: counts,
  /** Requests that the exchange refused for their number, by status. */
  limitHits: counts,
  requests: z.number(),
  /** Requests without an answer, or with a status of 500 or more. */
  failedRequests: z.number(),
  /** Orders that a risk limit stopped, by rule. */
  blocked: counts,
  /** Asks of the strategy that were not followed. */
  discarded: z.number(),
  /** Alerts raised, by severity. */
  alerts: counts,
  /** Processes that this is from. */
  processes: z.number(),
})

/** What a process has counted on a day, as data. */
export type ProcessDay = z.infer<typeof PROCESS_DAY>

const KINDS: readonly LimitKind[] = ['REQUEST_WEIGHT', 'ORDERS', 'RAW_REQUESTS']
const STATUSES = [429, 418, 403] as const

const NOTHING: ProcessDay = {
  ...{ reconnects: {}, limitPeaks: {}, limitHits: {}, requests: 0, failedRequests: 0 },
  ...{ blocked: {}, discarded: 0, alerts: {}, processes: 0 },
}

/** Counts from one midnight to the next. */
export class DayCounters {
  readonly #limiter: Pick<Limiter, 'counts' | 'share'>
  #day: ProcessDay = { ...NOTHING, processes: 1 }
  #hits: Readonly<Record<number, number>>

  constructor(limiter: Pick<Limiter, 'counts' | 'share'>) {
    this.#limiter = limiter
    this.#hits = limiter.counts.hits
  }

  hear(news: LiveNews): void {
    const day = this.#day
    switch (news.kind) {
      case 'RECONNECT':
        this.#day = { ...day, reconnects: plus(day.reconnects, `market ${news.reason}`) }
        break
      case 'ORDERS':
        if (news.about === 'user stream' && !news.isOver)
          this.#day = { ...day, reconnects: plus(day.reconnects, 'account') }
        break
      case 'RISK_BLOCK':
        this.#day = { ...day, blocked: plus(day.blocked, news.rule) }
        break
      case 'DISCARDED':
        this.#day = { ...day, discarded: day.discarded + news.count }
        break
      default:
    }
  }

  noteCall({ status }: RestCall): void {
    const { requests, failedRequests } = this.#day
    const isFailed = status === undefined || status >= 500
    this.#day = {
      ...this.#day,
      requests: requests + 1,
      failedRequests: failedRequests + (isFailed ? 1 : 0),
    }
    this.look()
  }

  noteAlert(severity: string): void {
    this.#day = { ...this.#day, alerts: plus(this.#day.alerts, severity) }
  }

  /** Looks how full the windows are: behind each request, and now and then for what others have used. */
  look(): void {
    const peaks = KINDS.map((kind) => {
      const share = this.#limiter.share(kind)
      return [kind, Math.max(share, this.#day.limitPeaks[kind] ?? 0)] as const
    })
    this.#day = { ...this.#day, limitPeaks: Object.fromEntries(peaks) }
  }

  /** What was counted so far. */
  get day(): ProcessDay {
    const { hits } = this.#limiter.counts
    const since = STATUSES.map((status) => [status, hits[status] - (this.#hits[status] ?? 0)] as const)
    return { ...this.#day, limitHits: Object.fromEntries(since.filter(([, count]) => count > 0)) }
  }

  /** A new day begins: gives what the last one had. */
  turn(): ProcessDay {
    this.look()
    const { day } = this
    this.#hits = this.#limiter.counts.hits
    this.#day = { ...NOTHING, processes: 1 }
    this.look()
    return day
  }
}

/** What two processes have counted of the same day. */
export function together(a: ProcessDay, b: ProcessDay): ProcessDay {
  return {
    reconnects: added(a.reconnects, b.reconnects),
    limitPeaks: merged(a.limitPeaks, b.limitPeaks, Math.max),
    limitHits: added(a.limitHits, b.limitHits),
    requests: a.requests + b.requests,
    failedRequests: a.failedRequests + b.failedRequests,
    blocked: added(a.blocked, b.blocked),
    discarded: a.discarded + b.discarded,
    alerts: added(a.alerts, b.alerts),
    processes: a.processes + b.processes,
  }
}

type Counts = Readonly<Record<string, number>>

function plus(counted: Counts, word: string): Record<string, number> {
  return added(counted, { [word]: 1 })
}

function added(a: Counts, b: Counts): Record<string, number> {
  return merged(a, b, (x, y) => x + y)
}

function merged(a: Counts, b: Counts, join: (x: number, y: number) => number): Record<string, number> {
  const words = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
  return Object.fromEntries(words.map((word) => [word, join(a[word] ?? 0, b[word] ?? 0)]))
}
