/** What a session takes from a run folder beside its settings: the symbols and the interval of its bars. Floor 5. */
import { basename, join } from 'node:path'
import { INTERVALS } from '../../model/time.js'
import { MANIFEST, readManifest } from '../manifest.js'
import type { ResolvedSettings } from '../resolve-settings.js'

/**
 * The settings with the run's own symbols and interval, where nothing else names them: a backtest reads them
 * off its data files, which a session does not have. Throws a DataError when there is no run.
 */
export function withRunSymbols(resolved: ResolvedSettings, run: string): ResolvedSettings {
  const { data, runId } = readManifest(basename(run) === MANIFEST ? run : join(run, MANIFEST))
  const { settings, origins } = resolved
  const origin = `run ${runId}`
  const isNamed = settings.symbol.length > 0
  const interval = settings.interval ?? INTERVALS.find((one) => one === data[0]?.interval)
  return {
    ...resolved,
    settings: { ...settings, interval, symbol: isNamed ? settings.symbol : data.map(({ symbol }) => symbol) },
    origins: {
      ...origins,
      ...(!isNamed && { symbol: origin }),
      ...(settings.interval === undefined && { interval: origin }),
    },
  }
}
