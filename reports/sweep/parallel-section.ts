/** Every trial as a line across its parameters to the objective; brushed by the page's program. Floor 4. */
import { legend } from '../figure.js'
import { formatFixed } from '../format-number.js'
import { type Html, html, shorten } from '../html.js'
import { section } from '../section.js'
import {
  LINE_CLASSES,
  PARALLEL,
  type ParallelAxis,
  parallelAxes,
  parallelPaths,
  parallelY,
} from './browser/parallel-lines.js'
import type { SweepView } from './sweep-view.js'

/** Lines that stand in the page without a script: the best, and others evenly. */
const MAX_LINES = 600

/** Trials from which on lines are drawn fainter, so that they do not run into one field. */
const MANY = 1000

/** Letters of a name at an axis. */
const AXIS_NAME_LENGTH = 16

/** The section; nothing without a swept parameter or a trial. */
export function parallelSection({ done, list }: SweepView): Html | undefined {
  if (list.axes.length === 0 || done.length === 0) return undefined
  const axes = parallelAxes(list)
  const paths = parallelPaths(list, axes, drawnRows(done.length))
  return section(
    'parallel',
    'Parameters together',
    html`${legend([
      ['line-best', 'The best fifth of the trials'],
      ['line-rest', 'The other fifths, the fainter the worse'],
      ['line-few', 'Too few trades'],
    ])}
<div class="drawing" role="region" tabindex="0" aria-label="Parallel axes, scrollable"><svg class="${done.length > MANY ? 'parallel many' : 'parallel'}" viewBox="0 0 ${PARALLEL.width} ${PARALLEL.height}" role="img" aria-label="Trials as lines across their parameters, to the objective at the right" aria-describedby="parallel-summary">
<path class="left"/>
${LINE_CLASSES.map((look, i) => html`<path class="${look}" d="${paths[i] ?? ''}"/>\n`)}
${axes.map((axis) => axisOf(axis))}
</svg></div>
<div id="brushes" hidden></div>
<p class="quiet" id="parallel-summary">${done.length > MAX_LINES ? `The best and an even choice of the others, ${MAX_LINES} of ${formatFixed(done.length, 0)} trials, where no script runs. ` : ''}Each line is a trial, crossing each axis at its value; the last axis is the objective. The leaderboard is its table.</p>`,
  )
}

function drawnRows(count: number): readonly number[] {
  if (count <= MAX_LINES) return Array.from({ length: count }, (_, row) => row)
  const best = MAX_LINES / 2
  const stride = (count - best) / (MAX_LINES - best)
  // Worst first, so that better lines lie over them.
  return Array.from({ length: MAX_LINES }, (_, i) => (i < best ? i : Math.floor(best + (i - best) * stride)))
}

function axisOf({ name, x, low, high }: ParallelAxis): Html {
  return html`<line class="axis" x1="${x}" x2="${x}" y1="${PARALLEL.top}" y2="${PARALLEL.bottom}"/><rect class="brush" x="${x - 7}" y="${parallelY(1)}" width="14" height="0"/>
<text class="axis-name" x="${x}" y="14">${shorten(name, AXIS_NAME_LENGTH)}</text><text x="${x}" y="${PARALLEL.top - 8}">${shorten(high, AXIS_NAME_LENGTH)}</text><text x="${x}" y="${PARALLEL.bottom + 18}">${shorten(low, AXIS_NAME_LENGTH)}</text>
`
}
