/** Equity of the runs indexed to 100, drawdowns underneath, and both as a table. Floor 4. */
import { valueAt } from '../engine/model/bars.js'
import { DAY_MS } from '../engine/model/time.js'
import { curvesChart, type IndexedCurve, indexedCurve } from './compare-charts.js'
import { runLegend } from './compare-header.js'
import type { Comparison } from './comparison.js'
import { type FigureInput, figure } from './figure.js'
import { formatDay, formatMonth } from './format-moment.js'
import { formatFixed, formatPercent, UNDEFINED_MARK } from './format-number.js'
import type { Html } from './html.js'
import { section } from './section.js'

/** Up to so many days the table has a row a day; beyond, a row a month. */
const DAILY_ROWS = 62

/** The chart, a sentence on each run, and the table. */
export async function compareCurvesSection({ runs, shared }: Comparison): Promise<Html> {
  const curves = runs.map(({ label, run }) => ({ label, curve: indexedCurve(run, shared ?? run.data) }))
  const starts = shared === undefined ? 'Each curve begins at 100 with its own run. ' : ''
  const sentences = curves.map(({ label, curve }) => sentence(label, curve)).join(' ')
  return section(
    'compare-equity',
    'Equity and drawdown',
    await figure({
      id: 'curves',
      label: 'Equity of each run indexed to 100 over time, drawdowns underneath',
      legend: runLegend(runs, 'equity and drawdown,'),
      summary: `${starts}${sentences} Above: equity, 100 at the beginning; below: drawdown from the run's own peak. Drawn from equity.csv.`,
      spec: curvesChart(curves),
      twin: twin(curves),
    }),
  )
}

function sentence(label: string, { index, drawdown }: IndexedCurve): string {
  const deepest = drawdown.reduce((a, b) => Math.min(a, b), 0)
  return `${label} ends at ${formatFixed(valueAt(index, index.length - 1), 2)}, its deepest drawdown here is ${formatPercent(-deepest)}.`
}

interface Labelled {
  readonly label: string
  readonly curve: IndexedCurve
}

function twin(curves: readonly Labelled[]): FigureInput['twin'] {
  const from = Math.min(...curves.map(({ curve }) => curve.times[0] ?? Number.POSITIVE_INFINITY))
  const to = Math.max(...curves.map(({ curve }) => curve.times.at(-1) ?? Number.NEGATIVE_INFINITY))
  const isDaily = (to - from) / DAY_MS <= DAILY_ROWS
  const ends = endsOf(from, to, isDaily)
  return {
    caption: 'Indexed equity and drawdown of each run',
    columns: [
      { title: isDaily ? 'Day (UTC)' : 'Month (UTC)' },
      ...curves.flatMap(({ label }) => [
        { title: `${label} equity`, isNumber: true, hint: 'At the end of the period, 100 at the beginning' },
        { title: `${label} drawdown`, isNumber: true, hint: 'The deepest row of the period' },
      ]),
    ],
    rows: ends.map(({ time, end }, i) => [
      isDaily ? formatDay(time) : formatMonth(time),
      ...curves.flatMap(({ curve }) => periodCells(curve, { after: i === 0 ? time - 1 : time, end })),
    ]),
  }
}

function endsOf(from: number, to: number, isDaily: boolean): readonly { time: number; end: number }[] {
  const periods: { time: number; end: number }[] = []
  for (let time = from; time < to; ) {
    const day = new Date(time)
    const end = isDaily
      ? Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() + 1)
      : Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1)
    periods.push({ time, end })
    time = end
  }
  return periods
}

/** Equity of the last row, and the deepest drawdown, of the rows behind `after` and up to `end`. */
function periodCells(
  { times, index, drawdown }: IndexedCurve,
  { after, end }: { after: number; end: number },
) {
  let last: number | undefined
  let deepest = 0
  for (let i = 0; i < times.length; i++) {
    const time = valueAt(times, i)
    if (time <= after || time > end) continue
    last = valueAt(index, i)
    deepest = Math.min(deepest, valueAt(drawdown, i))
  }
  if (last === undefined) return [UNDEFINED_MARK, UNDEFINED_MARK]
  return [formatFixed(last, 2), formatPercent(-deepest)]
}
