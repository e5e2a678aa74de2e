/** Layers of settings → one checked value a flag, and where each came from. Floor 5. */
import { ConfigError } from '../model/errors.js'
import { formatTime } from '../model/time.js'
import { quoted } from './flag.js'
import { FLAG_NAMES, FLAGS, type FlagName, type Settings } from './flag-table.js'
import type { Layer } from './layer.js'

/** A strategy's parameter as it was given. */
export interface GivenParam {
  readonly text: string
  readonly origin: string
}

/** Every setting, checked, and its origin. */
export interface ResolvedSettings {
  readonly settings: Settings
  readonly origins: Readonly<Record<FlagName, string>>
  /** By name; a parameter of a higher layer replaces that of a lower one, the rest stay. */
  readonly params: ReadonlyMap<string, GivenParam>
}

/** Resolves flags from layers, the winning one first. Throws a ConfigError on the first bad value. */
export function resolveSettings(layers: readonly Layer[]): ResolvedSettings {
  const values = FLAG_NAMES.map((flag) => [flag, valueIn(layers, flag)] as const)
  const origins = FLAG_NAMES.map((flag) => [flag, layerOf(layers, flag)?.origin ?? 'default'] as const)
  // Each flag's value was checked by that very flag, and every flag has one.
  const settings = Object.fromEntries(values) as unknown as Settings
  checkRange(settings)
  return {
    settings,
    origins: Object.fromEntries(origins) as Readonly<Record<FlagName, string>>,
    params: mergeParams(layers),
  }
}

/** The layer that decides a flag; undefined when none has it. */
export function layerOf(layers: readonly Layer[], flag: FlagName): Layer | undefined {
  return layers.find((layer) => layer.values.has(flag))
}

function valueIn(layers: readonly Layer[], flag: FlagName): unknown {
  const layer = layerOf(layers, flag)
  if (!layer) return FLAGS[flag].default
  return FLAGS[flag].parse(layer.values.get(flag) ?? [], layer.nameOf(flag))
}

function mergeParams(layers: readonly Layer[]): ReadonlyMap<string, GivenParam> {
  const merged = new Map<string, GivenParam>()
  for (const layer of layers.toReversed()) {
    const own = new Set<string>()
    for (const pair of layer.values.get('param') ?? []) {
      const [, key, text] = /^([^=]+)=(.*)$/s.exec(pair) ?? []
      const name = layer.nameOf('param')
      if (key === undefined || text === undefined) {
        throw new ConfigError(`${name} must be key=value such as fast=10, was ${quoted(pair)}`)
      }
      if (own.has(key)) throw new ConfigError(`${name} must give ${key} once, gave it twice`)
      own.add(key)
      merged.set(key, { text, origin: layer.origin })
    }
  }
  return merged
}

function checkRange({ from, to }: Settings): void {
  if (from === undefined || to === undefined || from < to) return
  throw new ConfigError(`--from must be before --to, was ${formatTime(from)} and ${formatTime(to)}`)
}
