/** Command line, environment, config file and run folder → resolved settings. Floor 5. */
import { basename, dirname, join, resolve } from 'node:path'
import { readConfigFile } from './config-file.js'
import { type Environment, readEnvironment } from './environment.js'
import { FLAGS } from './flag-table.js'
import type { Layer, OwnFlags } from './layer.js'
import { STRATEGIES_DIR } from './load-strategy.js'
import { MANIFEST, readManifest } from './manifest.js'
import { belowOthers, candidates, manifestLayer, withHash } from './manifest-layer.js'
import { layerOf, type ResolvedSettings, resolveSettings } from './resolve-settings.js'

/**
 * Resolves all settings: flags win over the environment, that over the config file, that over the run
 * folder, that over defaults; what names one of `own` is given to it. `warn` is told what is odd and no error. Throws a ConfigError, and a
 * DataError when there is no run in the run folder.
 */
export function readSettings(
  commandLine: Layer,
  environment: Environment,
  warn: (text: string) => void,
  own?: OwnFlags,
): ResolvedSettings {
  const layers = [commandLine, readEnvironment(environment, warn, own)]
  const config = textIn(layers, 'config')
  if (config !== undefined) layers.push(readConfigFile(config, own))
  const run = textIn(layers, 'run')
  if (run !== undefined) layers.push(belowOthers(runLayer(run, warn), layers))
  return resolveSettings(layers)
}

function textIn(layers: readonly Layer[], flag: 'config' | 'run'): string | undefined {
  const layer = layerOf(layers, flag)
  return layer && FLAGS[flag].parse(layer.values.get(flag) ?? [], layer.nameOf(flag))
}

/** The settings of a run folder (or of the manifest in it). */
function runLayer(path: string, warn: (text: string) => void): Layer {
  const folder = basename(path) === MANIFEST ? dirname(path) : path
  const manifest = readManifest(join(folder, MANIFEST))
  const { file, sha256 } = manifest.strategy
  const folders = [resolve(folder), process.cwd()]
  return manifestLayer(manifest, (name) => {
    if (name !== file) return candidates(name, folders)[0]
    const paths = candidates(name, [STRATEGIES_DIR, ...folders])
    const same = withHash(paths, sha256)
    if (same === undefined && paths.length > 0) warn(`${file} has changed since run ${manifest.runId}`)
    return same ?? paths[0]
  })
}
