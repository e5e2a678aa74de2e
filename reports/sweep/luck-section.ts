/** What luck may explain: logits, degradation, intervals, random entries, and the numbers of the verdict. Floor 4. */
import { histogramOf } from '../../engine/math/histogram.js'
import { DAYS_PER_YEAR } from '../../engine/math/metrics/return-ratios.js'
import type { SweepOverfitting, SweepResult } from '../../engine/model/sweep-result.js'
import { figure } from '../figure.js'
import { formatCount, formatFixed, formatPercent } from '../format-number.js'
import { type Html, html } from '../html.js'
import { intervalForm, intervalName } from '../interval-form.js'
import { histogramChart } from '../return-charts.js'
import { facts, section, table } from '../section.js'
import { degradationChart } from './sweep-charts.js'
import type { SweepView } from './sweep-view.js'

/** The section. */
export async function luckSection({ sweep, best }: SweepView): Promise<Html> {
  const { overfitting } = sweep
  const drawn = await charts(overfitting)
  return section(
    'luck',
    'What luck may explain',
    html`${drawn}${best === undefined ? facts([luckFact(sweep), lossFact(sweep)]) : ofBest(sweep)}`,
  )
}

type Fact = readonly [name: string, value: string]

function luckFact({ overfitting, trialsEver }: SweepResult): Fact {
  const expected = formatFixed(overfitting.expectedMaxSharpe, 2)
  return ['Best to expect of luck alone', `${expected} of ${formatCount(trialsEver, 'trial')}`]
}

function lossFact({ overfitting }: SweepResult): Fact {
  return ['Champions that lost out of sample', formatPercent(overfitting.degradation.lossShare, 1)]
}

function ofBest(sweep: SweepResult): Html {
  const { overfitting } = sweep
  const { intervals, randomEntry, tradeShuffle } = overfitting
  const ratio = (value: number) => formatFixed(value, 2)
  const years = overfitting.minBacktestYears
  return html`${facts([
    ['Sharpe ratio of the best trial', ratio(overfitting.sharpe)],
    luckFact(sweep),
    ['Probabilistic Sharpe ratio', formatPercent(overfitting.psr, 1)],
    ['Deflated Sharpe ratio', formatPercent(overfitting.dsr, 1)],
    [
      'Deflated by independent trials',
      `${formatPercent(overfitting.dsrEffective, 1)} with ${formatFixed(overfitting.effectiveTrials, 1)} (mean correlation ${ratio(overfitting.meanCorrelation)})`,
    ],
    [
      'Shortest record that would do',
      Number.isFinite(overfitting.minTrackRecordDays)
        ? `${formatCount(Math.ceil(overfitting.minTrackRecordDays), 'day')}, there are ${formatFixed(overfitting.days, 0)}`
        : 'none: the Sharpe ratio is not above 0',
    ],
    [
      'Shortest backtest for so many trials',
      Number.isFinite(years)
        ? `${formatFixed(years, 1)} years, there are ${formatFixed(overfitting.days / DAYS_PER_YEAR, 1)}`
        : 'none: the Sharpe ratio is not above 0',
    ],
    lossFact(sweep),
    ...(randomEntry === undefined
      ? []
      : ([
          [
            'Random entries that did as well',
            `${formatPercent(randomEntry.pValue, 1)} of ${formatFixed(randomEntry.draws, 0)}: a trade made ${formatPercent(randomEntry.actual)} before costs, at random ${formatPercent(randomEntry.randomMean)}`,
          ],
        ] as const)),
    ...(tradeShuffle === undefined
      ? []
      : ([
          [
            'Drawdown of the trades in another order',
            `${formatPercent(tradeShuffle.median)} as often as not, ${formatPercent(tradeShuffle.worst)} in the worst twentieth; ${formatPercent(tradeShuffle.actual)} as they came`,
          ],
        ] as const)),
  ])}
${table({
  caption: 'Bootstrap intervals of the best trial',
  columns: [
    { title: 'Of the best trial, from daily returns' },
    { title: 'As it was', isNumber: true },
    { title: 'Low', isNumber: true },
    { title: 'High', isNumber: true },
    { title: 'Share inside', isNumber: true },
  ],
  rows: intervals.map(({ metric, value, low, high, level }) => {
    const text = intervalForm(metric)
    return [intervalName(metric), text(value), text(low), text(high), formatPercent(level, 0)]
  }),
})}
<p class="quiet">Intervals are of the stationary bootstrap, blocks of days drawn anew; they know nothing of how the trial was chosen, so the truth is worse. docs/overfitting.md explains each number and names its source.</p>`
}

async function charts({ degradation, pbo, pboBlocks, pboLogits }: SweepOverfitting): Promise<Html> {
  const logits = Float64Array.from(pboLogits).filter(Number.isFinite)
  const counted = histogramOf(logits)
  if (counted === undefined) {
    return html`<p>The probability of overfitting could not be computed: it needs two trials and two daily returns a block.</p>`
  }
  const toYear = Math.sqrt(DAYS_PER_YEAR)
  const yearly = (values: readonly number[]) => Float64Array.from(values, (value) => value * toYear)
  const splits = formatFixed(pboLogits.length, 0)
  const [histogram, scatter] = await Promise.all([
    figure({
      id: 'logits',
      title: 'Where the champion of one half ranks in the other',
      look: 'half',
      label: 'Histogram of the logits of the relative rank out of sample',
      summary: `The days were cut into ${pboBlocks} blocks; in each of ${splits} splits the best trial on half of them was ranked on the other half. At or below 0 it was not better than the median: ${formatPercent(pbo, 1)} of the splits, the probability of overfitting.`,
      spec: histogramChart(counted, {
        axis: { format: '.1~f' },
        title: 'Logit of the rank: right of 0 is the better half',
      }),
      twin: {
        caption: 'Logits',
        columns: [{ title: 'From' }, { title: 'To', isNumber: true }, { title: 'Splits', isNumber: true }],
        rows: counted.counts.map((n, i) => [
          formatFixed(counted.start + i * counted.step, 2),
          formatFixed(counted.start + (i + 1) * counted.step, 2),
          formatFixed(n, 0),
        ]),
      },
    }),
    figure({
      id: 'degradation',
      title: 'In sample against out of sample',
      look: 'half',
      label: 'Sharpe ratio of each champion in sample against out of sample',
      summary: `Sharpe ratios a year of each split’s champion, stronger where more splits lie. ${slopeWords(degradation.slope)} ${formatPercent(degradation.lossShare, 1)} of the champions lost out of sample.`,
      spec: degradationChart(yearly(degradation.inSample), yearly(degradation.outOfSample), {
        slope: degradation.slope,
        intercept: degradation.intercept * toYear,
      }),
      twin: {
        caption: 'In sample against out of sample',
        columns: [{ title: 'Least squares' }, { title: 'Value', isNumber: true }],
        rows: [
          ['Slope', formatFixed(degradation.slope, 2)],
          ['Out of sample at 0 in sample', formatFixed(degradation.intercept * toYear, 2)],
          ['Share of variance explained', formatPercent(degradation.r2, 1)],
          ['Champions that lost', formatPercent(degradation.lossShare, 1)],
        ],
      },
    }),
  ])
  return html`<div class="grid">${histogram}${scatter}</div>`
}

function slopeWords(slope: number): string {
  if (Number.isNaN(slope)) return ''
  const text = formatFixed(slope, 2)
  return slope < 0
    ? `The line falls (${text}): the better the past, the worse the future.`
    : `The line rises (${text}).`
}
