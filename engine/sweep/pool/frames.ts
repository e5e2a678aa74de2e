/** The bars of a symbol and of the longer intervals made of them, whole and made once. Floor 4. */
import type { LongerInterval } from '../../math/indicator.js'
import { Resampler } from '../../math/resampler.js'
import type { Bars } from '../../model/bars.js'

/** Bars by interval. */
export class Frames {
  readonly #bars: Bars
  readonly #resamplers = new Map<LongerInterval, Resampler>()

  constructor(bars: Bars) {
    this.#bars = bars
  }

  /** The bars of a longer interval, all that have closed. */
  resampler(interval: LongerInterval): Resampler {
    const known = this.#resamplers.get(interval)
    if (known) return known
    const made = new Resampler(this.#bars, interval)
    made.extend(this.#bars.length)
    this.#resamplers.set(interval, made)
    return made
  }

  /** The symbol's own bars, or those of a longer interval. */
  barsOf(interval: LongerInterval | undefined): Bars {
    return interval === undefined ? this.#bars : this.resampler(interval).bars
  }
}
