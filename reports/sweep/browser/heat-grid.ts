/** Trials gathered in the cells of two parameters: what a heatmap shows, for the page and its program alike. Floor 4. */
import { cellOf, isRankedRow, type ListedAxis, type ListedColumn, type SweepList } from './sweep-data.js'

/** How the trials of a cell become one value. */
export type Aggregate = 'best' | 'mean' | 'median'

/** What is gathered: the objective, or the plateau scores. */
export type Shown = 'value' | 'plateau'

/** One cell. */
export interface HeatCell {
  /** Class of its colour: the program's own word; empty where there is nothing. */
  readonly shade: string
  /** NaN where no trial of it may be chosen. */
  readonly value: number
  /** Whether there are trials, and none has enough trades or a value. */
  readonly isThin: boolean
  /** Whether its plateau score is among the highest tenth. */
  readonly isPlateau: boolean
  readonly hasBest: boolean
  readonly hasBestPlateau: boolean
}

/** All cells: a row a value of the second parameter, highest first. */
export interface HeatGrid {
  readonly columns: readonly string[]
  readonly rows: readonly string[]
  readonly cells: readonly (readonly HeatCell[])[]
}

/** More distinct numbers than this are cut into bins of one width. */
const MOST_LEVELS = 24
/** Bins: fewer where they would be mostly empty, and no more than a screen is wide. */
const LEAST_BINS = 4
const MOST_BINS = 14
/** Trials to a cell, on average. */
const CROWD = 2

/** Steps of a colour. */
const SHADES = 5

/** The grid of two parameters; both may be the same one. */
export function heatGrid(
  list: SweepList,
  x: ListedAxis,
  y: ListedAxis,
  { aggregate, shown }: { readonly aggregate: Aggregate; readonly shown: Shown },
): HeatGrid {
  const across = binsOf(list, x)
  const down = binsOf(list, y)
  const members = down.labels.map(() => across.labels.map((): number[] => []))
  list.rows.forEach((_, row) => {
    members[down.binOf(cellOf(list, row, y.column))]?.[across.binOf(cellOf(list, row, x.column))]?.push(row)
  })
  const isLower = list.direction === 'lower'
  const gathered = members.map((line) =>
    line.map((rows) => {
      const ranked = rows.filter((row) => isRankedRow(list, row))
      const of = (column: number, how: Aggregate) =>
        gather(
          ranked.map((row) => cellOf(list, row, column)).filter((value) => !Number.isNaN(value)),
          how,
          isLower,
        )
      return {
        value: of(shown === 'value' ? list.value : list.plateau, aggregate),
        plateau: of(list.plateau, 'best'),
        isThin: rows.length > 0 && ranked.length === 0,
        hasBest: rows.includes(list.bestRow),
        hasBestPlateau: rows.includes(list.plateauRow),
      }
    }),
  )
  const all = gathered.flat()
  const values = all.map(({ value }) => value).filter((value) => !Number.isNaN(value))
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const scores = all
    .map(({ plateau }) => plateau)
    .filter((score) => !Number.isNaN(score))
    .sort((a, b) => (isLower ? a - b : b - a))
  const bound = scores[Math.ceil(scores.length / 10) - 1] ?? Number.NaN
  const cells = gathered.map((line) =>
    line.map(({ plateau, ...cell }) => ({
      ...cell,
      shade: shadeOf(cell.value, low, high, isLower),
      isPlateau: isLower ? plateau <= bound : plateau >= bound,
    })),
  )
  return { columns: across.labels, rows: [...down.labels].reverse(), cells: cells.reverse() }
}

/** Classes of a cell: the program's own words. */
export function heatClass({ shade, isThin, isPlateau }: HeatCell): string {
  return [shade, isThin ? 'thin' : '', isPlateau ? 'plateau' : ''].filter((word) => word !== '').join(' ')
}

/** What stands in a cell. */
export function heatText(cell: HeatCell, column: ListedColumn | undefined): string {
  const isPercent = column?.kind === 'percent'
  const marks = `${cell.hasBest ? ' ★' : ''}${cell.hasBestPlateau ? ' ◆' : ''}`
  if (cell.isThin) return `few${marks}`
  if (Number.isNaN(cell.value)) return `–${marks}`
  const digits = cell.value.toFixed(isPercent ? 1 : column?.decimals)
  const text = /[1-9]/.test(digits) ? digits.replace('-', '\u2212') : digits.replace('-', '')
  return `${text}${isPercent ? '%' : ''}${marks}`
}

function gather(values: readonly number[], how: Aggregate, isLower: boolean): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  if (how === 'best') return (isLower ? sorted[0] : sorted.at(-1)) ?? Number.NaN
  if (how === 'mean') return values.reduce((sum, value) => sum + value, 0) / values.length
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}

/**
 * Better is darker. Values on both sides of 0 have two colours, each from 0; else one from end to end.
 * Where lower is better there is no such side, and the lowest is the darkest.
 */
function shadeOf(value: number, low: number, high: number, isLower: boolean): string {
  if (Number.isNaN(value)) return ''
  const step = (share: number): number => Math.min(SHADES, Math.floor(share * SHADES) + 1)
  const place = high > low ? (value - low) / (high - low) : 0.5
  if (isLower) return `up-${step(1 - place)}`
  if (low >= 0) return `up-${step(place)}`
  if (high <= 0) return `down-${step(1 - place)}`
  return value >= 0 ? `up-${step(value / high)}` : `down-${step(value / low)}`
}

interface Bins {
  readonly labels: readonly string[]
  readonly binOf: (value: number) => number
}

function binsOf(list: SweepList, { column, isWord }: ListedAxis): Bins {
  const distinct = [...new Set(list.rows.map((_, row) => cellOf(list, row, column)))].sort((a, b) => a - b)
  if (isWord || distinct.length <= MOST_LEVELS) {
    const places = new Map(distinct.map((value, place) => [value, place]))
    return {
      labels: distinct.map((value) => (isWord ? (list.words[value] ?? '') : levelText(value))),
      binOf: (value) => places.get(value) ?? -1,
    }
  }
  const low = distinct[0] ?? 0
  const span = (distinct.at(-1) ?? 0) - low
  const most = Math.min(MOST_BINS, Math.max(LEAST_BINS, Math.round(Math.sqrt(list.rows.length / CROWD))))
  const isWhole = distinct.every(Number.isInteger)
  const width = isWhole ? Math.ceil((span + 1) / most) : span / most
  const count = isWhole ? Math.ceil((span + 1) / width) : most
  return {
    labels: Array.from({ length: count }, (_, bin) => {
      const from = low + bin * width
      return `≥ ${isWhole ? from : levelText(from)}`
    }),
    binOf: (value) => Math.min(count - 1, Math.floor((value - low) / width)),
  }
}

/** A level in as few digits as tell it from its neighbours. */
export function levelText(value: number): string {
  return String(Number(value.toPrecision(4))).replace('-', '\u2212')
}
