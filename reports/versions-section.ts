/** Appendix: everything that was hashed, whole, and the command. Floor 4. */
import { formatMoment } from './format-moment.js'
import { type Html, html, named, shorten } from './html.js'
import type { RunIdentity } from './run-page-input.js'
import { section, table } from './section.js'

/** Engine, strategy and data with their whole hashes, and how to run it again. */
export function versionsSection(identity: RunIdentity): Html {
  const { command, data, engineHash, engineVersion, libraries, runId, strategy } = identity
  const code = (text: string) => html`<code>${shorten(text, 64)}</code>`
  return section(
    'versions',
    'Versions',
    html`${table({
      caption: 'What the run was made of',
      columns: [{ title: 'Part' }, { title: 'Name' }, { title: 'Hash' }],
      rows: [
        ['Run', 'first 12 digits of the SHA-256 over all that can change a result', code(runId)],
        ['Engine', html`Nextbar ${shorten(engineVersion, 40)}`, code(engineHash)],
        ['Strategy', named(strategy.file), code(strategy.sha256)],
        ...data.map((one) => [
          'Bars',
          html`${named(one.source)}, ${formatMoment(one.from)} to ${formatMoment(one.to)} UTC`,
          code(one.sha256),
        ]),
        ...Object.entries(libraries).map(([name, version]) => [
          'Library',
          html`${shorten(name, 40)} ${shorten(version, 40)}`,
          '–',
        ]),
      ],
    })}
<p class="quiet">The run folder holds every fill, order, trade and mark of equity as CSV, every metric of this page in metrics.json, and in manifest.json what to check them with:</p>
<pre tabindex="0" aria-label="Command that rebuilds and compares every file"><code>npx tsx run-backtest.ts --reproduce manifest.json</code></pre>
<p class="quiet">Or the run from its settings:</p>
<pre tabindex="0" aria-label="Command that runs it again"><code>${command}</code></pre>`,
  )
}
