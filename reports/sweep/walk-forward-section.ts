/** The walk-forward: equity that no trial was ever chosen on, fold by fold, and how the choice drifted. Floor 4. */
import type {
  SweepFold,
  SweepParam,
  SweepRange,
  SweepResult,
  SweepWalkForward,
} from '../../engine/model/sweep-result.js'
import { figure, legend } from '../figure.js'
import { formatDay } from '../format-moment.js'
import { formatCount, formatFixed, formatPercent } from '../format-number.js'
import { type Html, type HtmlPart, html, named } from '../html.js'
import { section, table } from '../section.js'
import { stitchedChart } from './sweep-charts.js'
import { NAME_LENGTH, paramsText, type SweepView, valueText } from './sweep-view.js'

/** Rows of the equity's table. */
const MAX_ROWS = 62

/** The section; nothing without a walk-forward. */
export async function walkForwardSection(view: SweepView): Promise<Html | undefined> {
  const { walkForward } = view.sweep
  if (walkForward === undefined) return undefined
  const { folds, isAnchored } = walkForward
  return section(
    'walk-forward',
    'Walk-forward',
    html`<p class="headline">${headline(walkForward)}</p>
${await equityFigure(walkForward)}
${foldTable(view, walkForward)}
<p class="quiet">${isAnchored ? 'Each training window begins where the first did.' : 'The training window moves with the test window.'} In each fold the best of the trials on the training window was run on the test window behind it, which it had never seen. Efficiency is out of sample ÷ in sample, undefined where nothing was earned in sample.</p>
${folds.length > 1 ? driftTable(view.sweep, folds) : undefined}`,
  )
}

function headline({ stitched, folds, efficiency }: SweepWalkForward): HtmlPart {
  const { metrics } = stitched
  const positive = folds.filter(({ outOfSample }) => outOfSample > 0).length
  return html`Out of sample, over ${formatCount(folds.length, 'fold')}: net return <strong>${formatPercent(metrics.net_return ?? Number.NaN)}</strong>, Sharpe <strong>${formatFixed(metrics.sharpe ?? Number.NaN, 2)}</strong>, max drawdown <strong>${formatPercent(metrics.max_drawdown ?? Number.NaN)}</strong>; ${positive} of ${folds.length} folds above 0, efficiency <strong>${formatPercent(efficiency, 0)}</strong>.`
}

async function equityFigure({ folds, stitched }: SweepWalkForward): Promise<Html | undefined> {
  const { times, equity } = stitched
  if (times.length < 2) return undefined
  const stride = Math.ceil(times.length / MAX_ROWS)
  return figure({
    id: 'stitched',
    label: 'Equity over the joined test windows',
    summary:
      'Equity in quote over the test windows, joined to one run; every other window is shaded. Nothing in it was chosen by what it shows.',
    spec: stitchedChart(
      Float64Array.from(times),
      Float64Array.from(equity),
      folds.map(({ test }) => test),
    ),
    legend: legend([
      ['net', 'Equity out of sample'],
      ['fold', 'Every other test window'],
    ]),
    twin: {
      caption: 'Equity out of sample',
      columns: [{ title: 'Day (UTC)' }, { title: 'Equity', isNumber: true }],
      rows: times
        .map((time, i) => [formatDay(time), formatFixed(equity[i] ?? Number.NaN, 2)])
        .filter((_, i) => i % stride === 0 || i === times.length - 1),
    },
  })
}

function foldTable({ sweep, printValue }: SweepView, { folds }: SweepWalkForward): Html {
  const span = ([from, to]: SweepRange) => `${formatDay(from)} to ${formatDay(to)}`
  return table({
    caption: 'Walk-forward folds',
    columns: [
      { title: 'Fold', isNumber: true },
      { title: 'Trained on' },
      { title: 'Tested on' },
      { title: 'In sample', isNumber: true },
      { title: 'Out of sample', isNumber: true },
      { title: 'Efficiency', isNumber: true },
      { title: 'Chosen' },
    ],
    rows: folds.map(({ train, test, inSample, outOfSample, params }, i) => [
      formatFixed(i + 1, 0),
      span(train),
      span(test),
      printValue(inSample),
      html`<span class="${outOfSample > 0 ? 'gain' : 'loss'}">${printValue(outOfSample)}</span>`,
      inSample > 0 ? formatPercent(outOfSample / inSample, 0) : formatPercent(Number.NaN),
      paramsText(sweep, params),
    ]),
  })
}

/** A row a parameter, a cell a fold; a cell that differs from the one before it says in which way. */
function driftTable({ params }: SweepResult, folds: readonly SweepFold[]): Html | undefined {
  const swept = params.flatMap((param, place) => (param.kind === 'fixed' ? [] : [{ param, place }]))
  if (swept.length === 0) return undefined
  return html`<h3>How the choice drifted</h3>
${table({
  caption: 'Chosen parameters by fold',
  columns: [
    { title: 'Parameter' },
    { title: 'Changes', isNumber: true },
    { title: 'Mean step', isNumber: true, hint: 'Of its range, over all folds' },
    ...folds.map((_, i) => ({ title: `Fold ${i + 1}`, isNumber: true })),
  ],
  rows: swept.map(({ param, place }) => {
    const values = folds.map(({ params: chosen }) => chosen[place])
    const changes = values.filter((value, i) => i > 0 && value !== values[i - 1]).length
    return [
      named(param.name, NAME_LENGTH),
      `${changes} of ${folds.length - 1}`,
      formatPercent(meanStep(param, values), 0),
      ...values.map((value, i): HtmlPart => {
        const before = values[i - 1]
        const hasMoved = i > 0 && value !== before
        const sign =
          !hasMoved || typeof value !== 'number' || typeof before !== 'number'
            ? ''
            : value > before
              ? ' ▲'
              : ' ▼'
        return html`<span class="${hasMoved ? 'moved' : 'kept'}">${named(valueText(param, value))}${sign}</span>`
      }),
    ]
  }),
})}
<p class="quiet">A choice that jumps about from fold to fold follows noise; one that stays or moves slowly has found something, or has nothing to choose.</p>`
}

function meanStep(param: SweepParam, values: readonly unknown[]): number {
  const numbers = values.filter((value) => typeof value === 'number')
  const levels = param.kind === 'levels' ? param.values.filter((value) => typeof value === 'number') : []
  const width = param.kind === 'range' ? param.max - param.min : (levels.at(-1) ?? 0) - (levels[0] ?? 0)
  if (numbers.length !== values.length || !(width > 0)) return Number.NaN
  const steps = numbers.slice(1).map((value, i) => Math.abs(value - (numbers[i] ?? 0)) / width)
  return steps.reduce((sum, step) => sum + step, 0) / steps.length
}
