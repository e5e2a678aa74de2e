/** Figures of an operations page, as a test shows them. */
import type { PageFigures } from '../../engine/live/operations/page-view.js'

/** A busy session that is well. */
export const FIGURES: PageFigures = {
  latency: {
    bar: { median: 120, p99: 480 },
    disk: { median: 1.2, p99: 4.5 },
    send: { median: 2.1, p99: 9.8 },
    answer: { median: 35, p99: 210 },
  },
  budget: { weight: 0.12, orders: 0.02, raw: 0.01, hits: 0, isEnded: false },
  feed: { reconnects: 1, filled: 3, missing: 0 },
  slippageOverModel: 1.4,
  alerts: ['ticket: 85 % of MAX_DAILY_LOSS is used'],
}
