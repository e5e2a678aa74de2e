/** Every setting that can change a number. Floor 4. */
import { formatSetting } from './format-setting.js'
import { type Html, named } from './html.js'
import type { RunIdentity } from './run-page-input.js'
import { section, table } from './section.js'

/** The settings as a table. */
export function settingsSection({ settings }: Pick<RunIdentity, 'settings'>): Html {
  return section(
    'settings',
    'Settings',
    table({
      caption: 'Settings of the run',
      columns: [{ title: 'Setting' }, { title: 'Value' }],
      rows: Object.entries(settings).map(([key, value]) => [named(key), named(formatSetting(value))]),
    }),
  )
}
