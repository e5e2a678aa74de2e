/** What a sweep lets the parameters be, as a box of side 1 that samplers walk in. Floor 4. */
import type { ParamSpecs, ParamValues } from '../core/params.js'
import type { SweepParam, SweepValue } from '../model/sweep-result.js'

/** The parameters of a sweep, in the strategy's order. */
export type Space = readonly SweepParam[]

/** A place in the box: a number from 0 (included) to 1 (excluded) for each parameter that is not fixed. */
export type Point = readonly number[]

/** How a sampler sees one side of the box. */
export interface Side {
  /** How many values there are; infinite for numbers drawn from a range. */
  readonly levels: number
  /** Whether near places mean near values. */
  readonly isOrdered: boolean
}

/** Digits of a number drawn from a range: enough to tell places apart, few enough to type. */
const DIGITS = 9

/** The sides of the box. */
export function sidesOf(space: Space): readonly Side[] {
  return space.map(sideOf).filter((side) => side !== undefined)
}

function sideOf(param: SweepParam): Side | undefined {
  switch (param.kind) {
    case 'fixed':
      return undefined
    case 'levels':
      return { levels: param.values.length, isOrdered: typeof param.values[0] === 'number' }
    case 'range':
      return { levels: param.isWhole ? param.max - param.min + 1 : Number.POSITIVE_INFINITY, isOrdered: true }
  }
}

/** How many parameter sets the space holds before any is ruled out; infinite with a range of numbers. */
export function sizeOf(space: Space): number {
  return sidesOf(space).reduce((product, { levels }) => product * levels, 1)
}

/** The values at a place, in the order of the space. */
export function valuesAt(space: Space, point: Point): readonly SweepValue[] {
  let side = 0
  return space.map((param) => (param.kind === 'fixed' ? param.value : placedValue(param, point[side++] ?? 0)))
}

function placedValue(param: Exclude<SweepParam, { kind: 'fixed' }>, place: number): SweepValue {
  if (param.kind === 'levels') {
    const last = param.values.length - 1
    return param.values[Math.max(0, Math.min(last, Math.floor(place * param.values.length)))] ?? 0
  }
  const { min, max, isWhole } = param
  if (isWhole) return Math.max(min, Math.min(max, min + Math.floor(place * (max - min + 1))))
  const value = Number((min + place * (max - min)).toPrecision(DIGITS))
  return Math.max(min, Math.min(max, value))
}

/** The values by name, as a strategy takes them. */
export function toParams(space: Space, values: readonly SweepValue[]): ParamValues<ParamSpecs> {
  const entries = space.map(({ name }, k) => [name, values[k] ?? 0] as const)
  // Values come from levels and ranges that were checked against the strategy's own specs.
  return Object.freeze(Object.fromEntries(entries)) as ParamValues<ParamSpecs>
}

/** The corners of the box as values: each parameter at one end or the other. At most 2^16. */
export function* cornersOf(space: Space): Generator<readonly SweepValue[]> {
  const sides = sidesOf(space).length
  const count = 2 ** Math.min(sides, 16)
  for (let corner = 0; corner < count; corner++) {
    yield valuesAt(
      space,
      Array.from({ length: sides }, (_, k) => ((corner >> Math.min(k, 15)) & 1 ? 1 - 2 ** -40 : 0)),
    )
  }
}
