/** Flags as a notebook writes them → settings as the command line gives them. Roof. */
import { FLAG_NAMES, FLAGS, type FlagName, isFlagName } from '../../engine/app/flag-table.js'
import { type ResolvedSettings, resolveSettings } from '../../engine/app/resolve-settings.js'
import { ConfigError } from '../../engine/model/errors.js'
import { hintFor } from '../../engine/model/nearest-name.js'

/** Values by flag of `run-backtest.ts`, such as `{ data: 'BTCUSDT', interval: '1h', alpha: 0.1, 'close-at-end': true }`. */
export type FlagValues = {
  readonly [Name in Exclude<FlagName, 'param' | 'strategy' | 'run' | 'config' | 'out' | 'reproduce'>]?:
    | string
    | number
    | boolean
    | readonly string[]
}

/** Checks the values as the command line does. Throws a ConfigError. */
export function resolveFlags(
  flags: FlagValues,
  params: Readonly<Record<string, number | string | boolean>>,
): ResolvedSettings {
  const values = new Map<FlagName, readonly string[]>()
  for (const [name, value] of Object.entries(flags)) {
    if (!isFlagName(name) || name === 'param') {
      throw new ConfigError(`${name} must be a flag of run-backtest, is none${hintFor(name, FLAG_NAMES)}`)
    }
    if (value === undefined) continue
    const texts = [value].flat().map(String)
    if (texts.length > 1 && !FLAGS[name].isRepeatable) {
      throw new ConfigError(`${name} must be given once, was given ${texts.length} times`)
    }
    values.set(name, texts)
  }
  values.set(
    'param',
    Object.entries(params).map(([key, value]) => `${key}=${value}`),
  )
  return resolveSettings([{ origin: 'notebook', values, nameOf: (flag) => flag }])
}
