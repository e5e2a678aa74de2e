/** In which parameters and settings runs differ. Floor 4. */
import { formatMoment } from './format-moment.js'
import { formatSetting, type SettingValue } from './format-setting.js'
import type { RunSummary } from './stored-run.js'

/** What a row is about, in the order to print them. */
export type SettingGroup = 'strategy' | 'parameter' | 'data' | 'setting' | 'engine'

/** One thing that makes a run, as each run has it. */
export interface SettingRow {
  readonly group: SettingGroup
  readonly name: string
  /** One a run; undefined where a run has no such parameter or setting. */
  readonly values: readonly (string | undefined)[]
  readonly isSame: boolean
}

/** Digits of a hash that are printed. */
const HASH_DIGITS = 12

/** Everything that makes the runs, differences and equalities alike. */
export function diffSettings(runs: readonly RunSummary[]): readonly SettingRow[] {
  const row = (
    group: SettingGroup,
    name: string,
    textOf: (run: RunSummary) => string | undefined,
  ): SettingRow => {
    const values = runs.map(textOf)
    return { group, name, values, isSame: values.every((value) => value === values[0]) }
  }
  return [
    row('strategy', 'name', ({ strategy }) => strategy.name),
    row('strategy', 'file', ({ strategy }) => strategy.file),
    row('strategy', 'SHA-256', ({ strategy }) => strategy.sha256.slice(0, HASH_DIGITS)),
    ...keysOf(runs, ({ params }) => params).map((key) =>
      row('parameter', key, ({ params }) => shown(params, key)),
    ),
    row('data', 'symbol', ({ symbols }) => symbols.join(', ')),
    row('data', 'interval', ({ data }) => data.interval),
    row('data', 'from', ({ data }) => formatMoment(data.from)),
    row('data', 'to', ({ data }) => formatMoment(data.to)),
    row('data', 'bars', ({ data }) => String(data.bars)),
    row('data', 'gaps', ({ data }) => String(data.gaps)),
    row('data', 'source', ({ data }) => data.source),
    row('data', 'SHA-256', ({ data }) => data.sha256.slice(0, HASH_DIGITS)),
    ...keysOf(runs, ({ settings }) => settings)
      .filter((key) => !SAID_BY_DATA.has(key))
      .map((key) => row('setting', key, ({ settings }) => shown(settings, key))),
    row('setting', 'seed', ({ seed }) => String(seed)),
    row('engine', 'version', ({ engine }) => engine),
  ]
}

/** Settings that only choose the data, which have rows of their own. */
const SAID_BY_DATA: ReadonlySet<string> = new Set(['symbol', 'interval', 'from', 'to'])

type Values = Readonly<Record<string, SettingValue>>

/** Keys of all runs, in the order in which they first appear. */
function keysOf(runs: readonly RunSummary[], of: (run: RunSummary) => Values): readonly string[] {
  return [...new Set(runs.flatMap((run) => Object.keys(of(run))))]
}

function shown(values: Values, key: string): string | undefined {
  return Object.hasOwn(values, key) ? formatSetting(values[key]) : undefined
}
