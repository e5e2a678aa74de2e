/** A sweep's trials in the order and the form in which its page shows them. Floor 4. */
import { METRICS, type MetricKey } from '../../engine/math/metrics/metric-table.js'
import type { DoneTrial, SweepParam, SweepResult, SweepValue } from '../../engine/model/sweep-result.js'
import { briefNumber, formatFixed, UNDEFINED_MARK } from '../format-number.js'
import { formatSetting } from '../format-setting.js'
import { type Html, named, shorten, showHidden } from '../html.js'
import type { ListedAxis, ListedColumn, SweepList } from './browser/sweep-data.js'

/** Letters of a name that a page shows. */
export const NAME_LENGTH = 40

/** A column of the leaderboard. */
export interface LeaderColumn extends ListedColumn {
  readonly title: string
  readonly hint?: string
  readonly isName: boolean
  /** A number; for a word its place in the list's words; NaN where it is undefined. */
  readonly pick: (trial: DoneTrial, rank: number) => number
}

/** What the sections are drawn from. */
export interface SweepView {
  readonly sweep: SweepResult
  /** Trials that ran: ranked ones first, the best first. */
  readonly done: readonly DoneTrial[]
  readonly rankedCount: number
  readonly columns: readonly LeaderColumn[]
  readonly list: SweepList
  /** Name of the objective in print. */
  readonly objective: string
  readonly best: DoneTrial | undefined
  readonly plateau: DoneTrial | undefined
  /** The objective, in print. */
  readonly printValue: (value: number) => string
}

/** Metrics beside the objective, in order. */
const LISTED = [
  'sharpe',
  'net_return',
  'max_drawdown',
  'profit_factor',
  'turnover',
  'trades',
] as const satisfies readonly MetricKey[]

/** The view of a sweep. */
export function viewSweep(sweep: SweepResult): SweepView {
  const done = rankedFirst(sweep)
  const rankedCount = done.filter(({ isRanked }) => isRanked).length
  const words: string[] = []
  const wordPlaces = new Map<string, number>()
  const placeOf = (value: SweepValue): number => {
    const word = shorten(showHidden(formatSetting(value)), NAME_LENGTH)
    const place = wordPlaces.get(word) ?? words.push(word) - 1
    wordPlaces.set(word, place)
    return place
  }
  // In the order of the space, so that off stands before on whichever does better.
  for (const param of sweep.params) if (isWordParam(param)) for (const one of levelsOf(param)) placeOf(one)
  const objective = objectiveName(sweep)
  const value = objectiveForm(sweep, done)
  const swept = sweep.params.flatMap((param, place) => (param.kind === 'fixed' ? [] : [{ param, place }]))
  const hasSplit = sweep.split !== undefined
  const number = (title: string, decimals: number, pick: LeaderColumn['pick'], hint = ''): LeaderColumn => ({
    title,
    hint,
    kind: 'number',
    decimals,
    isToned: false,
    isName: false,
    pick,
  })
  const columns: readonly LeaderColumn[] = [
    number('Rank', 0, (trial, rank) => (trial.isRanked ? rank : Number.NaN), 'By the objective'),
    number('Trial', 0, ({ trial }) => trial, 'Its number in the sweep'),
    ...swept.map(({ param, place }): LeaderColumn => {
      const isWord = isWordParam(param)
      return {
        ...number(shorten(param.name, NAME_LENGTH), 0, ({ params }) => {
          const one = params[place] ?? ''
          return isWord ? placeOf(one) : Number(param.kind === 'range' ? briefNumber(Number(one)) : one)
        }),
        hint: 'A parameter',
        kind: isWord ? 'word' : 'plain',
        isName: true,
      }
    }),
    {
      ...number(
        objective,
        value.decimals,
        (trial) => trial.value,
        isMetric(sweep.objective) ? 'The objective' : sweep.objective,
      ),
      kind: value.kind,
    },
    {
      ...number(
        'Plateau',
        value.decimals,
        (trial) => trial.plateau,
        'Three quarters of its neighbourhood reach this',
      ),
      kind: value.kind,
    },
    ...(hasSplit
      ? [
          number('Train', 2, ({ train }) => train, 'Sharpe ratio a year in the first part of the range'),
          number('Test', 2, ({ test }) => test, 'Sharpe ratio a year in the last part of the range'),
        ]
      : []),
    ...LISTED.filter((key) => key !== sweep.objective).map(metricColumn),
  ]
  const rows = done.map((trial, i) => columns.map((column) => dataOf(column, column.pick(trial, i + 1))))
  const at = (one: { readonly trial: number } | undefined): number =>
    done.findIndex(({ trial }) => trial === one?.trial)
  const axes = swept.map(
    ({ param }, i): ListedAxis => ({
      name: shorten(showHidden(param.name), NAME_LENGTH),
      column: 2 + i,
      isWord: isWordParam(param),
    }),
  )
  return {
    sweep,
    done,
    rankedCount,
    columns,
    list: {
      columns: columns.map(({ kind, decimals, isToned }) => ({ kind, decimals, isToned })),
      words,
      rows,
      axes,
      value: 2 + swept.length,
      plateau: 3 + swept.length,
      direction: sweep.direction,
      bestRow: at(sweep.best),
      plateauRow: at(sweep.plateau),
      objective: shorten(showHidden(objective), NAME_LENGTH),
    },
    objective,
    best: done[at(sweep.best)],
    plateau: done[at(sweep.plateau)],
    printValue: (one) => printCell(value, dataOf(value, one)),
  }
}

function rankedFirst({ trials, direction }: SweepResult): readonly DoneTrial[] {
  const sign = direction === 'lower' ? 1 : -1
  const place = ({ isRanked, value }: DoneTrial): number => (isRanked ? 0 : Number.isNaN(value) ? 2 : 1)
  return trials
    .filter((one) => one.status === 'DONE')
    .sort((a, b) => place(a) - place(b) || sign * (a.value - b.value) || a.trial - b.trial)
}

/** Whether the values of a parameter are words, so that no order is between them. */
export function isWordParam(param: SweepParam): boolean {
  return param.kind === 'levels' && !param.values.every((value) => typeof value === 'number')
}

function objectiveName({ objective }: SweepResult): string {
  return isMetric(objective) ? METRICS[objective].label : 'Objective'
}

function levelsOf(param: SweepParam): readonly SweepValue[] {
  return param.kind === 'levels' ? param.values : []
}

/** Whether an objective is a metric by its key, and so no expression. */
export function isMetric(key: string): key is MetricKey {
  return Object.hasOwn(METRICS, key)
}

/** How the objective is printed: as its metric, or an expression with four digits of its largest value. */
function objectiveForm(
  { objective }: SweepResult,
  done: readonly DoneTrial[],
): Pick<ListedColumn, 'kind' | 'decimals'> {
  if (isMetric(objective)) return metricForm(objective)
  let most = 0
  for (const { value } of done) if (Math.abs(value) > most && Number.isFinite(value)) most = Math.abs(value)
  let decimals = 3
  for (let bound = 1; decimals < 8 && most > 0 && most < bound; bound /= 10) decimals++
  for (let bound = 10; decimals > 0 && most >= bound; bound *= 10) decimals--
  return { kind: 'number', decimals }
}

function metricForm(key: MetricKey): Pick<ListedColumn, 'kind' | 'decimals'> {
  const { unit } = METRICS[key]
  if (unit === 'fraction' || unit === 'fraction a year') return { kind: 'percent', decimals: 2 }
  return { kind: 'number', decimals: unit === 'count' || unit === 'bars' ? 0 : 2 }
}

function metricColumn(key: MetricKey): LeaderColumn {
  const { label, definition } = METRICS[key]
  return {
    title: label,
    hint: definition,
    ...metricForm(key),
    isToned: key === 'net_return',
    isName: false,
    pick: ({ metrics }) => metrics[key] ?? Number.NaN,
  }
}

/** A number as it is printed, as data. */
function dataOf({ kind, decimals }: Pick<ListedColumn, 'kind' | 'decimals'>, value: number): number | null {
  if (!Number.isFinite(value)) return null
  if (kind === 'word') return value
  if (kind === 'plain') return Number(value.toPrecision(8))
  return Number((kind === 'percent' ? value * 100 : value).toFixed(decimals)) + 0
}

function printCell(
  { kind, decimals }: Pick<ListedColumn, 'kind' | 'decimals'>,
  value: number | null,
): string {
  if (value === null) return UNDEFINED_MARK
  if (kind === 'plain') return String(value).replace('-', '−')
  return `${formatFixed(value, decimals)}${kind === 'percent' ? '%' : ''}`
}

/** A cell of the leaderboard, in print. */
export function leaderText(view: SweepView, row: number, column: number): string {
  const form = view.columns[column]
  const value = view.list.rows[row]?.[column] ?? null
  if (form === undefined) return UNDEFINED_MARK
  if (form.kind === 'word') return value === null ? UNDEFINED_MARK : (view.list.words[value] ?? '')
  return printCell(form, value)
}

/** Swept parameters with their values in a trial. */
export function paramsText({ params }: SweepResult, values: readonly SweepValue[]): Html {
  const pairs = params.flatMap((param, i) =>
    param.kind === 'fixed' ? [] : [`${shorten(param.name, NAME_LENGTH)}=${valueText(param, values[i])}`],
  )
  return named(pairs.length === 0 ? 'none' : pairs.join(' '), 200)
}

/** A parameter's value in print. */
export function valueText({ kind }: SweepParam, value: SweepValue | undefined): string {
  if (typeof value !== 'number') return shorten(formatSetting(value), NAME_LENGTH)
  return formatSetting(kind === 'range' ? briefNumber(value) : Number(value.toPrecision(8)))
}
