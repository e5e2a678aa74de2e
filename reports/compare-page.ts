/**
 * The compare page: two to six runs in one HTML file that opens from disk, asks no network for anything,
 * runs no script but that of the theme button, and is the same to the byte for the same runs. Floor 4.
 */
import { compareCurvesSection } from './compare-curves-section.js'
import { compareHeader, compatHeader } from './compare-header.js'
import { compareMetricsSection, sharedDaysSection } from './compare-metrics-section.js'
import { compareReturnsSection } from './compare-returns-section.js'
import { compareSettingsSection } from './compare-settings-section.js'
import { COMPARE_STYLE } from './compare-style.js'
import { compareTradesSection } from './compare-trades-section.js'
import type { Comparison } from './comparison.js'
import { compatSection } from './compat-section.js'
import { html } from './html.js'
import { renderPage } from './page-shell.js'
import type { StoredRun } from './stored-run.js'

/** What a compare page is drawn from. */
export interface ComparePageInput {
  readonly comparison: Comparison
  /** Whether other tools' ratios are shown. */
  readonly hasCompat: boolean
  /** Address of a run's report, relative to the page; undefined for none. */
  readonly linkOf: (run: StoredRun) => string | undefined
}

/** The whole page as text, to be written as UTF-8. */
export async function renderComparePage({
  comparison,
  hasCompat,
  linkOf,
}: ComparePageInput): Promise<string> {
  const { runs } = comparison
  const names = runs.map(({ run }) => run.runId).join(', ')
  return renderPage({
    title: `${runs.map(({ run }) => run.strategy.name).join(' against ')}`,
    style: COMPARE_STYLE,
    body: html`${compareHeader(comparison, linkOf)}
${compareMetricsSection(comparison)}
${sharedDaysSection(comparison)}
${await compareCurvesSection(comparison)}
${await compareReturnsSection(comparison)}
${compareTradesSection(comparison)}
${compareSettingsSection(comparison)}
${hasCompat ? compatSection(runs) : undefined}`,
    footer: `Nextbar · runs ${names}`,
  })
}

/** One run's ratios as a page; `link` is the address of its report, relative to the page. */
export function renderCompatPage(run: StoredRun, link: string | undefined): string {
  return renderPage({
    title: `${run.strategy.name} as other tools define it`,
    style: COMPARE_STYLE,
    body: html`${compatHeader({ label: 'A', run }, link)}
${compatSection([{ label: 'A', run }])}`,
    footer: `Nextbar · run ${run.runId}`,
  })
}
