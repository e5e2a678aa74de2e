/** Whether shares of volume can be taken of the data. Floor 5. */
import { ConfigError } from '../model/errors.js'
import type { Settings } from './flag-table.js'
import type { RunData } from './load-data.js'

const SHARES = ['participation', 'max-volume-share'] as const

/** Throws a ConfigError where a setting is a share of what bars traded, and a file does not tell that of a bar. */
export function checkVolumes(
  all: readonly Pick<RunData, 'bars' | 'symbol' | 'sources'>[],
  settings: Pick<Settings, (typeof SHARES)[number]>,
): void {
  const share = SHARES.find((name) => settings[name] !== undefined)
  const without = share && all.find(({ bars }) => bars.volume.subarray(0, bars.length).some(Number.isNaN))
  if (!without) return
  throw new ConfigError(
    `--${share} must have bars with volumes, ${without.symbol} of ${without.sources.join(',')} has bars without; leave it out, or name the column with --columns volume=…`,
  )
}
