/** Daily returns of made-up trials. */
import { newRandom } from '../../../engine/math/random.js'

/** Columns of normal returns of 1 % a day; the last has `edge` of its deviation as its mean. */
export function noise({
  seed,
  trials,
  days,
  edge = 0,
}: {
  seed: number
  trials: number
  days: number
  edge?: number
}): readonly Float64Array[] {
  const random = newRandom(seed)
  return Array.from({ length: trials }, (_, trial) =>
    new Float64Array(days).map(() => 0.01 * (random.normal() + (trial === trials - 1 ? edge : 0))),
  )
}
