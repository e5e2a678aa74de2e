/**
 * Random numbers from a seed: the same on every machine, and picked up again from a snapshot.
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, 32 bits a draw,
 * integers only. Not for secrets. Floor 1.
 */

/** State of a `Random` as four 32-bit integers: plain data that survives JSON. */
export type RandomState = readonly [number, number, number, number]

const TWO_32 = 4_294_967_296
const HALF = 0xffff

/** The variance of eight integers from 0 to 65535, uniform, is 8 · (65536² − 1) ÷ 12. */
const NORMAL_SCALE = Math.sqrt(12 / (8 * (65_536 * 65_536 - 1)))

/** Draws thrown away after seeding, so that near seeds do not begin alike (PractRand's number). */
const MIXING_DRAWS = 12

/** A stream of random numbers with a state of its own. Made by `newRandom` and `restoreRandom`. */
export class Random {
  // Zero first, the state after: V8 then keeps them as integers (2.8 ns a draw instead of 8).
  #a = 0
  #b = 0
  #c = 0
  #counter = 0

  constructor([a, b, c, counter]: RandomState) {
    this.#a = a | 0
    this.#b = b | 0
    this.#c = c | 0
    this.#counter = counter | 0
  }

  /** 32 random bits as an integer from −2^31 to 2^31 − 1. */
  int32(): number {
    const b = this.#b
    const c = this.#c
    const drawn = (this.#a + b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = b ^ (b >>> 9)
    this.#b = (c + (c << 3)) | 0
    this.#c = (((c << 21) | (c >>> 11)) + drawn) | 0
    return drawn
  }

  /** A number in [0, 1): a multiple of 2^−32, each as likely as any other. One draw. */
  uniform(): number {
    return (this.int32() >>> 0) / TWO_32
  }

  /**
   * A normal variate, mean 0 and variance 1, without log or sine: the sum of eight 16-bit uniforms
   * (Irwin–Hall), centred and scaled. Never beyond ±4.9; excess kurtosis −0.15. Four draws.
   */
  normal(): number {
    const sum = halves(this.int32()) + halves(this.int32()) + halves(this.int32()) + halves(this.int32())
    return (sum - 4 * HALF) * NORMAL_SCALE
  }

  /** The state now; `restoreRandom` goes on from it. */
  snapshot(): RandomState {
    return [this.#a, this.#b, this.#c, this.#counter]
  }
}

/** A stream for a seed: a whole number from 0 to 2^53 − 1. Throws a RangeError otherwise. */
export function newRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`a seed must be a whole number from 0 to 2^53 - 1, was ${seed}`)
  }
  const random = new Random([0, Math.floor(seed / TWO_32), seed, 1])
  for (let draw = 0; draw < MIXING_DRAWS; draw++) random.int32()
  return random
}

/** The stream that `snapshot` was taken from, at that point. */
export function restoreRandom(state: RandomState): Random {
  return new Random(state)
}

/** The two 16-bit halves of a draw, added. */
function halves(bits: number): number {
  return (bits >>> 16) + (bits & HALF)
}
