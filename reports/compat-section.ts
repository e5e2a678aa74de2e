/** Four ratios of each run as other tools define them, with the formulas. Floor 4. */
import { growthText, ratioText } from './compare-text.js'
import { type Html, html } from './html.js'
import { RATIO_FORMULAS, runRatios } from './run-ratios.js'
import { section, table } from './section.js'
import type { LabelledRun } from './stored-run.js'

/** A table of figures and a table of formulas. */
export function compatSection(runs: readonly LabelledRun[]): Html {
  return section(
    'compat',
    'As other tools define it',
    html`<p class="quiet">The same equity and trades by each tool's own definitions, with its defaults and a risk-free rate of 0. Open trades are in equity and in no trade.</p>
${table({
  caption: 'Ratios by the definitions of other tools',
  columns: [
    { title: 'Run' },
    { title: 'Tool' },
    { title: 'Sharpe', isNumber: true },
    { title: 'Sortino', isNumber: true },
    { title: 'Calmar', isNumber: true },
    { title: 'CAGR', isNumber: true },
  ],
  rows: runs.flatMap(({ label, run }) =>
    runRatios(run).map(({ tool, ratios }) => [
      label,
      tool,
      ratioText(ratios.sharpe),
      ratioText(ratios.sortino),
      ratioText(ratios.calmar),
      growthText(ratios.cagr),
    ]),
  ),
})}
<details open><summary>Formulas, and what differs</summary>
${table({
  caption: 'Formulas of the tools',
  columns: ['Tool', 'Sharpe', 'Sortino', 'Calmar', 'CAGR', 'What differs'].map((title) => ({ title })),
  rows: RATIO_FORMULAS.map((one) => [
    one.tool,
    ...[one.sharpe, one.sortino, one.calmar, one.cagr, one.difference].map(
      (text) => html`<span class="definition">${text}</span>`,
    ),
  ]),
})}
</details>`,
  )
}
