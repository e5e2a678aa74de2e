/** What the sweep says about the chosen parameters: luck, neighbours, and windows never trained on. Floor 4. */
import type { Metrics } from '../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../engine/model/run-result.js'
import type { SweepVerdict } from '../engine/model/sweep-result.js'
import { formatDay } from './format-moment.js'
import { formatFixed, formatPercent, UNDEFINED_MARK } from './format-number.js'
import { formatSetting, type SettingValue } from './format-setting.js'
import { type Html, html, named } from './html.js'
import { intervalForm, intervalName } from './interval-form.js'
import { metricFigure } from './print-metric.js'
import { facts, section, table } from './section.js'
import type { SweepAttachment, SweepFold, SweepNeighbourhood } from './sweep-attachment.js'

/** The section; nothing without a sweep. */
export function robustnessSection(
  result: RunResult,
  metrics: Metrics,
  sweep: SweepAttachment | undefined,
): Html | undefined {
  if (!sweep) return undefined
  const { best, plateau } = sweep
  return section(
    'robustness',
    'Robustness',
    html`${sweep.verdict && verdict(sweep.verdict)}${facts([
      ['Sweep', html`<code>${named(sweep.sweepId, 40)}</code>`],
      ['Objective', named(sweep.objective, 60)],
      ['Trials', `${formatFixed(sweep.trials, 0)}, ${formatFixed(sweep.failed, 0)} failed`],
      ['Ever tried on these data', formatFixed(sweep.trialsEver, 0)],
      ['Best', html`${formatFixed(best.value, 2)} at ${params(best.params)}`],
      ['Most stable', html`${formatFixed(plateau.value, 2)} at ${params(plateau.params)}`],
      ['Probabilistic Sharpe ratio', metricFigure('psr', result, metrics)],
      ['Deflated Sharpe ratio', formatPercent(sweep.dsr ?? Number.NaN)],
      ['Sharpe to expect of luck alone', formatFixed(sweep.expectedMaxSharpe ?? Number.NaN, 2)],
      ['Probability of overfitting', formatPercent(sweep.pbo ?? Number.NaN)],
    ])}
${sweep.neighbourhood && neighbourhood(sweep.neighbourhood, sweep.objective)}
${sweep.walkForward && walkForward(sweep.walkForward.folds, sweep.walkForward.efficiency)}
${sweep.intervals && intervals(sweep.intervals)}
<p class="quiet">The deflated Sharpe ratio is the probability that the true one is above what the best of so many trials would show by luck; the probability of overfitting is how often the best in one half of the data is not above the median in the other.</p>`,
  )
}

function verdict({ words, checks }: SweepVerdict): Html {
  return html`<p>${words}</p>
<ul class="warnings">${checks.map((check) => html`<li>${check.isMet ? '✓' : '✗'} ${check.words}</li>\n`)}</ul>
`
}

function params(values: Readonly<Record<string, SettingValue>>): Html {
  return named(
    Object.entries(values)
      .map(([key, value]) => `${key}=${formatSetting(value)}`)
      .join(' '),
    120,
  )
}

function neighbourhood({ x, y, cells }: SweepNeighbourhood, objective: string): Html {
  const most = cells.flat().reduce((top, value) => Math.max(top, Math.abs(value) || 0), 0)
  const shade = (value: number) => {
    const size = Math.abs(value) / most
    if (!(size > 0)) return 'number'
    return `number ${value > 0 ? 'g' : 'l'}${size > 0.66 ? 3 : size > 0.33 ? 2 : 1}`
  }
  const caption = html`${named(objective, 60)} by ${named(x.name, 40)} (across) and ${named(y.name, 40)} (down)`
  return html`<h3>${caption}</h3>
<div class="scroll months" role="region" aria-label="Objective around the chosen parameters" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr><th scope="col">${named(y.name, 40)}</th>${x.values.map((value) => html`<th scope="col" class="number">${named(value, 20)}</th>`)}</tr></thead>
<tbody>
${y.values.map(
  (value, row) =>
    html`<tr><th scope="row">${named(value, 20)}</th>${x.values.map((_, column) => {
      const cell = cells[row]?.[column] ?? Number.NaN
      return html`<td class="${shade(cell)}">${Number.isNaN(cell) ? UNDEFINED_MARK : formatFixed(cell, 2)}</td>`
    })}</tr>\n`,
)}</tbody>
</table>
</div>`
}

function walkForward(folds: readonly SweepFold[], efficiency: number): Html {
  const span = ([from, to]: readonly [number, number]) => `${formatDay(from)} to ${formatDay(to)}`
  const positive = folds.filter(({ outOfSample }) => outOfSample > 0).length
  return html`<h3>Walk-forward</h3>
${table({
  caption: 'Walk-forward folds',
  columns: [
    { title: 'Fold', isNumber: true },
    { title: 'Trained on' },
    { title: 'Tested on' },
    { title: 'In sample', isNumber: true },
    { title: 'Out of sample', isNumber: true },
    { title: 'Parameters' },
  ],
  rows: folds.map((fold, i) => [
    formatFixed(i + 1, 0),
    span(fold.train),
    span(fold.test),
    formatFixed(fold.inSample, 2),
    formatFixed(fold.outOfSample, 2),
    params(fold.params),
  ]),
})}
<p class="quiet">${`${positive} of ${folds.length} folds were above 0 out of sample; efficiency ${formatPercent(efficiency, 0)}.`}</p>`
}

function intervals(all: NonNullable<SweepAttachment['intervals']>): Html {
  return html`<h3>Bootstrap intervals</h3>
${table({
  caption: 'Bootstrap intervals',
  columns: [
    { title: 'From daily returns' },
    { title: 'As it was', isNumber: true },
    { title: 'Low', isNumber: true },
    { title: 'High', isNumber: true },
    { title: 'Share inside', isNumber: true },
  ],
  rows: all.map(({ metric, value = Number.NaN, low, high, level }) => {
    const print = intervalForm(metric)
    return [intervalName(metric), print(value), print(low), print(high), formatPercent(level, 0)]
  }),
})}`
}
