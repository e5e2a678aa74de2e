/** Head of a compare page: the runs, their letters, and what limits the comparison. Floor 4. */

import { runInk } from './compare-style.js'
import type { Comparison } from './comparison.js'
import { formatMoment } from './format-moment.js'
import { formatCount } from './format-number.js'
import { formatSetting } from './format-setting.js'
import { type Html, html, named, shorten } from './html.js'
import { section } from './section.js'
import { type LabelledRun, symbolsText } from './stored-run.js'

/** The page's header. `linkOf` gives the address of a run's report, relative to the page. */
export function compareHeader(
  { runs, notes }: Comparison,
  linkOf: (run: LabelledRun['run']) => string | undefined,
): Html {
  return html`<header id="identity">
<p class="brand">Nextbar compare</p>
<h1>${runs.map(({ label }) => label).join(' · ')}: ${formatCount(runs.length, 'run')} side by side</h1>
<ol class="runs">
${runs.map((labelled) => item(labelled, linkOf(labelled.run)))}</ol>
</header>
${
  notes.length === 0
    ? undefined
    : section(
        'notes',
        'Before comparing',
        html`<ul class="warnings">${notes.map((note) => html`<li>${named(note, 1000)}</li>\n`)}</ul>`,
      )
}`
}

/** Header of a page about the ratios of one run. */
export function compatHeader(labelled: LabelledRun, link: string | undefined): Html {
  return html`<header id="identity">
<p class="brand">Nextbar ratios</p>
<h1>${named(labelled.run.strategy.name)}</h1>
<ol class="runs">
${item(labelled, link)}</ol>
</header>`
}

function item({ label, run }: LabelledRun, link: string | undefined): Html {
  const { data, params, runId, strategy } = run
  const id = html`<code>${shorten(runId, 40)}</code>`
  const values = Object.entries(params).map(([key, value]) => `${key}=${formatSetting(value)}`)
  return html`<li><span class="letter">${label}</span><span><strong>${named(strategy.name)}</strong> ${named(values.join(', ') || 'no parameters', 300)}
<span class="quiet">${named(symbolsText(run), 60)} ${shorten(data.interval, 8)}, ${formatMoment(data.from)} to ${formatMoment(data.to)} UTC, ${formatCount(data.bars, 'bar')}; run ${
    link === undefined ? id : html`<a href="${link}">${id}</a>`
  }</span></span></li>
`
}

/** The letters with their strokes, for charts. */
export function runLegend(runs: readonly LabelledRun[], what: string): Html {
  return html`<ul class="legend">${runs.map(
    ({ label, run }, place) =>
      html`<li class="${runInk(place)}">${label} ${what} <bdi class="quiet">${shorten(run.strategy.name, 40)}</bdi></li>`,
  )}</ul>`
}
