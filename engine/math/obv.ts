/** On-balance volume. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { directionOf } from './direction.js'
import { close, type Indicator, type Kernel, volume } from './indicator.js'

/**
 * On-balance volume: the volume of bars that close higher is added, of bars that close lower taken
 * away. It begins with the first bar's volume, as in TA-Lib, so only its changes mean something.
 * Defined from the first bar on. Unit: base asset. The sum carries its rounding errors beside it.
 * Source: Granville, 1963; TA-Lib: OBV.
 */
export function obv(): Indicator<'value'> {
  return {
    kind: 'indicator',
    key: 'obv',
    sources: [close, volume],
    outputs: ['value'],
    warmup: 0,
    createKernel: () => new ObvKernel(),
  }
}

class ObvKernel implements Kernel {
  #sum = 0
  #error = 0

  run(inputs: readonly Column[], outputs: readonly Column[], from: number, to: number): void {
    const [closes, volumes] = inputs as readonly [Column, Column]
    const [out] = outputs as readonly [Column]
    let sum = this.#sum
    let error = this.#error
    for (let i = from; i < to; i++) {
      const direction = i === 0 ? 1 : directionOf(valueAt(closes, i), valueAt(closes, i - 1))
      const change = direction * valueAt(volumes, i)
      const next = sum + change
      const added = next - sum
      error += sum - (next - added) + (change - added)
      sum = next
      out[i] = sum + error
    }
    this.#sum = sum
    this.#error = error
  }

  snapshot(): readonly number[] {
    return [this.#sum, this.#error]
  }

  restore(state: readonly number[]): void {
    const [sum, error] = state as readonly [number, number]
    this.#sum = sum
    this.#error = error
  }
}
