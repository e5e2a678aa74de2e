/** Parabolic stop and reverse. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { checkPositive, high, type Indicator, type Kernel, low } from './indicator.js'

/**
 * Parabolic stop and reverse: a stop that runs after the extreme of the trade, faster with every new
 * extreme (by `step`, up to `max`), and turns when the price touches it. The first trade is short when
 * the second bar's downward movement is the larger one, long otherwise, as in TA-Lib; it begins at the
 * first bar's high or low. NaN for the first bar. Unit: price.
 * Source: Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib: SAR.
 */
export function parabolicSar(step: number, max: number): Indicator<'value'> {
  const fastest = checkPositive('parabolicSar', 'max', max)
  const slowest = Math.min(checkPositive('parabolicSar', 'step', step), fastest)
  return {
    kind: 'indicator',
    key: `parabolicSar(${slowest},${fastest})`,
    sources: [high, low],
    outputs: ['value'],
    warmup: 1,
    createKernel: () => new SarKernel(slowest, fastest),
  }
}

class SarKernel implements Kernel {
  readonly #step: number
  readonly #max: number
  #isLong = true
  /** Where the stop stands for the next bar. */
  #stop = 0
  #extreme = 0
  #speed = 0

  constructor(step: number, max: number) {
    this.#step = step
    this.#max = max
  }

  run(inputs: readonly Column[], outputs: readonly Column[], from: number, to: number): void {
    const [highs, lows] = inputs as readonly [Column, Column]
    const [out] = outputs as readonly [Column]
    if (from === 0 && to > 0) out[0] = Number.NaN
    if (from <= 1 && to > 1) this.#begin(highs, lows)
    let isLong = this.#isLong
    let stop = this.#stop
    let extreme = this.#extreme
    let speed = this.#speed
    for (let i = Math.max(from, 1); i < to; i++) {
      const top = valueAt(highs, i)
      const bottom = valueAt(lows, i)
      // The first stop stands at the bar before already.
      const before = Math.max(i - 1, 1)
      // A bar that is no number leaves nothing to go on from.
      if (Number.isNaN(top - bottom)) stop = Number.NaN
      if (isLong ? bottom <= stop : top >= stop) {
        isLong = !isLong
        stop = outside(extreme, isLong, highs, lows, i, before)
        speed = this.#step
        extreme = isLong ? top : bottom
      }
      out[i] = stop
      if (isLong ? top > extreme : bottom < extreme) {
        extreme = isLong ? top : bottom
        speed = Math.min(speed + this.#step, this.#max)
      }
      stop = outside(stop + speed * (extreme - stop), isLong, highs, lows, i, before)
    }
    this.#isLong = isLong
    this.#stop = stop
    this.#extreme = extreme
    this.#speed = speed
  }

  snapshot(): readonly number[] {
    return [this.#isLong ? 1 : 0, this.#stop, this.#extreme, this.#speed]
  }

  restore(state: readonly number[]): void {
    const [isLong, stop, extreme, speed] = state as readonly [number, number, number, number]
    this.#isLong = isLong === 1
    this.#stop = stop
    this.#extreme = extreme
    this.#speed = speed
  }

  #begin(highs: Column, lows: Column): void {
    const rise = valueAt(highs, 1) - valueAt(highs, 0)
    const fall = valueAt(lows, 0) - valueAt(lows, 1)
    this.#isLong = !(fall > 0 && fall > rise)
    this.#stop = valueAt(this.#isLong ? lows : highs, 0)
    this.#extreme = valueAt(this.#isLong ? highs : lows, 1)
    this.#speed = this.#step
  }
}

/** The stop, moved out of two bars where it stands inside them: a long one below, a short one above. */
function outside(
  stop: number,
  isLong: boolean,
  highs: Column,
  lows: Column,
  i: number,
  before: number,
): number {
  // Comparisons that mostly say no: a processor guesses them right, and the smaller of two lows wrong.
  let moved = stop
  if (isLong) {
    if (moved > valueAt(lows, i)) moved = valueAt(lows, i)
    if (moved > valueAt(lows, before)) moved = valueAt(lows, before)
  } else {
    if (moved < valueAt(highs, i)) moved = valueAt(highs, i)
    if (moved < valueAt(highs, before)) moved = valueAt(highs, before)
  }
  return moved
}
