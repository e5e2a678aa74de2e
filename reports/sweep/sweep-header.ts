/** Head of a sweep's page: which strategy, over which data; and how it was searched. Floor 4. */

import type { SweepParam } from '../../engine/model/sweep-result.js'
import { formatMoment } from '../format-moment.js'
import { formatCount, formatFixed } from '../format-number.js'
import { formatSetting } from '../format-setting.js'
import { type Html, html, named, shorten } from '../html.js'
import { facts, section } from '../section.js'
import { levelText } from './browser/heat-grid.js'
import { isMetric, NAME_LENGTH, type SweepView } from './sweep-view.js'

/** Digits of a hash that are printed. */
const HASH_DIGITS = 12

/** The page's header. */
export function sweepHeader({ sweep, done }: SweepView): Html {
  const { data, strategy, trials, trialsEver, verdict } = sweep
  const failed = trials.length - done.length
  return html`<header id="identity">
<p class="brand">Nextbar sweep</p>
<h1>${named(strategy.name)}</h1>
<ul class="ranges">${data.map(
    ({ symbol, interval, from, to, bars, gaps }) =>
      html`<li><strong>${named(symbol, 40)}</strong> <span>${shorten(interval, 8)}</span> <span>${formatMoment(from)} to ${formatMoment(to)} UTC</span> <span>${formatCount(bars, 'bar')}, ${gaps === 0 ? 'no gaps' : formatCount(gaps, 'gap')}</span></li>`,
  )}</ul>
<ul class="badges"><li class="plain">SWEEP</li><li class="${verdict.isPassing ? 'good' : 'bad'}">${verdict.isPassing ? 'PASSING' : 'FAILING'}</li><li class="bad">IN-SAMPLE</li><li class="plain">${formatCount(trials.length, 'trial')}</li><li class="plain">${formatFixed(trialsEver, 0)} ever on these data</li>${failed > 0 ? html`<li class="bad">${formatFixed(failed, 0)} failed</li>` : undefined}</ul>
</header>`
}

/** How it was searched, and the command that sweeps again. */
export function searchedSection({ sweep, objective }: SweepView): Html {
  const { data, engineHash, engineVersion, params, seed, strategy } = sweep
  return section(
    'searched',
    'How it was swept',
    html`${facts([
      [
        'Parameters',
        params.map(
          (param) =>
            html`<div class="pair">${named(`${shorten(param.name, NAME_LENGTH)}: ${rangeText(param)}`, 160)}</div>`,
        ),
      ],
      ['Searched by', html`${named(sweep.sampler, NAME_LENGTH)}, seed ${String(seed)}`],
      [
        'Objective',
        html`${isMetric(sweep.objective) ? objective : named(sweep.objective, 200)}, ${sweep.direction} is better, at least ${formatCount(sweep.minTrades, 'trade')}`,
      ],
      ...(sweep.holdout
        ? ([['Held out', `${formatMoment(sweep.holdout[0])} to ${formatMoment(sweep.holdout[1])}`]] as const)
        : []),
      ...(sweep.split
        ? ([
            ['Train', `${formatMoment(sweep.split.train[0])} to ${formatMoment(sweep.split.train[1])}`],
            ['Test', `${formatMoment(sweep.split.test[0])} to ${formatMoment(sweep.split.test[1])}`],
          ] as const)
        : []),
      ['Strategy file', html`${named(strategy.file)} ${hash(strategy.sha256)}`],
      ['Data', data.map((one) => html`<div>${named(one.source)} ${hash(one.sha256)}</div>`)],
      ['Engine', html`${shorten(engineVersion, 40)} ${hash(engineHash)}`],
      ['Sweep', html`<code>${shorten(sweep.sweepId, 40)}</code>`],
    ])}
<p class="label" id="command-label">Sweep again</p>
<pre tabindex="0" aria-labelledby="command-label"><code>${sweep.command}</code></pre>`,
  )
}

/** What a parameter could be: a few values in full, many as the first, the second and the last. */
function rangeText(param: SweepParam): string {
  switch (param.kind) {
    case 'fixed':
      return `${formatSetting(param.value)}, fixed`
    case 'range':
      return `${levelText(param.min)} to ${levelText(param.max)}${param.isWhole ? ', whole' : ''}`
    case 'levels': {
      const words = param.values.map((value) => shorten(formatSetting(value), NAME_LENGTH))
      if (words.length <= 6) return words.join(', ')
      return `${words.slice(0, 3).join(', ')}, … ${words.at(-1)} (${words.length} values)`
    }
  }
}

function hash(sha256: string): Html {
  return html`<code title="${shorten(sha256, 64)}">${shorten(sha256, HASH_DIGITS).replace('…', '')}</code>`
}
