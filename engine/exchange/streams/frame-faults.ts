/** What faults do to frames on their way out: lost, doubled, late, out of order, altered. Floor 3. */
import type { Exchange } from '../exchange.js'
import type { Fault } from '../faults/fault.js'
import { withFields } from '../faults/fault-script.js'

/** A payload, or raw text, and how long it is held back. */
export interface OutgoingFrame {
  readonly payload?: Readonly<Record<string, unknown>>
  readonly text?: string
  readonly delayMs?: number
}

/** What becomes of a connection besides. */
export interface FrameVerdict {
  readonly frames: readonly OutgoingFrame[]
  readonly end?: 'close' | 'cut'
}

const ACTIONS = [
  ...([
    'drop',
    'duplicate',
    'delay',
    'reorder',
    'replace',
    'contradict',
    'repeat-old',
    'raw',
    'flood',
  ] as const),
  ...(['giant', 'close', 'cut'] as const),
]

/** Frames of one source, a stream or an account, as its listeners get them. */
export class FrameFaults {
  readonly #exchange: Exchange
  #held: OutgoingFrame[] = []
  #oldest: Readonly<Record<string, unknown>> | undefined

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  /** What is sent instead of a payload. `occasion` is `stream btcusdt@kline_1m` or `user executionReport`. */
  alter(occasion: string, payload: Readonly<Record<string, unknown>>): FrameVerdict {
    const { faults } = this.#exchange
    this.#oldest ??= payload
    if (faults.isEmpty && this.#held.length === 0) return { frames: [{ payload }] }
    let frames: OutgoingFrame[] = [{ payload }]
    let end: FrameVerdict['end']
    for (const fault of faults.take(occasion, ACTIONS, () => payload)) {
      if (fault.do === 'close' || fault.do === 'cut') end = fault.do
      else frames = this.#apply(fault, frames, payload)
    }
    return end === undefined ? { frames } : { frames, end }
  }

  #apply(fault: Fault, frames: OutgoingFrame[], payload: Readonly<Record<string, unknown>>): OutgoingFrame[] {
    const { ms = 1000, size = 1, bytes = 1 << 20, set = {}, text = '' } = fault
    switch (fault.do) {
      case 'drop':
        return []
      case 'duplicate':
        return [...frames, ...Array.from({ length: size }, () => frames).flat()]
      case 'delay':
        return frames.map((frame) => ({ ...frame, delayMs: ms }))
      case 'replace':
        return [{ payload: withFields(payload, set) }]
      case 'contradict':
        return [...frames, { payload: withFields(payload, set) }]
      case 'repeat-old':
        return this.#oldest === undefined ? frames : [...frames, { payload: this.#oldest }]
      case 'raw':
        return [{ text }]
      case 'giant':
        return [...frames, { text: JSON.stringify({ e: 'giant', filler: 'x'.repeat(bytes) }) }]
      case 'flood':
        return [...frames, ...Array.from({ length: size }, (_, n) => ({ payload: { e: 'flood', n } }))]
      case 'reorder': {
        // As many as `size` are held, then all come, the last first.
        this.#held.push(...frames)
        if (this.#held.length < Math.max(2, size)) return []
        const all = this.#held.reverse()
        this.#held = []
        return all
      }
      default:
        return frames
    }
  }
}
