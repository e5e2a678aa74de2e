/** Moving average convergence divergence. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { checkPeriod, fillWarmup, type Indicator, type Kernel, type Source } from './indicator.js'

/**
 * `macd` is the fast EMA less the slow one, `signal` the EMA of that, `histogram` macd less signal.
 * As in TA-Lib both EMAs are seeded at the same bar, index `slow − 1`, each with the mean of as many
 * values as its period; the signal with the mean of its first `signal` values; and all three begin
 * together, after `slow + signal − 2` values. Which period is named first does not matter.
 * Unit: that of the source. TA-Lib: MACD, fast and slow periods from 2.
 */
export function macd(
  source: Source,
  fast: number,
  slow: number,
  signal: number,
): Indicator<'macd' | 'signal' | 'histogram'> {
  const periods = [checkPeriod('macd', fast, 2), checkPeriod('macd', slow, 2)] as const
  const short = Math.min(...periods)
  const long = Math.max(...periods)
  const smoothing = checkPeriod('macd', signal)
  return {
    kind: 'indicator',
    key: `macd(${source.key},${short},${long},${smoothing})`,
    sources: [source],
    outputs: ['macd', 'signal', 'histogram'],
    warmup: source.warmup + long + smoothing - 2,
    createKernel: () => new MacdKernel(source.warmup, short, long, smoothing),
  }
}

class MacdKernel implements Kernel {
  readonly #fastPeriod: number
  readonly #slowPeriod: number
  readonly #signalPeriod: number
  /** Where the averages are seeded, and where the signal is. */
  readonly #seed: number
  readonly #warmup: number
  #fast = 0
  #slow = 0
  /** Sum of the differences until its seed, the average after it. */
  #signal = 0

  constructor(first: number, fast: number, slow: number, signal: number) {
    this.#fastPeriod = fast
    this.#slowPeriod = slow
    this.#signalPeriod = signal
    this.#seed = first + slow - 1
    this.#warmup = this.#seed + signal - 1
  }

  run(inputs: readonly Column[], outputs: readonly Column[], from: number, to: number): void {
    const [x] = inputs as readonly [Column]
    const [out, signals, histogram] = outputs as readonly [Column, Column, Column]
    const fastWeight = 2 / (this.#fastPeriod + 1)
    const slowWeight = 2 / (this.#slowPeriod + 1)
    const signalWeight = 2 / (this.#signalPeriod + 1)
    const seed = this.#seed
    const warmup = this.#warmup
    fillWarmup(outputs, from, to, warmup)
    let fast = this.#fast
    let slow = this.#slow
    let signal = this.#signal
    let i = Math.max(from, seed)
    for (; i < to && i <= warmup; i++) {
      if (i === seed) {
        fast = meanOf(x, i, this.#fastPeriod)
        slow = meanOf(x, i, this.#slowPeriod)
      } else {
        fast = (valueAt(x, i) - fast) * fastWeight + fast
        slow = (valueAt(x, i) - slow) * slowWeight + slow
      }
      signal += fast - slow
      if (i < warmup) continue
      signal /= this.#signalPeriod
      out[i] = fast - slow
      signals[i] = signal
      histogram[i] = fast - slow - signal
    }
    for (; i < to; i++) {
      const value = valueAt(x, i)
      fast = (value - fast) * fastWeight + fast
      slow = (value - slow) * slowWeight + slow
      const difference = fast - slow
      signal = (difference - signal) * signalWeight + signal
      out[i] = difference
      signals[i] = signal
      histogram[i] = difference - signal
    }
    this.#fast = fast
    this.#slow = slow
    this.#signal = signal
  }

  snapshot(): readonly number[] {
    return [this.#fast, this.#slow, this.#signal]
  }

  restore(state: readonly number[]): void {
    const [fast, slow, signal] = state as readonly [number, number, number]
    this.#fast = fast
    this.#slow = slow
    this.#signal = signal
  }
}

/** Mean of the `n` values that end at `last`. */
function meanOf(x: Column, last: number, n: number): number {
  let sum = 0
  for (let i = last - n + 1; i <= last; i++) sum += valueAt(x, i)
  return sum / n
}
