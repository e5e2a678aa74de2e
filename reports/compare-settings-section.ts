/** In which parameters, data and settings the runs differ; what is the same stands behind. Floor 4. */
import type { Comparison } from './comparison.js'
import { formatCount, UNDEFINED_MARK } from './format-number.js'
import { type Html, html, named } from './html.js'
import { section, type TableRow, table } from './section.js'
import type { SettingRow } from './setting-diff.js'

/** The differences as a table, and the rest folded away. */
export function compareSettingsSection({ runs, settings }: Comparison): Html {
  const columns = [{ title: 'What' }, { title: 'Name' }, ...runs.map(({ label }) => ({ title: label }))]
  const differing = settings.filter(({ isSame }) => !isSame)
  const same = settings.filter(({ isSame }) => isSame)
  return section(
    'compare-settings',
    'Parameters and settings',
    html`${
      differing.length === 0
        ? html`<p>The runs were made alike.</p>`
        : table({ caption: 'What differs between the runs', columns, rows: differing.map(rowOf) })
    }
<details><summary>What is the same (${formatCount(same.length, 'row')})</summary>
${table({
  caption: 'What is the same in all runs',
  columns: [{ title: 'What' }, { title: 'Name' }, { title: 'Value' }],
  rows: same.map((row) => rowOf({ ...row, values: row.values.slice(0, 1) })),
})}
</details>`,
  )
}

function rowOf({ group, name, values }: SettingRow): TableRow {
  return [
    group,
    named(name, 60),
    ...values.map((value) => (value === undefined ? UNDEFINED_MARK : named(value, 120))),
  ]
}
