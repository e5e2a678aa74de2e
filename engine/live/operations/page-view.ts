/** What the operations page shows beside the status. Floor 3. */
import type { Limiter } from '../../venue/limiter.js'
import type { LiveNews } from '../live-news.js'
import type { LatencyFigures, Timed } from './latencies.js'

/** What the exchange allows, and how much of it is used. */
export interface Budget {
  /** Shares of the fullest windows; 1 is all of it. */
  readonly weight: number
  readonly orders: number
  readonly raw: number
  /** Requests that were refused for their number. */
  readonly hits: number
  /** Whether the exchange has ended all requests. */
  readonly isEnded: boolean
}

/** Figures of the process, for people. */
export interface PageFigures {
  readonly latency: Readonly<Record<Timed, LatencyFigures>>
  readonly budget: Budget
  /** Since the process started. */
  readonly feed: FeedCounts
  /** The 95th percentile of the latest fills, in units of the model; null where nothing can be said. */
  readonly slippageOverModel: number | null
  /** Trouble that is not over. */
  readonly alerts: readonly string[]
}

/** What a feed has been through. */
export interface FeedCounts {
  readonly reconnects: number
  /** Bars that came over REST because a stream had not brought them. */
  readonly filled: number
  /** Bars that the exchange does not have. */
  readonly missing: number
}

/** The counts behind some news. */
export function countFeed(counts: FeedCounts, news: LiveNews): FeedCounts {
  switch (news.kind) {
    case 'RECONNECT':
      return { ...counts, reconnects: counts.reconnects + 1 }
    case 'BACKFILL':
      return { ...counts, filled: counts.filled + news.bars }
    case 'GAP':
      return { ...counts, missing: counts.missing + news.bars }
    default:
      return counts
  }
}

/** The budget as a limiter knows it. */
export function budgetOf(limiter: Pick<Limiter, 'counts' | 'share' | 'isHalted'>): Budget {
  const { hits } = limiter.counts
  return {
    ...{ weight: limiter.share('REQUEST_WEIGHT'), orders: limiter.share('ORDERS') },
    ...{ raw: limiter.share('RAW_REQUESTS'), hits: hits[429] + hits[418] + hits[403] },
    isEnded: limiter.isHalted,
  }
}
