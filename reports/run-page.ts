/**
 * The report page of one run: one HTML file that opens from disk, asks no network for anything, is whole
 * without its scripts, and is the same to the byte for the same input. Floor 4.
 */
import { runFalls } from '../engine/math/metrics/run-falls.js'
import { benchmarkSection } from './benchmark-section.js'
import { costSection } from './cost-section.js'
import { drawdownSection } from './drawdown-section.js'
import { equitySection } from './equity-section.js'
import { executionSection } from './execution-section.js'
import { html } from './html.js'
import { identitySection } from './identity-section.js'
import { INTERACTIVE_SCRIPT } from './interactive-script.js'
import { metricsSection } from './metrics-section.js'
import { TRADES_SCRIPT } from './page-script.js'
import { renderPage } from './page-shell.js'
import { pricePane } from './price-chart/price-section.js'
import { provenanceSection } from './provenance-section.js'
import { returnsSection } from './returns-section.js'
import { robustnessSection } from './robustness-section.js'
import type { RunPageInput } from './run-page-input.js'
import { sensitivitySection } from './sensitivity-section.js'
import { settingsSection } from './settings-section.js'
import { tradesSection } from './trades-section.js'
import { verdictSection } from './verdict-section.js'
import { versionsSection } from './versions-section.js'
import { warningsSection } from './warnings-section.js'

/** The whole page as text, to be written as UTF-8. The run must have at least one bar. */
export async function renderRunPage(input: RunPageInput): Promise<string> {
  const { chartRuntime, identity, metrics, result, sweep, tradesCsv, warnings } = input
  const { interval } = result.bars
  // All at once: other threads work while this one counts. What asks for charts soon comes first, then what a thread
  // of its own makes; what takes this one longest comes last.
  const quick = [
    tradesSection(result, metrics, tradesCsv),
    executionSection(result, metrics),
    costSection(result, metrics),
  ] as const
  const levelsElsewhere = input.chart && pricePane(input)
  const falls = metrics.falls ?? runFalls(result)
  const [trades, execution, costs, returns, drawdowns, equity, price] = await Promise.all([
    ...quick,
    returnsSection(result, metrics),
    drawdownSection(result, metrics, falls),
    equitySection(result, metrics, falls),
    levelsElsewhere ?? pricePane(input),
  ])
  return renderPage({
    title: `${identity.strategy.name} on ${symbolsOf(result)} ${interval}`,
    body: html`${identitySection(result, identity, sweep)}
${verdictSection(result, metrics)}
${warningsSection(warnings)}
${price.section}
${equity}
${costs}
${returns}
${drawdowns}
${trades}
${execution}
${sensitivitySection(input)}${robustnessSection(result, metrics, sweep)}
${benchmarkSection(result, metrics)}
${metricsSection(result, metrics)}
${provenanceSection(result, metrics.provenance)}
${settingsSection(identity)}
${versionsSection(identity)}`,
    scripts: [TRADES_SCRIPT, ...(chartRuntime ? [...chartRuntime, INTERACTIVE_SCRIPT] : [])],
    placed: [price.script],
    tail: price.tail,
    footer: `Nextbar ${identity.engineVersion} · run ${identity.runId}`,
  })
}

/** Names of the run's symbols: all of up to three, else the first two and how many more there are. */
function symbolsOf({ symbols }: RunPageInput['result']): string {
  const names = symbols.map(({ bars }) => bars.symbol)
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`
}
