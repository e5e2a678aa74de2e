/** `--show-config`: every setting, and where it came from. Floor 5. */
import { formatSetting } from '../../reports/format-setting.js'
import type { ParamSpecs, ParamValues } from '../core/params.js'
import { prettyJson } from './canonical-json.js'
import type { ShownValue } from './flag.js'
import { COMMAND_FLAGS, FLAG_NAMES } from './flag-table.js'
import type { ManifestRules } from './manifest-inputs.js'
import type { ResolvedSettings } from './resolve-settings.js'
import { shownSetting } from './run-identity.js'

/** A value and its origin. */
export interface OriginatedValue {
  readonly value: ShownValue
  readonly origin: string
}

/**
 * What is printed: a table, or one JSON document where the settings ask for it. `more` are the settings that
 * the command has beside those of every run.
 */
export function showConfig(
  resolved: ResolvedSettings,
  params: ParamValues<ParamSpecs>,
  rules: readonly ManifestRules[],
  more: Readonly<Record<string, OriginatedValue>> = {},
): string {
  const shared = recordOf(
    FLAG_NAMES.filter((name) => name !== 'param' && !COMMAND_FLAGS.has(name)),
    (name) => ({ value: shownSetting(resolved.settings, name), origin: resolved.origins[name] }),
  )
  const settings = { ...more, ...shared }
  const own = recordOf(Object.keys(params), (name) => ({
    value: params[name] ?? null,
    origin: resolved.params.get(name)?.origin ?? 'default',
  }))
  if (resolved.settings.json) return prettyJson({ schema: 'nextbar/config@1', settings, params: own, rules })
  const rows = [
    ...Object.entries(settings),
    ...Object.entries(own).map(([name, value]) => [`param ${name}`, value] as const),
    ...rules.map((version) => [`rules of ${version.symbol}`, versionOf(version)] as const),
  ].map(([name, { value, origin }]) => [name, formatSetting(value ?? undefined), origin] as const)
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map(
      ([name, value, origin]) =>
        `${name.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${origin}\n`,
    )
    .join('')
}

/** A version of rules as a setting: where it is from, and what identifies it. */
function versionOf({ source, since, sha256 }: ManifestRules): OriginatedValue {
  const day = since === null ? '' : ` of ${since.slice(0, 10)}`
  return { value: source, origin: `rules${day}, sha256 ${sha256.slice(0, 12)}` }
}

function recordOf<Name extends string>(
  names: readonly Name[],
  describe: (name: Name) => OriginatedValue,
): Readonly<Record<string, OriginatedValue>> {
  return Object.fromEntries(names.map((name) => [name, describe(name)]))
}
