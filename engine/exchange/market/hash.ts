/** Chance without a state: a number from a seed and a place, the same whenever it is asked. Floor 3. */

/** A number in [0, 1) that seed and places decide; whole numbers only. */
export function chanceAt(seed: number, ...places: readonly number[]): number {
  let mixed = seed | 0
  for (const place of places) {
    mixed = Math.imul(mixed ^ (place | 0), 0x9e3779b1)
    mixed = Math.imul(mixed ^ (mixed >>> 15) ^ Math.floor(place / 4_294_967_296), 0x85ebca77)
    mixed ^= mixed >>> 13
  }
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0xc2b2ae3d)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296
}
