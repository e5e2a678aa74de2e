/**
 * The report page of one run: one HTML file that opens from disk, asks no network for anything, runs no
 * script but the price chart's, and is the same to the byte for the same input. Floor 4.
 */
import { costSection } from './cost-section.js'
import { equitySection } from './equity-section.js'
import { html } from './html.js'
import { identitySection } from './identity-section.js'
import { metricsSection } from './metrics-section.js'
import { renderPage } from './page-shell.js'
import { pricePane } from './price-chart/price-section.js'
import type { RunPageInput } from './run-page-input.js'
import { settingsSection } from './settings-section.js'
import { tradesSection } from './trades-section.js'
import { verdictSection } from './verdict-section.js'
import { warningsSection } from './warnings-section.js'

/** The whole page as text, to be written as UTF-8. The run must have at least one bar. */
export async function renderRunPage(input: RunPageInput): Promise<string> {
  const { identity, metrics, result, warnings } = input
  const { symbol, interval } = result.bars
  const price = pricePane(input)
  return renderPage({
    title: `${identity.strategy.name} on ${symbol} ${interval}`,
    body: html`${identitySection(result, identity)}
${verdictSection(result, metrics)}
${warningsSection(warnings)}
${price.section}
${await equitySection(result, metrics)}
${costSection(result, metrics)}
${tradesSection(result)}
${metricsSection(result, metrics)}
${settingsSection(identity)}`,
    tail: price.tail,
    scriptPolicy: price.scriptPolicy,
    footer: `Nextbar ${identity.engineVersion} · run ${identity.runId}`,
  })
}
