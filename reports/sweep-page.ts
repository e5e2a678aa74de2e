/**
 * The report page of a sweep: one HTML file that opens from disk, asks no network for anything, is whole
 * without its scripts, and is the same to the byte for the same sweep. Floor 4.
 */
import type { SweepResult } from '../engine/model/sweep-result.js'
import { html } from './html.js'
import { inlineScript } from './inline-script.js'
import { listScript } from './page-script.js'
import { renderPage } from './page-shell.js'
import { settingsSection } from './settings-section.js'
import { heatmapSection } from './sweep/heatmap-section.js'
import { influenceSection } from './sweep/influence-section.js'
import { leaderboardSection } from './sweep/leaderboard-section.js'
import { luckSection } from './sweep/luck-section.js'
import { parallelSection } from './sweep/parallel-section.js'
import { rulingSection } from './sweep/ruling-section.js'
import { searchSection } from './sweep/search-section.js'
import { searchedSection, sweepHeader } from './sweep/sweep-header.js'
import { SWEEP_STYLE } from './sweep/sweep-style.js'
import { viewSweep } from './sweep/sweep-view.js'
import { bestRunsSection, failuresSection } from './sweep/trials-section.js'
import { walkForwardSection } from './sweep/walk-forward-section.js'

/** In the order in which they need each other. */
const PROGRAM = ['sweep-data', 'heat-grid', 'parallel-lines', 'heatmap', 'parallel', 'sweep-page']

/** The whole page as text, to be written as UTF-8 beside `sweep.json`. */
export async function renderSweepPage(sweep: SweepResult): Promise<string> {
  const view = viewSweep(sweep)
  const [program, walkForward, influence, search, luck] = await Promise.all([
    inlineScript(new URL('sweep/browser/', import.meta.url), PROGRAM),
    walkForwardSection(view),
    influenceSection(view),
    searchSection(view),
    luckSection(view),
  ])
  const symbols = sweep.data.map(({ symbol }) => symbol).join(', ')
  return renderPage({
    title: `Sweep of ${sweep.strategy.name} on ${symbols} ${sweep.data[0]?.interval ?? ''}`,
    style: SWEEP_STYLE,
    scripts: [listScript('trial'), program],
    body: html`${sweepHeader(view)}
${rulingSection(view)}
${walkForward}
${leaderboardSection(view)}
${heatmapSection(view)}
${parallelSection(view)}
${influence}
${search}
${luck}
${bestRunsSection(view)}
${failuresSection(view)}
${searchedSection(view)}
${settingsSection(sweep)}`,
    footer: `Nextbar ${sweep.engineVersion} · sweep ${sweep.sweepId}`,
  })
}
