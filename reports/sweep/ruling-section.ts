/** The verdict: in a sentence, by its checks, and the best peak beside the best plateau. Floor 4. */

import { METRICS, type MetricKey } from '../../engine/math/metrics/metric-table.js'
import type { DoneTrial, SweepResult } from '../../engine/model/sweep-result.js'
import { formatCount, formatFixed, formatPercent } from '../format-number.js'
import { type Html, type HtmlPart, html } from '../html.js'
import { section, table } from '../section.js'
import { paramsText, type SweepView } from './sweep-view.js'

/** The section. */
export function rulingSection(view: SweepView): Html {
  const { sweep } = view
  const { verdict } = sweep
  return section(
    'verdict',
    'Verdict',
    html`<p class="ruling ${verdict.isPassing ? 'pass' : 'fail'}">${verdict.words}</p>
<ul class="checks">${verdict.checks.map(({ isMet, words }) => html`<li class="${isMet ? 'met' : 'unmet'}"><span>${isMet ? 'Met' : 'Not met'}</span> ${words}</li>\n`)}</ul>
<dl class="verdict">${cards(view)}</dl>
${peaks(view)}`,
  )
}

function cards(view: SweepView): readonly Html[] {
  return (view.best === undefined ? cardsOfNone(view) : cardsOfBest(view, view.best)).map(
    ([name, hint, value, note]) =>
      html`<div><dt title="${hint}">${name}</dt><dd class="figure">${value}</dd>${note === '' ? undefined : html`<dd class="hold">${note}</dd>`}</div>\n`,
  )
}

type Card = readonly [name: string, hint: string, value: string, note: string]

/** What is known where no trial could be chosen. */
function cardsOfNone({ sweep, done }: SweepView): readonly Card[] {
  const most = done.reduce((trades, { metrics }) => Math.max(trades, metrics.trades ?? 0), 0)
  return [
    overfittingCard(sweep),
    luckCard(sweep),
    independentCard(sweep),
    [
      'Most trades of a trial',
      'Trials with fewer than it needs are not ranked',
      formatFixed(most, 0),
      `needs ${formatFixed(sweep.minTrades, 0)}`,
    ],
  ]
}

function overfittingCard({ overfitting }: SweepResult): Card {
  return [
    'Probability of overfitting',
    'How often the best trial of one half of the days is not above the median of the other half',
    formatPercent(overfitting.pbo, 1),
    'at most 30%',
  ]
}

function luckCard({ overfitting, trialsEver }: SweepResult): Card {
  return [
    'By luck alone',
    'The best Sharpe ratio to expect of as many trials without an edge',
    formatFixed(overfitting.expectedMaxSharpe, 2),
    `of ${formatCount(trialsEver, 'trial')}`,
  ]
}

function independentCard({ overfitting, trialsEver }: SweepResult): Card {
  return [
    'Independent trials',
    'What so many correlated trials are worth',
    formatFixed(overfitting.effectiveTrials, 1),
    `of ${formatFixed(trialsEver, 0)} ever`,
  ]
}

function cardsOfBest({ sweep, printValue }: SweepView, best: DoneTrial): readonly Card[] {
  const { overfitting, walkForward } = sweep
  const interval = overfitting.intervals.find(({ metric }) => metric === 'sharpe')
  const out = walkForward?.stitched.metrics.sharpe
  return [
    overfittingCard(sweep),
    [
      'Deflated Sharpe ratio',
      'Probability that the true Sharpe ratio is above what the best of so many trials shows by luck',
      formatPercent(overfitting.dsr, 1),
      'at least 95%',
    ],
    [
      'Sharpe of the best',
      'A year, from daily returns, with its bootstrap interval',
      formatFixed(overfitting.sharpe, 2),
      interval ? `${formatFixed(interval.low, 2)} to ${formatFixed(interval.high, 2)}` : '',
    ],
    luckCard(sweep),
    ...(walkForward === undefined
      ? ([
          [
            'Probabilistic Sharpe ratio',
            'Probability that the true Sharpe ratio is above 0, as if this had been the only trial',
            formatPercent(overfitting.psr, 1),
            'were it the only trial',
          ],
        ] as const)
      : ([
          [
            'Sharpe out of sample',
            'Of the joined test windows of the walk-forward',
            formatFixed(out ?? Number.NaN, 2),
            `efficiency ${formatPercent(walkForward.efficiency, 0)}`,
          ],
        ] as const)),
    ['Best value', 'The objective of the best trial', printValue(best.value), `trial ${best.trial}`],
    [
      'Record needed',
      'Days until the Sharpe ratio would be above 0 with 95 % confidence',
      Number.isFinite(overfitting.minTrackRecordDays)
        ? formatCount(Math.ceil(overfitting.minTrackRecordDays), 'day')
        : 'never',
      `has ${formatFixed(overfitting.days, 0)}`,
    ],
    independentCard(sweep),
  ]
}

/** Metrics of the two choices, in order. */
const COMPARED = [
  'sharpe',
  'net_return',
  'max_drawdown',
  'profit_factor',
  'turnover',
  'trades',
] as const satisfies readonly MetricKey[]

function peaks(view: SweepView): Html | undefined {
  const { best, plateau, printValue, sweep } = view
  if (best === undefined) return undefined
  const two: readonly DoneTrial[] = plateau === undefined ? [best] : [best, plateau]
  const row = (name: HtmlPart, of: (trial: DoneTrial) => HtmlPart): readonly HtmlPart[] => [
    name,
    ...two.map(of),
  ]
  const metric = (key: MetricKey) => (trial: DoneTrial) => {
    const value = trial.metrics[key] ?? Number.NaN
    const { unit } = METRICS[key]
    return unit === 'fraction' ? formatPercent(value) : formatFixed(value, unit === 'count' ? 0 : 2)
  }
  return html`<h3>Best peak beside best plateau</h3>
${table({
  caption: 'Best peak beside best plateau',
  columns: [
    { title: '' },
    { title: '★ Best peak', isNumber: true, hint: 'The highest objective' },
    ...(plateau === undefined
      ? []
      : [
          {
            title: '◆ Best plateau',
            isNumber: true,
            hint: 'The highest plateau score: the best neighbourhood',
          },
        ]),
  ].map((column, i) => (i === 0 ? { title: 'Of the trial' } : column)),
  rows: [
    row('Trial', ({ trial }) => runLink(sweep, trial)),
    row('Parameters', ({ params }) => paramsText(sweep, params)),
    row(view.objective, ({ value }) => html`<strong>${printValue(value)}</strong>`),
    row('Plateau score', (trial) => html`<strong>${printValue(trial.plateau)}</strong>`),
    ...(sweep.split
      ? [
          row('Sharpe, train', ({ train }) => formatFixed(train, 2)),
          row('Sharpe, test', ({ test }) => formatFixed(test, 2)),
        ]
      : []),
    ...COMPARED.filter((key) => key !== sweep.objective).map((key) => row(METRICS[key].label, metric(key))),
  ],
})}
<p class="quiet">${plateau === undefined ? 'There is no best plateau: no ranked trial has a ranked neighbour.' : best.trial === plateau.trial ? 'The highest value and the best neighbourhood are the same trial.' : 'Where the two differ, the plateau is the better bet: its value does not hang on one choice of parameters.'}</p>`
}

/** Only what the sweep itself names: a folder below the sweep's own. */
const SAFE_FOLDER = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/

/** A trial's number, as a link to its run's report with what the sweep says of it, where there is one. */
export function runLink({ bestRuns }: SweepResult, trial: number): Html {
  const run = bestRuns.find((one) => one.trial === trial)
  if (run === undefined || !SAFE_FOLDER.test(run.folder)) return html`#${String(trial)}`
  return html`<a href="${`./${run.folder}.html`}">#${String(trial)}</a>`
}
