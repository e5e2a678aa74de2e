/** Where to go on reading: the runs of the best trials, and the trials that failed. Floor 4. */
import { formatFixed } from '../format-number.js'
import { type Html, html, named, shorten } from '../html.js'
import { section, table } from '../section.js'
import { runLink } from './ruling-section.js'
import { paramsText, type SweepView } from './sweep-view.js'

/** Failures that are told in full. */
const MAX_FAILURES = 20

/** Letters of a stack. */
const STACK_LENGTH = 2000

/** Links to the run folders of the best few; nothing where none were written. */
export function bestRunsSection({ sweep, done, printValue }: SweepView): Html | undefined {
  const { bestRuns } = sweep
  if (bestRuns.length === 0) return undefined
  return section(
    'best-runs',
    'Runs of the best trials',
    table({
      caption: 'Best trials with their runs',
      columns: [
        { title: 'Report of trial' },
        { title: 'Run' },
        { title: 'Objective', isNumber: true },
        { title: 'Plateau', isNumber: true },
        { title: 'Parameters' },
      ],
      rows: bestRuns.map(({ trial, runId }) => {
        const one = done.find((other) => other.trial === trial)
        return [
          runLink(sweep, trial),
          html`<code>${shorten(runId, 40)}</code>`,
          printValue(one?.value ?? Number.NaN),
          printValue(one?.plateau ?? Number.NaN),
          paramsText(sweep, one?.params ?? []),
        ]
      }),
    }),
  )
}

/** Trials whose strategy threw, each with its stack; nothing where none did. */
export function failuresSection({ sweep }: SweepView): Html | undefined {
  const failed = sweep.trials.filter((one) => one.status === 'FAILED')
  if (failed.length === 0) return undefined
  return section(
    'failures',
    'Trials that failed',
    html`${
      failed.length > MAX_FAILURES
        ? html`<p class="quiet">The first ${MAX_FAILURES} of ${formatFixed(failed.length, 0)}; leaderboard.csv names all.</p>`
        : undefined
    }
${failed.slice(0, MAX_FAILURES).map(
  ({
    trial,
    params,
    error,
    stack,
  }) => html`<details><summary>Trial ${String(trial)}: ${named(error, 160)}</summary>
<p class="quiet">${paramsText(sweep, params)}</p>
<pre tabindex="0" aria-label="${`Stack of trial ${trial}`}"><code>${shorten(stack, STACK_LENGTH)}</code></pre>
</details>`,
)}`,
  )
}
