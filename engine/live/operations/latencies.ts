/** How long things take, over the latest of each. Floor 3. */
import type { LiveNews } from '../live-news.js'

/**
 * What is timed: from a bar's close until it is known, from an input to the disk, from a decision to its order's sending,
 * from there to the exchange's answer.
 */
export type Timed = 'bar' | 'disk' | 'send' | 'answer'

/** Milliseconds; null before the first. */
export interface LatencyFigures {
  readonly median: number | null
  readonly p99: number | null
}

const SAMPLE = 512
const TIMED: readonly Timed[] = ['bar', 'disk', 'send', 'answer']

/** Follows a session's news. */
export class Latencies {
  readonly #samples: Readonly<Record<Timed, number[]>> = { bar: [], disk: [], send: [], answer: [] }

  hear(news: LiveNews): void {
    switch (news.kind) {
      case 'BAR':
        this.#note('bar', Math.max(0, news.ageMs))
        break
      case 'COMMIT':
        this.#note('disk', news.ms)
        break
      case 'SENT':
        this.#note('send', news.afterMs)
        break
      case 'ANSWERED':
        this.#note('answer', news.ms)
        break
      default:
    }
  }

  get figures(): Readonly<Record<Timed, LatencyFigures>> {
    const [bar, disk, send, answer] = TIMED.map((one) => figuresOf(this.#samples[one]))
    const none = { median: null, p99: null }
    return { bar: bar ?? none, disk: disk ?? none, send: send ?? none, answer: answer ?? none }
  }

  #note(what: Timed, ms: number): void {
    const sample = this.#samples[what]
    sample.push(ms)
    if (sample.length > SAMPLE) sample.shift()
  }
}

function figuresOf(sample: readonly number[]): LatencyFigures {
  const sorted = sample.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
  return { median: at(0.5), p99: at(0.99) }
}
