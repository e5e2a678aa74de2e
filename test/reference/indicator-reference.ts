/**
 * How the indicators are held against the results of others: every case of a reference file is compared
 * within a stated tolerance, or stands in a list with the reason why it is not. The lists are data
 * (`indicator-conventions.ts`), from which the tables of `docs/indicators.md` are written.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { HAS_SHARED, sharedPath } from '../shared.js'

/** How near two values must be; relative to 1 where the expected value is smaller than that. */
export type Tolerance =
  | { readonly kind: 'absolute' | 'relative'; readonly value: number }
  | { readonly kind: 'last digit' }

/** Cases that are compared. */
export interface Compared {
  /** What the others call it. */
  readonly theirs: string
  readonly ours: string
  readonly cases: number
  readonly tolerance: Tolerance
  /** What is different in the convention, and what follows for the comparison; empty when nothing is. */
  readonly note: string
}

/** Cases that are not compared. */
export interface Listed {
  readonly theirs: string
  readonly cases: number
  readonly reason: string
}

/** A reference and what is made of its cases. */
export interface Reference {
  readonly name: string
  /** Where its numbers come from. */
  readonly source: string
  /** What counts as a case. */
  readonly unit: string
  readonly compared: readonly Compared[]
  readonly listed: readonly Listed[]
}

/** Ours and theirs; a value that must not be there is NaN. */
export type Pair = readonly [ours: number, theirs: number]

/** One case: its group, and the values to compare, or none when it is listed. */
export interface Verdict {
  readonly theirs: string
  readonly pairs?: readonly Pair[]
}

/** The text of a file of references, unpacked. */
export function readReference(...parts: readonly string[]): string {
  const bytes = readFileSync(sharedPath('reference', ...parts))
  return (parts.at(-1)?.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

/** Decimals of a number as it is printed, noise of the last bits aside. */
function decimalsOf(value: number): number {
  return String(Number(value.toPrecision(12))).split('.')[1]?.length ?? 0
}

/** Whether our value is theirs, within the tolerance; NaN is NaN. */
export function isNear([ours, theirs]: Pair, tolerance: Tolerance): boolean {
  if (Number.isNaN(theirs)) return Number.isNaN(ours)
  const apart = Math.abs(ours - theirs)
  switch (tolerance.kind) {
    case 'absolute':
      return apart <= tolerance.value
    case 'relative':
      return apart <= tolerance.value * Math.max(1, Math.abs(theirs))
    case 'last digit':
      // Some references round, others cut off.
      return apart < 1.01 * 10 ** -decimalsOf(theirs)
  }
}

/** The tests of a reference: each group, and that no case is left out. Skipped where the file is not. */
export function testReference(reference: Reference, judge: () => readonly Verdict[]): void {
  describe.skipIf(!HAS_SHARED)(reference.name, () => {
    const verdicts = HAS_SHARED ? judge() : []
    const compared = (theirs: string) => verdicts.filter((one) => one.theirs === theirs && one.pairs)
    const listed = (theirs: string) => verdicts.filter((one) => one.theirs === theirs && !one.pairs)

    it.each(reference.compared)('$theirs is $ours in $cases cases', ({ theirs, cases, tolerance }) => {
      const own = compared(theirs)
      expect(own).toHaveLength(cases)
      for (const { pairs = [] } of own) {
        expect(pairs.length).toBeGreaterThan(0)
        expect(pairs.filter((pair) => !isNear(pair, tolerance))).toEqual([])
      }
    })

    it.each(reference.listed)('$theirs is not compared in $cases cases: $reason', ({ theirs, cases }) => {
      expect(listed(theirs)).toHaveLength(cases)
    })

    it('has no case that is neither compared nor listed', () => {
      const known = (groups: readonly (Compared | Listed)[]) => groups.map(({ theirs }) => theirs)
      const left = verdicts.filter(
        ({ theirs, pairs }) => !known(pairs ? reference.compared : reference.listed).includes(theirs),
      )
      expect(left.map(({ theirs }) => theirs)).toEqual([])
      const counted = [...reference.compared, ...reference.listed].reduce((sum, { cases }) => sum + cases, 0)
      expect(verdicts).toHaveLength(counted)
    })
  })
}
