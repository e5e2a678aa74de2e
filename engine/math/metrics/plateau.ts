/**
 * How well the neighbours of a trial do: a peak that stands alone is luck more often than a plateau.
 * Floor 1.
 */
import { byteAt, valueAt } from '../../model/bars.js'
import type { SweepParam, SweepValue } from '../../model/sweep-result.js'
import { quantileOfSorted } from '../statistics.js'

/** Share of a neighbourhood that may be worse than its plateau score. */
const SCORE_QUANTILE = 0.25

/** A grid of more swept parameters is scored by its nearest trials: a box of 3^6 cells is no neighbourhood. */
const MOST_GRID_DIMENSIONS = 5

/** A trial as far as its neighbourhood is concerned. */
export interface PlateauTrial {
  /** In the order of the sweep's `params`. */
  readonly params: readonly SweepValue[]
  /** The objective; NaN for a trial that failed or may not be chosen. */
  readonly value: number
}

/**
 * The quartile on the worse side of the objective over each trial's neighbourhood, itself included. On a
 * grid that is every trial within one step of each number and with the same words; else the nearest
 * trials, twice as many as parameters and at least four, in parameters scaled to 0..1. A neighbour without
 * a value counts as the worst of all values. NaN for a trial without a value or without a neighbour.
 */
export function plateauScores(
  params: readonly SweepParam[],
  trials: readonly PlateauTrial[],
  direction: 'higher' | 'lower',
): Float64Array {
  const values = Float64Array.from(trials, ({ value }) => value)
  const known = values.filter((value) => !Number.isNaN(value))
  const worst = known.reduce((a, b) => (a < b === (direction === 'higher') ? a : b), known[0] ?? Number.NaN)
  const neighbours = neighboursOf(params, trials)
  const share = direction === 'higher' ? SCORE_QUANTILE : 1 - SCORE_QUANTILE
  return values.map((value, i) => {
    const around = Number.isNaN(value) ? [] : neighbours(i)
    if (around.length === 0) return Number.NaN
    const sorted = Float64Array.from(around, (other) => orWorst(valueAt(values, other), worst))
    return quantileOfSorted(Float64Array.of(value, ...sorted).sort(), share)
  })
}

function orWorst(value: number, worst: number): number {
  return Number.isNaN(value) ? worst : value
}

/** Indices of a trial's neighbours, itself excluded. */
type Neighbours = (index: number) => readonly number[]

function neighboursOf(params: readonly SweepParam[], trials: readonly PlateauTrial[]): Neighbours {
  const swept = params.filter(({ kind }) => kind !== 'fixed').length
  const cells = params.reduce((product, one) => product * (one.kind === 'levels' ? one.values.length : 1), 1)
  const isGrid =
    swept <= MOST_GRID_DIMENSIONS &&
    params.every(({ kind }) => kind !== 'range') &&
    Number.isSafeInteger(cells)
  return isGrid ? gridNeighbours(params, trials) : nearestNeighbours(params, trials)
}

/** One swept parameter of a grid: its levels' places, and how far one step of it is in a cell's number. */
interface GridAxis {
  readonly place: number
  readonly count: number
  readonly stride: number
  /** Whether its levels are numbers, so that one can be beside another. */
  readonly isOrdered: boolean
}

function gridNeighbours(params: readonly SweepParam[], trials: readonly PlateauTrial[]): Neighbours {
  const axes: GridAxis[] = []
  const levels: ReadonlyMap<SweepValue, number>[] = []
  let stride = 1
  for (const [place, param] of params.entries()) {
    if (param.kind !== 'levels') continue
    const isOrdered = param.values.every((value) => typeof value === 'number')
    axes.push({ place, count: param.values.length, stride, isOrdered })
    levels.push(new Map(param.values.map((value, level) => [value, level])))
    stride *= param.values.length
  }
  const levelsOf = ({ params: point }: PlateauTrial): readonly number[] =>
    axes.map(({ place }, a) => levels[a]?.get(point[place] ?? '') ?? Number.NaN)
  const byCell = new Map<number, number[]>()
  const places = trials.map(levelsOf)
  for (const [i, place] of places.entries()) {
    const cell = place.reduce((sum, level, a) => sum + level * (axes[a]?.stride ?? 0), 0)
    const there = byCell.get(cell)
    if (there) there.push(i)
    else byCell.set(cell, [i])
  }
  return (index) => {
    let cells = [0]
    for (const [a, level] of (places[index] ?? []).entries()) {
      const axis = axes[a]
      if (!axis) continue
      const steps = axis.isOrdered ? [level - 1, level, level + 1] : [level]
      const inside = steps.filter((step) => step >= 0 && step < axis.count)
      cells = cells.flatMap((cell) => inside.map((step) => cell + step * axis.stride))
    }
    return cells.flatMap((cell) => byCell.get(cell) ?? []).filter((other) => other !== index)
  }
}

function nearestNeighbours(params: readonly SweepParam[], trials: readonly PlateauTrial[]): Neighbours {
  const axes = params.flatMap((param, place) =>
    param.kind === 'fixed' ? [] : [scaledColumn(param, trials, place)],
  )
  const count = Math.min(trials.length - 1, Math.max(4, 2 * axes.length))
  // One row a trial, so that a distance reads memory in order: 10 times as fast as column by column.
  const width = axes.length
  const rows = new Float64Array(width * trials.length)
  for (const [a, { values }] of axes.entries()) {
    for (let i = 0; i < trials.length; i++) rows[i * width + a] = valueAt(values, i)
  }
  const isOrdered = Uint8Array.from(axes, (axis) => Number(axis.isOrdered))
  const distances = new Float64Array(count)
  const nearest = new Int32Array(count)
  return (index) => {
    distances.fill(Number.POSITIVE_INFINITY)
    for (let other = 0; other < trials.length; other++) {
      if (other === index) continue
      const farthest = valueAt(distances, count - 1)
      let distance = 0
      for (let a = 0; a < width && distance < farthest; a++) {
        const apart = valueAt(rows, index * width + a) - valueAt(rows, other * width + a)
        distance += byteAt(isOrdered, a) === 1 ? apart * apart : apart === 0 ? 0 : 1
      }
      if (!(distance < farthest)) continue
      let place = count - 1
      for (; place > 0 && distance < valueAt(distances, place - 1); place--) {
        distances[place] = valueAt(distances, place - 1)
        nearest[place] = nearest[place - 1] ?? 0
      }
      distances[place] = distance
      nearest[place] = other
    }
    return [...nearest.subarray(0, count)]
  }
}

/** A swept parameter of all trials: numbers from 0 to 1, or places of words, of which two are 1 apart. */
interface ScaledColumn {
  readonly values: Float64Array
  readonly isOrdered: boolean
}

function scaledColumn(
  param: Exclude<SweepParam, { kind: 'fixed' }>,
  trials: readonly PlateauTrial[],
  place: number,
): ScaledColumn {
  const levels: readonly SweepValue[] = param.kind === 'levels' ? param.values : []
  const numbers = levels.filter((value) => typeof value === 'number')
  const isOrdered = numbers.length === levels.length
  const [min, max] = param.kind === 'range' ? [param.min, param.max] : [numbers[0] ?? 0, numbers.at(-1) ?? 0]
  const values = Float64Array.from(trials, ({ params }) => {
    const value = params[place] ?? ''
    return isOrdered ? (Number(value) - min) / (max - min || 1) : levels.indexOf(value)
  })
  return { values, isOrdered }
}
