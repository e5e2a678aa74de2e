/** What to know before believing the numbers. Floor 4. */
import { type Html, html, named } from './html.js'
import { section } from './section.js'

/** The warnings as sentences; a line that says so where there are none. */
export function warningsSection(warnings: readonly string[]): Html {
  if (warnings.length === 0) return section('warnings', 'Warnings', html`<p class="quiet">None.</p>`)
  return section(
    'warnings',
    `Warnings (${warnings.length})`,
    html`<ul class="warnings">${warnings.map((warning) => html`<li>${named(warning, 500)}</li>\n`)}</ul>`,
  )
}
