/** A run's manifest as a layer of settings: what `--run` takes over and `--reproduce` runs again. Floor 5. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from './canonical-json.js'
import type { FlagName } from './flag-table.js'
import { checkFlagName, type Layer } from './layer.js'
import { isSynthetic, storeNameOf } from './load-data.js'
import { isFoundRules } from './load-rules.js'
import type { Manifest } from './manifest.js'
import { bnbPriceOf } from './run-settings.js'

/** Where a file that a manifest names was found; undefined when it was not. */
export type FindInput = (name: string) => string | undefined

/** Names of the data files that a manifest's source lists; made-up bars and bars of the store are no files. */
export function dataNames(source: string): readonly string[] {
  return isSynthetic(source) || storeNameOf(source) ? [] : source.split(',')
}

/**
 * The manifest's strategy, parameters, data, seed and settings as text. Files are named by where `find`
 * found them, or by their bare names, which the loaders then miss in their own words.
 * Throws a ConfigError on a setting of another version.
 */
export function manifestLayer(manifest: Manifest, find: FindInput): Layer {
  const { data, params, runId, seed, settings, strategy } = manifest
  const nameOf = (flag: string): string => `${flag} of run ${runId}`
  const found = (name: string): string => find(name) ?? name
  const foundIn = (source: string): string => {
    const names = dataNames(source)
    return names.length === 0 ? source : names.map(found).join(',')
  }
  const values = new Map<FlagName, readonly string[]>()
  for (const [key, value] of Object.entries(settings)) {
    if (value === null) continue
    // Where nothing was known then, the store is not asked now.
    const texts = key === 'rules' && value === 'unknown' ? ['built-in'] : [value].flat().map(String)
    const flag = checkFlagName(key, texts, { nameOf, isCommandLine: false })
    if (flag === undefined) continue
    values.set(flag, isFileFlag(flag, texts) ? texts.map(foundIn) : texts)
  }
  values.set('strategy', [found(strategy.file)])
  const sources = data.flatMap(({ source }) => {
    const names = dataNames(source)
    return names.length === 0 ? [source] : names.map(found)
  })
  values.set('data', sources)
  values.set('seed', [String(seed)])
  values.set(
    'param',
    Object.entries(params).map(([key, value]) => `${key}=${value}`),
  )
  return { origin: `run ${runId}`, values, nameOf }
}

/** Whether the flag's value names files. */
function isFileFlag(flag: FlagName, texts: readonly string[]): boolean {
  if (flag === 'bnb-data') return texts.every((text) => bnbPriceOf(text) === undefined)
  return (
    flag === 'fine' || (flag === 'rules' && texts.every((text) => text !== 'none' && !isFoundRules(text)))
  )
}

/** A run's layer below others: what describes data or a strategy that a higher layer replaces goes. */
export function belowOthers(layer: Layer, others: readonly Layer[]): Layer {
  const values = new Map(layer.values)
  const isReplaced = (flag: FlagName): boolean => others.some((other) => other.values.has(flag))
  if (isReplaced('data'))
    for (const flag of ['symbol', 'interval', 'columns', 'benchmark'] as const) values.delete(flag)
  // Rules that were found for those data say nothing of others.
  if (isReplaced('data') && values.get('rules')?.every(isFoundRules)) values.delete('rules')
  if (isReplaced('strategy')) values.delete('param')
  return { ...layer, values }
}

/** Paths under which some of the folders hold a file of that name, in the folders' order. */
export function candidates(name: string, folders: readonly string[]): readonly string[] {
  return folders.map((folder) => join(folder, name)).filter(existsSync)
}

/** The first path whose bytes have the hash. */
export function withHash(paths: readonly string[], hash: string): string | undefined {
  return paths.find((path) => sha256(readFileSync(path)) === hash)
}
