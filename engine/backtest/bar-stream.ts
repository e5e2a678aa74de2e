/**
 * The streaming driver: bars come one at a time, whenever they come, indicators step, and the same
 * Session decides. What it gives equals the columnar run to the byte. Floor 3.
 */
import { type Bar, BarColumns } from '../model/bars.js'
import type { Intervention } from '../model/event.js'
import type { RunResult } from '../model/run-result.js'
import type { Interval } from '../model/time.js'
import { Replay, type ReplaySetup } from './replay.js'

/** What a stream is made of: a run's setup, but the bars are still to come. */
export type StreamSetup = Omit<ReplaySetup, 'bars'> & {
  readonly symbol: string
  readonly interval: Interval
}

/** A run that is fed closed bars. The first `setup.first` of them only warm up. */
export class BarStream {
  readonly #setup: StreamSetup
  readonly #bars: BarColumns
  readonly #replay: Replay

  constructor(setup: StreamSetup) {
    this.#setup = setup
    this.#bars = new BarColumns({ symbol: setup.symbol, interval: setup.interval, capacity: 16 })
    this.#replay = new Replay({ ...setup, bars: this.#bars })
  }

  /** One bar has closed. */
  push(bar: Bar): void {
    this.#bars.append(bar)
    if (this.#bars.length > this.#setup.first) this.#replay.advance(this.#bars.length)
    else this.#setup.ledger?.append({ kind: 'BAR', symbolIndex: 0, bar })
  }

  /** Someone steps in between two bars. */
  intervene(event: Intervention): void {
    this.#replay.intervene(event)
  }

  /** No more bars will come. */
  finish(): RunResult {
    return this.#replay.finish()
  }
}
